#include "wire.hpp"

#include "packet_headers.hpp"
#include "refusal.hpp"

#include <algorithm>
#include <map>

namespace capture_tunnel {
namespace {

/// Chooses `wanted` of `all`, each choice as likely as the others; keeps their order.
std::vector<std::size_t> choose_among(std::vector<std::size_t> all, std::size_t wanted, chance& from) {
  std::vector<std::size_t> chosen;
  std::sample(all.begin(), all.end(), std::back_inserter(chosen), static_cast<std::ptrdiff_t>(wanted), from);
  return chosen;
}

std::vector<std::size_t> first_numbers(std::size_t count) {
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}

}  // namespace

void wire::impair() {
  find_streams();
  check_amounts();
  arrivals_.resize(packets_.size());
  for (std::size_t i = 0; i < packets_.size(); ++i) arrivals_[i].ordinal = packets_[i].ordinal;
  moved_.assign(packets_.size(), false);
  reorder();
  corrupt();
  replay();
}

void wire::find_streams() {
  std::map<std::uint32_t, positions> by_spi;
  for (std::size_t i = 0; i < packets_.size(); ++i)
    if (const auto esp = find_esp(packets_[i].packet)) by_spi[esp->spi].push_back(i);
  for (auto& [spi, stream] : by_spi) streams_.push_back(std::move(stream));
}

void wire::check_amounts() const {
  const std::uint64_t sent = packets_.size();
  std::uint64_t pairs = 0;
  for (const positions& stream : streams_) pairs += stream.size() / 2;
  if (asked_.reorder > pairs) throw refusal("--reorder {}: this capture allows {} disjoint pairs of neighbours", asked_.reorder, pairs);
  const std::uint64_t unmoved = sent - 2 * asked_.reorder;
  if (asked_.corrupt > unmoved)
    throw refusal("--corrupt {}: this capture allows {}{}", asked_.corrupt, unmoved, asked_.reorder != 0 ? " beside the pairs that change places" : "");
  if (asked_.replay > sent - asked_.corrupt)
    throw refusal("--replay {}: this capture allows {}{}", asked_.replay, sent - asked_.corrupt, asked_.corrupt != 0 ? " beside those that are corrupted" : "");
}

// A stream of n packets with k pairs in it is a row of n - k things, k of which are pairs: every choice of k is one way.
void wire::reorder() {
  std::uint64_t left = asked_.reorder, behind = packets_.size();
  for (const positions& stream : streams_) {
    behind -= stream.size();
    std::uint64_t behind_pairs = 0;
    for (const positions* later = &stream + 1; later != streams_.data() + streams_.size(); ++later) behind_pairs += later->size() / 2;
    const std::uint64_t least = left > behind_pairs ? left - behind_pairs : 0;
    const std::uint64_t share = left * stream.size() / (stream.size() + behind);
    const std::uint64_t pairs = std::clamp<std::uint64_t>(share, least, std::min<std::uint64_t>(left, stream.size() / 2));
    left -= pairs;
    std::size_t earlier = 0;  // pairs before this one: each took one place more
    for (const std::size_t place : choose_among(first_numbers(stream.size() - pairs), pairs, from_)) {
      const std::size_t a = stream[place + earlier], b = stream[place + earlier + 1];
      ++earlier;
      std::swap(packets_[a], packets_[b]);
      std::swap(arrivals_[a], arrivals_[b]);
      moved_[a] = moved_[b] = true;
    }
  }
}

void wire::corrupt() {
  std::vector<std::size_t> unmoved;
  for (std::size_t i = 0; i < packets_.size(); ++i)
    if (!moved_[i]) unmoved.push_back(i);
  for (const std::size_t i : choose_among(std::move(unmoved), asked_.corrupt, from_)) {
    std::vector<esplanade::octet>& packet = packets_[i].packet;
    const std::size_t iv_at = find_esp(packet)->at + esplanade::esp_header_octets;
    const std::uint64_t bit = from_.below(8 * (packet.size() - iv_at));
    packet[iv_at + bit / 8] ^= static_cast<esplanade::octet>(1u << bit % 8);
    arrivals_[i].what = arrival::corrupted;
  }
}

void wire::replay() {
  std::vector<std::size_t> accepted;
  std::vector<std::pair<const positions*, std::size_t>> place_of(packets_.size());
  for (const positions& stream : streams_)
    for (std::size_t k = 0; k < stream.size(); ++k) place_of[stream[k]] = {&stream, k};
  for (std::size_t i = 0; i < packets_.size(); ++i)
    if (arrivals_[i].what == arrival::first) accepted.push_back(i);

  std::multimap<std::size_t, std::size_t> copies;  // behind which position, of which
  for (const std::size_t i : choose_among(std::move(accepted), asked_.replay, from_)) {
    const auto [stream, k] = place_of[i];
    const std::size_t later = std::min<std::size_t>(stream->size() - 1 - k, window_ - 3);  // a moved neighbour costs one or two
    copies.emplace((*stream)[k + from_.below(later + 1)], i);
  }
  if (copies.empty()) return;

  std::vector<parcel> packets;
  std::vector<arrival> arrivals;
  for (std::size_t i = 0; i < packets_.size(); ++i) {
    packets.push_back(packets_[i]);
    arrivals.push_back(arrivals_[i]);
    for (auto [at, end] = copies.equal_range(i); at != end; ++at) {
      packets.push_back(packets_[at->second]);
      arrivals.push_back({arrivals_[at->second].ordinal, arrival::copy});
    }
  }
  packets_ = std::move(packets);
  arrivals_ = std::move(arrivals);
}

}  // namespace capture_tunnel
