// AH packets made by a plain reading of RFC 4302 and a provider alone: what the stages' packets are compared with.
#pragma once

#include "support/world.hpp"

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/plain_ah.hpp>

namespace support {

inline constexpr suite_sizes ah_sha1 = ah<hmac_sha1_96>::sizes, ah_sha256 = ah<hmac_sha2_256_128>::sizes, ah_sha384 = ah<hmac_sha2_384_192>::sizes,
                             ah_gmac = ah_aes_gmac<128>::sizes;

/// How an AH packet is to be made.
struct ah_form {
  sa_form sa{};
  std::uint64_t number = 1;
  octet next_header = 17;
  bytes payload{};
  std::size_t alignment = 0;   ///< 0: by family
  std::size_t length_off = 0;  ///< what its length field says beyond the truth, modulo 256
  bool sends = true;           ///< the ICV covers headers as they will arrive; else as they stand
};

/// The packet whose headers are `headers` (what follows them in it is left out), with AH behind them.
template <class Crypto> bytes ah_packet(Crypto& crypto, const ah_form& form, ip_form headers) {
  const suite_sizes& suite = form.sa.suite;
  const bool ipv4 = headers.source.version == family::ipv4;
  const std::size_t alignment = form.alignment != 0 ? form.alignment : ipv4 ? 4 : 8;
  bytes ah;
  ah.push_back(form.next_header);
  ah.push_back(0);
  put16(ah, 0);
  put32(ah, form.sa.spi);
  put32(ah, form.number & 0xffffffff);
  if (suite.iv != 0) put32(ah, form.number >> 32), put32(ah, form.number & 0xffffffff);
  const std::size_t icv_at = ah.size();
  ah.resize((icv_at + suite.icv + alignment - 1) / alignment * alignment);
  ah[1] = static_cast<octet>((ah.size() / 4 - 2 + form.length_off) & 0xff);

  headers.protocol = 51;
  headers.payload = ah;
  put(headers.payload, form.payload);
  bytes packet = make_ip(headers);
  const std::size_t at = packet.size() - headers.payload.size();
  const auto covered = testing::plain_ah_coverage(bytes(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(at)), form.sends);
  REQUIRE(covered.has_value());
  bytes aad = *covered;
  put(aad, ah);

  const bytes key = key_of(suite, form.sa.which), salt = salt_of(suite, form.sa.which);
  const std::uint32_t schedule = *crypto.add_key(suite, key);
  bytes text = form.payload;
  segment piece{text.data(), text.size()};
  job j;
  j.source = j.destination = &piece;
  j.length = static_cast<std::uint32_t>(text.size());
  j.icv = j.icv_memory;
  j.icv_length = suite.icv;
  j.iv_length = suite.iv;
  j.salt_length = suite.salt;
  j.aad = aad.data();
  j.aad_length = static_cast<std::uint16_t>(aad.size());
  j.schedule = schedule;
  if (form.sa.esn) {
    j.appended_length = 4;
    store_be32(j.appended, static_cast<std::uint32_t>(form.number >> 32));
  }
  std::copy(salt.begin(), salt.end(), j.salt_memory + (salt_max - salt.size()));
  std::copy_n(ah.begin() + 12, suite.iv, j.iv_memory);
  job* jobs[] = {&j};
  typename Crypto::workspace work{};
  crypto.seal(work, jobs);
  REQUIRE(j.status == job_status::done);
  std::copy_n(j.icv, suite.icv, packet.begin() + static_cast<std::ptrdiff_t>(at + icv_at));
  crypto.remove_key(schedule);
  return packet;
}

/// What the outer header of our own tunnels looks like around `inner`.
inline ip_form outer_of(const sa_form& sa, std::uint64_t number, const bytes& inner) {
  const bool inner_v4 = inner[0] >> 4 == 4;
  ip_form form{.source = outside(sa.outer, 1), .destination = outside(sa.outer, 10 + sa.which)};
  form.hop_limit = sa.hop_limit;
  form.identification = number & 0xffff;
  form.fragment = inner_v4 ? get16(inner, 6) & 0x4000 : 0x4000;
  form.traffic_class = inner_v4 ? inner[1] : static_cast<octet>(get16(inner, 0) >> 4 & 0xff);
  form.flow_label = inner_v4 ? 0 : get32(inner, 0) & 0xfffff;
  return form;
}

}  // namespace support
