// A sender and a receiver of ESP for programs in other languages: one JSON request a line on stdin, one JSON answer a line
// on stdout, until stdin ends.
//
//   request   {"op": "suites"}
//             {"op": "seal" | "open", "suite": name, "mode": "tunnel" | "transport", "key": hex, "salt": hex, "spi": n,
//              "esn": bool, "sequence": n, "source": hex, "destination": hex, "udp": [n, n], "packet": hex, "cuts": [n, …]}
//             sequence     seal: the 64-bit number to send with; open: the highest one received so far
//             source, …    of the outer header, 4 or 16 octets; tunnel only
//             udp          source and destination port where ESP is in UDP, with a checksum of 0
//             cuts         octets per segment, in all the packet's; without it the packet is one segment
//   answer    {"suites": [name, …]}
//             {"verdict": name, "packet": hex}; open adds "highest", the right edge of the window afterwards
//             {"refused": words} where the request cannot be carried out
//
// Every request has an SA of its own, so requests do not depend on each other.
#include "support/every_suite.hpp"
#include "support/hex.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/packets.hpp>

#include <nlohmann/json.hpp>

#include <iostream>
#include <stdexcept>

namespace {

using namespace esplanade;
using nlohmann::json;
using support::from_hex;
using support::to_hex;
using bytes = std::vector<octet>;

/// Everything that a peer may want to try.
struct every_suite : profile {
  static constexpr auto suites = support::together(support::every_aead, support::every_mac, support::every_legacy, support::every_ah);
  static constexpr bool legacy_algorithms = true;
  using random = botan_random;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto esn = per_sa;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  using udp_checksum = udp_checksum_zero;  // as Scapy has it
};

/// A request that cannot be carried out.
struct refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

address address_of(const bytes& octets) {
  if (octets.size() != 4 && octets.size() != 16) throw refusal("an address has 4 or 16 octets");
  return address::from(octets.size() == 4 ? family::ipv4 : family::ipv6, octets.data());
}

/// Parameters that own what they point to.
struct security_association {
  explicit security_association(const json& request) : key(from_hex(request.at("key"))), salt(from_hex(request.at("salt"))) {
    const std::string name = request.at("suite");
    every_suite::suites.for_each([&]<class S>() {
      if (name == S::name) parameters.suite = S::sizes;
    });
    if (parameters.suite == suite_sizes{}) throw refusal("no suite " + name);
    parameters.key = key;
    parameters.salt = salt;
    parameters.spi = request.at("spi");
    parameters.esn = request.at("esn");
    parameters.mode = request.at("mode") == "tunnel" ? mode::tunnel : mode::transport;
    if (request.contains("udp")) {
      parameters.encapsulation = encapsulation::udp;
      parameters.ports = {request["udp"].at(0), request["udp"].at(1)};
    }
    if (parameters.mode == mode::tunnel) {
      parameters.source = address_of(from_hex(request.at("source")));
      parameters.destination = address_of(from_hex(request.at("destination")));
    }
  }
  bytes key, salt;
  sa_parameters parameters;
};

/// Throws what a control call refused.
template <class T> const result<T>& granted(const result<T>& answer) {
  if (!answer) throw refusal(std::string(answer.why().field) + ": " + answer.why().reason);
  return answer;
}

/// Both directions over one packet type.
template <class P> class endpoint {
  using path = datapath<every_suite, P, flat_store<4>, botan_for<every_suite>>;

 public:
  json seal(const json& request) {
    security_association sa(request);
    const std::uint64_t number = request.at("sequence");
    if (number == 0) throw refusal("sequence numbers start with 1");
    sa.parameters.sequence_start = number - 1;
    auto packet = packet_of(request, 128, 320);
    P* packets[] = {&packet};
    verdict verdicts[] = {verdict::pending};
    const outbound_handle handles[] = {granted(sending_.add(crypto_, sa.parameters)).value()};
    path_.outbound({packets, verdicts, handles});
    granted(sending_.remove(handles[0]));
    sending_.reclaim(crypto_);
    return {{"verdict", name_of(verdicts[0])}, {"packet", to_hex(testing::octets_of<P>(packet))}};
  }

  json open(const json& request) {
    security_association sa(request);
    sa.parameters.sequence_start = request.at("sequence");
    auto packet = packet_of(request, 0, 0);
    P* packets[] = {&packet};
    verdict verdicts[] = {verdict::pending};
    const inbound_handle handle = granted(receiving_.add(crypto_, sa.parameters)).value();
    path_.inbound({packets, verdicts});
    const std::uint64_t highest = receiving_.at(handle)->window().highest();
    granted(receiving_.remove(handle));
    receiving_.reclaim(crypto_);
    return {{"verdict", name_of(verdicts[0])}, {"packet", to_hex(testing::octets_of<P>(packet))}, {"highest", highest}};
  }

 private:
  // In heap blocks of exactly its size, so that a sanitizer sees an access one octet beyond.
  static typename testing::detail::owner_of<P>::type packet_of(const json& request, std::size_t headroom, std::size_t tailroom) {
    const bytes content = from_hex(request.at("packet"));
    const testing::cut segments = request.value("cuts", testing::cut{});
    if (segments.size() > P::segments_max || (!segments.empty() && testing::octets_in(segments) != content.size()))
      throw refusal("the cuts do not suit the packet");
    return typename testing::detail::owner_of<P>::type(testing::packet_form{content, segments, headroom, tailroom});
  }

  botan_for<every_suite> crypto_{4};
  botan_random random_;
  typename path::inbound_store receiving_;
  typename path::outbound_store sending_;
  path path_{{.inbound = receiving_, .outbound = sending_, .crypto = crypto_, .random = random_}};
};

template <class P> json answer_with(endpoint<P>& to, const json& request) {
  if (request.at("op") == "suites") return {{"suites", every_suite::suites.names}};
  return request.at("op") == "seal" ? to.seal(request) : to.open(request);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  endpoint<flat_packet> flat;
  endpoint<chain_packet<64>> chained;
  for (std::string line; std::getline(std::cin, line);) {
    json answer;
    try {
      const json request = json::parse(line);
      answer = request.contains("cuts") ? answer_with(chained, request) : answer_with(flat, request);
    } catch (const refusal& why) {
      answer = {{"refused", why.what()}};
    } catch (const std::invalid_argument& why) {
      answer = {{"refused", why.what()}};
    } catch (const json::exception& why) {
      answer = {{"refused", why.what()}};
    }
    std::cout << answer.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
}
