// Lesson 1: seal one packet. A profile says what, four parameters say with what, one call does it.
#include "lesson.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/esplanade.hpp>

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using path = esplanade::datapath<gateway, esplanade::flat_packet, esplanade::flat_store<16>, esplanade::botan>;

int main() {
  // What a datapath shares with its owner: a provider, the SAs of both directions.
  esplanade::botan crypto;
  path::inbound_store inbound_sas;
  path::outbound_store outbound_sas;
  path p{{inbound_sas, outbound_sas, crypto}};

  const auto sa = outbound_sas.add(crypto, lesson::tunnel());
  if (!sa) return lesson::give_up(sa.why());

  // A packet with room for what is added: 36 octets in front here, 21 behind at most.
  esplanade::octet memory[160];
  std::memcpy(memory + 64, lesson::hello, sizeof lesson::hello);
  esplanade::flat_packet packet(memory, 64, sizeof lesson::hello);
  lesson::show("clear", {packet.data(), packet.length()});

  // A batch: packets, a verdict for each, and the SA that each is to be sent under.
  esplanade::flat_packet* packets[] = {&packet};
  esplanade::verdict verdicts[1];
  const esplanade::outbound_handle handles[] = {*sa};
  const std::size_t live = p.outbound({packets, verdicts, handles});

  std::printf("%zu of 1 survived: %s\n", live, esplanade::describe(verdicts[0]));
  lesson::show("sealed: outer header, SPI and number, IV, ciphertext, ICV", {packet.data(), packet.length()});
}
