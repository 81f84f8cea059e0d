#include "replay_checks.hpp"

#include "independent_seal.hpp"
#include "paths.hpp"

namespace vectors {
namespace {

template <std::uint32_t Packets> struct window_of : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto esn = per_sa;
  using replay = window<Packets>;
};

// Linux accepts the number 0 on an ESN SA when the window's right edge is W - 1. RFC 4303 3.3.3: "Thus, the first
// packet sent using a given SA will contain a sequence number of 1." So nobody sends 0, and we refuse it.
bool accepts_zero_on_linux(const replay_trace& t, const replay_event& e, std::uint64_t highest) {
  return t.esn && e.number == 0 && highest == t.window - 1u && e.verdict == "accept";
}

std::string verdict_of_trace(verdict said) {
  switch (said) {
    case verdict::forwarded: return "accept";
    case verdict::replayed: case verdict::too_old: return "replay";
    case verdict::icv_mismatch: return "auth";
    default: return describe(said);
  }
}

}  // namespace

struct replay_checks::receivers {
  receiver<window_of<32>, flat_packet> of_32;
  receiver<window_of<64>, flat_packet> of_64;
  receiver<window_of<128>, flat_packet> of_128;
  receiver<window_of<256>, flat_packet> of_256;
  receiver<window_of<1024>, flat_packet> of_1024;
  receiver<window_of<4096>, flat_packet> of_4096;
};

replay_checks::replay_checks() : receivers_(std::make_unique<receivers>()) {}
replay_checks::~replay_checks() = default;

bool replay_checks::has_window(std::uint32_t packets) {
  return packets == 32 || packets == 64 || packets == 128 || packets == 256 || packets == 1024 || packets == 4096;
}

std::string replay_checks::check(const replay_trace& t) {
  switch (t.window) {
    case 32: return check_with(t, receivers_->of_32);
    case 64: return check_with(t, receivers_->of_64);
    case 128: return check_with(t, receivers_->of_128);
    case 256: return check_with(t, receivers_->of_256);
    case 1024: return check_with(t, receivers_->of_1024);
    case 4096: return check_with(t, receivers_->of_4096);
    default: return "no window of this size is compiled in";
  }
}

template <class Receiver> std::string replay_checks::check_with(const replay_trace& t, Receiver& receiver) {
  constexpr std::uint32_t spi = 0x20001;
  constexpr suite_sizes suite = esp_aes_gcm_16<128>::sizes;
  const octets_held key = from_hex("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), salt = from_hex("a1b2c3d4");
  const octets_held inner = behind_ipv4(17, from_hex("00350035000c0000deadbeef"));  // the same in every packet
  receiver.install({.spi = spi, .suite = suite, .key = key, .salt = salt, .esn = t.esn, .sequence_start = t.initial_highest});

  std::uint64_t highest = t.initial_highest;
  for (std::size_t i = 0; i < t.events.size(); ++i) {
    const replay_event& e = t.events[i];
    octets_held iv(8);
    put_number(iv, 0, 8, e.number);
    octets_held wire = behind_ipv4(50, seal_independently(suite, key, salt, spi, t.esn, e.number, iv, inner, 4));
    if (e.corrupted) wire.back() ^= 0x80;
    const outcome o = receiver.receive(wire);
    ++tally_.events;

    const std::string said = verdict_of_trace(o.said);
    const std::string where = joined("event ", i, ", number ", e.number, ", window at ", highest, ": ");
    if (said != e.verdict) {
      if (!accepts_zero_on_linux(t, e, highest) || o.said != verdict::too_old) return joined(where, said, ", not ", e.verdict);
      ++tally_.expected_differences;
    }
    if (said == "accept" && o.content != inner) return joined(where, "delivered octets differ");
    if (said == "accept" && e.number > highest) highest = e.number;
    if (o.highest != highest) return joined(where, said, ", and the window stands at ", o.highest);
  }
  return "";
}

}  // namespace vectors
