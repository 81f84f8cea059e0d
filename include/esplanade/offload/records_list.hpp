// Lists of records: each says by an address where the next one lies, and the caller says what memory addresses mean.
#pragma once

#include <esplanade/offload/records.hpp>

namespace esplanade {
inline namespace v0 {

/// Memory that the addresses in records point into.
///   Shape    of(octets, base): one piece that begins at address `base`; native(): the issuer's own addresses, unchecked, for a
///            driver whose issuer is as trusted as the driver
///   Errors   at: no octets when not all of them are inside
///   Threads  a value; the memory is the issuer's, and valid until its request completes
class record_memory {
 public:
  [[nodiscard]] static record_memory of(octets memory, std::uint64_t base) noexcept { return record_memory(memory, base, false); }
  [[nodiscard]] static record_memory native() noexcept { return record_memory({}, 0, true); }
  /// Nothing.
  record_memory() noexcept = default;

  [[nodiscard]] octets at(std::uint64_t address, std::uint64_t count) const noexcept {
    if (everything_) {
      const auto there = static_cast<std::uintptr_t>(address);
      return there == 0 || there != address ? octets{} : octets{reinterpret_cast<octet*>(there), static_cast<std::size_t>(count)};
    }
    if (address < base_ || address - base_ > memory_.size() || count > memory_.size() - (address - base_)) return {};
    return memory_.subspan(static_cast<std::size_t>(address - base_), static_cast<std::size_t>(count));
  }

 private:
  record_memory(octets memory, std::uint64_t base, bool everything) noexcept : memory_(memory), base_(base), everything_(everything) {}
  octets memory_{};
  std::uint64_t base_ = 0;
  bool everything_ = false;
};

namespace detail {
/// Follows `next` from record to record.
struct record_list {
  const record_memory& memory;
  std::uint64_t first;
  record_layout layout;
  std::size_t next_at;
  const std::uint16_t& size;

  /// How many records there are. Fault when one does not lie inside the memory, has another header, or when they go in a
  /// circle. `seen(record)` is called for each before the next one is sought.
  template <class Seen> [[nodiscard]] result<std::size_t> count(Seen seen) const noexcept {
    // Brent's search for a circle: a mark that the walk returns to only if it goes round, and that moves on ever more rarely.
    std::uint64_t mark = 0;
    std::size_t lap = 1, steps = 0, all = 0;
    for (std::uint64_t here = first; here != 0;) {
      const octets record = whole(here);
      if (auto opened = open_header(record); !opened) return opened.why();
      seen(record);
      ++all;
      if (here == mark) return fault{fault_kind::invalid_value, "next", "the list comes back to a record that it had", "0 in the last record"};
      if (++steps == lap) {
        mark = here;
        lap *= 2;
        steps = 0;
      }
      here = record_reader(record, layout).word(next_at);
    }
    return all;
  }
  /// Calls `each(address, record)` for the first `all` records, with as many octets as their headers say.
  template <class Each> void walk(std::size_t all, Each each) const noexcept {
    std::uint64_t here = first;
    for (; all != 0; --all) {
      const octets record = whole(here);
      if (record.empty()) return;
      const std::uint64_t after = record_reader(record, layout).word(next_at);
      each(here, record);
      here = after;
    }
  }

 private:
  // A later revision has more octets than we know fields of; those must be there too.
  [[nodiscard]] octets whole(std::uint64_t here) const noexcept {
    const octets known = memory.at(here, size);
    if (known.empty()) return known;
    const auto said = static_cast<std::uint16_t>(load_le(&known[2], 2));
    return said <= size ? known : memory.at(here, said);
  }
  [[nodiscard]] result<void> open_header(const_octets record) const noexcept {
    if (record.empty()) return fault{fault_kind::invalid_value, "next", "not an address of the issuer's memory", "where a record lies, or 0"};
    const object_header said{record[0], record[1], static_cast<std::uint16_t>(load_le(&record[2], 2))};
    if (said.type != default_object || said.revision == 0) return fault{fault_kind::invalid_value, "header", "not one of these records", "type 128, revision 1"};
    if (said.size < size) return fault{fault_kind::too_short, "header.size", "less than this revision has", "the size through its last field, or more"};
    return {};
  }
};
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
