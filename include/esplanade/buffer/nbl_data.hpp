// Reaching the octets of a net buffer where some of its memory may not be mapped: contiguous data, and copies.
#pragma once

#include <esplanade/buffer/nbl_net_buffer.hpp>

namespace esplanade {
inline namespace v0 {

/// How an address must lie: `address % multiple == offset`.
struct alignment {
  std::size_t multiple = 1;  ///< a power of 2
  std::size_t offset = 0;    ///< below multiple
  [[nodiscard]] bool holds(const octet* at) const noexcept { return (reinterpret_cast<std::uintptr_t>(at) & (multiple - 1)) == offset; }
  [[nodiscard]] bool possible() const noexcept { return multiple != 0 && (multiple & (multiple - 1)) == 0 && offset < multiple; }
};

namespace detail {
// The data's first `n` octets are mapped.
inline bool mapped_from(const net_buffer& b, std::size_t offset, std::size_t n) noexcept {
  for (auto c = b.first(); c && n != 0; ++c) {
    const std::size_t size = (*c).size();
    if (offset >= size) {
      offset -= size;
      continue;
    }
    if (c.at->unmapped) return false;
    const std::size_t here = size - offset;
    n -= n < here ? n : here;
    offset = 0;
  }
  return true;
}
}  // namespace detail

/// The data's first `n` octets, contiguous and aligned: in place where they are, else copied to `storage`, in which there
/// must be room for them at such an address.
///   Errors   nullptr: the data is shorter; or storage is needed and has no room; or an octet is not mapped; or the
///            alignment is none
[[nodiscard]] inline octet* get_data_buffer(net_buffer& b, std::size_t n, octets storage = {}, alignment wanted = {}) noexcept {
  if (n > b.data_length() || !wanted.possible() || !detail::mapped_from(b, 0, n)) return nullptr;
  octets first;
  for (auto c = b.first(); c && first.empty(); ++c) first = *c;
  if (n <= first.size() && wanted.holds(first.data())) return first.data();
  std::size_t skip = 0;
  while (skip < storage.size() && !wanted.holds(storage.data() + skip)) ++skip;
  if (n > storage.size() - skip) return nullptr;
  octet* to = storage.data() + skip;
  std::size_t left = n;
  for (auto c = b.first(); c && left != 0; ++c) {
    const octets piece = *c;
    const std::size_t here = left < piece.size() ? left : piece.size();
    if (here != 0) std::memcpy(to, piece.data(), here);
    to += here;
    left -= here;
  }
  return storage.data() + skip;
}

/// Copies up to `n` octets of `from`, from `from_offset` of its data on, over those of `to` from `to_offset` on, and returns
/// how many: it stops at the end of the shorter one. Lengths stay. The two share no octets.
///   Errors   0: an octet on either side is not mapped
inline std::size_t copy_data(net_buffer& to, std::size_t to_offset, const net_buffer& from, std::size_t from_offset, std::size_t n) noexcept {
  if (to_offset > to.data_length() || from_offset > from.data_length()) return 0;
  if (n > to.data_length() - to_offset) n = to.data_length() - to_offset;
  if (n > from.data_length() - from_offset) n = from.data_length() - from_offset;
  if (!detail::mapped_from(to, to_offset, n) || !detail::mapped_from(from, from_offset, n)) return 0;
  auto source = from.first();
  auto target = to.first();
  const auto step = [](auto& cursor, std::size_t& offset) noexcept {
    while (cursor && offset >= (*cursor).size()) {
      offset -= (*cursor).size();
      ++cursor;
    }
  };
  for (std::size_t left = n; left != 0;) {
    step(source, from_offset);
    step(target, to_offset);
    const const_octets read = (*source).subspan(from_offset);
    const octets written = (*target).subspan(to_offset);
    std::size_t here = read.size() < written.size() ? read.size() : written.size();
    if (here > left) here = left;
    std::memcpy(written.data(), read.data(), here);
    from_offset += here;
    to_offset += here;
    left -= here;
  }
  return n;
}

}  // namespace v0
}  // namespace esplanade
