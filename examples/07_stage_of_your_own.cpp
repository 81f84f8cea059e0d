// Lesson 7: a stage of your own with a verdict of your own, in a list of your own; and policies changed in one line each.
#include "lesson.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/esplanade.hpp>

/// A word for each thing that can be done more than one way; what is not said has a default.
struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  using replay = esplanade::window<64>;             // instead of window<1024>
  using padding = esplanade::padding_ignored;       // instead of padding_verified
};

/// Refuses what comes out of the tunnel for the port of telnet. A stage says what it needs to know of a packet and what
/// is known behind it; put in front of remove_outer_header it would not compile.
struct refuse_telnet {
  static constexpr const char* name = "refuse_telnet";
  static constexpr const char* because = "nobody should use it any more";
  static constexpr esplanade::fact needs = esplanade::fact::header_removed;
  static constexpr esplanade::fact gives = esplanade::fact::user_0;
  std::uint16_t port = 23;

  template <class Context> esplanade::verdict operator()(Context& c, std::size_t i) const noexcept {
    esplanade::packet_reader read(c.packet(i));
    const esplanade::ip_layout at = esplanade::walk_ip(read, c.state[i].length);
    if (at.status != esplanade::verdict::forwarded) return at.status;
    const esplanade::flow f = esplanade::flow_of(read, at);
    return f.ports_known && f.destination_port == port ? esplanade::verdict::user_0 : esplanade::verdict::forwarded;
  }
};

// The whole receiving datapath, one stage a line. A wrong order does not compile.
constexpr auto receive = esplanade::inbound<gateway>(
    esplanade::find_sa,              // SPI → SA
    esplanade::check_replay,         // before it costs a decryption
    esplanade::esp_open,             // ICV and plaintext, in place
    esplanade::update_replay,        // only now may the window move
    esplanade::remove_trailer,
    esplanade::remove_outer_header,
    refuse_telnet{},                 // ours
    esplanade::check_selectors);

using path = esplanade::datapath<gateway, esplanade::flat_packet, esplanade::flat_store<16>, esplanade::botan>;
using receiving_lane = esplanade::lane<decltype(receive), esplanade::flat_packet, path::inbound_store, esplanade::botan>;

int main() {
  esplanade::botan crypto;
  path::inbound_store inbound_sas;
  path::outbound_store outbound_sas;
  path p{{inbound_sas, outbound_sas, crypto}};
  const auto sending = outbound_sas.add(crypto, lesson::tunnel());
  const auto receiving = inbound_sas.add(crypto, lesson::tunnel());
  if (!sending) return lesson::give_up(sending.why());
  if (!receiving) return lesson::give_up(receiving.why());

  esplanade::no_policy_store no_policy;  // an inbound lane asks no policy, and this one takes no packets from a pool
  esplanade::no_pool no_pool;
  receiving_lane lane({inbound_sas, crypto, no_policy, no_pool}, receive);

  for (const auto& row : esplanade::explain<receiving_lane>().rows) std::printf("  %u  %-20s %s\n", row.pass, row.stage, row.because);

  for (const int port : {7, 23}) {
    esplanade::octet memory[160];
    std::memcpy(memory + 64, lesson::hello, sizeof lesson::hello);
    memory[64 + 23] = static_cast<esplanade::octet>(port);
    esplanade::flat_packet packet(memory, 64, sizeof lesson::hello);
    esplanade::flat_packet* packets[] = {&packet};
    esplanade::verdict verdicts[1];
    p.outbound({packets, verdicts, {&*sending, 1}});
    lane({packets, verdicts});
    std::printf("port %d: %s\n", port, esplanade::describe(verdicts[0]));
  }
  std::printf("counted: %llu forwarded, %llu user_0\n", static_cast<unsigned long long>(lane.snapshot()[esplanade::verdict::forwarded]),
              static_cast<unsigned long long>(lane.snapshot()[esplanade::verdict::user_0]));
}
