// SA records as a host writes them, and a few octets of them changed: what a fuzzer's choices become.
#pragma once

#include <esplanade/offload/records_write.hpp>
#include <esplanade/testing/fuzz/input.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// Writes the records of one request after another; `given`: the handles that a DELETE_SA or UPDATE_SA may name.
class sa_record_writer {
 public:
  static constexpr std::uint64_t base = 0x40;  // low, so that changed links lead somewhere
  static constexpr std::size_t stride = 256;   // more than a record of ADD_SA with its keys

  sa_record_writer(input& in, record_layout layout, const std::vector<offload_handle>& given) noexcept : in_(in), layout_(layout), given_(given) {}

  /// Records as they should be, and then changes; → octets of the first.
  std::size_t write(bytes& into, direct_oid oid) {
    const std::size_t count = oid == direct_oid::add_sa || oid == direct_oid::delete_sa ? 1 + in_.take_octet() % 4u : 1;
    std::size_t first = 0, end = 0;
    into.resize(count * stride);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t next = i + 1 < count ? base + (i + 1) * stride : 0;
      const octets place = octets(into).subspan(i * stride, stride);
      const unsigned algorithm = in_.take_octet(), spi = 0x100u + in_.take_octet() % 4, flags = in_.take_octet();
      std::size_t written = 0;
      if (oid == direct_oid::delete_sa) written = write_delete_sa(place, layout_, take_handle(), next).value();
      else if (oid == direct_oid::update_sa) written = write_update_sa(place, layout_, {take_handle(), (flags & 1) != 0 ? protocol_kind::ah : protocol_kind::esp, spi, algorithm}).value();
      else written = write_add_sa(place, layout_, oid == direct_oid::add_sa_ex, bundle(algorithm, spi, flags), next).value();
      if (i == 0) first = written;
      end = i * stride + written;
    }
    into.resize(end);
    for (unsigned changes = in_.take_octet() % 8u; changes != 0; --changes) {
      const std::size_t at = in_.take_be16() % end;
      into[at] = in_.take_octet();
    }
    return first;
  }

 private:
  offload_handle take_handle() {
    const unsigned which = in_.take_octet();
    return which < 192 && !given_.empty() ? given_[which % given_.size()] : offload_handle{which};
  }
  // flags: 1 inbound, 2 IPv6, 4 ESN, 8 AH in front, 16 any destination, 32 UDP
  sa_request bundle(unsigned algorithm, std::uint32_t spi, unsigned flags) {
    using oi = offload_integrity;
    using oe = offload_encryption;
    constexpr auto esp_is = protocol_kind::esp;
    const offload_transform esp[] = {{esp_is, {}, oe::aes_gcm_128, 0}, {esp_is, {}, oe::aes_gcm_128, 8}, {esp_is, {}, oe::aes_gcm_128, 12}, {esp_is, {}, oe::aes_gcm_256, 16},
                                     {esp_is, oi::aes_gmac_128, oe::null, 0}, {esp_is, oi::hmac_sha1, oe::null, 0}, {esp_is, oi::hmac_sha1, oe::aes_cbc_128, 0}, {esp_is, oi::hmac_sha2_256, oe::aes_cbc_128, 0}};
    const offload_transform ah[] = {{protocol_kind::ah, oi::hmac_sha1, {}, 0}, {protocol_kind::ah, oi::aes_gmac_128, {}, 0}};
    static constexpr octet key[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const auto element = [&](const offload_transform& t) {
      const suite_sizes s = *suite_named(t);
      const bool by_integrity = s.family == cipher_family::aes_gmac || s.mac == mac_family::aes_gmac;
      const std::size_t salted = s.salt != 0 ? std::size_t{s.key} + s.salt : 0;
      return offload_element{t, spi, {key, by_integrity ? salted : s.mac_key}, {key, by_integrity ? 0 : salted != 0 ? salted : s.cipher_key()}, (flags & 4) != 0, spi};
    };
    sa_request r;
    r.inbound = (flags & 1) != 0;
    r.version = (flags & 2) != 0 ? family::ipv6 : family::ipv4;
    r.source.version = r.destination.version = r.version;
    if ((flags & 16) == 0) r.destination.value[3] = static_cast<octet>(1 + (flags >> 6));
    if ((flags & 32) != 0) r.udp_esp = udp_esp_layout::tunnel;
    r.count = (flags & 8) != 0 ? 2 : 1;
    r.elements[0] = element(algorithm % 16 < 8 ? esp[algorithm % 8] : ah[algorithm % 2]);
    r.elements[1] = element(ah[algorithm / 16 % 2]);
    return r;
  }

  input& in_;
  record_layout layout_;
  const std::vector<offload_handle>& given_;
};

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
