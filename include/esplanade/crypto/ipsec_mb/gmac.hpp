// AES-GMAC by intel-ipsec-mb's direct calls: in ESP (RFC 4543 3) and in AH (RFC 4543 4).
#pragma once

#include <esplanade/crypto/ipsec_mb/library.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_IPSEC_MB_TAG {

/// Authenticates AAD ‖ text ‖ appended octets as one string, piece by piece where they stand; the text stays as it is.
///   Cost     a few indirect calls per packet; no allocation, lock or exception after add_key
///   Errors   add_key refuses every key where the library does not run. A job is failed when its schedule holds no key or it is
///            not of its key's shape (suite_rules)
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules
///   Keys     wiped when they are removed, and with the provider
template <std::uint32_t Tag> class basic_ipsec_mb_gmac : public authenticates_only<basic_ipsec_mb_gmac<Tag>> {
  using slot = gcm_key;

 public:
  static constexpr provider_abilities abilities{.appended_input = true};
  static constexpr const char* name = "ipsec_mb";
  static constexpr bool takes(const suite_sizes& s) noexcept {
    return (s.family == cipher_family::aes_gmac || s.mac == mac_family::aes_gmac) && suite_rules::knows(s);
  }
  template <class S> static constexpr bool supports = takes(S::sizes);

  class alignas(64) workspace {
   public:
    workspace() noexcept = default;
    workspace(const workspace&) = delete;
    workspace& operator=(const workspace&) = delete;
    ~workspace() { wipe(&context, sizeof context); }

   private:
    friend class basic_ipsec_mb_gmac;
    gcm_context_data context{};
  };

  /// `capacity`: keys at a time. `which`: the library's code for that kind of processor; without it, for this one.
  explicit basic_ipsec_mb_gmac(std::size_t capacity = 1024, IMB_ARCH which = IMB_ARCH_NONE) : keys_(capacity) {
    manager m;
    runs_ = m.set_up(which);
    if (!runs_) return;
    calls_[0] = {m.get()->gcm128_pre, m.get()->gmac128_init, m.get()->gmac128_update, m.get()->gmac128_finalize};
    calls_[1] = {m.get()->gcm192_pre, m.get()->gmac192_init, m.get()->gmac192_update, m.get()->gmac192_finalize};
    calls_[2] = {m.get()->gcm256_pre, m.get()->gmac256_init, m.get()->gmac256_update, m.get()->gmac256_finalize};
  }

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (!takes(sizes) && suite_rules::knows(sizes)) return fault{fault_kind::not_supported, "sizes.family", "this engine has no such suite", "AES-GMAC"};
    if (!runs_) return does_not_run();
    return keys_->add(sizes, key, [&](slot& s) {
      s.calls = static_cast<std::uint8_t>(key.size() / 8 - 2);
      calls_[s.calls].schedule(key.data(), s.get());
      return true;
    });
  }
  void remove_key(std::uint32_t schedule) noexcept { keys_->remove(schedule); }

 private:
  friend class authenticates_only<basic_ipsec_mb_gmac>;
  struct call_set {
    aes_gcm_pre_t schedule = nullptr;
    aes_gmac_init_t init = nullptr;
    aes_gmac_update_t update = nullptr;
    aes_gmac_finalize_t end = nullptr;
  };

  template <class Work> void each(job_list jobs, Work work) noexcept {
    keys_->each(jobs, [&](slot& s, job& j) {
      if (stands_somewhere(j)) work(s, j);
      else j.status = job_status::failed;
    });
  }
  void compute(workspace& w, const slot& s, const job& j, octet* icv) noexcept {
    const call_set& calls = calls_[s.calls];
    const const_octets nonce = j.nonce();
    const auto add = [&](const octet* at, std::size_t size) {
      if (size != 0) calls.update(s.get(), &w.context, at, size);
    };
    calls.init(s.get(), &w.context, nonce.data(), nonce.size());
    add(j.aad, j.aad_length);
    for (std::size_t i = 0; i < j.segments; ++i) add(j.source[i].data, j.source[i].size);
    add(j.appended, j.appended_length);
    calls.end(s.get(), &w.context, icv, 16);
  }

  owned_keys<slot, Tag> keys_;
  call_set calls_[3];  // for keys of 128, 192 and 256 bits
  bool runs_ = false;
};
using ipsec_mb_gmac = basic_ipsec_mb_gmac<0>;
static_assert(CryptoProvider<ipsec_mb_gmac>);

}  // namespace ESPLANADE_IPSEC_MB_TAG
}  // namespace v0
}  // namespace esplanade
