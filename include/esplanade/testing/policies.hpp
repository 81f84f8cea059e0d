// Policies that replay what somebody else sent: the IV, the outer header and the padding of a recorded packet.
//
// With them an outbound datapath must reproduce the recorded packet octet for octet. They are for tests alone:
//
//     struct replayed : esplanade::profile {
//       static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
//       static constexpr bool caller_set_iv = true;
//       using iv = esplanade::testing::given_iv;
//       using header = esplanade::testing::given_header;
//       using padding = esplanade::testing::fixed_padding;
//     };
//     esplanade::testing::given.padding = 2;   // and so on, before each packet
#pragma once

#include <esplanade/transform/policies.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// What a recorded packet looked like where a sender may choose.
struct given_values {
  octet iv[iv_max]{};                ///< as on the wire
  octet traffic_class = 0;           ///< outer DSCP and ECN
  std::uint16_t identification = 0;  ///< outer IPv4, host order
  bool dont_fragment = false;        ///< outer IPv4
  std::uint32_t flow_label = 0;      ///< outer IPv6, 20 bits
  std::size_t padding = 0;           ///< pad octets, 0 to 255
};
/// What the policies of this file write next. Policies have no state of their own, so it stands here.
///   Threads  each has its own
inline constinit thread_local given_values given{};

/// An IV policy that repeats a recorded IV. Two packets under one key and one IV break GCM: never for traffic.
struct given_iv {
  static constexpr const char* name = "given_iv";
  /// Writes the 8 octets of the IV, or as many as the suite has.
  static void write(octet* iv, std::uint64_t) noexcept { std::memcpy(iv, given.iv, 8); }
  static void write(octet* iv, std::size_t size, std::uint64_t) noexcept { std::memcpy(iv, given.iv, size); }
};

/// A tunnel header policy: what a sender chooses is the recorded one's; version, lengths, protocol, addresses, hop limit and
/// checksum are written as every sender must.
struct given_header {
  static constexpr const char* name = "given_header";
  template <class Sa> static void write(octet* at, const Sa& sa, const inner_view& inner) noexcept {
    const std::uint32_t traffic_class = given.traffic_class;
    if (sa.core().outer == family::ipv4) {
      store_be32(at, 0x45000000u | traffic_class << 16 | (inner.length + static_cast<std::uint32_t>(ipv4_header_octets)));
      store_be32(at + 4, static_cast<std::uint32_t>(given.identification) << 16 | (given.dont_fragment ? 0x4000u : 0u));
      store_be32(at + 8, static_cast<std::uint32_t>(sa.hop_limit()) << 24 | static_cast<std::uint32_t>(sa.outer_protocol()) << 16);
      std::memcpy(at + 12, sa.source().value, 4);
      std::memcpy(at + 16, sa.destination().value, 4);
      store_be16(at + 10, internet_checksum({at, ipv4_header_octets}));
    } else {
      store_be32(at, 0x60000000u | traffic_class << 20 | given.flow_label);
      store_be32(at + 4, inner.length << 16 | static_cast<std::uint32_t>(sa.outer_protocol()) << 8 | sa.hop_limit());
      std::memcpy(at + 8, sa.source().value, 16);
      std::memcpy(at + 24, sa.destination().value, 16);
    }
  }
};

/// A padding policy that repeats the length of a recorded packet's padding; its octets are 1, 2, 3 … all the same.
struct fixed_padding {
  static constexpr const char* name = "fixed_padding";
  static constexpr bool verifies = true;
  [[nodiscard]] static std::size_t octets(std::size_t, std::size_t) noexcept { return given.padding; }
};
static_assert(WholeIvPolicy<given_iv> && PaddingPolicy<fixed_padding>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
