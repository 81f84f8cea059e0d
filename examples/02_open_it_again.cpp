// Lesson 2: open it again, and see what becomes of a forged copy and of a second copy.
#include "lesson.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/esplanade.hpp>

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using path = esplanade::datapath<gateway, esplanade::flat_packet, esplanade::flat_store<16>, esplanade::botan>;

namespace {

/// A packet and its memory.
struct owned {
  esplanade::octet memory[256]{};
  esplanade::flat_packet packet;
  explicit owned(esplanade::const_octets content) {
    std::memcpy(memory + 64, content.data(), content.size());
    packet = esplanade::flat_packet(memory, 64, content.size());
  }
  [[nodiscard]] esplanade::const_octets content() const { return {memory + (packet.data() - memory), packet.length()}; }
};

}  // namespace

int main() {
  esplanade::botan crypto;
  path::inbound_store inbound_sas;
  path::outbound_store outbound_sas;
  path p{{inbound_sas, outbound_sas, crypto}};

  // Both ends of the tunnel in one program: the same parameters on either side.
  const auto sending = outbound_sas.add(crypto, lesson::tunnel());
  const auto receiving = inbound_sas.add(crypto, lesson::tunnel());
  if (!sending) return lesson::give_up(sending.why());
  if (!receiving) return lesson::give_up(receiving.why());

  owned sealed(lesson::hello);
  esplanade::flat_packet* out[] = {&sealed.packet};
  esplanade::verdict verdict[1];
  const esplanade::outbound_handle handle[] = {*sending};
  p.outbound({out, verdict, handle});

  // On the way one copy loses a bit, and somebody sends another one again.
  owned forged(sealed.content()), good(sealed.content()), again(sealed.content());
  forged.packet.data()[50] ^= 0x10;

  // Survivors stand in front afterwards, in the order they had; the others behind them, each with its verdict.
  esplanade::flat_packet* in[] = {&forged.packet, &good.packet, &again.packet};
  esplanade::verdict verdicts[3];
  const std::size_t live = p.inbound({in, verdicts});
  std::printf("%zu of 3 survived\n", live);
  for (std::size_t i = 0; i < 3; ++i) {
    const char* which = in[i] == &forged.packet ? "forged" : in[i] == &good.packet ? "good" : "again";
    std::printf("  %-6s %s\n", which, esplanade::describe(verdicts[i]));
  }
  lesson::show("delivered", good.content());
  const bool same = good.packet.length() == sizeof lesson::hello && std::memcmp(good.packet.data(), lesson::hello, sizeof lesson::hello) == 0;
  std::printf("the same as before: %s\n", same ? "yes" : "no");

  // No plaintext of a forged packet remains: what was ciphertext is zeros.
  lesson::show("the forged one, without its headers", forged.content().subspan(36));
}
