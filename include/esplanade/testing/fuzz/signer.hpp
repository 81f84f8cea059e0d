// ESP made and read without the datapath: AAD, nonce, padding and trailer put together octet by octet (RFC 4303 2, RFC 4106 3 to 5, RFC 4543 3.3),
// only the cipher is the provider's. So the inputs of a fuzzer get a correct ICV, and what lies behind it is reached.
#pragma once

#include <esplanade/crypto/provider.hpp>
#include <esplanade/testing/fuzz/plain_headers.hpp>

#include <optional>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// The key of one SA.
///   Errors   `ready()` is false when the provider refuses the key
template <CryptoProvider Crypto> class signer {
 public:
  /// `sa` and what it points to outlive the signer.
  signer(Crypto& crypto, const sa_parameters& sa) : crypto_(crypto), sa_(sa), schedule_(crypto.add_key(sa.suite, sa.key)) {}
  ~signer() {
    if (schedule_) crypto_.remove_key(*schedule_);
  }
  signer(const signer&) = delete;
  signer& operator=(const signer&) = delete;

  [[nodiscard]] bool ready() const noexcept { return static_cast<bool>(schedule_); }

  /// SPI ‖ sequence number ‖ IV ‖ ciphertext ‖ ICV of a text that brings its own padding and trailer. The IV is the number.
  bytes seal(std::uint64_t number, bytes text) {
    bytes esp;
    append_be(esp, sa_.spi, 4);
    append_be(esp, number & 0xffffffff, 4);
    for (std::size_t i = sa_.suite.iv; i-- != 0;) esp.push_back(i < 8 ? static_cast<octet>(number >> (8 * i)) : octet{0});
    octet icv[icv_max]{};
    static_cast<void>(run<true>(esp, number, text, icv));
    append(esp, text);
    esp.insert(esp.end(), icv, icv + sa_.suite.icv);
    return esp;
  }

  /// The text of an ESP packet with this 64-bit number; nothing when the ICV does not match.
  std::optional<bytes> open(const bytes& esp, std::uint64_t number) {
    const std::size_t head = 8u + sa_.suite.iv;
    bytes text = part_of(esp, head, esp.size() - head - sa_.suite.icv);
    octet icv[icv_max]{};
    std::copy(esp.end() - sa_.suite.icv, esp.end(), icv);
    if (run<false>(esp, number, text, icv) != job_status::done) return std::nullopt;
    return text;
  }

 private:
  template <bool Seals> job_status run(const bytes& esp, std::uint64_t number, bytes& text, octet* icv) {
    const job_form form = sa_.suite.form();
    const bool mac = form == job_form::mac;
    bytes aad;
    append_be(aad, sa_.spi, 4);
    if (mac) append_be(aad, number & 0xffffffff, 4);
    else append_be(aad, number, sa_.esn ? 8 : 4);
    if (mac || form == job_form::gmac) append(aad, part_of(esp, 8, sa_.suite.iv));
    bytes elsewhere(Crypto::abilities.in_place ? 0 : text.size());
    segment from{text.data(), text.size()}, to{elsewhere.data(), elsewhere.size()};
    job j;
    j.source = &from;
    j.destination = Crypto::abilities.in_place ? &from : &to;
    j.length = static_cast<std::uint32_t>(text.size());
    j.schedule = *schedule_;
    j.icv = icv;
    j.icv_length = sa_.suite.icv;
    j.aad = aad.data();
    j.aad_length = static_cast<std::uint16_t>(aad.size());
    j.salt_length = sa_.suite.salt;
    std::copy(sa_.salt.begin(), sa_.salt.end(), j.salt_memory + (salt_max - sa_.salt.size()));
    j.iv_length = static_cast<std::uint8_t>(sa_.suite.iv + sa_.suite.implicit_iv);
    if (form == job_form::aead_implicit_iv) store_be64(j.iv_memory, number);
    else std::copy(esp.begin() + 8, esp.begin() + 8 + sa_.suite.iv, j.iv_memory);
    if (mac && sa_.esn) {
      j.appended_length = 4;
      store_be32(j.appended, static_cast<std::uint32_t>(number >> 32));
    }
    job* const one[] = {&j};
    if constexpr (Seals) crypto_.seal(workspace_, one);
    else crypto_.open(workspace_, one, on_forged::scrub);
    if (!Crypto::abilities.in_place) text = elsewhere;
    return j.status;
  }

  Crypto& crypto_;
  const sa_parameters& sa_;
  result<std::uint32_t> schedule_;
  typename Crypto::workspace workspace_{};
};

/// The text that carries `inner`: `padding` octets 1, 2, 3 …, then pad length and next header.
inline bytes text_of(const bytes& inner, std::size_t padding, octet pad_length, octet next_header) {
  bytes text = inner;
  for (std::size_t i = 1; i <= padding; ++i) text.push_back(static_cast<octet>(i));
  text.push_back(pad_length);
  text.push_back(next_header);
  return text;
}
/// The least padding that makes the text a multiple of `alignment`.
inline std::size_t least_padding(std::size_t inner, std::size_t alignment) {
  std::size_t padding = 0;
  while ((inner + padding + 2) % alignment != 0) ++padding;
  return padding;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
