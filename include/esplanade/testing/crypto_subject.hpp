// A crypto provider without its type, as the crypto laws ask it: they are compiled once, not once per provider.
#pragma once

#include <esplanade/crypto/provider.hpp>
#include <esplanade/testing/seeded.hpp>

#include <memory>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// What a provider's ICV and cipher do with what they are given. A null cipher sets all to false, and the laws that speak of it
/// are not asked.
struct crypto_claims {
  bool covers_text = true;  ///< the ICV depends on every bit of the text and of what is appended
  bool covers_key = true;   ///< it depends on the key
  bool hides_text = true;   ///< the sealed text is not the plaintext
};

namespace detail {

// A provider behind virtual calls, so that the laws are compiled once. An asynchronous one is waited for.
class crypto_subject {
 public:
  crypto_subject(const suite_sizes& its_sizes, crypto_claims its_claims, const provider_abilities& its_abilities)
      : sizes(its_sizes), claims(its_claims), can(its_abilities) {}
  crypto_subject(const crypto_subject&) = delete;
  crypto_subject& operator=(const crypto_subject&) = delete;
  virtual ~crypto_subject() = default;
  virtual void seal(job_list jobs) = 0;
  virtual void open(job_list jobs, on_forged mode) = 0;
  virtual void verify(job_list jobs) = 0;
  virtual void recheck(job_list jobs) = 0;
  virtual result<std::uint32_t> add_key(const_octets key) = 0;
  virtual void remove_key(std::uint32_t schedule) = 0;

  const suite_sizes sizes;
  const crypto_claims claims;
  const provider_abilities can;

  // A key that lives as long as the law that asked for it.
  struct held_key {
    crypto_subject& of;
    std::uint32_t schedule;
    held_key(crypto_subject& subject, const_octets key) : of(subject), schedule(0) {
      const result<std::uint32_t> added = subject.add_key(key);
      schedule = added ? *added : ~std::uint32_t{0};
    }
    held_key(const held_key&) = delete;
    held_key& operator=(const held_key&) = delete;
    ~held_key() { of.remove_key(schedule); }
  };
  /// Of IV in a job: on the wire, or the sequence number.
  [[nodiscard]] std::size_t iv_octets() const { return std::size_t{sizes.iv} + sizes.implicit_iv; }
  /// The nonce enters the ICV by itself, and not as a part of the AAD.
  [[nodiscard]] bool nonce_in_icv() const { return sizes.form() != job_form::mac || sizes.mac == mac_family::aes_gmac; }
  /// The suite encrypts, as far as the provider does.
  [[nodiscard]] bool hides() const { return claims.hides_text && sizes.family != cipher_family::null && sizes.family != cipher_family::aes_gmac; }
  [[nodiscard]] std::vector<octet> some_key(std::uint64_t seed) const {
    seeded numbers{seed};
    std::vector<octet> key(sizes.key);
    for (octet& o : key) o = static_cast<octet>(numbers.next());
    return key;
  }
};

template <class C> class crypto_subject_of : public crypto_subject {
 public:
  crypto_subject_of(C& provider, const suite_sizes& its_sizes, crypto_claims its_claims)
      : crypto_subject(its_sizes, its_claims, C::abilities), provider_(provider), lane_(new typename C::workspace{}) {}
  void seal(job_list jobs) override {
    if constexpr (C::abilities.asynchronous) {
      provider_.submit_seal(*lane_, jobs);
      wait(jobs.size());
    } else {
      provider_.seal(*lane_, jobs);
    }
  }
  void open(job_list jobs, on_forged mode) override {
    if constexpr (C::abilities.asynchronous) {
      provider_.submit_open(*lane_, jobs, mode);
      wait(jobs.size());
    } else {
      provider_.open(*lane_, jobs, mode);
    }
  }
  void verify([[maybe_unused]] job_list jobs) override {
    if constexpr (!C::abilities.asynchronous) provider_.verify(*lane_, jobs);
  }
  void recheck([[maybe_unused]] job_list jobs) override {
    if constexpr (!C::abilities.asynchronous) provider_.recheck(*lane_, jobs);
  }
  result<std::uint32_t> add_key(const_octets key) override { return provider_.add_key(sizes, key); }
  void remove_key(std::uint32_t schedule) override { provider_.remove_key(schedule); }

 private:
  void wait(std::size_t jobs) {
    if constexpr (C::abilities.asynchronous) {
      job* back[16];
      for (unsigned idle = 0; jobs != 0 && idle < 100'000; ++idle) {
        const std::size_t n = provider_.reap(*lane_, back);
        if (n != 0) idle = 0;
        jobs -= n < jobs ? n : jobs;
      }
    }
  }
  C& provider_;
  std::unique_ptr<typename C::workspace> lane_;
};

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
