// ChaCha20-Poly1305 by Botan's stream cipher and MAC (RFC 7634 over RFC 8439).
#pragma once

#include <esplanade/crypto/botan/engine.hpp>

#include <botan/mac.h>
#include <botan/stream_cipher.h>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// What the engine below takes, and its keys.
struct chacha20_poly1305_suites {
  static constexpr const char* said = "ChaCha20-Poly1305";
  static constexpr bool has(const suite_sizes& s) noexcept { return s.family == cipher_family::chacha20_poly1305; }
};
struct botan_chacha20_key {
  static constexpr std::size_t octets = 32;
  job_shape shape{};
  bool live = false;
  octet key[octets]{};
  void set(const suite_sizes&, const_octets from) { std::memcpy(key, from.data(), octets); }
  void clear() noexcept { wipe(key, octets); }
};

/// ChaCha20-Poly1305. Botan's cipher holds key and message in one, so each lane has its own and is given the packet's key.
///   Cost     no allocation, lock or exception after add_key. Botan makes 512 octets of keystream for every nonce, which small
///            packets pay; a key of another packet before costs its setting, which is little
///   Errors   a job is failed when its schedule holds no key or it is not of its key's shape (suite_rules)
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules
///   Keys     wiped when they are removed; a lane forgets its own at the end of every list
template <std::uint32_t Tag> class basic_botan_chacha20_poly1305 : public botan_engine<chacha20_poly1305_suites, botan_chacha20_key, Tag> {
  using base = botan_engine<chacha20_poly1305_suites, botan_chacha20_key, Tag>;
  using slot = botan_chacha20_key;
  using base::keys;
  static constexpr std::size_t key_octets = slot::octets, block = 64;

 public:
  static constexpr provider_abilities abilities{};

  class alignas(64) workspace {
   public:
    workspace() : cipher(Botan::StreamCipher::create_or_throw("ChaCha(20)")), mac(Botan::MessageAuthenticationCode::create_or_throw("Poly1305")) { forget(); }
    workspace(const workspace&) = delete;
    workspace& operator=(const workspace&) = delete;
    ~workspace() { wipe(scratch, sizeof scratch); }

   private:
    friend class basic_botan_chacha20_poly1305;
    // Over the key and what was made of it; Botan's own way would give the memory back.
    void forget() {
      static constexpr octet zeros[key_octets]{};
      cipher->set_key(zeros, key_octets);
      cipher->set_iv(zeros, 12);
      mac->set_key(zeros, key_octets);
      keyed = nullptr;
    }
    octet scratch[chunk_octets]{};
    std::unique_ptr<Botan::StreamCipher> cipher;
    std::unique_ptr<Botan::MessageAuthenticationCode> mac;
    const void* keyed = nullptr;  // the slot whose key the cipher has, within one list
  };

  explicit basic_botan_chacha20_poly1305(std::size_t capacity = 1024) : base(capacity) {}

  void seal(workspace& w, job_list jobs) noexcept {
    each(w, jobs, [&](job& j) {
      octet icv[16];
      for (std::size_t i = 0; i < j.segments; ++i) {
        cross(w, j.source[i].data, j.destination[i].data, j.source[i].size);
        w.mac->update(j.destination[i].data, j.source[i].size);
      }
      finish(w, j, icv);
      std::memcpy(j.icv, icv, j.icv_length);
      j.status = job_status::done;
    });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    each(w, jobs, [&](job& j) {
      if (authentic(w, j) != job_status::done) return suite_rules::refuse(j, mode);
      for (std::size_t i = 0; i < j.segments; ++i) cross(w, j.source[i].data, j.destination[i].data, j.source[i].size);
      j.status = job_status::done;
    });
  }
  void verify(workspace& w, job_list jobs) noexcept {
    each(w, jobs, [&](job& j) { j.status = authentic(w, j); });
  }
  void recheck(workspace& w, job_list jobs) noexcept {
    each(w, jobs, [&](job& j) {
      octet icv[16];
      for_chunks<false>(j, w.scratch, [&](const octet* from, octet* to, std::size_t size) {
        cross(w, from, to, size);
        w.mac->update(to, size);
      });
      finish(w, j, icv);
      j.status = compare_icv(icv, j);
    });
  }

 private:
  // RFC 8439 2.6 and 2.8: the first block keys the MAC, the text begins with the second; the MAC begins with the padded AAD.
  template <class Work> void each(workspace& w, job_list jobs, Work work) noexcept {
    keys().each(jobs, [&](slot& s, job& j) {
      if (w.keyed != &s) w.cipher->set_key(s.key, key_octets);
      w.keyed = &s;
      const const_octets nonce = j.nonce();
      octet first[block];
      w.cipher->set_iv(nonce.data(), nonce.size());
      w.cipher->write_keystream(first, block);
      w.mac->set_key(first, key_octets);
      wipe(first, block);
      if (j.aad_length != 0) w.mac->update(j.aad, j.aad_length);
      pad(w, j.aad_length);
      work(j);
    });
    w.forget();
  }
  static ESPLANADE_INLINE void cross(workspace& w, const octet* from, octet* to, std::size_t size) noexcept {
    if (size != 0) w.cipher->cipher(from, to, size);
  }
  static void pad(workspace& w, std::size_t size) noexcept {
    static constexpr octet zeros[16]{};
    if (size % 16 != 0) w.mac->update(zeros, 16 - size % 16);
  }
  static void finish(workspace& w, const job& j, octet* icv) noexcept {
    pad(w, j.length);
    octet lengths[16]{};
    for (std::size_t i = 0; i < 4; ++i) {  // little-endian
      lengths[i] = static_cast<octet>(j.aad_length >> 8 * i);
      lengths[8 + i] = static_cast<octet>(j.length >> 8 * i);
    }
    w.mac->update(lengths, sizeof lengths);
    w.mac->final(icv);
  }
  static job_status authentic(workspace& w, const job& j) noexcept {
    octet icv[16];
    for (std::size_t i = 0; i < j.segments; ++i)
      if (j.source[i].size != 0) w.mac->update(j.source[i].data, j.source[i].size);
    finish(w, j, icv);
    return compare_icv(icv, j);
  }
};
using botan_chacha20_poly1305 = basic_botan_chacha20_poly1305<0>;
static_assert(CryptoProvider<botan_chacha20_poly1305>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
