// AES-GCM through Botan's public AEAD, for every Botan: Botan 3 took GHASH out of its public headers.
#pragma once

#include <esplanade/crypto/botan/words.hpp>
#include <esplanade/crypto/gcm_rules.hpp>

#include <botan/aead.h>

#include <atomic>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// AES-GCM through Botan's public AEAD. A text is copied out, and back; one that is opened is enciphered twice, because Botan's
/// own opening throws on a forged packet: once gives the plaintext (the cipher is its own inverse), again its ciphertext's ICV.
///
///   Cost     with Botan 2: sealing takes two to three times as long as `botan_gcm`, opening three to six times, and a key schedule
///            comes on top when the packet before had another key. Forged and good cost the same. A lane allocates when it
///            first uses a key size
///   Errors   as `botan_gcm`; a job is also failed when Botan has no memory
///   Threads  as `botan_gcm`
///   Keys     the workspace of a lane holds the key it used last, until it uses another or ends
class botan_aead {
 public:
  static constexpr provider_abilities abilities{};
  static constexpr const char* name = "botan_aead";
  template <class S> static constexpr bool supports = gcm_rules::knows(S::sizes);

  class workspace {
   public:
    workspace() {
      text.reserve(gcm_rules::text_max + block);
      plain.reserve(gcm_rules::text_max);
    }
    workspace(const workspace&) = delete;
    workspace& operator=(const workspace&) = delete;

   private:
    friend class botan_aead;
    Botan::secure_vector<std::uint8_t> text;
    Botan::secure_vector<std::uint8_t> plain;
    std::unique_ptr<Botan::AEAD_Mode> modes[3];  // for keys of 128, 192 and 256 bits
    std::uint64_t keyed[3] = {0, 0, 0};          // what was added when their key was
  };

  /// `capacity`: keys at a time.
  explicit botan_aead(std::size_t capacity = 1024)
      : memory_(new slot[capacity]), next_(new std::uint32_t[capacity]), slots_(memory_.get(), next_.get(), capacity) {}
  botan_aead(const botan_aead&) = delete;
  botan_aead& operator=(const botan_aead&) = delete;

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (const result<void> ok = gcm_rules::check(sizes, key); !ok) return ok.why();
    if (slots_.full()) return gcm_rules::full();
    slot& s = slots_.candidate();
    try {
      s.key.assign(key.begin(), key.end());
    } catch (...) {
      return refused();
    }
    s.icv = sizes.icv;
    s.added = added.fetch_add(1, std::memory_order_relaxed) + 1;
    return slots_.claim();
  }
  /// Nothing happens when the schedule holds no key.
  void remove_key(std::uint32_t schedule) noexcept {
    slot* const s = slots_.at(schedule);
    if (s == nullptr || s->key.empty()) return;
    Botan::secure_vector<std::uint8_t>().swap(s->key);
    slots_.release(schedule);
  }

  void seal(workspace& w, job_list jobs) noexcept {
    each(w, jobs, [&](job& j, Botan::AEAD_Mode& mode) {
      gather(w, j);
      encipher(w, j, mode);
      scatter(w.text, j);
      std::memcpy(j.icv, w.text.data() + j.length, j.icv_length);
      j.status = job_status::done;
    });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    each(w, jobs, [&](job& j, Botan::AEAD_Mode& cipher) {
      if (!authentic(w, j, cipher)) return gcm_rules::refuse(j, mode);
      scatter(w.plain, j);
      j.status = job_status::done;
    });
  }
  void verify(workspace& w, job_list jobs) noexcept {
    each(w, jobs, [&](job& j, Botan::AEAD_Mode& mode) { j.status = authentic(w, j, mode) ? job_status::done : job_status::forged; });
  }
  void recheck(workspace& w, job_list jobs) noexcept {
    each(w, jobs, [&](job& j, Botan::AEAD_Mode& mode) {
      gather(w, j);
      encipher(w, j, mode);
      j.status = matches(w, j) ? job_status::done : job_status::forged;
    });
  }

 private:
  static constexpr std::size_t block = 16;
#if BOTAN_VERSION_MAJOR >= 3
  static constexpr auto encryption = Botan::Cipher_Dir::Encryption;
#else
  static constexpr auto encryption = Botan::Cipher_Dir::ENCRYPTION;
#endif

  struct slot {
    Botan::secure_vector<std::uint8_t> key;  // empty: no key
    std::uint64_t added = 0;
    std::uint8_t icv = 0;
  };

  // Botan's object is changed by every packet, so that lanes cannot share one with the key: each has its own.
  Botan::AEAD_Mode& keyed(workspace& w, const slot& s) {
    const std::size_t i = s.key.size() / 8 - 2;
    static constexpr const char* names[] = {"AES-128/GCM(16)", "AES-192/GCM(16)", "AES-256/GCM(16)"};
    if (w.modes[i] == nullptr) w.modes[i] = Botan::AEAD_Mode::create_or_throw(names[i], encryption);
    if (w.keyed[i] != s.added) {
      w.keyed[i] = 0;
      w.modes[i]->set_key(s.key.data(), s.key.size());
      w.keyed[i] = s.added;
    }
    return *w.modes[i];
  }

  template <class Work> void each(workspace& w, job_list jobs, Work work) noexcept {
    for (job* j : jobs) {
      const slot* const s = slots_.at(j->schedule);
      j->status = job_status::failed;
      if (s == nullptr || s->key.empty() || !gcm_rules::suits(*j, s->icv)) continue;
      try {
        work(*j, keyed(w, *s));
      } catch (...) {
        j->status = job_status::failed;
      }
    }
  }
  static void gather(workspace& w, const job& j) {
    w.text.clear();
    for (std::size_t i = 0; i < j.segments; ++i) w.text.insert(w.text.end(), j.source[i].data, j.source[i].data + j.source[i].size);
  }
  static void scatter(const Botan::secure_vector<std::uint8_t>& text, const job& j) noexcept {
    const octet* from = text.data();
    for (std::size_t i = 0; i < j.segments; from += j.source[i++].size)
      if (j.source[i].size != 0) std::memcpy(j.destination[i].data, from, j.source[i].size);
  }
  static void encipher(workspace& w, const job& j, Botan::AEAD_Mode& mode) {
    mode.set_associated_data(j.aad, j.aad_length);
    mode.start(j.nonce().data(), j.nonce().size());
    mode.finish(w.text);  // leaves the ICV behind the text
  }
  static bool matches(const workspace& w, const job& j) noexcept {
    return equal_in_constant_time(w.text.data() + j.length, j.icv, j.icv_length);
  }
  static bool authentic(workspace& w, const job& j, Botan::AEAD_Mode& mode) {
    gather(w, j);
    encipher(w, j, mode);
    w.text.resize(j.length);
    w.plain.assign(w.text.begin(), w.text.end());
    encipher(w, j, mode);
    return matches(w, j);
  }

  static inline std::atomic<std::uint64_t> added{0};  // by any provider, so that a workspace never takes one's key for another's
  std::unique_ptr<slot[]> memory_;
  std::unique_ptr<std::uint32_t[]> next_;
  key_slots<slot> slots_;
};
static_assert(CryptoProvider<botan_aead>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
