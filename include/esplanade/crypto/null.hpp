// A provider without cryptography: for measuring what everything else costs, and for driving tests.
#pragma once

#include <esplanade/crypto/provider.hpp>

namespace esplanade {
inline namespace v0 {

/// Copies text unchanged and writes an ICV that anybody can compute from nonce and AAD. It protects nothing.
///   Use it   to measure a datapath without its cipher: it reads what a cipher reads except the text (nonce, AAD) and
///            writes the ICV, so that no cache line is left out
///   Cost     a few nanoseconds per job
class null_crypto {
 public:
  static constexpr provider_abilities abilities{.appended_input = true};
  static constexpr const char* name = "null";
  template <class> static constexpr bool supports = true;
  struct workspace {};

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (key.size() != sizes.key) return fault{fault_kind::invalid_value, "key", "its size does not suit the suite", "as many octets as the suite's key"};
    return std::uint32_t{0};
  }
  void remove_key(std::uint32_t) noexcept {}

  void seal(workspace&, job_list jobs) noexcept {
    for (job* j : jobs) {
      copy(*j);
      const icv_words icv = compute(*j);
      if (j->icv_length == 16) [[likely]] std::memcpy(j->icv, &icv, 16);  // no call: what is measured must not drown in it
      else std::memcpy(j->icv, &icv, j->icv_length);
      j->status = job_status::done;
    }
  }
  void open(workspace&, job_list jobs, on_forged mode) noexcept {
    for (job* j : jobs) {
      j->status = matches(*j);
      if (j->status == job_status::done) copy(*j);
      else if (mode == on_forged::scrub) detail::zero_text(*j);
    }
  }
  void verify(workspace&, job_list jobs) noexcept {
    for (job* j : jobs) j->status = matches(*j);
  }
  void recheck(workspace&, job_list jobs) noexcept {
    for (job* j : jobs) j->status = matches(*j);
  }

 private:
  struct icv_words {
    std::uint64_t words[4];
  };
  // Words of nonce and AAD; every octet of both changes the outcome, and so does the text's length.
  static ESPLANADE_INLINE icv_words compute(const job& j) noexcept {
    std::uint64_t words[2] = {j.length, 0};
    const const_octets nonce = j.nonce();
    fold(words, nonce.data(), nonce.size());
    fold(words, j.aad, j.aad_length);
    if (j.appended_length != 0) fold(words, j.appended, j.appended_length);
    return {{words[0], words[1], words[0], words[1]}};
  }
  static ESPLANADE_INLINE void fold(std::uint64_t (&words)[2], const octet* at, std::size_t size) noexcept {
    if (size == 12) [[likely]] {  // a nonce, and the AAD under ESN
      mix(words, load_be64(at));
      mix(words, load_be32(at + 8));
      return;
    }
    for (; size >= 8; at += 8, size -= 8) mix(words, load_be64(at));
    if (size >= 4) {
      mix(words, load_be32(at));
      at += 4;
      size -= 4;
    }
    for (; size != 0; --size) mix(words, *at++);
  }
  static ESPLANADE_INLINE void mix(std::uint64_t (&words)[2], std::uint64_t word) noexcept {
    words[0] = std::rotl(words[0] ^ word, 23);
    words[1] += words[0];
  }
  static job_status matches(const job& j) noexcept {
    const icv_words icv = compute(j);
    if (j.icv_length == 16) [[likely]] return std::memcmp(&icv, j.icv, 16) == 0 ? job_status::done : job_status::forged;
    return std::memcmp(&icv, j.icv, j.icv_length) == 0 ? job_status::done : job_status::forged;
  }
  static ESPLANADE_INLINE void copy(const job& j) noexcept {
    if (j.source == j.destination) return;
    for (std::size_t i = 0; i < j.segments; ++i) std::memcpy(j.destination[i].data, j.source[i].data, j.source[i].size);
  }
};
static_assert(CryptoProvider<null_crypto>);

}  // namespace v0
}  // namespace esplanade
