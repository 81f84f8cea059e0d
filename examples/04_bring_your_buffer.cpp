// Lesson 4: bring your buffer. A type that cannot be edited becomes a packet through one specialisation of packet_traits.
#include "lesson.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/esplanade.hpp>

extern "C" {
/// Somebody else's: one segment of a packet, as a driver hands it out.
struct net_buffer {
  unsigned char* memory;
  unsigned memory_size, begin, end;
  net_buffer* next;
  unsigned packet_size;  // kept in the first one
};
}

/// All that a datapath asks of it. Room is that of the first segment in front and of the last one behind.
template <> struct esplanade::packet_traits<net_buffer> {
  static constexpr std::size_t segments_max = 8;

  template <class Octet> struct cursor {
    const net_buffer* at;
    std::span<Octet> operator*() const noexcept { return {at->memory + at->begin, at->end - at->begin}; }
    cursor& operator++() noexcept {
      at = at->next;
      return *this;
    }
    explicit operator bool() const noexcept { return at != nullptr; }
  };
  static cursor<octet> first(net_buffer& p) noexcept { return {&p}; }
  static cursor<const octet> first(const net_buffer& p) noexcept { return {&p}; }
  static std::size_t length(const net_buffer& p) noexcept { return p.packet_size; }

  static bool retreat(net_buffer& p, std::size_t n) noexcept {
    if (n > p.begin) return false;
    p.begin -= static_cast<unsigned>(n);
    p.packet_size += static_cast<unsigned>(n);
    return true;
  }
  static void advance(net_buffer& p, std::size_t n) noexcept {
    p.packet_size -= static_cast<unsigned>(n);
    for (net_buffer* s = &p; n != 0; s = s->next) {
      const unsigned taken = n < s->end - s->begin ? static_cast<unsigned>(n) : s->end - s->begin;
      s->begin += taken;
      n -= taken;
    }
  }
  static bool extend(net_buffer& p, std::size_t n) noexcept {
    net_buffer* last = &p;
    while (last->next != nullptr) last = last->next;
    if (n > last->memory_size - last->end) return false;
    last->end += static_cast<unsigned>(n);
    p.packet_size += static_cast<unsigned>(n);
    return true;
  }
  static void trim(net_buffer& p, std::size_t n) noexcept {
    p.packet_size -= static_cast<unsigned>(n);
    unsigned left = p.packet_size;
    for (net_buffer* s = &p; s != nullptr; s = s->next) {
      if (s->end - s->begin > left) s->end = s->begin + left;
      left -= s->end - s->begin;
    }
  }
};
static_assert(esplanade::Packet<net_buffer>);

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using path = esplanade::datapath<gateway, net_buffer, esplanade::flat_store<16>, esplanade::botan>;

int main() {
  esplanade::botan crypto;
  path::inbound_store inbound_sas;
  path::outbound_store outbound_sas;
  path p{{inbound_sas, outbound_sas, crypto}};
  const auto sending = outbound_sas.add(crypto, lesson::tunnel());
  const auto receiving = inbound_sas.add(crypto, lesson::tunnel());
  if (!sending) return lesson::give_up(sending.why());
  if (!receiving) return lesson::give_up(receiving.why());

  unsigned char memory[2][128];
  std::memcpy(memory[0] + 96, lesson::hello, 32);
  std::memcpy(memory[1], lesson::hello + 32, 12);
  net_buffer second{memory[1], 128, 0, 12, nullptr, 0};
  net_buffer packet{memory[0], 128, 96, 128, &second, sizeof lesson::hello};

  net_buffer* packets[] = {&packet};
  esplanade::verdict verdicts[1];
  const esplanade::outbound_handle handles[] = {*sending};
  p.outbound({packets, verdicts, handles});
  std::printf("outbound: %s, %u octets in segments of %u and %u\n", esplanade::describe(verdicts[0]), packet.packet_size, packet.end - packet.begin, second.end - second.begin);

  p.inbound({packets, verdicts});
  std::printf("inbound:  %s, %u octets in segments of %u and %u\n", esplanade::describe(verdicts[0]), packet.packet_size, packet.end - packet.begin, second.end - second.begin);
  std::printf("the text: %.*s%.*s\n", static_cast<int>(packet.end - packet.begin - 28), reinterpret_cast<const char*>(packet.memory + packet.begin + 28),
              static_cast<int>(second.end - second.begin), reinterpret_cast<const char*>(second.memory + second.begin));
}
