#include "choice.hpp"

#include "refusal.hpp"
#include "words.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string_view>
#include <vector>

namespace capture_tunnel {
namespace {

/// What of the request a profile has not compiled in, in words.
std::vector<std::string> lacking(const profile_entry& profile, const options& asked) {
  std::vector<std::string> lack;
  if (asked.mode && !profile.modes.has(*asked.mode)) lack.push_back(fmt::format("{} mode", words_for(*asked.mode)));
  if (asked.esn && profile.esn == esplanade::off) lack.push_back("ESN");
  if (asked.window && profile.window != *asked.window) lack.push_back(fmt::format("a window of {}", *asked.window));
  return lack;
}

/// Whether packets grow by more than any cipher asks for.
bool hides_lengths(const profile_entry& one) {
  const overhead octets = overhead_of(one, first_mode_of(one), esplanade::family::ipv4);
  return octets.most - octets.least > 15;
}

/// How far one profile lies from another: another protocol weighs most, a key size more than a window, a window more than a packet type.
unsigned distance(const profile_entry& a, const profile_entry& b) {
  const auto differ = [](auto x, auto y) { return static_cast<unsigned>(std::abs(static_cast<int>(x) - static_cast<int>(y))); };
  return (a.suites.front().protocol != b.suites.front().protocol ? 64u : 0u) + (a.encapsulation != b.encapsulation || hides_lengths(a) != hides_lengths(b) ? 32u : 0u) + (a.verifies != b.verifies ? 16u : 0u) + 8 * differ(a.suites.front().key, b.suites.front().key) + 4 * differ(a.suites.front().icv, b.suites.front().icv) +
         4 * differ(a.modes.bits, b.modes.bits) + 4 * differ(a.esn, b.esn) + (a.window != b.window ? 2 : 0) +
         (std::string_view(a.packet) != b.packet ? 1 : 0) + 2 * differ(a.suites.size(), b.suites.size());
}

unsigned letters_between(std::string_view a, std::string_view b) {
  std::vector<unsigned> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 0; i < a.size(); ++i) {
    unsigned diagonal = std::exchange(row[0], static_cast<unsigned>(i + 1));
    for (std::size_t k = 0; k < b.size(); ++k)
      diagonal = std::exchange(row[k + 1], std::min({row[k] + 1, row[k + 1] + 1, diagonal + (a[i] != b[k] ? 1u : 0u)}));
  }
  return row.back();
}

template <class Cost> const profile_entry& least(Cost cost) {
  const auto all = profiles();
  return *std::min_element(all.begin(), all.end(), [&cost](const auto& a, const auto& b) { return cost(a) < cost(b); });
}

const profile_entry& named(const std::string& name) {
  for (const profile_entry& one : profiles())
    if (name == one.name) return one;
  throw refusal("there is no profile {}; the nearest is {} (--list-profiles names all)", name,
                least([&name](const profile_entry& one) { return letters_between(name, one.name); }).name);
}

/// The model of NIC to run over; nullptr = inline. Where nobody asked, the profiles that have a NIC run over the full one.
const nic_model* nic_for(const options& asked, const profile_entry& profile) {
  if (asked.is_inline) return nullptr;
  if (!asked.nic) return profile.make_over == nullptr ? nullptr : find_nic_model("full");
  const nic_model* const model = find_nic_model(*asked.nic);
  if (model == nullptr) {
    std::string words;
    for (const nic_model& one : nic_models()) append(words, one.name);
    throw refusal("there is no NIC {}; there are {}", *asked.nic, words);
  }
  if (profile.make_over == nullptr) {
    const profile_entry& nearest = least([&profile](const profile_entry& one) { return std::pair(one.make_over == nullptr, distance(one, profile)); });
    throw refusal("profile {} is compiled inline only; the nearest that runs over a NIC is {}", profile.name, nearest.name);
  }
  if (model->lies && !profile.verifies) {
    const profile_entry& nearest = least([&profile](const profile_entry& one) { return std::pair(!one.verifies, distance(one, profile)); });
    throw refusal("profile {} believes its NIC, and a {} one lies; the nearest that verifies is {}", profile.name, model->name, nearest.name);
  }
  return model;
}

}  // namespace

choice choose(const options& asked) {
  const profile_entry& profile = asked.profile ? named(*asked.profile) : profiles().front();
  if (const auto lack = lacking(profile, asked); !lack.empty()) {
    // What is lacking counts most, then how far the window is off, then how unlike the profile is.
    const auto cost = [&](const profile_entry& one) {
      const std::int64_t off = asked.window ? std::llabs(std::int64_t{one.window} - std::int64_t{*asked.window}) : 0;
      return std::tuple(lacking(one, asked).size(), off, distance(one, profile));
    };
    const profile_entry& nearest = least(cost);
    std::string words;
    for (const std::string& one : lack) append(words, one);
    throw refusal("not compiled into profile {}: {}; the nearest{} is {}", profile.name, words,
                  lacking(nearest, asked).empty() ? " that has it" : "", nearest.name);
  }
  choice made{profile};
  made.mode = asked.mode.value_or(first_mode_of(profile));
  made.outer = asked.family.value_or(esplanade::family::ipv4);
  made.esn = asked.esn || profile.esn == esplanade::always;
  made.nic = nic_for(asked, profile);
  return made;
}

}  // namespace capture_tunnel
