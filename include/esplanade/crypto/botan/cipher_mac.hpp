// Cipher and MAC beside each other, by Botan: AES-CBC, AES-CTR and NULL with HMAC, CMAC and XCBC; DES and MD5 apart.
#pragma once

#include <esplanade/crypto/botan/cipher.hpp>
#include <esplanade/crypto/botan/mac.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// What the engine below takes, and its keys.
template <bool Legacy> struct cipher_mac_suites {
  static constexpr const char* said = "a cipher with a MAC beside it";
  static constexpr bool has(const suite_sizes& s) noexcept { return s.form() == job_form::mac && s.mac != mac_family::aes_gmac && s.legacy() == Legacy; }
};
struct alignas(64) botan_cipher_mac_key {
  job_shape shape{};
  bool live = false;
  cipher_family family = cipher_family::null;
  std::unique_ptr<Botan::BlockCipher> cipher;
  mac_key mac;

  void set(const suite_sizes& sizes, const_octets key) {
    family = sizes.family;
    if (family != cipher_family::null) {
      const bool des = family == cipher_family::des_cbc, triple = family == cipher_family::triple_des_cbc;
      cipher = Botan::BlockCipher::create_or_throw(des ? "DES" : triple ? "TripleDES" : aes_name(sizes.cipher_key()));
      cipher->set_key(key.data(), sizes.cipher_key());
    }
    mac.set(sizes.mac, key.data() + sizes.cipher_key(), sizes.mac_key);
  }
  void clear() noexcept {
    cipher.reset();
    mac.clear();
  }
};

/// Encrypt, then authenticate AAD ‖ ciphertext ‖ appended octets; also what AH asks for, and encryption without a MAC.
///
///   Shape    `Legacy` has the suites with DES, 3DES or MD5 and no others; the other one has all the rest
///   Cost     no allocation, lock or exception after add_key. Texts of one segment are worked on where they are, others pass
///            through the workspace. CBC enciphers block behind block, and so do CMAC and XCBC: with Botan's AES about four
///            times the cost of counter mode. CBC of neighbours under one key is enciphered side by side, up to eight at a time
///   Errors   a job is failed when its schedule holds no key or it is not of its key's shape (suite_rules)
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules
///   Keys     wiped when they are removed; a lane keeps nothing of them but the workspace's scratch, wiped with it
template <bool Legacy, std::uint32_t Tag> class basic_botan_cipher_mac : public botan_engine<cipher_mac_suites<Legacy>, botan_cipher_mac_key, Tag> {
  using base = botan_engine<cipher_mac_suites<Legacy>, botan_cipher_mac_key, Tag>;
  using slot = botan_cipher_mac_key;
  using base::keys;

 public:
  static constexpr provider_abilities abilities{.appended_input = true};

  class workspace : chunk_memory {
    friend class basic_botan_cipher_mac;
    mac_memory macs{};
  };

  explicit basic_botan_cipher_mac(std::size_t capacity = 1024) : base(capacity) {}

  void seal(workspace& w, job_list jobs) noexcept {
    for (std::size_t first = 0; first < jobs.size();) {
      const std::size_t n = chained_from(jobs.subspan(first));
      if (n < 2) {
        keys().each(jobs.subspan(first++, 1), [&](slot& s, job& j) {
          octet icv[64];
          mac_stream mac(w.macs, s.mac);
          mac.add(j.aad, j.aad_length);
          encrypt<true>(w, s, j, mac);
          finish(mac, j, icv);
          if (j.icv_length != 0) std::memcpy(j.icv, icv, j.icv_length);
          j.status = job_status::done;
        });
        continue;
      }
      const job_list together = jobs.subspan(first, n);
      chains_side_by_side().encrypt(*keys().live(together[0]->schedule)->cipher, together);
      keys().each(together, [&](slot& s, job& j) {
        octet icv[64];
        mac_stream mac(w.macs, s.mac);
        mac.add(j.aad, j.aad_length);
        mac.add(j.destination->data, j.length);
        finish(mac, j, icv);
        if (j.icv_length != 0) std::memcpy(j.icv, icv, j.icv_length);
        j.status = job_status::done;
      });
      first += n;
    }
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    keys().each(jobs, [&](slot& s, job& j) {
      if (authentic(w, s, j) != job_status::done) return suite_rules::refuse(j, mode);
      if (s.family == cipher_family::null) {
        copy_text(j);
      } else {
        text_cipher cipher(s.cipher.get(), s.family, j, w.blocks);
        for_chunks<true>(j, w.scratch, [&](const octet* from, octet* to, std::size_t size) { cipher.decrypt(from, to, size); });
      }
      j.status = job_status::done;
    });
  }
  void verify(workspace& w, job_list jobs) noexcept {
    keys().each(jobs, [&](slot& s, job& j) { j.status = authentic(w, s, j); });
  }
  void recheck(workspace& w, job_list jobs) noexcept {
    keys().each(jobs, [&](slot& s, job& j) {
      octet icv[64];
      mac_stream mac(w.macs, s.mac);
      mac.add(j.aad, j.aad_length);
      encrypt<false>(w, s, j, mac);
      finish(mac, j, icv);
      j.status = compare_icv(icv, j);
    });
  }

 private:
  // How many jobs in front can be enciphered side by side: AES-CBC under one key, each text in one segment.
  std::size_t chained_from(job_list jobs) noexcept {
    slot* const s = keys().live(jobs[0]->schedule);
    if (s == nullptr || s->family != cipher_family::aes_cbc) return 0;
    std::size_t n = 0;
    while (n < jobs.size() && n < chains_side_by_side::texts_max && jobs[n]->schedule == jobs[0]->schedule && jobs[n]->segments == 1 && suite_rules::suits(*jobs[n], s->shape)) ++n;
    return n;
  }
  template <bool Send> static void encrypt(workspace& w, slot& s, const job& j, mac_stream& mac) noexcept {
    if (s.family == cipher_family::null) {
      for (std::size_t i = 0; i < j.segments; ++i) mac.add(j.source[i].data, j.source[i].size);
      if constexpr (Send) copy_text(j);
      return;
    }
    text_cipher cipher(s.cipher.get(), s.family, j, w.blocks);
    for_chunks<Send>(j, w.scratch, [&](const octet* from, octet* to, std::size_t size) {
      cipher.encrypt(from, to, size);
      mac.add(to, size);
    });
  }
  static void finish(mac_stream& mac, const job& j, octet* icv) noexcept {
    mac.add(j.appended, j.appended_length);
    mac.finish(icv);
  }
  static job_status authentic(workspace& w, slot& s, const job& j) noexcept {
    octet icv[64];
    mac_stream mac(w.macs, s.mac);
    mac.add(j.aad, j.aad_length);
    for (std::size_t i = 0; i < j.segments; ++i) mac.add(j.source[i].data, j.source[i].size);
    finish(mac, j, icv);
    return compare_icv(icv, j);
  }
};
template <std::uint32_t Tag> using botan_cipher_mac_engine = basic_botan_cipher_mac<false, Tag>;
template <std::uint32_t Tag> using botan_legacy_engine = basic_botan_cipher_mac<true, Tag>;

/// The two by themselves.
using botan_cipher_mac = basic_botan_cipher_mac<false, 0>;
using botan_legacy = basic_botan_cipher_mac<true, 0>;
static_assert(CryptoProvider<botan_cipher_mac> && CryptoProvider<botan_legacy>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
