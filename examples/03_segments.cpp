// Lesson 3: the same octets over three segments. Segment borders do not matter, and nothing is copied together.
#include "lesson.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/esplanade.hpp>

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using chain = esplanade::chain_packet<4>;
template <class Packet> using path = esplanade::datapath<gateway, Packet, esplanade::flat_store<16>, esplanade::botan>;

namespace {

/// Seals one packet, the first under a fresh SA; the same SA parameters give the same octets.
template <class Packet> bool seal(Packet& packet) {
  esplanade::botan crypto;
  typename path<Packet>::inbound_store inbound_sas;
  typename path<Packet>::outbound_store outbound_sas;
  path<Packet> p{{inbound_sas, outbound_sas, crypto}};
  const auto sa = outbound_sas.add(crypto, lesson::tunnel());
  if (!sa) return false;
  Packet* packets[] = {&packet};
  esplanade::verdict verdicts[1];
  const esplanade::outbound_handle handles[] = {*sa};
  return p.outbound({packets, verdicts, handles}) == 1;
}

}  // namespace

int main() {
  esplanade::octet whole[160];
  std::memcpy(whole + 64, lesson::hello, sizeof lesson::hello);
  esplanade::flat_packet flat(whole, 64, sizeof lesson::hello);

  // 20 octets with room in front, 5 without any, 19 with room behind: cut in the middle of the UDP header.
  const esplanade::const_octets hello(lesson::hello);
  esplanade::octet front[84], middle[5], back[64];
  std::memcpy(front + 64, hello.data(), 20);
  std::memcpy(middle, hello.data() + 20, 5);
  std::memcpy(back, hello.data() + 25, 19);
  chain segmented;
  segmented.append(front, 64, 20);
  segmented.append(middle, 0, 5);
  segmented.append(back, 0, 19);

  if (!seal(flat) || !seal(segmented)) return 1;

  std::printf("the chain, segment by segment\n");
  for (auto piece = segmented.first(); static_cast<bool>(piece); ++piece) std::printf("  %2zu octets\n", (*piece).size());
  esplanade::octet together[160];
  esplanade::copy_out(segmented, 0, together, segmented.length());  // only to compare
  const bool same = flat.length() == segmented.length() && std::memcmp(flat.data(), together, flat.length()) == 0;
  std::printf("%zu octets, the same as in one piece: %s\n", segmented.length(), same ? "yes" : "no");
}
