// What engines over block ciphers and hashes have in common: where their keys are, and the walk over a text.
#pragma once

#include <esplanade/crypto/botan/words.hpp>
#include <esplanade/crypto/engine.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// What engines have in common: suites, and keys in memory of their own.
///   Shape    `Suites` has `has(sizes)`, which is asked about sizes of some suite, and `said`, its words
///            beside what engine_keys asks for, `Slot` has `set(sizes, key)`, which may throw
template <class Suites, class Slot, std::uint32_t Tag> class botan_engine {
 public:
  static constexpr const char* name = "botan";
  static constexpr bool takes(const suite_sizes& s) noexcept { return Suites::has(s) && suite_rules::knows(s); }
  template <class S> static constexpr bool supports = takes(S::sizes);

  /// `capacity`: keys at a time.
  explicit botan_engine(std::size_t capacity) : memory_(new Slot[capacity]), next_(new std::uint32_t[capacity]), keys_(memory_.get(), next_.get(), capacity) {}

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (!takes(sizes) && suite_rules::knows(sizes)) return fault{fault_kind::not_supported, "sizes.family", "this engine has no such suite", Suites::said};
    return keys_.add(sizes, key, [&](Slot& s) {
      try {
        s.set(sizes, key);
        return true;
      } catch (...) {
        return false;
      }
    });
  }
  void remove_key(std::uint32_t schedule) noexcept { keys_.remove(schedule); }

 protected:
  [[nodiscard]] engine_keys<Slot, Tag>& keys() noexcept { return keys_; }

 private:
  std::unique_ptr<Slot[]> memory_;
  std::unique_ptr<std::uint32_t[]> next_;
  engine_keys<Slot, Tag> keys_;
};

inline constexpr std::size_t chunk_octets = 4096;  ///< worked on at a time: two of them stay in the first-level cache

/// Where a lane gathers chunks and makes keystream. Wiped when it ends.
struct alignas(64) chunk_memory {
  chunk_memory() = default;
  chunk_memory(const chunk_memory&) = delete;
  chunk_memory& operator=(const chunk_memory&) = delete;
  ~chunk_memory() {
    wipe(scratch, sizeof scratch);
    wipe(blocks, sizeof blocks);
  }
  octet scratch[chunk_octets]{};
  octet blocks[chunk_octets]{};
};

/// Goes over a text in chunks of whole blocks, the last one excepted: calls work(from, to, size). Where segments are cut
/// elsewhere a chunk is gathered in `scratch`, and, when it is to be sent, scattered again.
///   Shape    `Send`: the result is written to the job's destination; else to `scratch`
template <bool Send, class Work> void for_chunks(const job& j, octet* scratch, Work work) noexcept {
  if (j.segments == 1) {
    const segment from = j.source[0];
    octet* const to = Send ? j.destination[0].data : nullptr;
    for (std::size_t at = 0; at < from.size;) {
      const std::size_t now = from.size - at < chunk_octets ? from.size - at : chunk_octets;
      work(static_cast<const octet*>(from.data + at), Send ? to + at : scratch, now);
      at += now;
    }
    return;
  }
  std::size_t left = j.length, piece = 0, offset = 0;
  while (left != 0) {
    const std::size_t now = left < chunk_octets ? left : chunk_octets;
    const std::size_t first = piece, first_offset = offset;
    for (std::size_t done = 0; done < now;) {
      const std::size_t here = j.source[piece].size - offset;
      const std::size_t part = now - done < here ? now - done : here;
      if (part != 0) std::memcpy(scratch + done, j.source[piece].data + offset, part);
      done += part;
      offset += part;
      if (offset == j.source[piece].size && done < now) ++piece, offset = 0;
    }
    work(static_cast<const octet*>(scratch), scratch, now);
    if constexpr (Send) {
      std::size_t to = first, to_offset = first_offset;
      for (std::size_t done = 0; done < now;) {
        const std::size_t here = j.destination[to].size - to_offset;
        const std::size_t part = now - done < here ? now - done : here;
        if (part != 0) std::memcpy(j.destination[to].data + to_offset, scratch + done, part);
        done += part;
        to_offset += part;
        if (to_offset == j.destination[to].size && done < now) ++to, to_offset = 0;
      }
    }
    left -= now;
  }
}

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
