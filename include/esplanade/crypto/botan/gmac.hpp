// AES-GMAC by Botan's block cipher and GHASH: in ESP (RFC 4543 3) and in AH (RFC 4543 4).
#pragma once

#include <esplanade/crypto/botan/engine.hpp>
#include <esplanade/crypto/botan/ghash.hpp>

#include <optional>

#if BOTAN_VERSION_MAJOR < 3
namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// What the engine below takes, and its keys.
struct gmac_suites {
  static constexpr const char* said = "AES-GMAC";
  static constexpr bool has(const suite_sizes& s) noexcept { return s.family == cipher_family::aes_gmac || s.mac == mac_family::aes_gmac; }
};
struct alignas(64) botan_gmac_key {
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

/// Authenticates AAD ‖ text ‖ appended octets as one string; the text stays as it is.
///   Cost     no allocation, lock or exception after add_key; one block of the cipher per packet, and GHASH
///   Errors   a job is failed when its schedule holds no key or it is not of its key's shape (suite_rules)
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules
///   Keys     Botan zeroes schedules when they are removed
template <std::uint32_t Tag> class basic_botan_gmac : public botan_engine<gmac_suites, botan_gmac_key, Tag>, public authenticates_only<basic_botan_gmac<Tag>> {
  using base = botan_engine<gmac_suites, botan_gmac_key, Tag>;
  using slot = botan_gmac_key;
  using base::keys;

 public:
  static constexpr provider_abilities abilities{.appended_input = true};

  struct alignas(64) workspace {
    ghash_memory hash{};
  };

  explicit basic_botan_gmac(std::size_t capacity = 1024) : base(capacity) {}

 private:
  friend class authenticates_only<basic_botan_gmac>;
  template <class Work> void each(job_list jobs, Work work) noexcept { keys().each(jobs, work); }
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
};
using botan_gmac = basic_botan_gmac<0>;
static_assert(CryptoProvider<botan_gmac>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
#endif
