// AES-GCM by Botan 2: block cipher and GHASH by themselves.
//
//   counters of several packets ─► encrypt_n ─► keystreams ─► xor into the texts
//   [zeros | AAD | ciphertext | lengths] ─► ghash_update ─► xor with the packet's first keystream block ─► ICV
//
// Not used on the packet path, with what each costs there: AEAD_Mode (an allocation per packet, an exception per forged
// packet), CTR_BE (encrypts 256 octets for every nonce), GHASH's own start and final (allocate).
#pragma once

#include <esplanade/crypto/botan/ghash.hpp>
#include <esplanade/crypto/gcm_rules.hpp>

#include <optional>

#if BOTAN_VERSION_MAJOR < 3
namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// AES-GCM with 128-, 192- and 256-bit keys and ICVs of 8, 12 and 16 octets, out of Botan 2's block cipher and GHASH.
///
///   Order    Jobs of one schedule that stand side by side share one call of the block cipher, as far as 8 KiB of keystream
///            reach. They are not sorted for it: with schedules taking turns a 64-octet packet costs a twentieth more, a large
///            one nothing; with many schedules what counts is that their loads are started together
///   Cost     no allocation, lock or exception after add_key. The text is read in place; a packet's last octets, a cut's
///            neighbourhood and texts below about 200 octets pass through the workspace on their way into GHASH
///   Errors   a job is failed when its schedule holds no key, its ICV is not of the suite's size, its nonce not of 12 octets, its
///            pieces do not add up to its length, or octets are to be authenticated behind the text (GCM has no such)
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules
///   Keys     Botan zeroes schedules when they are removed; the workspace's keystream is wiped with the workspace
template <std::uint32_t Tag> class basic_botan_gcm {
  static constexpr std::size_t block = 16;
  static constexpr std::size_t keystream_blocks = 512;  // 8 KiB: stays in the first-level cache beside the texts
  static constexpr std::size_t stride = ghash_stride;

 public:
  static constexpr provider_abilities abilities{};
  static constexpr const char* name = "botan";
  static constexpr bool takes(const suite_sizes& s) noexcept { return gcm_rules::knows(s); }
  template <class S> static constexpr bool supports = takes(S::sizes);

  class alignas(64) workspace {
   public:
    workspace() = default;
    workspace(const workspace&) = delete;
    workspace& operator=(const workspace&) = delete;
    ~workspace() {
      wipe(blocks, sizeof blocks);
      wipe(hash.staging, sizeof hash.staging);
    }

   private:
    friend class basic_botan_gcm;
    ESPLANADE_INLINE octet* keystream() noexcept { return blocks + stride; }
    octet blocks[stride + (keystream_blocks + 1) * block]{};  // room for zeros before the first packet and lengths behind the last
    ghash_memory hash;
  };

  /// `capacity`: keys at a time; about 300 octets each here, and 600 more in Botan per key that is added.
  explicit basic_botan_gcm(std::size_t capacity = 1024)
      : memory_(new slot[capacity]), next_(new std::uint32_t[capacity]), slots_(memory_.get(), next_.get(), capacity) {}
  basic_botan_gcm(const basic_botan_gcm&) = delete;
  basic_botan_gcm& operator=(const basic_botan_gcm&) = delete;

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (const result<void> ok = gcm_rules::check(sizes, key); !ok) return ok.why();
    if (slots_.full()) return gcm_rules::full();
    slot& s = slots_.candidate();
    octet hash_key[block]{};
    try {
      s.cipher = Botan::BlockCipher::create_or_throw(aes_name(key.size()));
      s.cipher->set_key(key.data(), key.size());
      s.cipher->encrypt(hash_key);  // NIST SP 800-38D 6.4: the hash subkey is the cipher of the zero block
      s.ghash.emplace().set_key(hash_key, block);
    } catch (...) {
      clear(s);
      wipe(hash_key, block);
      return refused();
    }
    wipe(hash_key, block);
    s.icv = sizes.icv;
    return slots_.claim() ^ Tag;
  }
  /// Nothing happens when the schedule holds no key.
  void remove_key(std::uint32_t schedule) noexcept {
    if (slot* s = live(schedule)) {
      clear(*s);
      slots_.release(schedule ^ Tag);
    }
  }

  void seal(workspace& w, job_list jobs) noexcept {
    each<true>(w, jobs, [&](slot& s, job& j, octet* keystream, const octet* mask) {
      octet tag[block];
      seal_tag<true>(w, s, j, keystream, mask, tag);
      std::memcpy(j.icv, tag, j.icv_length);
      j.status = job_status::done;
    });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    each<true>(w, jobs, [&](slot& s, job& j, octet* keystream, const octet* mask) {
      octet tag[block];
      open_tag(w, s, j, mask, tag);
      if (!equal_in_constant_time(tag, j.icv, j.icv_length)) return gcm_rules::refuse(j, mode);
      cursor text{j.source, j.destination};
      if (keystream != nullptr) text.cross<true, false>(keystream, j.length);
      else chunks(w, s, j, [&](octet* chunk, std::size_t size) { text.cross<true, false>(chunk, size); });
      j.status = job_status::done;
    });
  }
  void verify(workspace& w, job_list jobs) noexcept {
    each<false>(w, jobs, [&](slot& s, job& j, octet*, const octet* mask) {
      octet tag[block];
      open_tag(w, s, j, mask, tag);
      j.status = equal_in_constant_time(tag, j.icv, j.icv_length) ? job_status::done : job_status::forged;
    });
  }
  void recheck(workspace& w, job_list jobs) noexcept {
    each<true>(w, jobs, [&](slot& s, job& j, octet* keystream, const octet* mask) {
      octet tag[block];
      seal_tag<false>(w, s, j, keystream, mask, tag);
      j.status = equal_in_constant_time(tag, j.icv, j.icv_length) ? job_status::done : job_status::forged;
    });
  }

 private:
  static constexpr std::size_t blocks_of(std::size_t size) noexcept { return aes_blocks_of(size); }

  struct alignas(64) slot {
    std::unique_ptr<Botan::BlockCipher> cipher;  // nullptr: no key
    std::uint8_t icv = 0;
    std::optional<Botan::GHASH> ghash;           // its ghash_update reads the key and nothing else, so lanes share it
  };
  static void clear(slot& s) noexcept {
    s.cipher.reset();
    s.ghash.reset();
  }
  [[nodiscard]] ESPLANADE_INLINE slot* live(std::uint32_t schedule) noexcept {
    slot* s = slots_.at(schedule ^ Tag);
    return s != nullptr && s->cipher != nullptr ? s : nullptr;
  }

  // Hashes the AAD.
  static ESPLANADE_INLINE ghash_stream begin(workspace& w, slot& s, const job& j) noexcept {
    ghash_stream hash(w.hash, *s.ghash, blocks_of(j.aad_length) + blocks_of(j.length));
    hash.add(j.aad, j.aad_length);
    hash.pad();
    return hash;
  }
  // The ICV of a ciphertext.
  static ESPLANADE_INLINE void open_tag(workspace& w, slot& s, const job& j, const octet* mask, octet* tag) noexcept {
    ghash_stream hash = begin(w, s, j);
    for (std::size_t i = 0; i < j.segments; ++i) hash.add(j.source[i].data, j.source[i].size);
    hash.finish(j.aad_length, j.length, mask, tag);
  }

  // The ICV of a plaintext, which is enciphered over its keystream and, when it is to be sent, into its destination. The
  // keystream has a free block in front (where the mask was), another behind it, and three more in front that are done with.
  template <bool Send>
  static ESPLANADE_INLINE void seal_tag(workspace& w, slot& s, const job& j, octet* keystream, const octet* mask, octet* tag) noexcept {
    cursor text{j.source, Send ? j.destination : j.source};
    if (keystream == nullptr || j.aad_length > block) {
      ghash_stream hash = begin(w, s, j);
      const auto work = [&](octet* chunk, std::size_t size) {
        text.cross<Send, true>(chunk, size);
        hash.add(chunk, size);
      };
      if (keystream != nullptr) work(keystream, j.length);
      else chunks(w, s, j, work);
      return hash.finish(j.aad_length, j.length, mask, tag);
    }
    const std::size_t blocks = blocks_of(j.length);
    octet* const aad = keystream - block;
    octet* const end = keystream + blocks * block;
    octet* const first = aad - zeros_before(blocks + 2);
    text.cross<Send, true>(keystream, j.length);
    std::memset(keystream + j.length, 0, block);          // fixed sizes, so that no function is called for them;
    std::memset(aad - 3 * block, 0, 4 * block);           // what they clear too much of is written below or done with
    if (j.aad_length >= 8) {
      std::memcpy(aad, j.aad, 8);
      std::memcpy(aad + j.aad_length - 8, j.aad + j.aad_length - 8, 8);
    } else if (j.aad_length != 0) {
      std::memcpy(aad, j.aad, j.aad_length);
    }
    put_lengths(end, j.aad_length, j.length);
    std::memset(w.hash.x.data(), 0, block);
    s.ghash->ghash_update(w.hash.x, first, static_cast<std::size_t>(end + block - first));
    mask_hash(w.hash, mask, tag);
  }

  // Calls work(keystream, size) piece by piece for the text of a job that is too large for the workspace.
  template <class Work> static void chunks(workspace& w, slot& s, const job& j, Work work) noexcept {
    std::uint32_t counter = 2;
    for (std::size_t done = 0; done < j.length;) {
      const std::size_t left = j.length - done;
      const std::size_t size = left < keystream_blocks * block ? left : keystream_blocks * block;
      encipher_counters(w, s, j, counter, blocks_of(size));
      work(w.keystream(), size);
      counter += static_cast<std::uint32_t>(keystream_blocks);
      done += size;
    }
  }

  // Calls work(slot, job, keystream, mask) for every job that can be worked on. The keystream is nullptr when the text is too
  // large to have its own at once, and when there is no text to be crossed.
  template <bool Text, class Work> ESPLANADE_INLINE void each(workspace& w, job_list jobs, Work work) noexcept {
    const auto blocks_for = [](const job& j) { return 1 + (Text ? blocks_of(j.length) : 0); };
    expect(jobs);
    octet mask[block];
    for (std::size_t i = 0; i < jobs.size();) {
      // 1  keystreams of as many jobs as there is room for; neighbours with one schedule share a call of the block cipher
      slot* s = nullptr;  // of the last job that can be worked on, and its schedule
      std::uint32_t schedule = 0;
      std::size_t blocks = 0, begun = 0, end = i;
      const auto encipher = [&] {
        octet* const at = w.keystream() + begun * block;
        if (blocks != begun) s->cipher->encrypt_n(at, at, blocks - begun);
        begun = blocks;
      };
      for (; end < jobs.size(); ++end) {
        job& j = *jobs[end];
        slot* const its = s != nullptr && j.schedule == schedule ? s : live(j.schedule);
        j.status = its != nullptr && gcm_rules::suits(j, its->icv) ? job_status::pending : job_status::failed;
        if (j.status == job_status::failed) continue;
        const std::size_t more = blocks_for(j);
        if (blocks + more > keystream_blocks) break;
        if (its != s && s != nullptr) encipher();
        s = its;
        schedule = j.schedule;
        write_counters(w.keystream() + blocks * block, j, 1, more);
        blocks += more;
      }
      if (s != nullptr) encipher();

      // 2  the jobs
      octet* at = w.keystream();
      std::memcpy(mask, at, block);
      for (; i < end; ++i) {
        job& j = *jobs[i];
        if (j.status == job_status::failed) continue;
        octet* const next = at + blocks_for(j) * block;
        octet next_mask[block];  // where the work on this job may put its lengths
        std::memcpy(next_mask, next, block);
        work(*slots_.at(j.schedule ^ Tag), j, Text ? at + block : nullptr, mask);
        std::memcpy(mask, next_mask, block);
        at = next;
      }

      // 3  one that does not fit at all
      if (i < jobs.size() && blocks_for(*jobs[i]) > keystream_blocks) {
        job& j = *jobs[i++];
        slot& its = *slots_.at(j.schedule ^ Tag);
        encipher_counters(w, its, j, 1, 1);
        std::memcpy(mask, w.keystream(), block);
        work(its, j, nullptr, mask);
      }
    }
  }
  // Starts the loads of key state that is behind another key's.
  ESPLANADE_INLINE void expect(job_list jobs) noexcept {
    for (std::size_t i = 1; i < jobs.size(); ++i) {
      if (jobs[i]->schedule == jobs[i - 1]->schedule) continue;
      const slot* const s = slots_.at(jobs[i]->schedule ^ Tag);
      for (std::size_t line = 0; s != nullptr && line < sizeof(slot); line += 64) prefetch(reinterpret_cast<const octet*>(s) + line);
    }
    for (std::size_t i = 1; i < jobs.size(); ++i) {
      if (jobs[i]->schedule == jobs[i - 1]->schedule) continue;
      if (const slot* const s = slots_.at(jobs[i]->schedule ^ Tag)) prefetch(s->cipher.get());
    }
  }

  static ESPLANADE_INLINE void encipher_counters(workspace& w, slot& s, const job& j, std::uint32_t first, std::size_t count) noexcept {
    write_counters(w.keystream(), j, first, count);
    s.cipher->encrypt_n(w.keystream(), w.keystream(), count);
  }
  std::unique_ptr<slot[]> memory_;
  std::unique_ptr<std::uint32_t[]> next_;
  key_slots<slot> slots_;
};

using botan_gcm = basic_botan_gcm<0>;
static_assert(CryptoProvider<botan_gcm>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
#endif
