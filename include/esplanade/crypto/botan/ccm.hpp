// AES-CCM by Botan's block cipher (RFC 4309 over RFC 3610): its MAC chains over the plaintext, counters cross it.
#pragma once

#include <esplanade/crypto/botan/engine.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// What the engine below takes, and its keys.
struct ccm_suites {
  static constexpr const char* said = "AES-CCM";
  static constexpr bool has(const suite_sizes& s) noexcept { return s.family == cipher_family::aes_ccm; }
};
struct alignas(64) botan_ccm_key {
  job_shape shape{};
  bool live = false;
  std::unique_ptr<Botan::BlockCipher> cipher;

  void set(const suite_sizes&, const_octets key) {
    cipher = Botan::BlockCipher::create_or_throw(aes_name(key.size()));
    cipher->set_key(key.data(), key.size());
  }
  void clear() noexcept { cipher.reset(); }
};

/// AES-CCM with a length field of 4 octets and a nonce of 11 (RFC 4309 2, 4), ICVs of 8, 12 and 16.
///   Cost     no allocation, lock or exception after add_key. The MAC is block behind block, about four times the cost of the
///            counters; opening a text of more than 4 KiB crosses it twice, because nothing is written before it verified
///   Errors   a job is failed when its schedule holds no key, it is not of its key's shape (suite_rules), or it has 65,280 octets
///            of AAD or more
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules
///   Keys     Botan zeroes schedules when they are removed; the workspace's scratch is wiped with it
template <std::uint32_t Tag> class basic_botan_ccm : public botan_engine<ccm_suites, botan_ccm_key, Tag> {
  using base = botan_engine<ccm_suites, botan_ccm_key, Tag>;
  using slot = botan_ccm_key;
  using base::keys;

 public:
  static constexpr provider_abilities abilities{};

  class workspace : chunk_memory {
    friend class basic_botan_ccm;
  };

  explicit basic_botan_ccm(std::size_t capacity = 1024) : base(capacity) {}

  void seal(workspace& w, job_list jobs) noexcept {
    each(jobs, [&](slot& s, job& j) {
      octet icv[aes_block];
      chain mac(s, j);
      std::uint32_t counter = 1;
      for_chunks<true>(j, w.scratch, [&](const octet* from, octet* to, std::size_t size) {
        mac.add(from, size);
        cross(w, s, j, counter, from, to, size);
      });
      mac.finish(icv);
      std::memcpy(j.icv, icv, j.icv_length);
      j.status = job_status::done;
    });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    each(jobs, [&](slot& s, job& j) {
      if (authentic(w, s, j) != job_status::done) return suite_rules::refuse(j, mode);
      std::uint32_t counter = 1;
      for_chunks<true>(j, w.scratch, [&](const octet* from, octet* to, std::size_t size) { cross(w, s, j, counter, from, to, size); });
      j.status = job_status::done;
    });
  }
  void verify(workspace& w, job_list jobs) noexcept {
    each(jobs, [&](slot& s, job& j) { j.status = authentic(w, s, j); });
  }
  void recheck(workspace&, job_list jobs) noexcept {
    each(jobs, [&](slot& s, job& j) {
      octet icv[aes_block];
      chain mac(s, j);
      for (std::size_t i = 0; i < j.segments; ++i) mac.add(j.source[i].data, j.source[i].size);
      mac.finish(icv);
      j.status = compare_icv(icv, j);
    });
  }

 private:
  static constexpr octet length_octets = 4;  // L of RFC 3610
  static constexpr std::uint16_t aad_end = 0xff00;  // RFC 3610 2.2: from here on its length would be encoded in another way

  template <class Work> void each(job_list jobs, Work work) noexcept {
    keys().each(jobs, [&](slot& s, job& j) {
      if (j.aad_length >= aad_end) j.status = job_status::failed;
      else work(s, j);
    });
  }

  // RFC 3610 2.2 and 2.3: CBC-MAC over a first block, the AAD behind its length, and the plaintext, each padded with zeros.
  class chain {
   public:
    chain(slot& s, const job& j) noexcept : cipher_(*s.cipher), job_(j) {
      state_[0] = static_cast<octet>((j.aad_length != 0 ? 64 : 0) | (j.icv_length - 2) / 2 << 3 | (length_octets - 1));
      std::memcpy(state_ + 1, j.nonce().data(), aes_block - 1 - length_octets);
      store_be32(state_ + aes_block - length_octets, j.length);
      cipher_.encrypt_n(state_, state_, 1);
      if (j.aad_length == 0) return;
      octet size[2];
      store_be16(size, j.aad_length);
      add(size, 2);
      add(j.aad, j.aad_length);
      pad();
    }
    void add(const octet* at, std::size_t size) noexcept {
      while (size != 0) {
        if (filled_ == 0) {
          for (; size >= aes_block; at += aes_block, size -= aes_block) {
            for (std::size_t i = 0; i < aes_block; i += 8) {
              std::uint64_t a, b;
              std::memcpy(&a, state_ + i, 8);
              std::memcpy(&b, at + i, 8);
              a ^= b;
              std::memcpy(state_ + i, &a, 8);
            }
            cipher_.encrypt_n(state_, state_, 1);
          }
          if (size == 0) return;
        }
        for (; size != 0 && filled_ != aes_block; --size, ++at, ++filled_) state_[filled_] = static_cast<octet>(state_[filled_] ^ *at);
        if (filled_ == aes_block) pad();
      }
    }
    void finish(octet* icv) noexcept {
      pad();
      octet mask[aes_block];
      counter_block(mask, job_, 0);
      cipher_.encrypt_n(mask, mask, 1);
      for (std::size_t i = 0; i < aes_block; ++i) icv[i] = static_cast<octet>(state_[i] ^ mask[i]);
    }

   private:
    void pad() noexcept {
      if (filled_ == 0) return;
      cipher_.encrypt_n(state_, state_, 1);
      filled_ = 0;
    }
    const Botan::BlockCipher& cipher_;
    const job& job_;
    octet state_[aes_block];
    std::size_t filled_ = 0;
  };

  // RFC 3610 2.3: flags ‖ nonce ‖ counter.
  static ESPLANADE_INLINE void counter_block(octet* at, const job& j, std::uint32_t counter) noexcept {
    at[0] = length_octets - 1;
    std::memcpy(at + 1, j.nonce().data(), aes_block - 1 - length_octets);
    store_be32(at + aes_block - length_octets, counter);
  }
  static void cross(workspace& w, slot& s, const job& j, std::uint32_t& counter, const octet* from, octet* to, std::size_t size) noexcept {
    const std::size_t n = aes_blocks_of(size);
    for (std::size_t i = 0; i < n; ++i) counter_block(w.blocks + i * aes_block, j, counter++);
    s.cipher->encrypt_n(w.blocks, w.blocks, n);
    cross_piece<true, false>(to, from, w.blocks, size);
  }
  static job_status authentic(workspace& w, slot& s, const job& j) noexcept {
    octet icv[aes_block];
    chain mac(s, j);
    std::uint32_t counter = 1;
    for_chunks<false>(j, w.scratch, [&](const octet* from, octet* to, std::size_t size) {
      cross(w, s, j, counter, from, to, size);
      mac.add(to, size);
    });
    mac.finish(icv);
    return compare_icv(icv, j);
  }
};
using botan_ccm = basic_botan_ccm<0>;
static_assert(CryptoProvider<botan_ccm>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
