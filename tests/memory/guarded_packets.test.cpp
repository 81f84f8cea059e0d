// Packets of every length between pages that must not be touched, in memory that held this or that before.
#ifdef ESPLANADE_TESTS_IPSEC_MB
#include <esplanade/crypto/ipsec_mb.hpp>  // in front of Botan's headers, which must bear it
#endif

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/configuration.hpp>
#include <esplanade/testing/packets.hpp>

#include "crypto/guarded_memory.hpp"
#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

using namespace esplanade;
using jobs::guarded_memory;
using support::bytes;

namespace {

struct esp_families : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<256>, esp_aes_gcm_16_implicit_iv<128>, esp_null_aes_gmac<128>, esp_aes_ccm_8<128>, esp_chacha20_poly1305,
                                                   esp_aes_cbc<128, hmac_sha1_96>, esp_aes_ctr<256, aes_xcbc_96>, esp_null<aes_cmac_96>, esp_aes_cbc<256, hmac_sha2_512_256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using random = testing::seeded;
};
struct ah_families : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>, ah<aes_xcbc_96>, ah_aes_gmac<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};

/// A packet in guarded memory that held `fill` everywhere: all of it in one piece, or every segment between guards of its own.
template <class Packet> class guarded_packet;
template <> class guarded_packet<flat_packet> {
 public:
  guarded_packet(const bytes& content, std::size_t headroom, std::size_t tailroom, octet fill, guarded_memory::side side)
      : room_(headroom + content.size() + tailroom, side) {
    std::fill_n(room_.data(), room_.size(), fill);
    std::copy(content.begin(), content.end(), room_.data() + headroom);
    packet = flat_packet({room_.data(), room_.size()}, headroom, content.size());
  }
  flat_packet packet{};

 private:
  guarded_memory room_;
};
using chain = chain_packet<4>;
template <> class guarded_packet<chain> {
 public:
  guarded_packet(const bytes& content, std::size_t headroom, std::size_t tailroom, octet fill, guarded_memory::side side) {
    // Cut at other places for every length: in the headers, and near the end.
    const std::size_t size = content.size(), front = std::min(size, size % 61), back = std::min(size - front, size % 23), middle = (size - front - back) / 2;
    const std::size_t sizes[] = {front, middle, size - front - middle - back, back};
    std::size_t at = 0;
    for (std::size_t i = 0; i < 4; at += sizes[i++]) {
      const std::size_t before = i == 0 ? headroom : 0, behind = i == 3 ? tailroom : 0;
      guarded_memory& room = *rooms_.emplace_back(std::make_unique<guarded_memory>(before + sizes[i] + behind, side));
      std::fill_n(room.data(), room.size(), fill);
      std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(at), sizes[i], room.data() + before);
      packet.append({room.data(), room.size()}, before, sizes[i]);
    }
  }
  chain packet{};

 private:
  std::vector<std::unique_ptr<guarded_memory>> rooms_;
};

/// A datapath with one SA, in memory that held `fill` everywhere; its packets stand in such memory too, at one side of a guard.
template <class P, class Crypto, class Packet = flat_packet> class end_points {
  using configuration = testing::default_configuration<P, Packet, flat_store<4>, Crypto>;
  static constexpr std::align_val_t alignment{alignof(configuration)};

 public:
  struct outcome {
    verdict said = verdict::withheld;
    bytes content{};
    std::size_t in_front = 0;  ///< octets that it grew by in front
  };

  end_points(octet fill, guarded_memory::side side, const sa_parameters& sa) : fill_(fill), side_(side), memory_(::operator new(sizeof(configuration), alignment)) {
    std::fill_n(static_cast<octet*>(memory_), sizeof(configuration), fill);
    ends_ = new (memory_) configuration;
    pair_ = ends_->add_pair(sa).value();
  }
  end_points(const end_points&) = delete;
  end_points& operator=(const end_points&) = delete;
  ~end_points() {
    ends_->~configuration();
    ::operator delete(memory_, alignment);
  }

  outcome send(const bytes& plain, std::size_t headroom, std::size_t tailroom) {
    return run(plain, headroom, tailroom, [this](const batch_view<Packet>& batch) { ends_->path().outbound(batch); });
  }
  outcome receive(const bytes& wire) {
    return run(wire, 0, 0, [this](const batch_view<Packet>& batch) { ends_->path().inbound(batch); });
  }

 private:
  template <class Through> outcome run(const bytes& content, std::size_t headroom, std::size_t tailroom, Through through) {
    guarded_packet<Packet> guarded(content, headroom, tailroom, fill_, side_);
    Packet* packets[] = {&guarded.packet};
    verdict verdicts[] = {verdict::withheld};
    const outbound_handle handles[] = {pair_.sending};
    through(batch_view<Packet>{packets, verdicts, handles});
    outcome out{verdicts[0], testing::octets_of(guarded.packet)};
    if constexpr (std::is_same_v<Packet, flat_packet>) out.in_front = headroom - std::min(headroom, guarded.packet.headroom());
    return out;
  }

  octet fill_;
  guarded_memory::side side_;
  void* memory_;
  configuration* ends_;
  testing::sa_pair pair_{};
};

std::vector<std::size_t> all_lengths(std::size_t step) {
  std::vector<std::size_t> all;
  for (std::size_t n = 0; n <= 200; n += step) all.push_back(n);
  for (const std::size_t n : {511u, 512u, 575u, 576u, 1399u, 1400u, 1500u, 4095u, 4096u, 4097u, 8191u, 8192u, 9000u, 16384u, 65000u}) all.push_back(n);
  return all;
}

bytes packet_of(bool ipv6, std::size_t size) {
  support::ip_form form{.protocol = 200, .payload = bytes(size)};
  for (std::size_t i = 0; i < size; ++i) form.payload[i] = static_cast<octet>(i * 11 + size);
  if (ipv6) form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1), form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  return support::make_ip(form);
}

template <class P, class Crypto, class Packet = flat_packet> void nothing_is_touched_or_shows() {
  using flat_ends = end_points<P, Crypto>;
  using ends = end_points<P, Crypto, Packet>;
  for (std::size_t suite = 0; suite < P::suites.count; ++suite)
    for (const esplanade::mode mode : {mode::tunnel, mode::transport})
      for (const bool ipv6 : {false, true}) {
        sa_parameters sa = testing::sample_sa<P>(static_cast<std::uint32_t>(suite), suite);
        sa.mode = mode;
        const auto probe = std::make_unique<flat_ends>(octet{0x5c}, guarded_memory::side::ends_at_guard, sa);
        const auto zeros = std::make_unique<ends>(octet{0x00}, guarded_memory::side::ends_at_guard, sa);
        const auto others = std::make_unique<ends>(octet{0xa5}, guarded_memory::side::begins_at_guard, sa);
        CAPTURE(suite);
        CAPTURE(ipv6);
        CAPTURE((mode == mode::tunnel));
        for (const std::size_t size : all_lengths(std::is_same_v<Packet, flat_packet> ? 1 : 3)) {
          CAPTURE(size);
          const bytes plain = packet_of(ipv6, size);
          const auto wanted = probe->send(plain, 160, 160);
          REQUIRE(wanted.said == verdict::forwarded);
          // Room for not one octet more than it takes.
          const std::size_t behind = wanted.content.size() - plain.size() - wanted.in_front;
          for (ends* one : {zeros.get(), others.get()}) {
            const auto out = one->send(plain, wanted.in_front, behind);
            CHECK(out.said == verdict::forwarded);
            CHECK(out.content == wanted.content);
          }
          bytes forged = wanted.content;
          forged[forged.size() - 1] = static_cast<octet>(forged.back() ^ 1);
          const auto refused = zeros->receive(forged), likewise = others->receive(forged);
          CHECK(refused.said == verdict::icv_mismatch);
          CHECK(likewise.said == verdict::icv_mismatch);
          CHECK(refused.content == likewise.content);
          for (ends* one : {zeros.get(), others.get()}) {
            const auto in = one->receive(wanted.content);
            CHECK(in.said == verdict::forwarded);
            CHECK(in.content == plain);
          }
          if (size != 33) continue;
          // Not all of a packet, both ways.
          for (std::size_t left = 0; left < wanted.content.size(); ++left) {
            const auto front = [left](const bytes& all) { return bytes(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(left, all.size() - 1))); };
            const auto in = zeros->receive(front(wanted.content)), in_too = others->receive(front(wanted.content));
            CHECK(in.said != verdict::forwarded);
            CHECK(in.said == in_too.said);
            CHECK(in.content == in_too.content);
            const auto out = zeros->send(front(plain), wanted.in_front, behind), out_too = others->send(front(plain), wanted.in_front, behind);
            CHECK(out.said != verdict::forwarded);
            CHECK(out.said == out_too.said);
            CHECK(out.content == out_too.content);
          }
        }
      }
}

}  // namespace

TEST_CASE("datapath: ESP by Botan touches nothing beyond packets of any length, and what memory held before does not show [class 27, 37, 40]") {
  nothing_is_touched_or_shows<esp_families, botan_for<esp_families>>();
}
TEST_CASE("datapath: nor does AH by Botan [class 27, 37, 40]") { nothing_is_touched_or_shows<ah_families, botan_for<ah_families>>(); }
TEST_CASE("datapath: nothing is touched around any segment of a chain, by Botan [class 27, 37, 40]") {
  nothing_is_touched_or_shows<esp_families, botan_for<esp_families>, chain>();
  nothing_is_touched_or_shows<ah_families, botan_for<ah_families>, chain>();
}
#ifdef ESPLANADE_TESTS_IPSEC_MB
TEST_CASE("datapath: nor around any segment of a chain by intel-ipsec-mb [class 27, 37, 40]") {
  if (!ipsec_mb(1).add_key(esp_aes_gcm_16<128>::sizes, bytes(16))) return;  // not this processor's
  nothing_is_touched_or_shows<esp_families, ipsec_mb_for<esp_families>, chain>();
  nothing_is_touched_or_shows<ah_families, ipsec_mb_for<ah_families>, chain>();
}
TEST_CASE("datapath: nor do ESP and AH by intel-ipsec-mb [class 27, 37, 40]") {
  if (!ipsec_mb(1).add_key(esp_aes_gcm_16<128>::sizes, bytes(16))) return;  // not this processor's
  nothing_is_touched_or_shows<esp_families, ipsec_mb_for<esp_families>>();
  nothing_is_touched_or_shows<ah_families, ipsec_mb_for<ah_families>>();
}
#endif
