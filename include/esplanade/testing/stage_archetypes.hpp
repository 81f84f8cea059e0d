// The least types that model stages, what they write by, and what they tell.
#pragma once

#include <esplanade/transform/policies.hpp>
#include <esplanade/transform/stage.hpp>
#include <esplanade/testing/base_archetypes.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace archetype {

/// AuditSink and TraceSink: count what they are given.
struct audit : immovable {
  void put(const audit_event&) noexcept { ++events; }
  std::uint64_t events = 0;
};
struct trace : immovable {
  void put(const trace_record&) noexcept { ++records; }
  std::uint64_t records = 0;
};
static_assert(AuditSink<audit> && TraceSink<trace>);

/// PaddingPolicy: the least padding, unread.
struct padding : immovable {
  static constexpr bool verifies = false;
  static std::size_t octets(std::size_t payload, std::size_t alignment) noexcept { return esp_padding(payload, alignment); }
};
static_assert(PaddingPolicy<padding>);

/// IvPolicy: the number.
struct iv : immovable {
  static void write(octet* at, std::uint64_t number) noexcept { store_be64(at, number); }
};
static_assert(IvPolicy<iv>);

/// TunnelHeaderPolicy: the fields without which a packet arrives nowhere; the rest is zero.
struct tunnel_header : immovable {
  template <class Sa> static void write(octet* at, const Sa& sa, const inner_view& inner) noexcept {
    const bool v4 = sa.core().outer == family::ipv4;
    const std::size_t address_octets = v4 ? 4 : 16, addresses = v4 ? 12 : 8;
    std::memset(at, 0, v4 ? ipv4_header_octets : ipv6_header_octets);
    at[0] = v4 ? 0x45 : 0x60;
    store_be16(at + (v4 ? 2 : 4), static_cast<std::uint16_t>(inner.length + (v4 ? ipv4_header_octets : 0)));
    at[v4 ? 9 : 6] = sa.outer_protocol();
    at[v4 ? 8 : 7] = 64;
    std::memcpy(at + addresses, sa.source().value, address_octets);
    std::memcpy(at + addresses + address_octets, sa.destination().value, address_octets);
    if (v4) store_be16(at + 10, internet_checksum({at, ipv4_header_octets}));
  }
};

/// Stage: lets every packet pass.
struct stage {
  static constexpr const char* name = "stage";
  static constexpr fact needs = fact::none, gives = fact::none;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
  stage() = default;
  stage(stage&&) = default;
};
static_assert(Stage<stage>);

}  // namespace archetype
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
