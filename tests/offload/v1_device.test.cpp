#include "v1_plain_device.hpp"
#include "v1_support.hpp"

#include <esplanade/capability/offload_settings.hpp>

#include <doctest/doctest.h>

#include <string_view>

using namespace v1_tests;
using in = v1_integrity;
using ci = v1_cipher;

namespace {
v1_udp_sa_request udp_request(bool inbound, std::uint32_t spi = 0x1001) {
  v1_udp_sa_request r{request(esp_of(ci::des, in::md5, spi)), {v1_udp_type::other, 4500}, {}};
  r.sa.inbound = inbound;
  return r;
}
}  // namespace

TEST_CASE("F135, V1-18: what is added has one handle, and is deleted by it") {
  plain_device nic;
  v1_front v1(nic, everything());
  const auto made = v1.add_sa(request(esp_of(ci::triple_des, in::sha1), ah_of(in::md5)));
  REQUIRE(made);
  REQUIRE(nic.sas.size() == 1);
  CHECK(nic.sas[0].request.count == 2);
  CHECK(nic.sas[0].handle == *made);
  v1_sa kept;
  REQUIRE(v1.sas().find(*made, kept));
  CHECK(kept.filter.destination == there);
  CHECK(kept.esp_spi == 0x1001);
  CHECK(kept.ah_spi == 0x2002);
  CHECK(v1.delete_sa(*made));
  CHECK(nic.sas.empty());
  CHECK_FALSE(v1.sas().has(*made));
  CHECK(refused(v1.delete_sa(*made), fault_kind::not_found));
  CHECK(refused(v1.delete_sa({}), fault_kind::not_found));
}

TEST_CASE("v1_device: a request that the report does not cover never reaches the NIC, nor do more than can be kept") {
  plain_device nic;
  nic.room = 100;
  v1_report few = everything();
  few.esp.des = false;
  v1_front v1(nic, few);
  CHECK_FALSE(v1.add_sa(request(esp_of(ci::des, in::md5))));
  CHECK(nic.added == 0);
  for (int i = 0; i < 8; ++i) CHECK(v1.add_sa(request(ah_of(in::md5))));
  CHECK(refused(v1.add_sa(request(ah_of(in::md5))), fault_kind::no_space));
  CHECK(nic.added == 8);
}

TEST_CASE("V1-29: switched off by a parameter, nothing is added; switched on again, as much as the hardware can") {
  plain_device nic;
  v1_front v1(nic, everything());
  v1.configure(v1_switch::turned_off);
  CHECK_FALSE(v1.add_sa(request(ah_of(in::md5))));
  CHECK_FALSE(v1.add_sa(request(esp_of(ci::des, in::md5))));
  v1.configure(v1_switch::ah);
  v1.configure(v1_switch::no_change);
  CHECK(v1.add_sa(request(ah_of(in::md5))));
  CHECK_FALSE(v1.add_sa(request(esp_of(ci::des, in::md5))));
  v1.configure(v1_switch::esp);
  CHECK_FALSE(v1.add_sa(request(ah_of(in::md5))));
  CHECK(v1.add_sa(request(esp_of(ci::des, in::md5))));
  v1.configure(v1_switch::ah_and_esp);
  CHECK(v1.current() == v1.hardware());
}

TEST_CASE("V1-29: the keyword, and the parameters that write it, leave the same on as the switch") {
  static_assert(offload_keywords[static_cast<std::size_t>(offload_setting::ipsec_v1)].name == std::string_view("*IPsecOffloadV1IPv4"));
  plain_device nic;
  v1_front v1(nic, everything());
  for (std::uint8_t keyword = 0; keyword <= 3; ++keyword) {
    offload_settings settings;
    REQUIRE(settings.set(offload_setting::ipsec_v1, keyword));
    offload_report hardware;
    hardware.ipsec_v1 = words_of(everything());
    const auto left = v1_report_of(configured(hardware, settings).ipsec_v1);
    REQUIRE(left);
    v1.configure(*left);
    const bool by_keyword[] = {bool(to_sa_request(request(ah_of(in::md5)), v1.current())), bool(to_sa_request(request(esp_of(ci::des, in::sha1)), v1.current())),
                               bool(to_sa_request(request(esp_of(ci::des, in::sha1), ah_of(in::md5)), v1.current()))};
    v1.configure(static_cast<v1_switch>(keyword + 1));
    CHECK(by_keyword[0] == bool(to_sa_request(request(ah_of(in::md5)), v1.current())));
    CHECK(by_keyword[1] == bool(to_sa_request(request(esp_of(ci::des, in::sha1)), v1.current())));
    CHECK(by_keyword[2] == bool(to_sa_request(request(esp_of(ci::des, in::sha1), ah_of(in::md5)), v1.current())));
    CHECK(by_keyword[0] == ((keyword & 1) != 0));
    CHECK(by_keyword[1] == ((keyword & 2) != 0));
  }
}

TEST_CASE("V1-12: an adapter that balances load offers nothing") {
  plain_device nic;
  v1_front v1(nic, everything());
  v1.balance_load(true);
  CHECK(v1.current() == v1_report{});
  CHECK(refused(v1.add_sa(request(ah_of(in::md5))), fault_kind::not_supported));
  CHECK(v1.hardware() == everything());
  v1.balance_load(false);
  CHECK(v1.add_sa(request(ah_of(in::md5))));
}

TEST_CASE("V1-27: with the NIC its SAs are gone, and no delete is asked for") {
  plain_device nic;
  v1_front v1(nic, everything());
  const auto made = v1.add_sa(request(ah_of(in::md5)));
  REQUIRE(made);
  nic.deletes = false;  // it would refuse one
  v1.removed();
  CHECK(v1.size() == 0);
  CHECK(refused(v1.delete_sa(*made), fault_kind::not_found));
}

TEST_CASE("V1-19, F136: inbound UDP-ESP SAs share an entry, outbound ones have none, and deletes say whether it goes") {
  plain_device nic;
  v1_front v1(nic, everything());
  const auto out = v1.add_udp_sa(udp_request(false));
  REQUIRE(out);
  CHECK_FALSE(bool{out->entry});
  CHECK(v1.entries() == 0);
  const auto first = v1.add_udp_sa(udp_request(true));
  REQUIRE(first);
  CHECK(bool{first->entry});
  CHECK(nic.sas.back().request.udp_esp == set_of(udp_esp_layout::transport));
  auto reuse = udp_request(true, 0x1002);
  reuse.entry_handle = first->entry;
  const auto second = v1.add_udp_sa(reuse);
  REQUIRE(second);
  CHECK(second->entry == first->entry);
  CHECK(v1.entries() == 1);
  CHECK(v1.delete_udp_sa({first->sa, {}}));  // null: the entry stays
  CHECK(v1.listens(4500));
  CHECK(v1.delete_udp_sa({second->sa, second->entry}));
  CHECK_FALSE(v1.listens(4500));
  CHECK(v1.entries() == 0);
}

TEST_CASE("F136: an SA that is not added leaves no entry behind") {
  plain_device nic;
  nic.room = 0;
  v1_front v1(nic, everything());
  CHECK(refused(v1.add_udp_sa(udp_request(true)), fault_kind::no_space));
  CHECK(v1.entries() == 0);
  CHECK_FALSE(v1.listens(4500));
  CHECK(v1.size() == 0);
}

TEST_CASE("V1-20, F137: when a delete fails nothing more is received by its entry or its SA, and it is made good later") {
  plain_device nic;
  v1_front v1(nic, everything());
  const auto made = v1.add_udp_sa(udp_request(true));
  REQUIRE(made);
  v1_sa found;
  REQUIRE(v1.sas().find_inbound(0x1001, protocol_kind::esp, here, there, found));
  nic.deletes = false;
  CHECK_FALSE(v1.delete_udp_sa({made->sa, made->entry}));
  CHECK_FALSE(v1.listens(4500));
  CHECK_FALSE(v1.sas().find_inbound(0x1001, protocol_kind::esp, here, there, found));
  CHECK(v1.sweep() == 1);
  CHECK(v1.entries() == 1);
  CHECK_FALSE(v1.listens(4500));
  nic.deletes = true;
  CHECK(v1.sweep() == 0);
  CHECK(nic.sas.empty());
  CHECK(v1.entries() == 0);
  CHECK(v1.size() == 0);
}
