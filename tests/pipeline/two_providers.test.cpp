// Two ciphers that share no code, on the same packets through whole datapaths: what one seals, the other opens, and no octet
// and no verdict tells them apart.
#ifdef ESPLANADE_TESTS_IPSEC_MB
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/botan.hpp>
#include <esplanade/crypto/ipsec_mb.hpp>
#include <esplanade/testing/cuts.hpp>
#include <esplanade/testing/seeded.hpp>

using namespace support;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256, gcm128_8, esp_aes_gcm_12<192>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto esn = per_sa;
};
using chain = chain_packet<6>;

template <class P> class both_providers {
  static constexpr unsigned suites = 4;

 public:
  both_providers() {
    const suite_sizes sizes[suites] = {gcm128::sizes, gcm256::sizes, gcm128_8::sizes, esp_aes_gcm_12<192>::sizes};
    for (unsigned i = 0; i < suites; ++i) {
      const sa_form form{.suite = sizes[i], .spi = 0x1000 + i, .mode = i % 2 == 0 ? mode::tunnel : mode::transport, .esn = i < 2, .which = i + 1};
      one_sas_[i] = one_->add(form);
      other_sas_[i] = other_->add(form);
    }
  }
  /// A batch of these inner packets, SAs taking turns, `forged_one_in` of them damaged on the way.
  void exchange(const std::vector<bytes>& inner, std::size_t forged_one_in) {
    train<P> from_one, from_other;
    for (std::size_t i = 0; i < inner.size(); ++i) {
      const testing::packet_form form = form_of(inner[i], 64, 320);
      from_one.add(form, one_sas_[i % suites]);
      from_other.add(form, other_sas_[i % suites]);
    }
    one_->send(from_one);
    other_->send(from_other);
    train<P> to_one, to_other;
    std::vector<bool> forged;
    for (std::size_t i = 0; i < inner.size(); ++i) {
      REQUIRE(from_one.of(i) == verdict::forwarded);
      REQUIRE(from_other.of(i) == verdict::forwarded);
      bytes wire = from_one.octets(i);
      REQUIRE(wire == from_other.octets(i));
      forged.push_back(i % forged_one_in == 0);
      if (forged.back()) {  // in IV, text or ICV
        const std::size_t front = wire[0] >> 4 == 4 ? 28 : 48;
        const std::size_t at = front + numbers_.below(wire.size() - front);
        wire[at] = static_cast<octet>(wire[at] ^ 1u << numbers_.below(8));
      }
      to_one.add(form_of(wire, 0, 0));
      to_other.add(form_of(wire, 0, 0));
    }
    one_->receive(to_one);
    other_->receive(to_other);
    for (std::size_t i = 0; i < inner.size(); ++i) {
      REQUIRE(to_one.of(i) == (forged[i] ? verdict::icv_mismatch : verdict::forwarded));
      REQUIRE(to_other.of(i) == to_one.of(i));
      REQUIRE(to_other.octets(i) == to_one.octets(i));
      if (!forged[i]) REQUIRE(to_one.octets(i).size() == inner[i].size());
    }
  }

 private:
  testing::packet_form form_of(const bytes& content, std::size_t headroom, std::size_t tailroom) {
    testing::packet_form form{.content = content, .headroom = headroom, .tailroom = tailroom};
    if constexpr (!ContiguousPacket<P>) form.segments = testing::random_cut(content.size(), 5, numbers_);
    return form;
  }
  std::unique_ptr<world<gateway, P, botan>> one_ = std::make_unique<world<gateway, P, botan>>();
  std::unique_ptr<world<gateway, P, ipsec_mb>> other_ = std::make_unique<world<gateway, P, ipsec_mb>>();
  outbound_handle one_sas_[suites]{}, other_sas_[suites]{};
  testing::seeded numbers_{5};
};

}  // namespace

TEST_CASE_TEMPLATE("datapath: Botan and intel-ipsec-mb send the same octets and refuse the same packets at every size and cut [class 17, 28, 54]", P, flat_packet, chain) {
  both_providers<P> pair;
  // Payloads of 0 to 2000 octets, each under every SA: the SAs take turns at four packets of one size.
  for (std::size_t size = 0; size <= 2000; size += 10) {
    std::vector<bytes> inner;
    for (std::size_t i = 0; i < 40; ++i) inner.push_back(udp_packet(i / 20 % 2 == 0 ? family::ipv4 : family::ipv6, size + i / 4));
    CAPTURE(size);
    pair.exchange(inner, 7);
  }
  // The largest that fit into 65,535 octets, and some between.
  for (const std::size_t size : {4000u, 9000u, 20'000u, 40'000u, 65'390u, 65'400u, 65'411u}) {
    CAPTURE(size);
    pair.exchange(std::vector<bytes>(8, udp_packet(family::ipv4, size)), 3);
  }
}
#endif
