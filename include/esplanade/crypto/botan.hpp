// AES-GCM by Botan: the provider for everyone who has it. A leaf: no other header includes this one.
//
//   botan        Botan 2. Block cipher and GHASH by themselves:
//                counters of several packets ─► encrypt_n ─► keystreams ─► xor into the texts
//                [zeros | AAD | ciphertext | lengths] ─► ghash_update ─► xor with the packet's first keystream block ─► ICV
//   botan_aead   any Botan, through its public AEAD, at several times the cost. Botan 3 took GHASH out of its public headers, so
//                there `botan` is this class. The class is tested with Botan 2; with Botan 3 neither is.
//
// Not used on the packet path of `botan`, with what each costs there: AEAD_Mode (an allocation per packet, an exception per
// forged packet), CTR_BE (encrypts 256 octets for every nonce), GHASH's own start and final (allocate).
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/crypto/constant_time.hpp>
#include <esplanade/crypto/gcm_rules.hpp>
#include <esplanade/crypto/key_slots.hpp>
#include <esplanade/crypto/provider.hpp>

#include <botan/aead.h>
#include <botan/block_cipher.h>
#include <botan/version.h>

#include <atomic>
#include <memory>
#include <optional>

#if BOTAN_VERSION_MAJOR < 3
// Botan 2 warns of what this file is prepared for: that the header has gone in Botan 3.
#pragma push_macro("BOTAN_FUTURE_INTERNAL_HEADER")
#undef BOTAN_FUTURE_INTERNAL_HEADER
#define BOTAN_FUTURE_INTERNAL_HEADER(header)
#include <botan/ghash.h>
#pragma pop_macro("BOTAN_FUTURE_INTERNAL_HEADER")
#endif

namespace esplanade {
inline namespace v0 {
#if BOTAN_VERSION_MAJOR >= 3
namespace botan_3 {
#else
namespace botan_2 {
#endif

#if BOTAN_VERSION_MAJOR < 3
// Two 64-bit words that are moved, added and xored as one: g++ 12 does not find this by itself in the loops below, and they are
// most of what is not Botan's own time.
#if defined(__GNUC__) || defined(__clang__)
using word_pair = std::uint64_t __attribute__((vector_size(16)));
#else
struct word_pair {
  std::uint64_t words[2];
  void operator^=(const word_pair& other) noexcept { words[0] ^= other.words[0], words[1] ^= other.words[1]; }
  void operator+=(const word_pair& other) noexcept { words[0] += other.words[0], words[1] += other.words[1]; }
};
#endif
#endif

inline fault refused() noexcept { return {fault_kind::no_space, "key", "Botan could not make a schedule of it", "more memory, or a Botan built with AES and GCM"}; }

#if BOTAN_VERSION_MAJOR < 3
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
class botan {
  static constexpr std::size_t block = 16;
  static constexpr std::size_t keystream_blocks = 512;  // 8 KiB: stays in the first-level cache beside the texts
  static constexpr std::size_t staging_size = 256;
  // ghash_update takes four blocks at a time and the rest one by one, each as dear as four. Zero blocks in front leave the hash
  // of zero as it is, so that every packet can be made a multiple of four.
  static constexpr std::size_t stride = 4 * block;

 public:
  static constexpr provider_abilities abilities{};
  static constexpr const char* name = "botan";
  template <class S> static constexpr bool supports = gcm_rules::knows(S::sizes);

  class alignas(64) workspace {
   public:
    workspace() = default;
    workspace(const workspace&) = delete;
    workspace& operator=(const workspace&) = delete;
    ~workspace() {
      wipe(blocks, sizeof blocks);
      wipe(staging, sizeof staging);
    }

   private:
    friend class botan;
    ESPLANADE_INLINE octet* keystream() noexcept { return blocks + stride; }
    octet blocks[stride + (keystream_blocks + 1) * block]{};  // room for zeros before the first packet and lengths behind the last
    octet staging[staging_size + 2 * block]{};
    Botan::secure_vector<std::uint8_t> x = Botan::secure_vector<std::uint8_t>(block);
  };

  /// `capacity`: keys at a time; about 300 octets each here, and 600 more in Botan per key that is added.
  explicit botan(std::size_t capacity = 1024)
      : memory_(new slot[capacity]), next_(new std::uint32_t[capacity]), slots_(memory_.get(), next_.get(), capacity) {}
  botan(const botan&) = delete;
  botan& operator=(const botan&) = delete;

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (const result<void> ok = gcm_rules::check(sizes, key); !ok) return ok.why();
    if (slots_.full()) return gcm_rules::full();
    slot& s = slots_.candidate();
    octet hash_key[block]{};
    try {
      s.cipher = Botan::BlockCipher::create_or_throw(key.size() == 16 ? "AES-128" : key.size() == 24 ? "AES-192" : "AES-256");
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
    return slots_.claim();
  }
  /// Nothing happens when the schedule holds no key.
  void remove_key(std::uint32_t schedule) noexcept {
    if (slot* s = live(schedule)) {
      clear(*s);
      slots_.release(schedule);
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
  static constexpr std::size_t blocks_of(std::size_t size) noexcept { return (size + block - 1) / block; }
  static constexpr std::size_t zeros_before(std::size_t blocks) noexcept { return (0 - blocks) % 4 * block; }

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
    slot* s = slots_.at(schedule);
    return s != nullptr && s->cipher != nullptr ? s : nullptr;
  }

  // Goes along a text and xors keystream over it.
  struct cursor {
    const segment* from;
    const segment* to;
    std::size_t offset = 0;

    // The result goes to the text's destination, over the keystream, or to both.
    template <bool ToText, bool ToKeystream> ESPLANADE_INLINE void cross(octet* keystream, std::size_t size) noexcept {
      while (size != 0) {
        const std::size_t left = from->size - offset;
        const std::size_t now = size < left ? size : left;
        cross_piece<ToText, ToKeystream>(to->data + offset, from->data + offset, keystream, now);
        keystream += now;
        size -= now;
        offset += now;
        if (offset == from->size) {
          ++from;
          ++to;
          offset = 0;
        }
      }
    }
  };
  template <bool ToText, bool ToKeystream>
  static ESPLANADE_INLINE void cross_piece(octet* to, const octet* from, octet* keystream, std::size_t size) noexcept {
    for (; size >= block; size -= block, to += block, from += block, keystream += block) {
      word_pair text;
      word_pair key;
      std::memcpy(&text, from, block);
      std::memcpy(&key, keystream, block);
      text ^= key;
      if constexpr (ToText) std::memcpy(to, &text, block);
      if constexpr (ToKeystream) std::memcpy(keystream, &text, block);
    }
    for (; size >= 4; size -= 4, to += 4, from += 4, keystream += 4) {
      std::uint32_t text;
      std::uint32_t key;
      std::memcpy(&text, from, 4);
      std::memcpy(&key, keystream, 4);
      text ^= key;
      if constexpr (ToText) std::memcpy(to, &text, 4);
      if constexpr (ToKeystream) std::memcpy(keystream, &text, 4);
    }
    for (; size != 0; --size, ++to, ++from, ++keystream) {
      const octet text = static_cast<octet>(*from ^ *keystream);
      if constexpr (ToText) *to = text;
      if constexpr (ToKeystream) *keystream = text;
    }
  }

  // GHASH over [zeros | AAD | text | lengths] where these stand in several places. Whole strides of a long piece are read where
  // they are; all else goes through the staging area.
  class ghash_stream {
   public:
    ESPLANADE_INLINE ghash_stream(workspace& w, slot& s, const job& j) noexcept
        : w_(w), ghash_(*s.ghash), filled_(zeros_before(blocks_of(j.aad_length) + blocks_of(j.length) + 1)) {
      std::memset(w_.x.data(), 0, block);
      std::memset(w_.staging, 0, stride);
      add(j.aad, j.aad_length);
      pad();
    }
    ESPLANADE_INLINE void add(const octet* at, std::size_t size) noexcept {
      if (filled_ + size > staging_size) {
        const std::size_t up = (0 - filled_) % stride;  // < size: staging_size is a multiple of the stride
        stage(at, up);
        flush();
        const std::size_t whole = (size - up) / stride * stride;
        ghash_.ghash_update(w_.x, at + up, whole);
        at += up + whole;
        size -= up + whole;
      }
      stage(at, size);
    }
    ESPLANADE_INLINE void finish(const job& j, const octet* mask, octet* tag) noexcept {
      pad();
      put_lengths(w_.staging + filled_, j);
      filled_ += block;
      flush();
      mask_hash(w_, mask, tag);
    }

   private:
    ESPLANADE_INLINE void stage(const octet* at, std::size_t size) noexcept {
      if (size != 0) std::memcpy(w_.staging + filled_, at, size);
      filled_ += size;
    }
    ESPLANADE_INLINE void pad() noexcept {
      std::memset(w_.staging + filled_, 0, block);
      filled_ = blocks_of(filled_) * block;
    }
    ESPLANADE_INLINE void flush() noexcept {
      ghash_.ghash_update(w_.x, w_.staging, filled_);
      filled_ = 0;
    }
    workspace& w_;
    Botan::GHASH& ghash_;
    std::size_t filled_;
  };
  static ESPLANADE_INLINE void put_lengths(octet* at, const job& j) noexcept {
    store_be64(at, std::uint64_t{j.aad_length} * 8);
    store_be64(at + 8, std::uint64_t{j.length} * 8);
  }
  static ESPLANADE_INLINE void mask_hash(const workspace& w, const octet* mask, octet* tag) noexcept {
    for (std::size_t i = 0; i < block; i += 8) {
      std::uint64_t hash;
      std::uint64_t cover;
      std::memcpy(&hash, w.x.data() + i, 8);
      std::memcpy(&cover, mask + i, 8);
      hash ^= cover;
      std::memcpy(tag + i, &hash, 8);
    }
  }

  // The ICV of a ciphertext.
  static ESPLANADE_INLINE void open_tag(workspace& w, slot& s, const job& j, const octet* mask, octet* tag) noexcept {
    ghash_stream hash(w, s, j);
    for (std::size_t i = 0; i < j.segments; ++i) hash.add(j.source[i].data, j.source[i].size);
    hash.finish(j, mask, tag);
  }

  // The ICV of a plaintext, which is enciphered over its keystream and, when it is to be sent, into its destination. The
  // keystream has a free block in front (where the mask was), another behind it, and three more in front that are done with.
  template <bool Send>
  static ESPLANADE_INLINE void seal_tag(workspace& w, slot& s, const job& j, octet* keystream, const octet* mask, octet* tag) noexcept {
    cursor text{j.source, Send ? j.destination : j.source};
    if (keystream == nullptr || j.aad_length > block) {
      ghash_stream hash(w, s, j);
      const auto work = [&](octet* chunk, std::size_t size) {
        text.cross<Send, true>(chunk, size);
        hash.add(chunk, size);
      };
      if (keystream != nullptr) work(keystream, j.length);
      else chunks(w, s, j, work);
      return hash.finish(j, mask, tag);
    }
    const std::size_t blocks = blocks_of(j.length);
    octet* const aad = keystream - block;
    octet* const end = keystream + blocks * block;
    octet* const begin = aad - zeros_before(blocks + 2);
    text.cross<Send, true>(keystream, j.length);
    std::memset(keystream + j.length, 0, block);          // fixed sizes, so that no function is called for them;
    std::memset(aad - 3 * block, 0, 4 * block);           // what they clear too much of is written below or done with
    if (j.aad_length >= 8) {
      std::memcpy(aad, j.aad, 8);
      std::memcpy(aad + j.aad_length - 8, j.aad + j.aad_length - 8, 8);
    } else if (j.aad_length != 0) {
      std::memcpy(aad, j.aad, j.aad_length);
    }
    put_lengths(end, j);
    std::memset(w.x.data(), 0, block);
    s.ghash->ghash_update(w.x, begin, static_cast<std::size_t>(end + block - begin));
    mask_hash(w, mask, tag);
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
        work(*slots_.at(j.schedule), j, Text ? at + block : nullptr, mask);
        std::memcpy(mask, next_mask, block);
        at = next;
      }

      // 3  one that does not fit at all
      if (i < jobs.size() && blocks_for(*jobs[i]) > keystream_blocks) {
        job& j = *jobs[i++];
        slot& its = *slots_.at(j.schedule);
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
      const slot* const s = slots_.at(jobs[i]->schedule);
      for (std::size_t line = 0; s != nullptr && line < sizeof(slot); line += 64) prefetch(reinterpret_cast<const octet*>(s) + line);
    }
    for (std::size_t i = 1; i < jobs.size(); ++i) {
      if (jobs[i]->schedule == jobs[i - 1]->schedule) continue;
      if (const slot* const s = slots_.at(jobs[i]->schedule)) prefetch(s->cipher.get());
    }
  }

  static ESPLANADE_INLINE void encipher_counters(workspace& w, slot& s, const job& j, std::uint32_t first, std::size_t count) noexcept {
    write_counters(w.keystream(), j, first, count);
    s.cipher->encrypt_n(w.keystream(), w.keystream(), count);
  }
  // NIST SP 800-38D 7.1 with a nonce of 96 bits: block 1 masks the hash, the text begins with block 2.
  static ESPLANADE_INLINE void write_counters(octet* at, const job& j, std::uint32_t first, std::size_t count) noexcept {
    const octet* nonce = j.nonce().data();
    std::uint64_t front;
    std::uint32_t back[2];
    std::memcpy(&front, nonce, 8);
    std::memcpy(&back[0], nonce + 8, 4);
    const word_pair one{0, std::endian::native == std::endian::little ? std::uint64_t{1} << 56 : 1};
    while (count != 0) {
      // Up to the next multiple of 256 only the counter's last octet changes, and nothing is carried.
      const std::size_t left = 256 - first % 256;
      const std::size_t now = count < left ? count : left;
      back[1] = detail::wire(first);
      word_pair counter{front, std::bit_cast<std::uint64_t>(back)};
      for (const octet* const end = at + now * block; at != end; at += block) {
        std::memcpy(at, &counter, block);
        counter += one;
      }
      first += static_cast<std::uint32_t>(now);
      count -= now;
    }
  }

  std::unique_ptr<slot[]> memory_;
  std::unique_ptr<std::uint32_t[]> next_;
  key_slots<slot> slots_;
};

static_assert(CryptoProvider<botan>);
#endif

/// The same through Botan's public AEAD. A text is copied out, and back; one that is opened is enciphered twice, because Botan's
/// own opening throws on a forged packet: once gives the plaintext (the cipher is its own inverse), again its ciphertext's ICV.
///
///   Cost     with Botan 2: sealing takes two to three times as long as `botan`, opening three to six times, and a key schedule
///            comes on top when the packet before had another key. Forged and good cost the same. A lane allocates when it
///            first uses a key size
///   Errors   as `botan`; a job is also failed when Botan has no memory
///   Threads  as `botan`
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

#if BOTAN_VERSION_MAJOR >= 3
using botan = botan_aead;
}  // namespace botan_3
using botan_3::botan;
using botan_3::botan_aead;
#else
}  // namespace botan_2
using botan_2::botan;
using botan_2::botan_aead;
#endif
}  // namespace v0
}  // namespace esplanade
