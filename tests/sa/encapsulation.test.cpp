#include "support/world.hpp"

#include <doctest/doctest.h>

using namespace support;

namespace {
struct plain : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
struct any_wrapping : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp | encapsulation::wesp | encapsulation::udp_wesp;
};

template <class Sa> const char* refused(sa_form form) {
  null_crypto crypto;
  Sa sa;
  const auto done = sa.install(crypto, form.parameters());
  if (!done) return done.why().field;
  sa.uninstall(crypto);
  return "";
}
template <class P> using sender = outbound_sa<P, null_crypto>;
template <class P> using receiver = inbound_sa<P, null_crypto>;
}  // namespace

TEST_CASE("encapsulation: octets and protocol number of each, over each family") {
  CHECK(encapsulation_octets(encapsulation::none, family::ipv6) == 0);
  CHECK(encapsulation_octets(encapsulation::udp, family::ipv4) == 8);
  CHECK(encapsulation_octets(encapsulation::wesp, family::ipv4) == 4);
  CHECK(encapsulation_octets(encapsulation::wesp, family::ipv6) == 8);
  CHECK(encapsulation_octets(encapsulation::udp_wesp, family::ipv4) == 16);
  CHECK(encapsulation_octets(encapsulation::udp_wesp, family::ipv6) == 16);
  CHECK(encapsulation_protocol(encapsulation::none) == 50);
  CHECK(encapsulation_protocol(encapsulation::udp) == 17);
  CHECK(encapsulation_protocol(encapsulation::udp_wesp) == 17);
  CHECK(encapsulation_protocol(encapsulation::wesp) == 141);
}

TEST_CASE("encapsulation: an SA is installed for what its profile knows, a sender for one [class 50]") {
  sa_form form;
  form.made.encapsulation = encapsulation::udp;
  CHECK(std::string(refused<sender<plain>>(form)) == "encapsulation");
  CHECK(std::string(refused<receiver<plain>>(form)) == "encapsulation");
  CHECK(std::string(refused<sender<any_wrapping>>(form)) == "");
  CHECK(std::string(refused<receiver<any_wrapping>>(form)) == "");
  form.made.encapsulation = encapsulation::none | encapsulation::udp;
  CHECK(std::string(refused<sender<any_wrapping>>(form)) == "encapsulation");
  CHECK(std::string(refused<receiver<any_wrapping>>(form)) == "");
  form.made.encapsulation = {};
  CHECK(std::string(refused<sender<any_wrapping>>(form)) == "encapsulation");
  CHECK(std::string(refused<receiver<any_wrapping>>(form)) == "encapsulation");
  form.made.encapsulation = encapsulation::udp;
  for (const udp_ports ports : {udp_ports{0, 4500}, udp_ports{4500, 0}}) {
    form.made.ports = ports;
    CHECK(std::string(refused<sender<any_wrapping>>(form)) == "ports");
  }
}

TEST_CASE("encapsulation: a profile without one pays no octet for it") {
  CHECK(std::is_empty_v<detail::udp_facts<false>>);
  CHECK(sizeof(sender<plain>) <= sizeof(sender<any_wrapping>));
}
