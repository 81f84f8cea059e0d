#include <doctest/doctest.h>

#include <esplanade/buffer/packet_options.hpp>

using namespace esplanade;

TEST_CASE("packet_options: what nobody asked for is no value that a header can have [row 37]") {
  constexpr packet_options nothing{};
  CHECK(nothing.dscp > 63);       // six bits (RFC 2474 3)
  CHECK(nothing.hop_limit == 0);  // a packet with it goes nowhere
  CHECK(nothing.may_fragment == fragmenting::as_usual);
  CHECK(nothing.dscp == dscp_as_usual);
  CHECK(nothing.hop_limit == hop_limit_as_usual);
}

TEST_CASE("packet_options: each field is asked for by itself, and they stand in three octets beside every packet [row 37]") {
  static_assert(sizeof(packet_options) == 3);
  constexpr packet_options class_alone{.dscp = 46};
  CHECK(class_alone.hop_limit == hop_limit_as_usual);
  CHECK(class_alone.may_fragment == fragmenting::as_usual);
  constexpr packet_options bit_alone{.may_fragment = fragmenting::allowed};
  CHECK(bit_alone.dscp == dscp_as_usual);
  CHECK(bit_alone.may_fragment != fragmenting::forbidden);
}
