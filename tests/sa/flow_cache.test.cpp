#include <doctest/doctest.h>

#include <esplanade/sa/flow_cache.hpp>

#include <memory>

using namespace esplanade;

namespace {
flow some() {
  flow f;
  for (std::uint64_t i = 0; i < 4; ++i) f.words[i] = 0x1111111111111111u * (i + 1);
  f.source_port = 1000;
  f.destination_port = 53;
  f.version = family::ipv6;
  f.protocol = 17;
  f.ports_known = true;
  return f;
}
policy_decision discarding() { return {{}, nullptr, policy_action::discard, true}; }
}  // namespace

TEST_CASE("flow_cache: one bit of a flow makes another flow of it, even where only one fits [class 46]") {
  auto cache = std::make_unique<flow_cache<1, 1>>();
  cache->keep(some(), 5, {}, 3);
  REQUIRE(cache->find(some(), 5) != nullptr);
  for (unsigned bit = 0; bit < 256; ++bit) {
    flow other = some();
    other.words[bit / 64] ^= std::uint64_t{1} << (bit % 64);
    CHECK(cache->find(other, 5) == nullptr);
  }
  for (unsigned bit = 0; bit < 16; ++bit) {
    flow source = some(), destination = some();
    source.source_port = static_cast<std::uint16_t>(source.source_port ^ (1u << bit));
    destination.destination_port = static_cast<std::uint16_t>(destination.destination_port ^ (1u << bit));
    CHECK(cache->find(source, 5) == nullptr);
    CHECK(cache->find(destination, 5) == nullptr);
  }
  for (unsigned bit = 0; bit < 8; ++bit) {
    flow other = some();
    other.protocol = static_cast<octet>(other.protocol ^ (1u << bit));
    CHECK(cache->find(other, 5) == nullptr);
  }
  flow other = some();
  other.version = family::ipv4;
  CHECK(cache->find(other, 5) == nullptr);
  other = some();
  other.ports_known = false;
  CHECK(cache->find(other, 5) == nullptr);
}

TEST_CASE("flow_cache: what was decided under another version is forgotten") {
  auto cache = std::make_unique<flow_cache<4, 2>>();
  cache->keep(some(), 5, discarding(), flow_cache<4, 2>::nowhere);
  CHECK(cache->find(some(), 4) == nullptr);
  CHECK(cache->find(some(), 6) == nullptr);
  const auto* const known = cache->find(some(), 5);
  REQUIRE(known != nullptr);
  CHECK(known->matched);
  CHECK(known->action == policy_action::discard);
  CHECK(known->position == flow_cache<4, 2>::nowhere);
  cache->keep(some(), 6, {}, 9);
  CHECK(cache->find(some(), 5) == nullptr);
  CHECK(cache->find(some(), 6)->position == 9);
  CHECK_FALSE(cache->find(some(), 6)->matched);
  CHECK(flow_cache<4, 2>{}.find(flow{}, 1) == nullptr);  // an empty cache knows not even the flow of zeros
}

TEST_CASE("flow_cache: is bounded, keeps what fits and gives up what is out of date first [class 43]") {
  auto cache = std::make_unique<flow_cache<1, 4>>();
  const auto numbered = [](std::uint64_t n) {
    flow f;
    f.words[0] = n;
    return f;
  };
  const auto known = [&](std::uint64_t version) {
    unsigned n = 0;
    for (std::uint64_t i = 0; i < 200; ++i) n += cache->find(numbered(i), version) != nullptr;
    return n;
  };
  for (std::uint64_t i = 0; i < 4; ++i) cache->keep(numbered(i), 1, {}, 0);
  CHECK(known(1) == 4);
  for (std::uint64_t i = 0; i < 100; ++i) {
    cache->keep(numbered(i), 1, {}, 0);
    CHECK(cache->find(numbered(i), 1) != nullptr);
    CHECK(known(1) == 4);
  }
  for (std::uint64_t i = 0; i < 3; ++i) cache->keep(numbered(i), 2, {}, 0);
  CHECK(known(1) == 1);
  CHECK(known(2) == 3);
  for (unsigned again = 0; again < 9; ++again) cache->keep(numbered(1), 2, {}, 0);  // no flow stands twice
  CHECK(known(2) == 3);
  CHECK(no_flow_cache::find(numbered(1), 2) == nullptr);
}

TEST_CASE("flow_cache: neighbouring flows spread over its sets") {
  auto cache = std::make_unique<flow_cache<256, 4>>();
  std::uint64_t n = 0;
  for (std::uint64_t a = 0; a < 16; ++a)
    for (std::uint16_t port = 0; port < 32; ++port) {
      flow f;
      f.words[0] = 0xc0000200c6336400u + a;
      f.source_port = port;
      f.ports_known = true;
      cache->keep(f, 1, {}, 0);
    }
  for (std::uint64_t a = 0; a < 16; ++a)
    for (std::uint16_t port = 0; port < 32; ++port) {
      flow f;
      f.words[0] = 0xc0000200c6336400u + a;
      f.source_port = port;
      f.ports_known = true;
      n += cache->find(f, 1) != nullptr;
    }
  CHECK(n > 470);  // of 512 flows in 1024 places
}
