#include "v1_support.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace v1_tests;
using in = v1_integrity;
using ci = v1_cipher;

TEST_CASE("V1-06: AH and ESP together take the pairs of the table, and only those") {
  const in all[] = {in::md5, in::sha1};
  for (const bool null : {false, true}) {
    v1_report r = everything();
    r.esp.null = null;
    for (const in outer : all) {
      for (const in inner : all) CHECK(to_sa_request(request(esp_of(ci::des, inner), ah_of(outer)), r));
      CHECK(bool(to_sa_request(request(esp_of(ci::des, in::none), ah_of(outer)), r)) == null);  // only if null is supported
    }
    CHECK_FALSE(to_sa_request(request(esp_of(ci::des, in::md5), ah_of(in::none)), r));
  }
  v1_report apart = everything();
  apart.ah_and_esp = false;
  CHECK(refused(to_sa_request(request(esp_of(ci::des, in::md5), ah_of(in::md5)), apart), fault_kind::not_supported));
  CHECK(to_sa_request(request(ah_of(in::md5)), apart));
}

TEST_CASE("F138: every pair of algorithms is the pair of suites that version 2 names so") {
  struct pair { in outer, inner; offload_integrity ah; set_of<offload_integrity> esp; };
  const pair pairs[] = {{in::md5, in::md5, offload_integrity::hmac_md5, offload_integrity::hmac_md5},    {in::sha1, in::sha1, offload_integrity::hmac_sha1, offload_integrity::hmac_sha1},
                        {in::md5, in::sha1, offload_integrity::hmac_md5, offload_integrity::hmac_sha1},  {in::sha1, in::md5, offload_integrity::hmac_sha1, offload_integrity::hmac_md5},
                        {in::md5, in::none, offload_integrity::hmac_md5, {}},                           {in::sha1, in::none, offload_integrity::hmac_sha1, {}}};
  for (const pair& p : pairs)
    for (const bool swapped : {false, true}) {
      const auto made = swapped ? to_sa_request(request(ah_of(p.outer), esp_of(ci::triple_des, p.inner)), everything()) : to_sa_request(request(esp_of(ci::triple_des, p.inner), ah_of(p.outer)), everything());
      REQUIRE(made);
      REQUIRE(made->count == 2);
      CHECK(made->elements[0].transform.protocol == protocol_kind::esp);  // AH is always outside
      CHECK(made->elements[0].transform.integrity == p.esp);
      CHECK(made->elements[1].transform.protocol == protocol_kind::ah);
      CHECK(made->elements[1].transform.integrity == set_of(p.ah));
      CHECK(made->elements[0].spi == 0x1001);
      CHECK(made->elements[1].spi == 0x2002);
      for (const offload_element& e : made->elements) CHECK(suite_named(e.transform) != nullptr);
    }
}

TEST_CASE("V1-10: without authentication in AH or ESP nothing is added") {
  for (const ci c : {ci::none, ci::des, ci::triple_des}) {
    const auto made = to_sa_request(request(esp_of(c, in::none)), everything());
    REQUIRE_FALSE(made);
    CHECK(refused(made, fault_kind::invalid_value));
    CHECK(to_sa_request(request(esp_of(c, in::sha1)), everything()));
    CHECK(bool(to_sa_request(request(esp_of(c, in::none), ah_of(in::sha1)), everything())) == (c != ci::none));  // NULL and nothing beside it is no ESP (RFC 4303 3.2.2)
  }
}

TEST_CASE("V1-16: the cipher's key comes first, or as a named policy the integrity key") {
  const auto first = to_sa_request(request(esp_of(ci::des, in::md5)), everything());
  REQUIRE(first);
  CHECK(first->elements[0].encryption_key.data() == key_octets);
  CHECK(first->elements[0].encryption_key.size() == 8);
  CHECK(first->elements[0].integrity_key.data() == key_octets + 8);
  CHECK(first->elements[0].integrity_key.size() == 16);
  const auto second = to_sa_request(request(esp_of(ci::des, in::md5)), everything(), v1_key_order::integrity_first);
  REQUIRE(second);
  CHECK(second->elements[0].integrity_key.data() == key_octets);
  CHECK(second->elements[0].encryption_key.data() == key_octets + 16);
}

TEST_CASE("V1-16: elements take their keys one behind the other, and the blob is used up") {
  v1_sa_request r = request(esp_of(ci::triple_des, in::sha1), ah_of(in::md5));
  const auto made = to_sa_request(r, everything());
  REQUIRE(made);
  CHECK(made->elements[1].integrity_key.data() == key_octets + 44);
  r.keys = r.keys.first(r.keys.size() - 1);
  CHECK(refused(to_sa_request(r, everything()), fault_kind::invalid_value));
  r.keys = const_octets(key_octets).first(61);
  CHECK(refused(to_sa_request(r, everything()), fault_kind::invalid_value));
  r.elements[0].cipher_key = 0xffffffffu;
  CHECK_FALSE(to_sa_request(r, everything()));
}

TEST_CASE("V1-17: a tunnel's addresses are those of the outer header, and no filter's") {
  v1_sa_request r = request(esp_of(ci::des, in::sha1));
  r.tunnel_source = gate_here, r.tunnel_destination = gate_there;
  const auto made = to_sa_request(r, everything());
  REQUIRE(made);
  CHECK(made->source == gate_here);
  CHECK(made->destination == gate_there);
  r.tunnel_destination = {};
  CHECK(refused(to_sa_request(r, everything()), fault_kind::invalid_value));
}

TEST_CASE("v1_sa_request: a host is looked up by its address, a net or nothing as any") {
  v1_sa_request r = request(ah_of(in::sha1));
  CHECK(to_sa_request(r, everything())->destination == there);
  CHECK(to_sa_request(r, everything())->source == here);
  r.filter.destination_mask = 0xffffff00u, r.filter.source = {};
  CHECK(to_sa_request(r, everything())->destination.unspecified());
  CHECK(to_sa_request(r, everything())->source.unspecified());
}

TEST_CASE("v1_sa_request: accepted is what the report advertises, over every report and request [class 50]") {
  for (std::uint32_t bits = 0; bits < 1u << 13; ++bits) {
    const auto bit = [&](unsigned n) { return (bits >> n & 1) != 0; };
    v1_report r;
    r.ah = {bit(0), bit(1), bit(2), bit(3), bit(4), bit(5)};
    r.esp = {bit(6), bit(7), bit(8), bit(9), bit(10), bit(11), bit(12)};
    for (const bool inbound : {false, true})
      for (const bool tunnel : {false, true})
        for (const in i : {in::md5, in::sha1}) {
          const auto ask = [&](v1_sa_request a) {
            a.inbound = inbound;
            if (tunnel) a.tunnel_source = gate_here, a.tunnel_destination = gate_there;
            return bool(to_sa_request(a, r));
          };
          const bool has = i == in::md5 ? r.ah.md5 : r.ah.sha1;
          const bool ah_ok = has && (inbound ? r.ah.receive : r.ah.send) && (tunnel ? r.ah.tunnel : r.ah.transport);
          const bool esp_ok = has && (inbound ? r.esp.receive : r.esp.send) && (tunnel ? r.esp.tunnel : r.esp.transport);
          const bool right = ask(request(ah_of(i))) == ah_ok && ask(request(esp_of(ci::des, i))) == (esp_ok && r.esp.des) && ask(request(esp_of(ci::triple_des, i))) == (esp_ok && r.esp.triple_des) &&
                             ask(request(esp_of(ci::none, i))) == (esp_ok && r.esp.null);
          if (!right) FAIL("bits ", bits);
        }
  }
}

TEST_CASE("v1_sa_request: UDP carries one ESP, in the layouts that are reported") {
  v1_sa_request r = request(esp_of(ci::des, in::sha1));
  r.udp = true;
  CHECK(to_sa_request(r, everything())->udp_esp == set_of(udp_esp_layout::transport));
  r.tunnel_source = gate_here, r.tunnel_destination = gate_there;
  CHECK(to_sa_request(r, everything())->udp_esp == set_of(udp_esp_layout::tunnel));
  v1_report few = everything();
  few.udp_esp = udp_esp_layout::transport;
  CHECK(refused(to_sa_request(r, few), fault_kind::not_supported));
  v1_sa_request with_ah = request(esp_of(ci::des, in::sha1), ah_of(in::sha1));
  with_ah.udp = true;
  CHECK(refused(to_sa_request(with_ah, everything()), fault_kind::invalid_value));
}

TEST_CASE("V1-13, F135: a filter compares what is not zero, under its masks") {
  v1_filter f;
  CHECK(f.covers(here, there, 6, 1, 2));                                      // nothing given: every packet
  f.source = address::v4(10, 1, 0, 0), f.source_mask = 0xffff0000u;
  CHECK(f.covers(address::v4(10, 1, 255, 3), there, 6, 1, 2));
  CHECK_FALSE(f.covers(address::v4(10, 2, 0, 3), there, 6, 1, 2));
  f.destination = there, f.destination_mask = 0xffffffffu;
  CHECK(f.covers(address::v4(10, 1, 0, 3), there, 6, 1, 2));
  CHECK_FALSE(f.covers(address::v4(10, 1, 0, 3), address::v4(10, 0, 0, 3), 6, 1, 2));
  f = {};
  f.protocol = 17;
  CHECK(f.covers(here, there, 17, 1, 2));
  CHECK_FALSE(f.covers(here, there, 6, 1, 2));
  f.source_port = 1;
  CHECK(f.covers(here, there, 17, 1, 2));
  CHECK_FALSE(f.covers(here, there, 17, 2, 2));
  f.source_port = 0, f.destination_port = 2;
  CHECK(f.covers(here, there, 17, 1, 2));
  CHECK_FALSE(f.covers(here, there, 17, 1, 1));
  CHECK_FALSE(v1_filter{}.covers(address::v6(1, 0, 0, 0, 0, 0, 0, 1), there, 6, 1, 2));  // IPv4 only
}
