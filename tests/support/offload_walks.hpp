// Walks of the offload differential, over every model of a NIC: the property that is also fuzzed, by numbers of a seed.
#pragma once

#include "support/example_profiles.hpp"

#include <esplanade/testing/fuzz/offload_differential.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <stdexcept>

namespace offload_walks {

using namespace example_profiles;
namespace fuzz = esplanade::testing::fuzz;

struct nic_model {
  const char* name;
  unsigned number;  ///< as the property's first octet names it
};
inline constexpr nic_model models[] = {{"full", 0}, {"certified", 2}, {"v1", 3}, {"none", 4}, {"full, refuses some", 5}, {"flaky", 6}};

/// ESPLANADE_WALKS: seeds for each profile and model, instead of 4. ESPLANADE_WALK: the only seed, as a failure said it.
inline unsigned long asked_for(const char* name, unsigned long usual) {
  const char* const text = std::getenv(name);
  return text == nullptr ? usual : std::strtoul(text, nullptr, 0);
}

struct broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One walk; where it fails it says profile, model, seed and step, and goes the same way again.
template <class Profile, class Packets> void walk_once(const char* name, const nic_model& model, unsigned long seed, fuzz::offload_walked& all) {
  const auto before = fuzz::on_failure;
  fuzz::on_failure = [](const char*, const std::string& how) { throw broken(how); };
  esplanade::testing::seeded numbers{seed};
  fuzz::bytes choices(60'000);
  for (esplanade::octet& one : choices) one = static_cast<esplanade::octet>(numbers.next() & 0xff);
  choices[0] = static_cast<esplanade::octet>((choices[0] & 0xf8u) | model.number);
  fuzz::input in{choices.data(), choices.size()};
  try {
    fuzz::walk_offload<walked<Profile, Packets>>(in, all);
  } catch (const broken& b) {
    const std::string says = std::string(name) + " over " + model.name + ", seed " + std::to_string(seed) + ": " + b.what();
    FAIL_CHECK(says);
  }
  fuzz::on_failure = before;
}

/// Over all models.
template <class Profile, class Packets> void walk(const char* name) {
  const unsigned long only = asked_for("ESPLANADE_WALK", 0), first = only != 0 ? only : 1, count = only != 0 ? 1 : asked_for("ESPLANADE_WALKS", 4);
  fuzz::offload_walked all;
  for (const nic_model& model : models)
    for (unsigned long seed = first; seed < first + count; ++seed) walk_once<Profile, Packets>(name, model, seed, all);
  if (only != 0) return;
  INFO(name);
  CHECK(all.sent > 0);
  CHECK(all.delivered > 0);
  CHECK(all.rekeyed > 0);
  CHECK(all.lies > 0);
  CHECK(all.left > 0);
  // With a suite or mode that the model has no name for everything stays on the host.
  if (all.added == 0) return;
  CHECK(all.framed > 0);
  CHECK((all.believed > 0 || all.rechecked > 0));
  CHECK(all.deleted > 0);
}

}  // namespace offload_walks
