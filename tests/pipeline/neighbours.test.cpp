// SAs of one algorithm with keys of their own beside each other: each is as it would be alone, whoever comes and goes.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/botan.hpp>
#ifdef ESPLANADE_TESTS_IPSEC_MB
#include <esplanade/crypto/ipsec_mb.hpp>
#endif
#include <esplanade/sa/longest_match_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/seeded.hpp>

using namespace support;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<64>;
};
constexpr std::size_t places = 6;

// An SA among others, and the same one alone in a world of its own.
template <class Crypto, class Store> struct neighbour {
  using alone_type = world<gateway, flat_packet, Crypto, flat_store<1>>;
  sa_form form;
  inbound_handle in{};
  outbound_handle out{}, alone_out{};
  std::unique_ptr<alone_type> alone = std::make_unique<alone_type>();
  std::vector<bytes> sent{};

  neighbour(world<gateway, flat_packet, Crypto, Store>& among, std::size_t place, unsigned which) : form{.spi = 0x1000 + static_cast<std::uint32_t>(place), .which = which} {
    in = among.add_receiver(form);
    out = among.add_sender(form);
    alone_out = alone->add(form);
  }
};

template <class Crypto, class Store> void each_is_as_it_is_alone() {
  const auto among = std::make_unique<world<gateway, flat_packet, Crypto, Store>>();
  std::unique_ptr<neighbour<Crypto, Store>> all[places];
  testing::seeded numbers{11};
  unsigned keys = 0;
  std::vector<bytes> of_the_gone;
  for (unsigned round = 0; round < 24; ++round) {
    // One goes or comes; who comes has the SPI, the slot and the provider's place of one that went, and a key of its own.
    auto& turn = all[numbers.below(places)];
    if (turn == nullptr) {
      turn = std::make_unique<neighbour<Crypto, Store>>(*among, static_cast<std::size_t>(&turn - all), ++keys);
    } else if (round % 3 != 0) {
      of_the_gone.insert(of_the_gone.end(), turn->sent.begin(), turn->sent.end());
      REQUIRE(among->receiving.remove(turn->in));
      REQUIRE(among->sending.remove(turn->out));
      CHECK(among->receiving.reclaim(among->crypto, places) == 1);
      CHECK(among->sending.reclaim(among->crypto, places) == 1);
      turn.reset();
    }
    train<flat_packet> sealing;
    std::vector<neighbour<Crypto, Store>*> whose;
    std::vector<bytes> inner;
    for (std::size_t i = 0; i < 40; ++i) {
      auto& one = all[numbers.below(places)];
      if (one == nullptr) continue;
      whose.push_back(one.get());
      inner.push_back(udp_packet(family::ipv4, static_cast<std::size_t>(numbers.below(90))));
      sealing.add(inner.back(), one->out);
    }
    among->send(sealing);
    train<flat_packet> opening;
    for (std::size_t i = 0; i < whose.size(); ++i) {
      const bytes alone = whose[i]->alone->sent(inner[i], whose[i]->alone_out).second;
      CHECK(sealing.of(i) == verdict::forwarded);
      CHECK(sealing.octets(i) == alone);
      whose[i]->sent.push_back(alone);
      opening.add(alone, {}, 0, 0);
    }
    const std::size_t fresh = opening.packets.size();
    for (std::size_t i = 0; i < of_the_gone.size(); ++i) opening.add(of_the_gone[i], {}, 0, 0);
    among->receive(opening);
    for (std::size_t i = 0; i < fresh; ++i) {
      CHECK(opening.of(i) == verdict::forwarded);
      CHECK(opening.octets(i) == inner[i]);
    }
    for (std::size_t i = fresh; i < opening.in_order.size(); ++i) CHECK(opening.of(i) != verdict::forwarded);
    for (auto& one : all) {
      if (one == nullptr) continue;
      const auto* const here = among->receiving.at(one->in);
      CHECK(here->window().highest() == one->sent.size());
      CHECK(here->traffic().packets.get() == one->sent.size());
    }
  }
}

}  // namespace

TEST_CASE("neighbours: SAs of one algorithm take turns in a batch, come and go, and none changes what another does [class 38, 46, 52]") {
  each_is_as_it_is_alone<testing::mixing_crypto, flat_store<places>>();
  each_is_as_it_is_alone<testing::mixing_crypto, longest_match_store<places, epoch<1>>>();
  each_is_as_it_is_alone<botan, flat_store<places, by_spi, epoch<2>>>();
#ifdef ESPLANADE_TESTS_IPSEC_MB
  each_is_as_it_is_alone<ipsec_mb, flat_store<places>>();
#endif
}
