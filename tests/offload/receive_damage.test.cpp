// Frames that were damaged on the way, whole and in pieces: what a NIC says of them never contradicts itself, nor the frame.
#include "support/receiving_nic.hpp"

#include <esplanade/testing/seeded.hpp>

using namespace support;

namespace {

struct fixture {
  receiving_nic<> nic{};
  peer other{};
  std::vector<bytes> whole{};

  fixture() {
    bundle_form esp = esp_bundle(0x1001), auth = ah_bundle(0x2001), both = ah_esp_bundle(0x1002, 0x2002), tunnel = esp_bundle(0x1003), natted = esp_bundle(0x1004), nested = esp_bundle(0x1005);
    bundle_form six = to(ah_esp_bundle(0x1006, 0x2006), outside_v6(1), outside_v6(2)), inside = inner(esp_bundle(0x1007)), inside_both = inner(ah_esp_bundle(0x1008, 0x2008), family::ipv6);
    natted.udp_esp = udp_esp_layout::transport;
    nested.udp_esp = udp_esp_layout::transport_over_udp_tunnel;
    for (const bundle_form& form : {esp, auth, both, tunnel, natted, nested, six, inside, inside_both}) nic.add(form);
    nic.current.tcp_checksum = nic.current.udp_checksum = true;
    const auto transport = [&](const bundle_form& form) { return other.seal(form, mode::transport, plain(form, 20 + whole.size())); };
    for (const bundle_form& form : {esp, auth, both, natted, six}) whole.push_back(transport(form));
    for (const bundle_form& form : {inside, inside_both}) whole.push_back(other.seal(tunnel, mode::tunnel, transport(form)));
    whole.push_back(other.seal(nested, mode::tunnel, transport(inside)));
    whole.push_back(other.seal(nested, mode::tunnel, transport(inner(esp_bundle(0x9999)))));
    whole.push_back(other.seal(tunnel, mode::tunnel, udp_packet(family::ipv6, 30)));
  }
};

bytes damaged(testing::seeded& numbers, bytes frame) {
  for (std::uint64_t n = numbers.below(4); n != 0; --n) {
    const std::size_t headers = numbers.below(2) == 0 && frame.size() > 64 ? 64 : frame.size();
    if (headers != 0) frame[numbers.below(headers)] ^= static_cast<octet>(1u << numbers.below(8));
  }
  switch (numbers.below(5)) {
    case 0: frame.resize(numbers.below(frame.size() + 1)); break;
    case 1: frame.resize(frame.size() + numbers.below(24), 0x5a); break;
    default: break;
  }
  if (numbers.below(3) == 0 && frame.size() >= 20 && frame[0] >> 4 == 4) {  // lengths that agree again
    frame[2] = static_cast<octet>(frame.size() >> 8), frame[3] = static_cast<octet>(frame.size() & 0xff);
    set_checksum(frame.size() >= (frame[0] & 15u) * 4u ? frame : (frame[0] = 0x45, frame));
  }
  return frame;
}

testing::cut random_cut(testing::seeded& numbers, std::size_t size) {
  testing::cut pieces;
  while (size != 0 && pieces.size() < 7) {
    pieces.push_back(1 + numbers.below(size < 40 ? size : 40));
    size -= pieces.back();
  }
  if (size != 0 || pieces.empty()) pieces.push_back(size);
  return pieces;
}

}  // namespace

TEST_CASE("receive: damaged frames, in blocks of exactly their size, are told of alike however they lie, and change only where they opened [class 1, 2, 49]") {
  fixture f;
  testing::seeded numbers{20260101};
  std::size_t opened = 0, failed = 0, passed = 0;
  for (int turn = 0; turn < 6000; ++turn) {
    const bytes frame = damaged(numbers, f.whole[numbers.below(f.whole.size())]);
    const told flat = f.nic.receive(frame), pieces = f.nic.receive(frame, random_cut(numbers, frame.size()));
    const auto& r = flat.ipsec;
    bool right = flat.frame == pieces.frame && flat.frame.size() == frame.size();
    for (std::size_t k = 0; k < 3; ++k) right = right && flat.words[k] == pieces.words[k];
    if (!r.done) right = right && untouched(flat, frame);
    if (r.done && !r.next_done && r.status != crypto_status::success) right = right && flat.frame == frame && flat.words[1] == 0 && flat.words[2] == 0;
    if (r.next_done) right = right && r.done && flat.headers.set;
    if (r.status != crypto_status::success) right = right && flat.words[2] == 0;
    (r.done ? r.status == crypto_status::success ? opened : failed : passed)++;
    if (!right) {
      CAPTURE(turn);
      CAPTURE(testing::describe(testing::packet_form{.content = frame}));
      CHECK(right);
    }
  }
  CHECK(opened > 300);
  CHECK(failed > 300);
  CHECK(passed > 300);
}
