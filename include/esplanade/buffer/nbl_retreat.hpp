// Retreat and advance of net buffers as NDIS words them: through several MDLs, with memory from a source, exact inverses of each other.
#pragma once

#include <esplanade/buffer/nbl.hpp>

namespace esplanade {
inline namespace v0 {

/// What an advance does with MDLs that a retreat put in front and that hold no data any more. On lists that were received
/// and belong to a driver below they stay.
enum class free_mdl : bool { no, yes };

namespace detail {

/// The inside of a net buffer, for operations on its chain.
struct net_buffer_parts {
  static mdl*& chain(net_buffer& b) noexcept { return b.chain_; }
  static std::uint8_t& depth(net_buffer& b) noexcept { return b.depth_; }
  static std::uint8_t depth(const net_buffer& b) noexcept { return b.depth_; }

  static const mdl*& borrowed(net_buffer& b) noexcept { return b.borrowed_; }
  // Drops the data and all that retreats put in.
  static void clear(net_buffer& b) noexcept {
    b.data_length_ = 0;
    b.data_offset_ = 0;
    for (const mdl* m = b.chain_; m != nullptr; m = m->next) b.data_offset_ += m->count;
    b.adjust_current();
    (void)release(b, b.borrowed_ == nullptr ? std::uint8_t{0} : b.depth_);
  }

  // The room is all that stands in front of the data, in whatever pieces; what is missing comes from the source, in front.
  static bool retreat(net_buffer& b, std::size_t n, std::size_t backfill, const mdl_source* source) noexcept {
    if (b.data_length_ + n < n) return false;
    if (n <= b.data_offset_) {
      b.data_offset_ -= n;
      b.data_length_ += n;
      b.adjust_current();
      if (b.segments() <= net_buffer::segments_max) return true;
      b.advance(n);
      return false;
    }
    const std::size_t missing = n - b.data_offset_;
    if (source == nullptr || source->take == nullptr || missing + backfill < missing) return false;
    mdl* const fresh = source->take(source->self, missing + backfill);
    if (fresh == nullptr) return false;
    const std::size_t offset = b.data_offset_;
    fresh->next = b.chain_;
    fresh->source = source;
    fresh->shortened = nullptr;
    fresh->hidden = 0;
    fresh->depth = b.depth_;
    b.chain_ = fresh;
    b.data_offset_ = fresh->count - missing;
    b.data_length_ += n;
    b.adjust_current();
    if (b.segments() <= net_buffer::segments_max) return true;
    b.data_length_ -= n;
    b.data_offset_ = fresh->count + offset;
    unlink(b, &b.chain_);
    b.adjust_current();
    return false;
  }

  // Takes an MDL that a retreat put in out again; it lies in front of the data.
  static void unlink(net_buffer& b, mdl** link) noexcept {
    mdl* const one = *link;
    *link = one->next;
    b.data_offset_ -= one->count;
    // Octets of it that others hide go with it.
    for (mdl* m = b.chain_; m != nullptr; m = m->next)
      if (m->source != nullptr && m->shortened == one) {
        one->address -= m->hidden;
        one->count += m->hidden;
        m->shortened = nullptr;
        m->hidden = 0;
      }
    if (one->hidden != 0) {
      // What it hides stands between it and the data; one that was put in later hides what follows, and takes it over.
      mdl* heir = nullptr;
      for (mdl* m = one->next; m != nullptr && heir == nullptr; m = m->next)
        if (m->source != nullptr && m->shortened == one->shortened) heir = m;
      if (heir != nullptr) {
        heir->hidden += one->hidden;
      } else {
        one->shortened->address -= one->hidden;
        one->shortened->count += one->hidden;
        b.data_offset_ += one->hidden;
      }
    }
    const mdl_source* const source = one->source;
    one->next = nullptr;
    one->source = nullptr;
    one->shortened = nullptr;
    one->hidden = 0;
    source->give(source->self, one);
  }

  // Those nearest to the data go first, so that each shows again what it hid.
  static std::size_t release(net_buffer& b, std::uint8_t least_depth) noexcept {
    if (b.data_length_ == 0 && b.current_ != nullptr && b.current_->next == nullptr && b.current_offset_ == b.current_->count) b.current_ = nullptr;
    std::size_t released = 0;
    for (mdl** nearest = nullptr;; nearest = nullptr, ++released) {
      for (mdl** link = &b.chain_; *link != nullptr && *link != b.current_; link = &(*link)->next)
        if ((*link)->source != nullptr && (*link)->depth >= least_depth) nearest = link;
      if (nearest == nullptr) break;
      unlink(b, nearest);
    }
    b.adjust_current();
    return released;
  }
};

}  // namespace detail

/// Grows the data by `n` octets in front, over what is unused there, in however many MDLs; what is missing, and `backfill`
/// more, comes from `source`. No octet is moved or written.
///   Errors   false and nothing changed: nothing came from the source, or there would be more than `segments_max` MDLs
[[nodiscard]] inline bool retreat(net_buffer& b, std::size_t n, std::size_t backfill = 0, const mdl_source* source = nullptr) noexcept {
  return detail::net_buffer_parts::retreat(b, n, backfill, source != nullptr ? source : b.source());
}

/// Gives back MDLs that retreats put in front and that lie wholly in front of the data, and returns how many; what they hid
/// is in the chain again. Those that an earlier owner of the list put in stay.
inline std::size_t release_retreated(net_buffer& b) noexcept { return detail::net_buffer_parts::release(b, detail::net_buffer_parts::depth(b)); }

/// The inverse of `retreat`; n ≤ data_length().
inline void advance(net_buffer& b, std::size_t n, free_mdl free) noexcept {
  b.advance(n);
  if (free == free_mdl::yes) (void)release_retreated(b);
}

/// Retreats every net buffer of a list, or none.
[[nodiscard]] inline bool retreat(net_buffer_list& list, std::size_t n, std::size_t backfill = 0, const mdl_source* source = nullptr) noexcept {
  using parts = detail::net_buffer_parts;
  // What is put in now is told from what was there by its depth.
  for (net_buffer* b = list.first_buffer(); b != nullptr; b = b->next()) {
    ++parts::depth(*b);
    const bool done = retreat(*b, n, backfill, source);
    --parts::depth(*b);
    if (done) continue;
    for (net_buffer* back = list.first_buffer(); back != b; back = back->next()) {
      back->advance(n);
      (void)parts::release(*back, static_cast<std::uint8_t>(parts::depth(*back) + 1));
    }
    return false;
  }
  for (net_buffer* b = list.first_buffer(); b != nullptr; b = b->next())
    if (mdl* const front = b->chain(); front != nullptr && front->source != nullptr && front->depth > parts::depth(*b)) front->depth = parts::depth(*b);
  return true;
}
/// Advances every net buffer of a list; n ≤ data_length() of each.
inline void advance(net_buffer_list& list, std::size_t n, free_mdl free) noexcept {
  for (net_buffer* b = list.first_buffer(); b != nullptr; b = b->next()) advance(*b, n, free);
}

}  // namespace v0
}  // namespace esplanade
