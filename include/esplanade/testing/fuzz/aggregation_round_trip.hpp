// What is put into AGGFRAG payloads comes out of them, but for what was in a payload that was lost.
//
//   1  inner packets of either family and any size go into payloads of any size, of both sub-types, parted or not
//   2  the payloads, read plainly in the order they were made, hold exactly those packets, and every block offset is right
//   3  they arrive cut anywhere, out of order by less than the window, some of them never: what comes out, in order and octet for
//      octet, is every packet no part of which was lost
//   4  octets of payloads are changed: what comes out is at least as long as its own header says, and no longer
//   5  the pool has back what is not out, and in the end everything
//
//   input   octets of a payload - 30 (2) · 1 congestion, 2 never parted, 4 changed · least fragment (1) ·
//           each: below 128 a packet, 64 IPv6, size (2) · from 128 on a payload leaves, 64 never arrives, delay mod 4 · cut ·
//           when changed: place (2), value (1)
#pragma once

#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/plain_fragments.hpp>
#include <esplanade/testing/packets.hpp>
#include <esplanade/transform/aggregation.hpp>
#include <esplanade/transform/deaggregation.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// Payloads read in the order they were made, without loss (RFC 9347 6.1): the packets, and in which payloads each lies.
struct plain_stream {
  struct packet {
    bytes octets{};
    std::size_t first = 0, last = 0;  ///< payloads
  };
  std::vector<packet> packets{};
  std::string wrong{};  ///< empty when all is right

  explicit plain_stream(const std::vector<bytes>& payloads) {
    std::size_t missing = 0;  // of the packet begun last
    for (std::size_t i = 0; i < payloads.size() && wrong.empty(); ++i) {
      const bytes& p = payloads[i];
      const std::size_t header = p[0] == 0 ? 4 : 24, offset = detail::be16_at(p, 2);
      std::size_t at = header;
      const bool padding_alone = offset == 0 && p[at] >> 4 == 0;
      if (offset != missing && !padding_alone) wrong = "payload " + std::to_string(i) + " has block offset " + std::to_string(offset) + " where " + std::to_string(missing) + " octets are missing";
      for (; missing != 0 && at < p.size() && !padding_alone; --missing, ++at) packets.back().octets.push_back(p[at]);
      if (!packets.empty() && at > header) packets.back().last = i;
      while (at < p.size() && p[at] >> 4 != 0 && wrong.empty()) {
        if (p.size() - at < 6) {
          wrong = "payload " + std::to_string(i) + " ends before the length of a packet";
          break;
        }
        const std::size_t length = p[at] >> 4 == 4 ? detail::be16_at(p, at + 2) : 40 + detail::be16_at(p, at + 4);
        packets.push_back({{}, i, i});
        for (missing = length; missing != 0 && at < p.size(); --missing, ++at) packets.back().octets.push_back(p[at]);
      }
      for (; at < p.size() && missing == 0 && wrong.empty(); ++at)
        if (p[at] != 0) wrong = "payload " + std::to_string(i) + " has padding that is not zero";
    }
  }
};

namespace detail {
inline bytes inner_packet(bool v6, std::size_t size, unsigned first) {
  size = std::max<std::size_t>(size, v6 ? 40 : 20);
  bytes made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<octet>((first * 11 + i * 3 + 1) & 0xff);
  made[0] = v6 ? 0x60 : 0x45;
  set_be16(made, v6 ? 4 : 2, v6 ? size - 40 : size);
  return made;
}

template <class Receiver> void aggregate_and_back(input& in) {
  using packet = chain_packet<4>;
  constexpr std::size_t window = 4, ready = 8, pool_size = 40;
  const auto fail = [](const std::string& how) { failed("aggregation_round_trip", how); };
  const std::size_t octets = 30 + in.take_be16() % 1500u;
  const unsigned kind = in.take_octet();
  const bool changed = (kind & 4) != 0;
  aggregation<packet, ready> sender({.octets = static_cast<std::uint32_t>(octets), .fragments = (kind & 2) == 0, .least_fragment = in.take_octet(), .congestion = (kind & 1) != 0});
  sender.info.value = 0x01020304;
  fixed_pool<packet, pool_size> pool(0, 2048);
  owned_packets<packet> factory;
  std::vector<bytes> put, payloads;
  struct journey {
    std::size_t payload, arrives;
    bool lost;
    cut pieces;
    std::size_t at;
    octet value;
  };
  std::vector<journey> journeys;
  for (unsigned n = 0; n < 96 && !in.empty(); ++n) {
    const unsigned what = in.take_octet();
    if (what < 128) {
      const bytes inner = inner_packet((what & 64) != 0, in.take_be16() % 2000u, n);
      packet* const one = factory.make({.content = inner});
      const verdict said = sender.put(*one, inner.size(), pool);
      const std::size_t room = octets - ((kind & 1) != 0 ? 24u : 4u);
      if (said == verdict::forwarded) put.push_back(inner);
      else if (said == verdict::packet_too_big) {
        if ((kind & 2) == 0 || inner.size() <= room) fail("a packet that fits is too big");
      } else if (said != verdict::batch_full) fail(std::string("a packet is ") + name_of(said));
      factory.release(one);
      continue;
    }
    packet* const payload = sender.next(pool);
    if (payload == nullptr) fail("the pool has no packet left");
    const std::size_t i = payloads.size();
    payloads.push_back(octets_of(*payload));
    if (payloads.back().size() != octets) fail("a payload has another size");
    pool.give(payload);
    journeys.push_back({i, i + what % window, (what & 64) != 0, in.take_cut(octets, 4), 0, 0});
    if (changed) journeys.back().at = in.take_be16() % octets, journeys.back().value = in.take_octet();
  }
  const plain_stream plain(payloads);
  if (!plain.wrong.empty()) fail(plain.wrong);
  // The last one may still lie in the sender in part.
  std::size_t whole = plain.packets.size();
  if (whole != 0 && whole <= put.size() && plain.packets[whole - 1].octets.size() < put[whole - 1].size()) --whole;
  if (whole > put.size()) fail("the payloads hold more packets than were put in");
  for (std::size_t i = 0; i < whole; ++i)
    if (plain.packets[i].octets != put[i]) fail("the payloads hold another packet than number " + std::to_string(i));

  std::stable_sort(journeys.begin(), journeys.end(), [](const journey& a, const journey& b) { return a.arrives < b.arrives; });
  std::vector<bool> lost(payloads.size());
  std::vector<bytes> out;
  Receiver receiver(5);
  receiver.expect(1000);
  const auto deliver = [&](packet* one) {
    out.push_back(octets_of(*one));
    pool.give(one);
  };
  for (const journey& j : journeys) {
    lost[j.payload] = j.lost;
    if (j.lost) continue;
    bytes content = payloads[j.payload];
    if (changed) content[j.at] = j.value;
    packet* const one = factory.make({.content = content, .segments = j.pieces});
    const verdict said = receiver.add(*one, content.size(), 1000 + j.payload, 1, pool, deliver);
    if (said != verdict::absorbed && !(changed && said == verdict::bad_inner_packet)) fail("payload " + std::to_string(j.payload) + " is " + name_of(said));
    factory.release(one);
  }
  receiver.sweep(7, pool, deliver);
  if (receiver.waiting() != 0) fail("payloads still wait when their time is over");
  for (const bytes& one : out)
    if (one.size() != (one[0] >> 4 == 4 ? be16_at(one, 2) : 40 + be16_at(one, 4))) fail("a packet came out whose length is not what its header says");
  if (!changed) {
    std::vector<bytes> expected;
    for (std::size_t i = 0; i < whole; ++i) {
      bool there = true;
      for (std::size_t k = plain.packets[i].first; k <= plain.packets[i].last; ++k) there = there && !lost[k];
      if (there) expected.push_back(put[i]);
    }
    if (out != expected) fail(std::to_string(out.size()) + " packets came out where " + std::to_string(expected.size()) + " are whole, or another one");
    if ((kind & 1) != 0 && !out.empty() && receiver.info().value != sender.info.value) fail("the congestion information is another");
  }
  receiver.restart(pool);
  sender.drain(pool);
  if (pool.level() != pool_size || pool.misuses() != 0) fail("the pool has not back what it gave");
}
}  // namespace detail

/// A configuration may name a `deaggregation` of its own to be judged.
template <class Configuration> int aggregation_round_trip(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  if constexpr (requires { typename Configuration::deaggregation; }) detail::aggregate_and_back<typename Configuration::deaggregation>(in);
  else detail::aggregate_and_back<deaggregation<chain_packet<4>, 4>>(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
