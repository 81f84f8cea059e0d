// AES-GMAC by Botan's block cipher and GHASH: in ESP (RFC 4543 3) and in AH (RFC 4543 4).
#pragma once

#include <esplanade/crypto/botan/engine.hpp>
#include <esplanade/crypto/botan/ghash.hpp>

#include <optional>

#if BOTAN_VERSION_MAJOR < 3
namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// Authenticates AAD ‖ text ‖ appended octets as one string; the text stays as it is.
///   Cost     no allocation, lock or exception after add_key; one block of the cipher per packet, and GHASH
///   Errors   a job is failed when its schedule holds no key or it is not of its key's shape (suite_rules)
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules
///   Keys     Botan zeroes schedules when they are removed
template <std::uint32_t Tag> class basic_botan_gmac {
 public:
  static constexpr provider_abilities abilities{.appended_input = true};
  static constexpr const char* name = "botan";
  static constexpr bool takes(const suite_sizes& s) noexcept {
    return (s.family == cipher_family::aes_gmac || s.mac == mac_family::aes_gmac) && suite_rules::knows(s);
  }
  template <class S> static constexpr bool supports = takes(S::sizes);

  struct alignas(64) workspace {
    ghash_memory hash{};
  };

  /// `capacity`: keys at a time.
  explicit basic_botan_gmac(std::size_t capacity = 1024) : keys_(capacity) {}

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (!takes(sizes) && suite_rules::knows(sizes)) return fault{fault_kind::not_supported, "sizes.family", "this engine has no such suite", "AES-GMAC"};
    return keys_.add(sizes, key);
  }
  void remove_key(std::uint32_t schedule) noexcept { keys_.remove(schedule); }

  void seal(workspace& w, job_list jobs) noexcept {
    keys_.each(jobs, [&](slot& s, job& j) {
      octet icv[aes_block];
      compute(w, s, j, icv);
      copy_text(j);
      std::memcpy(j.icv, icv, j.icv_length);
      j.status = job_status::done;
    });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    keys_.each(jobs, [&](slot& s, job& j) {
      octet icv[aes_block];
      compute(w, s, j, icv);
      if (compare_icv(icv, j) != job_status::done) return suite_rules::refuse(j, mode);
      copy_text(j);
      j.status = job_status::done;
    });
  }
  void verify(workspace& w, job_list jobs) noexcept {
    keys_.each(jobs, [&](slot& s, job& j) {
      octet icv[aes_block];
      compute(w, s, j, icv);
      j.status = compare_icv(icv, j);
    });
  }
  /// Nothing is encrypted: the plaintext is what was sent.
  void recheck(workspace& w, job_list jobs) noexcept { verify(w, jobs); }

 private:
  struct alignas(64) slot {
    job_shape shape{};
    bool live = false;
    std::unique_ptr<Botan::BlockCipher> cipher;
    std::optional<Botan::GHASH> ghash;

    void set(const suite_sizes&, const_octets key) {
      octet hash_key[aes_block]{};
      cipher = Botan::BlockCipher::create_or_throw(aes_name(key.size()));
      cipher->set_key(key.data(), key.size());
      cipher->encrypt(hash_key);  // NIST SP 800-38D 6.4
      ghash.emplace().set_key(hash_key, aes_block);
      wipe(hash_key, aes_block);
    }
    void clear() noexcept {
      cipher.reset();
      ghash.reset();
    }
  };

  static void compute(workspace& w, slot& s, const job& j, octet* icv) noexcept {
    octet mask[aes_block];
    write_counters(mask, j, 1, 1);
    s.cipher->encrypt_n(mask, mask, 1);
    const std::size_t size = std::size_t{j.aad_length} + j.length + j.appended_length;
    ghash_stream hash(w.hash, *s.ghash, aes_blocks_of(size));
    hash.add(j.aad, j.aad_length);
    for (std::size_t i = 0; i < j.segments; ++i) hash.add(j.source[i].data, j.source[i].size);
    hash.add(j.appended, j.appended_length);
    hash.finish(size, 0, mask, icv);
  }

  botan_keys<slot, Tag> keys_;
};
using botan_gmac = basic_botan_gmac<0>;
static_assert(CryptoProvider<botan_gmac>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
#endif
