// Reassembly says what octets in a map say: piece by piece the same verdict, and at last the same datagram or none
//
//   1  fragments of eight datagrams of either family come in, in any order, of any size, cut anywhere, while time passes
//   2  each verdict is the model's: overlaps, contradictions, what is too much and what is late are refused, duplicates are not
//   3  a datagram comes out when the last octet of it is there, octet for octet as the model has it
//   4  the pool has back what is not out, and in the end everything
//
//   input   each: datagram (3 bits), 8 IPv6, 16 more follow, 32 further headers, ECN << 6 · offset in octets / 8 (1; 255: near the
//           end) · octets of payload (1) · seconds (1; below 248 none) · cut
#pragma once

#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/plain_fragments.hpp>
#include <esplanade/testing/packets.hpp>
#include <esplanade/transform/reassembly.hpp>

#include <memory>
#include <set>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// Reassembly written down without bounds on work: the rules of RFC 8200 4.5, RFC 5722 and RFC 3168 5.3, and `reassembly`'s bounds.
class plain_reassembly {
 public:
  plain_reassembly(std::size_t contexts, std::size_t pieces, std::uint64_t patience) : contexts_(contexts), pieces_(pieces), patience_(patience) {}

  std::pair<verdict, std::optional<bytes>> add(const bytes& packet, std::uint64_t now) {
    const plain_fragment piece = read_fragment(packet);
    const bool v4 = packet[0] >> 4 == 4;
    const std::size_t end = piece.offset + piece.payload.size();
    if (piece.payload.empty() || (piece.more && piece.payload.size() % 8 != 0) || piece.header.size() + end > (v4 ? 65535u : 65575u)) return {verdict::bad_fragment, {}};
    std::erase_if(waiting_, [&](const auto& one) { return now - one.second.since >= patience_; });
    if (!waiting_.contains(piece.key)) {
      if (waiting_.size() == contexts_) return {verdict::batch_full, {}};
      waiting_[piece.key].since = now;
    }
    datagram& d = waiting_[piece.key];
    const auto give_up = [&](verdict why) {
      d.given_up = true;
      return std::pair{why, std::optional<bytes>{}};
    };
    if (d.given_up || (piece.offset == 0 && piece.header.size() > 128)) return give_up(verdict::bad_fragment);
    const std::tuple what{piece.offset, end, piece.more};
    if (d.pieces.contains(what)) return {verdict::absorbed, {}};
    if (!d.octets.put(piece) || d.pieces.size() == pieces_) return give_up(verdict::bad_fragment);
    d.pieces.insert(what);
    d.marks.insert((v4 ? packet[1] : packet[1] >> 4) % 4u);
    auto whole = d.octets.whole();
    if (!whole) return {verdict::absorbed, {}};
    if (whole->size() > (v4 ? 65535u : 65575u)) return give_up(verdict::bad_fragment);
    if (d.marks.contains(3)) {
      if (d.marks.contains(0)) return give_up(verdict::bad_ecn);
      (*whole)[1] = static_cast<octet>((*whole)[1] | (v4 ? 3 : 0x30));
      const std::size_t header = (*whole)[0] % 16u * 4u;
      if (v4) *whole = whole_datagram(bytes(whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(header)), bytes(whole->begin() + static_cast<std::ptrdiff_t>(header), whole->end()));
    }
    waiting_.erase(piece.key);
    return {verdict::absorbed, whole};
  }

 private:
  struct datagram {
    plain_datagram octets{};
    std::set<std::tuple<std::size_t, std::size_t, bool>> pieces{};
    std::set<unsigned> marks{};
    std::uint64_t since = 0;
    bool given_up = false;
  };
  std::size_t contexts_, pieces_;
  std::uint64_t patience_;
  std::map<bytes, datagram> waiting_{};
};

namespace detail {
inline bytes fragment_of(unsigned what, std::size_t offset, std::size_t size, unsigned first) {
  bytes payload(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<octet>((first * 37 + i) & 0xff);
  const unsigned datagram = what % 8, mark = what >> 6;
  const bool v6 = (what & 8) != 0, more = (what & 16) != 0, further = (what & 32) != 0;
  bytes header;
  if (!v6) {
    header = {0x45, static_cast<octet>(mark), 0, 0, 0, static_cast<octet>(datagram), 0, 0, 64, 50, 0, 0, 10, 1, 0, 5, 10, 2, 0, static_cast<octet>(datagram % 2)};
    if (further) header.insert(header.end(), {0x94, 4, 0, 0}), header[0] = 0x46;
    header = whole_datagram(header, payload);
    set_be16(header, 6, offset / 8 | (more ? 0x2000u : 0u));
    return header;
  }
  header = {0x60, static_cast<octet>(mark << 4), 0, 0, 0, 0, 44, 64};
  for (const unsigned last : {1u, datagram % 2}) {
    header.insert(header.end(), {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    header.push_back(static_cast<octet>(last));
  }
  if (further) {
    header[6] = 0;
    header.insert(header.end(), {44, 0, 1, 4, 0, 0, 0, 0});
  }
  header.insert(header.end(), {50, 0, static_cast<octet>(offset >> 8), static_cast<octet>((offset & 0xf8) | (more ? 1u : 0u)), 0, 0, 0, static_cast<octet>(datagram)});
  return whole_datagram(header, payload);
}

template <class Map> void reassemble_like_octets(input& in) {
  using packet = chain_packet<4>;
  constexpr std::size_t contexts = 3, pieces = 6;
  constexpr std::uint64_t patience = 30;
  const auto fail = [](const std::string& how) { failed("reassembly_like_octets", how); };
  fixed_pool<packet, contexts + 1> pool(128, ip_length_max);
  reassembly<packet, contexts, pieces, Map> real(patience);
  plain_reassembly model(contexts, pieces, patience);
  owned_packets<packet> factory;
  std::uint64_t now = 5;
  for (unsigned n = 0; n < 64 && !in.empty(); ++n) {
    const unsigned what = in.take_octet(), at = in.take_octet(), size = in.take_octet(), seconds = in.take_octet();
    if (seconds >= 248) now += seconds - 247;
    const bytes content = fragment_of(what, at == 255 ? 0xff00u + size / 8 * 8 : at * 8, size, n);
    if (!read_fragment(content).fragment) continue;
    const auto back = [&factory](packet* made) { factory.release(made); };
    const std::unique_ptr<packet, decltype(back)> one(factory.make({.content = content, .segments = in.take_cut(content.size(), 4)}), back);
    packet_reader read(*one);
    const fragment_place place = place_of(read, content.size());
    real.sweep(now, pool);
    using answer = typename decltype(real)::outcome;
    const answer said = place.status == verdict::forwarded ? real.add(*one, place, nullptr, now, pool) : answer{place.status};
    const auto [expected, whole] = model.add(content, now);
    if (said.what != expected) fail("fragment " + std::to_string(n) + " is " + name_of(said.what) + " where it must be " + name_of(expected));
    if ((said.whole != nullptr) != whole.has_value()) fail("fragment " + std::to_string(n) + (whole ? " makes no datagram of a whole one" : " makes a datagram that is not whole"));
    if (said.whole != nullptr) {
      if (octets_of(*said.whole) != *whole) fail("the datagram that fragment " + std::to_string(n) + " completes is another");
      pool.give(said.whole);
    }
    if (octets_of(*one) != content) fail("a fragment was written to");
  }
  real.drain(pool);
  if (pool.level() != contexts + 1 || pool.misuses() != 0) fail("the pool has not back what it gave");
}
}  // namespace detail

/// A configuration may name a `fragment_map` of its own to be judged.
template <class Configuration> int reassembly_like_octets(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  if constexpr (requires { typename Configuration::fragment_map; }) detail::reassemble_like_octets<typename Configuration::fragment_map>(in);
  else detail::reassemble_like_octets<fragment_map<6>>(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
