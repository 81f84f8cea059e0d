// Frames and context areas of a buffer list, and what vectors say of them.
#pragma once

#include <esplanade/buffer/nbl_context.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/input.hpp>
#include <esplanade/testing/net_buffers.hpp>

#include <algorithm>
#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {
namespace detail {

// A chain, but for the length of the data: what a retreat and its advance leave alone.
struct chain_picture {
  std::vector<std::pair<const octet*, std::size_t>> pieces{};
  std::size_t offset = 0, current_offset = 0;
  const mdl* current = nullptr;
  friend bool operator==(const chain_picture&, const chain_picture&) = default;
};
inline chain_picture picture_of(const net_buffer& b) {
  chain_picture seen{.offset = b.data_offset(), .current_offset = b.current_offset(), .current = b.current()};
  for (const mdl* m = b.chain(); m != nullptr; m = m->next) seen.pieces.push_back({m->address, m->count});
  return seen;
}

inline void write_from(net_buffer& b, std::size_t offset, const bytes& from) {
  std::size_t at = 0;
  for (auto c = b.first(); c; ++c)
    for (octet& one : octets(*c)) {
      if (at >= offset && at < from.size()) one = from[at];
      ++at;
    }
}

/// A frame, the octets that it is to show, and how its chain stood before each retreat that is not undone yet.
struct modelled_frame {
  struct undo {
    chain_picture before;
    std::size_t n;
  };
  std::unique_ptr<owned_net_buffer> buffer;
  bytes data;
  std::vector<undo> retreats{};

  /// Fails, naming the operation, where the frame shows other octets or its chain contradicts itself.
  void check(unsigned operation) const {
    const net_buffer& b = *buffer;
    const auto wrong = [operation](const char* what) { failed("nbl_operations", std::string(what) + " after operation " + std::to_string(operation)); };
    if (octets_of(b) != data || b.length() != data.size()) wrong("a frame has other octets");
    std::size_t all = 0, at = 0;
    for (const mdl* m = b.chain(); m != nullptr; m = m->next) all += m->count;
    if (b.data_offset() + b.data_length() > all) wrong("a chain is shorter than its data");
    const mdl* m = b.chain();
    for (; m != nullptr && m != b.current(); m = m->next) at += m->count;
    if (m != b.current() || at + b.current_offset() != b.data_offset()) wrong("the current MDL is another");
    if (b.segments() > net_buffer::segments_max) wrong("there are too many segments");
  }
};

/// The context areas of a list: a stack, each filled with a mark of its own.
class modelled_contexts {
 public:
  explicit modelled_contexts(net_buffer_list& list) : list_(list) {}

  void push(std::size_t n, std::size_t backfill, octet mark, const context_source& source) {
    const auto at = allocate_context(list_, n, backfill, source);
    if (!at) return;
    std::memset(*at, mark, n);
    areas_.push_back({*at, n, mark});
  }
  /// Takes the top off; false when there is none.
  bool pop() {
    if (areas_.empty()) return false;
    const area top = areas_.back();
    if (areas_.size() > 1 && free_context(list_, areas_.front().at, areas_.front().size)) failed("nbl_operations", "context was freed that is not on top");
    if (!std::all_of(top.at, top.at + top.size, [&](octet o) { return o == top.mark; })) failed("nbl_operations", "context was overwritten");
    if (!free_context(list_, top.at, top.size)) failed("nbl_operations", "context on top cannot be freed");
    areas_.pop_back();
    return true;
  }

 private:
  struct area {
    octet* at;
    std::size_t size;
    octet mark;
  };
  net_buffer_list& list_;
  std::vector<area> areas_{};
};

}  // namespace detail
}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
