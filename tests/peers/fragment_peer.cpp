// A sender and a receiver of fragmented and aggregated ESP for programs in other languages: one JSON request a line on stdin,
// one JSON answer a line on stdout, until stdin ends. AES-GCM-16 with 128 bits, tunnel mode, 32-bit numbers from 1.
//
//   request   {"op": "protect" | "open" | "aggregate" | "deaggregate", "key": hex, "salt": hex, "spi": n, "source": hex,
//              "destination": hex, "packets": [hex, …], …}
//             protect     "before", "path", "behind": MTUs in front of ESP, of the path (asked in front of sealing), behind ESP
//             aggregate   "octets": of a payload
//   answer    {"packets": [hex, …], "verdicts": [name, …], "answers": [hex, …]}: those that came through, what was said of all
//             packets of the batch in the end, and the ICMP errors to send
//             {"refused": words}
#include "support/hex.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/manual_clock.hpp>
#include <esplanade/testing/packets.hpp>
#include <esplanade/transform/aggregate.hpp>
#include <esplanade/transform/check_path_mtu.hpp>
#include <esplanade/transform/deaggregate.hpp>
#include <esplanade/transform/fragment_ip.hpp>
#include <esplanade/transform/reassemble_ip.hpp>

#include <nlohmann/json.hpp>

#include <iostream>

namespace {

using namespace esplanade;
using nlohmann::json;
using support::from_hex;
using support::to_hex;
using bytes = std::vector<octet>;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto esn = off;
  static constexpr std::size_t burst = 2;
  using clock = testing::manual_clock;
};
using packet = chain_packet<4>;
using packet_pool = testing::fixed_pool<packet, 160>;
using answers = too_big_answers<packet, 16>;
using contexts = reassembly<packet, 8, 64>;
using tunnel = aggregate_tunnel<packet, 32>;
using receivers = aggregate_receivers<packet, 2, 8>;

address address_of(const std::string& hex) {
  const bytes octets = from_hex(hex);
  return address::from(octets.size() == 4 ? family::ipv4 : family::ipv6, octets.data());
}

struct security_association {
  explicit security_association(const json& request) : key(from_hex(request.at("key"))), salt(from_hex(request.at("salt"))) {
    parameters = {.spi = request.at("spi"), .suite = esp_aes_gcm_16<128>::sizes, .key = key, .salt = salt};
    parameters.source = address_of(request.at("source"));
    parameters.destination = address_of(request.at("destination"));
  }
  bytes key, salt;
  sa_parameters parameters;
};

/// One SA and one lane for one request.
template <class List> class end {
  static constexpr bool receives = List::kind == list_kind::inbound;
  using store_type = std::conditional_t<receives, flat_sad<inbound_sa<gateway, botan>, 4>, slot_table<outbound_sa<gateway, botan>, 4>>;
  using lane_type = lane<List, packet, store_type, botan, no_policy_store, packet_pool>;

 public:
  end(packet_pool& from, const json& request, List list)
      : pool_(from), sa_(request), handle_(store_.add(crypto_, sa_.parameters).value()), lane_({store_, crypto_, policy_, pool_, 0, time_}, list) {}
  auto handle() const { return handle_; }

  json run(const json& request) {
    json answer{{"packets", json::array()}, {"verdicts", json::array()}, {"answers", json::array()}};
    for (const auto& hex : request.at("packets")) {
      const bytes content = from_hex(hex);
      testing::owned_chain<4> one({.content = content, .segments = content.size() < 30 ? testing::cut{} : testing::cut{7, 15, content.size() - 22}, .headroom = 192, .tailroom = 192});
      packet* in[] = {&one};
      verdict said[] = {verdict::pending};
      std::vector<packet*> out(gateway::burst * List::fan_out);
      std::vector<verdict> verdicts(out.size());
      batch_view<packet> batch{in, said};
      outbound_handle handles[1]{};
      if constexpr (!receives) handles[0] = handle_, batch.handles = handles;
      const auto came = lane_(batch, {out, verdicts});
      note(answer, std::span(out).first(came.packets), verdicts, &one);
    }
    if constexpr (List::originates) {  // what found no place behind the last packet
      std::vector<packet*> out(gateway::burst * List::fan_out);
      std::vector<verdict> verdicts(out.size());
      for (std::size_t came = 1; came != 0;) {
        came = lane_({}, {out, verdicts}).packets;
        note(answer, std::span(out).first(came), verdicts, nullptr);
      }
    }
    return answer;
  }

 private:
  void note(json& answer, std::span<packet*> out, const std::vector<verdict>& verdicts, const packet* lent) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      answer["verdicts"].push_back(name_of(verdicts[i]));
      if (verdicts[i] == verdict::forwarded) answer["packets"].push_back(to_hex(testing::octets_of<packet>(*out[i])));
      if (out[i] != lent) pool_.give(out[i]);
    }
  }

  packet_pool& pool_;
  security_association sa_;
  botan crypto_{4};
  store_type store_;
  no_policy_store policy_;
  testing::manual_clock time_{1};
  std::conditional_t<receives, inbound_handle, outbound_handle> handle_;
  lane_type lane_;
};

json answer_to(const json& request, packet_pool& pool) {
  const std::string op = request.at("op");
  if (op == "protect") {
    answers told(address::v4(192, 0, 2, 254), address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0xfe), 1000);
    testing::seeded numbers{request.at("spi")};
    end sender(pool, request, outbound<gateway>(fragment_ip<32, answers>{.mtu = request.at("before"), .answers = &told}, select_sa_by_handle,
                                                check_path_mtu<answers>{.path = request.at("path"), .answers = &told}, assign_sequence, write_trailer, esp_seal,
                                                write_outer_header, fragment_ip<32, no_answers, testing::seeded>{.mtu = request.at("behind"), .numbers = &numbers}));
    json answer = sender.run(request);
    while (packet* one = told.take()) {
      answer["answers"].push_back(to_hex(testing::octets_of<packet>(*one)));
      pool.give(one);
    }
    return answer;
  }
  if (op == "open") {
    contexts waiting;
    end receiver(pool, request, inbound<gateway>(reassemble_ip<contexts>{&waiting}, find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors));
    json answer = receiver.run(request);
    waiting.drain(pool);
    return answer;
  }
  if (op == "aggregate") {
    tunnel to({.octets = request.at("octets")});
    end sender(pool, request, outbound<gateway>(aggregate{&to}, select_payload_sa, assign_sequence, write_trailer, esp_seal, write_outer_header));
    to.sa = sender.handle();
    return sender.run(request);
  }
  if (op == "deaggregate") {
    receivers from;
    end receiver(pool, request, inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, open_payload, deaggregate<receivers>(&from)));
    json answer = receiver.run(request);
    from.drain(pool);
    return answer;
  }
  return {{"refused", "no operation " + op}};
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  packet_pool pool(192, 10000);
  for (std::string line; std::getline(std::cin, line);) {
    json answer;
    try {
      answer = answer_to(json::parse(line), pool);
    } catch (const std::exception& failed) {
      answer = {{"refused", failed.what()}};
    }
    std::cout << answer.dump() << std::endl;
  }
}
