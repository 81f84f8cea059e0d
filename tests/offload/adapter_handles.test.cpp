#include "support/card.hpp"

using namespace support;

namespace {
struct of_nic : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using host_and_card = split<of_nic, flat_packet, testing::mixing_crypto, card<of_nic, flat_packet, testing::mixing_crypto>>;
const bytes inner = make_ip({.payload = counted(100, 7)});
}  // namespace

TEST_CASE("U-21: a handle is the adapter's that gave it: on another it names what that one means by it, or nothing") {
  auto first = std::make_unique<host_and_card>(), second = std::make_unique<host_and_card>();
  const auto sender_of = [](host_and_card& of, std::uint32_t spi) {
    const sa_form form{.spi = spi, .mode = mode::transport};
    const outbound_handle h = of.add_sender(form);
    return std::pair{h, of.offload(h, form).value()};
  };
  const auto [a, on_first] = sender_of(*first, 0x1001);
  const auto [b, on_second] = sender_of(*second, 0x2002);
  const auto [c, first_alone] = sender_of(*first, 0x3003);
  REQUIRE(second->device.made->store().size() == 1);
  CHECK(second->device.made->store().by_handle(first_alone) == nullptr);
  CHECK(second->device.made->delete_sa(first_alone).why().kind == fault_kind::not_found);
  CHECK(first->device.made->store().by_handle(first_alone) != nullptr);
  if (const auto* there = second->device.made->store().by_handle(on_first)) CHECK(there->esp.core().spi == 0x2002);  // the same word, another SA

  // A frame of the first adapter's SA that was routed to the second: no clear text leaves, and nothing sealed under a wrong key.
  for (const outbound_handle sa : {a, c}) {
    train<flat_packet> one;
    flat_packet& packet = one.add(inner, sa);
    first->words.assign(1, {});
    REQUIRE(first->side.outbound(one.view_with_handles(), first->words) == 1);
    const bytes frame = testing::octets_of(packet);
    CHECK_FALSE(second->device.send(packet, first->words[0]));
    CHECK(testing::octets_of(packet) == frame);
    CHECK(first->device.send(packet, first->words[0]));
  }
  REQUIRE(second->device.made->delete_sa(on_second));
  CHECK(first->device.made->store().by_handle(on_first) != nullptr);
}
