// The whole datapath over SAs and tables that are not ours, two suites in each.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/sa_structs.hpp>

using namespace support;
using testing::foreign_sa;
using testing::foreign_table;
using testing::mixing_crypto;
using testing::tagged_sa;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8>;
};
using in_sa = inbound_sa<gateway, mixing_crypto>;
using out_sa = outbound_sa<gateway, mixing_crypto>;

struct our_stores {
  using inbound = flat_sad<in_sa, 8>;
  using outbound = slot_table<out_sa, 8>;
};
struct user_structs {
  using inbound = flat_sad<tagged_sa<in_sa>, 8>;
  using outbound = slot_table<tagged_sa<out_sa>, 8>;
};
struct foreign_structs {
  using inbound = flat_sad<foreign_sa<in_sa>, 8, by_spi_and_destination>;
  using outbound = slot_table<foreign_sa<out_sa>, 8>;
};
struct foreign_tables {
  using inbound = foreign_table<tagged_sa<in_sa>, 8>;
  using outbound = slot_table<foreign_sa<out_sa>, 8>;
};

// Two suites, two SAs of each, in one store; one batch mixes them. What goes out and comes in, and what the SAs counted.
template <class Stores> std::string story() {
  world<gateway, flat_packet, mixing_crypto, Stores> r;
  std::vector<outbound_handle> senders;
  std::vector<inbound_handle> receivers;
  for (unsigned which = 1; which <= 4; ++which) {
    const sa_form form{.suite = which % 2 == 0 ? gcm128::sizes : gcm128_8::sizes, .spi = 0x1000 + which, .esn = which > 2, .which = which};
    senders.push_back(r.add_sender(form));
    receivers.push_back(r.add_receiver(form));
  }
  train<flat_packet> packets;
  for (std::size_t i = 0; i < 50; ++i) packets.add(udp_packet(i % 3 == 0 ? family::ipv6 : family::ipv4, i), senders[(i * i + i / 5) % 4]);
  r.send(packets);
  REQUIRE(packets.survivors == 50);
  std::string all;
  train<flat_packet> arriving;
  for (std::size_t i = 0; i < 50; ++i) {
    for (const octet o : packets.octets(i)) all += static_cast<char>(o);
    bytes wire = packets.octets(i);
    if (i % 9 == 4) wire.back() = static_cast<octet>(wire.back() ^ 1);
    arriving.add(wire);
  }
  r.receive(arriving);
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(arriving.of(i) == (i % 9 == 4 ? verdict::icv_mismatch : verdict::forwarded));
    if (i % 9 != 4) CHECK(arriving.octets(i) == udp_packet(i % 3 == 0 ? family::ipv6 : family::ipv4, i));
  }
  for (unsigned which = 0; which < 4; ++which) {
    const auto& sent = association(*r.sending.at(senders[which])).traffic();
    const auto& received = association(*r.receiving.at(receivers[which]));
    all += " " + std::to_string(sent.packets.get()) + "/" + std::to_string(received.traffic().packets.get()) + "+" + std::to_string(received.drops().icv_mismatch.get());
  }
  return all;
}

}  // namespace

TEST_CASE("sa structs: a user's struct around ours, a foreign one and a foreign table do what our stores do, with two suites in each") {
  const std::string ours = story<our_stores>();
  CHECK(story<user_structs>() == ours);
  CHECK(story<foreign_structs>() == ours);
  CHECK(story<foreign_tables>() == ours);
}

TEST_CASE("sa structs: what the user keeps beside our SA stays his") {
  world<gateway, flat_packet, mixing_crypto, user_structs> r;
  const auto sa = r.add_sender({});
  r.sending.at(sa)->tag = 0x1122334455667788;
  CHECK(r.sent(udp_packet(family::ipv4, 20), sa).first == verdict::forwarded);
  CHECK(r.sending.at(sa)->tag == 0x1122334455667788);
  CHECK(r.sending.at(sa)->ours.sequence().used() == 1);
}
