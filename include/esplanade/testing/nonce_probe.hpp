// A crypto provider for suites with nonces of 11, 12 and 16 octets, which writes down what it was given.
#pragma once

#include <esplanade/testing/mixing_crypto.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// A suite that no RFC has, with a nonce of `Salt` + `Iv` octets: for what must not assume 4 and 8.
template <std::uint8_t Salt, std::uint8_t Iv, std::uint8_t Icv = 16> struct nonce_suite {
  static_assert(Salt <= salt_max && Iv <= iv_max, "a job holds at most 4 octets of salt and 16 of IV");
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 16, Salt, Iv, Icv, 4};
  static constexpr const char* name = "a test's own nonce";
};
using nonce_of_11 = nonce_suite<3, 8>;   ///< as AES-CCM's (RFC 4309)
using nonce_of_12 = nonce_suite<4, 8>;   ///< as AES-GCM's (RFC 4106)
using nonce_of_16 = nonce_suite<0, 16>;  ///< as AES-CBC's IV (RFC 3602)

/// `mixing_crypto` for suites with nonces of 11, 12 and 16 octets, which writes down the nonce of every job it works on.
///   Threads  one
class nonce_probe {
 public:
  static constexpr provider_abilities abilities = mixing_crypto::abilities;
  static constexpr const char* name = "nonce_probe";
  static constexpr bool takes(const suite_sizes& s) noexcept {
    return (s.salt == 3 && s.iv == 8) || (s.salt == 4 && s.iv == 8) || (s.salt == 0 && s.iv == 16);
  }
  template <class S> static constexpr bool supports = takes(S::sizes);
  using workspace = mixing_crypto::workspace;

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (!takes(sizes)) return fault{fault_kind::not_supported, "sizes.iv", "not a nonce that is probed", "salt and IV of 3 and 8, 4 and 8, or 0 and 16 octets"};
    return inner_.add_key(sizes, key);
  }
  void remove_key(std::uint32_t schedule) noexcept { inner_.remove_key(schedule); }
  void seal(workspace& w, job_list jobs) noexcept { inner_.seal(w, see(jobs)); }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept { inner_.open(w, see(jobs), mode); }
  void verify(workspace& w, job_list jobs) noexcept { inner_.verify(w, see(jobs)); }
  void recheck(workspace& w, job_list jobs) noexcept { inner_.recheck(w, see(jobs)); }

  /// The nonces in the order in which jobs were given.
  [[nodiscard]] const std::vector<std::vector<octet>>& seen() const noexcept { return seen_; }
  void forget() noexcept { seen_.clear(); }

 private:
  job_list see(job_list jobs) {
    for (const job* j : jobs) seen_.emplace_back(j->nonce().begin(), j->nonce().end());
    return jobs;
  }
  mixing_crypto inner_;
  std::vector<std::vector<octet>> seen_;
};
static_assert(CryptoProvider<nonce_probe>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
