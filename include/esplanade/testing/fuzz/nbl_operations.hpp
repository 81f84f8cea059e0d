// Operations on buffer lists leave what octets in vectors say they leave, and take back what they took.
//
//   1  up to four frames of any size, cut anywhere, are retreated, advanced, extended, trimmed, copied, cloned, cut and joined
//   2  their octets are the model's after each step; the offset, the current MDL and the memory agree
//   3  an advance leaves the chain as it was before its retreat; what is refused changed nothing
//   4  lists complete when everything is as it was handed over, and only then; context areas are stacks
//   5  pools have back all that they gave
//
//   input   frames (1; modulo 4), each: octets (1) · room in front (1; modulo 48) · behind (1; modulo 48) · cut
//           then operations: which (1; low 4 bits; high ones: frame), and what each takes, below
#pragma once

#include <esplanade/buffer/nbl_data.hpp>
#include <esplanade/buffer/nbl_derive.hpp>
#include <esplanade/buffer/nbl_pool.hpp>
#include <esplanade/testing/fuzz/input.hpp>
#include <esplanade/testing/fuzz/nbl_model.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// The operations that are judged; a configuration may name others as `nbl_operations`.
struct plain_nbl_operations {
  static bool retreat(net_buffer& b, std::size_t n, std::size_t backfill, const mdl_source* source) noexcept { return esplanade::retreat(b, n, backfill, source); }
  static void advance(net_buffer& b, std::size_t n, free_mdl free) noexcept { esplanade::advance(b, n, free); }
};

namespace detail {

template <class Operations> class nbl_run {
  static constexpr nbl_pool_shape shape{.lists = 2, .buffers = 12, .blocks = 12, .block_size = 64, .bare_mdls = 24, .contexts = 3, .context_piece = 128};
  using frame = modelled_frame;

 public:
  explicit nbl_run(input& in) : in_(in) {
    const std::size_t count = in.take_octet() % 4u + 1;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t n = in.take_octet(), front = in.take_octet() % 48u, behind = in.take_octet() % 48u;
      frame f{.buffer = nullptr, .data = counted_octets(n, static_cast<octet>(64 * i))};
      f.buffer = std::make_unique<owned_net_buffer>(packet_form{.content = f.data, .segments = in.take_cut(n, 7), .headroom = front, .tailroom = behind});
      f.buffer->use(spare_.source());
      if (i != 0) frames_.back().buffer->link(f.buffer.get());
      frames_.push_back(std::move(f));
    }
    list_.set_first_buffer(frames_.front().buffer.get());
  }

  void run() {
    for (unsigned left = 200; left != 0 && !in_.empty(); --left) {
      const unsigned what = in_.take_octet();
      frame& f = frames_[what / 16 % frames_.size()];
      step(what % 16, f);
      for (const frame& one : frames_) one.check(what % 16);
    }
    while (contexts_.pop()) {}
    if (spare_.misuses() != 0) fail("memory went back that was not out");
    if (levels() != std::vector<std::size_t>{shape.lists, shape.buffers, shape.blocks, shape.bare_mdls, shape.contexts}) fail("the pool has not back what it gave");
  }

 private:
  void step(unsigned which, frame& f) {
    net_buffer& b = *f.buffer;
    const std::size_t n = in_.take_octet();
    switch (which) {
      case 0: return retreated(f, n % 129, [&](std::size_t by) { return Operations::retreat(b, by, in_.take_octet() % 32u, spare_.source()); });
      case 1: return retreated(f, n % 129, [&](std::size_t by) { return b.retreat(by); });
      case 2: return undone(f);
      case 3: {  // over and back again
        const std::size_t k = n % (f.data.size() + 1);
        const chain_picture before = picture_of(b);
        Operations::advance(b, k, free_mdl::no);
        if (octets_of(b) != bytes(f.data.begin() + static_cast<std::ptrdiff_t>(k), f.data.end())) fail("an advance shows other octets");
        if (!Operations::retreat(b, k, 0, nullptr)) fail("what was advanced over cannot be retreated over");
        if (picture_of(b) != before) fail("over a header and back: the chain is another");
        return;
      }
      case 4: {
        const std::size_t k = n % (f.data.size() + 1);
        Operations::advance(b, k, free_mdl::yes);
        f.data.erase(f.data.begin(), f.data.begin() + static_cast<std::ptrdiff_t>(k));
        f.retreats.clear();
        return;
      }
      case 5: {
        const std::size_t k = n % (f.data.size() + 1);
        b.trim(k);
        f.data.resize(f.data.size() - k);
        f.retreats.clear();
        return;
      }
      case 6: {
        const chain_picture before = picture_of(b);
        if (b.extend(n % 129)) {
          for (std::size_t i = 0; i < n % 129; ++i) f.data.push_back(++mark_);
          write_from(b, f.data.size() - n % 129, f.data);
        } else if (picture_of(b) != before) {
          fail("a refused extend changed the chain");
        }
        return;
      }
      case 7: return got_data(f, n);
      case 8: {
        frame& to = frames_[(in_.take_octet() + 1u) % frames_.size()];
        const std::size_t at = in_.take_octet(), from = in_.take_octet();
        if (&to == &f) return;
        const std::size_t said = copy_data(*to.buffer, at, b, from, n);
        std::size_t copied = 0;
        for (; copied < n && at + copied < to.data.size() && from + copied < f.data.size(); ++copied) to.data[at + copied] = f.data[from + copied];
        if (said != copied) fail("a copy says another number of octets");
        return;
      }
      case 9: return derived(clone(list_, pool_, n % 2 == 0 ? clone_chain::fresh : clone_chain::shared), all_data(), 0);
      case 10: {
        const std::size_t start = n, most = in_.take_octet() % 64u, header = in_.take_octet() % 40u, backfill = in_.take_octet() % 24u;
        std::vector<bytes> pieces;
        for (const frame& one : frames_)
          for (std::size_t at = start; most != 0 && at < one.data.size(); at += most)
            pieces.emplace_back(one.data.begin() + static_cast<std::ptrdiff_t>(at), one.data.begin() + static_cast<std::ptrdiff_t>((std::min)(one.data.size(), at + most)));
        return derived(fragment(list_, start, most, header, backfill, pool_), pieces, header);
      }
      case 11: {
        const std::size_t start = n, header = in_.take_octet() % 40u;
        bytes all;
        for (const frame& one : frames_)
          if (start < one.data.size()) all.insert(all.end(), one.data.begin() + static_cast<std::ptrdiff_t>(start), one.data.end());
        return derived(reassemble(list_, start, header, in_.take_octet() % 24u, pool_), {all}, header);
      }
      case 12: return completed(n % 64);
      case 13: return contexts_.push(n % 12 * sizeof(void*), in_.take_octet() % 4u * sizeof(void*), ++mark_, pool_.contexts());
      case 14: contexts_.pop(); return;
      default: {
        std::vector<chain_picture> before;
        for (const frame& one : frames_) before.push_back(picture_of(*one.buffer));
        const bool done = retreat(list_, n % 129, in_.take_octet() % 16u, spare_.source());
        if (done) advance(list_, n % 129, free_mdl::yes);
        for (std::size_t i = 0; i < frames_.size(); ++i)
          if (picture_of(*frames_[i].buffer) != before[i]) fail(done ? "a list's advance leaves another chain" : "a list's refused retreat changed a chain");
        return;
      }
    }
  }

  template <class Retreat> void retreated(frame& f, std::size_t n, Retreat retreat) {
    const chain_picture before = picture_of(*f.buffer);
    if (!retreat(n)) {
      if (picture_of(*f.buffer) != before) fail("a refused retreat changed the chain");
      return;
    }
    bytes fresh(n);
    for (octet& one : fresh) one = ++mark_;
    f.data.insert(f.data.begin(), fresh.begin(), fresh.end());
    write_from(*f.buffer, 0, fresh);
    f.retreats.push_back({before, n});
  }
  void undone(frame& f) {
    if (f.retreats.empty()) return;
    const modelled_frame::undo last = f.retreats.back();
    f.retreats.pop_back();
    Operations::advance(*f.buffer, last.n, free_mdl::yes);
    f.data.erase(f.data.begin(), f.data.begin() + static_cast<std::ptrdiff_t>(last.n));
    if (picture_of(*f.buffer) != last.before) fail("an advance does not leave the chain as it was before its retreat");
  }
  void got_data(frame& f, std::size_t n) {
    net_buffer& b = *f.buffer;
    const std::size_t multiple = std::size_t{1} << in_.take_octet() % 5u;
    const alignment wanted{multiple, in_.take_octet() % multiple};
    const std::size_t size = in_.take_octet(), skew = in_.take_octet() % 16u;
    bytes storage(size + skew);
    octets first;
    for (auto c = b.first(); c && first.empty(); ++c) first = *c;
    const bool in_place = n <= first.size() && wanted.holds(first.data());
    std::size_t skip = 0;
    while (skip < size && !wanted.holds(storage.data() + skew + skip)) ++skip;
    octet* const got = get_data_buffer(b, n, {storage.data() + skew, size}, wanted);
    if (n == 0) return;
    if ((got != nullptr) != (n <= f.data.size() && (in_place || n + skip <= size))) return fail("contiguous data is there where it cannot be, or is not where it can");
    if (got == nullptr) return;
    if (in_place != (got == first.data())) fail("contiguous data is not where it must be");
    if (!wanted.holds(got) || !std::equal(got, got + n, f.data.begin())) fail("contiguous data is other data, or lies wrongly");
  }
  void derived(const result<net_buffer_list*>& made, const std::vector<bytes>& expected, std::size_t header) {
    if (!made) {
      if (list_.children() != 0) fail("a derivation failed and left a child");
      return;
    }
    net_buffer_list& child = **made;
    if (list_.children() != 1 || child.parent() != &list_) fail("parent and child do not know each other");
    if (hand_over(list_)) fail("a parent was handed over");
    for (net_buffer* b = child.first_buffer(); b != nullptr; b = b->next()) write_from(*b, 0, bytes(header, ++mark_));
    advance(child, header, in_.take_octet() % 2 == 0 ? free_mdl::yes : free_mdl::no);
    std::vector<bytes> seen;
    for (net_buffer* b = child.first_buffer(); b != nullptr; b = b->next()) seen.push_back(octets_of(*b));
    if (seen != expected) fail("a derived list shows other octets");
    if (!pool_.give(child) || list_.children() != 0) fail("a child was not taken back");
  }
  void completed(std::size_t n) {
    if (!hand_over(list_)) fail("a list cannot be handed over");
    const bool done = retreat(list_, n, 4, spare_.source());
    if (done && n != 0) {
      if (complete(list_, nbl_status::success)) fail("a list was completed that is not as it was");
      for (net_buffer* b = list_.first_buffer(); b != nullptr; b = b->next()) write_from(*b, 0, bytes(n, 0xee));
      // What stood in front of the data is overwritten; retreats of the caller do not see it, for they write what they show.
    }
    if (done) advance(list_, n, free_mdl::yes);
    if (!complete(list_, nbl_status::success)) fail("a list cannot be completed though all is as it was");
    if (complete(list_, nbl_status::success)) fail("a list was completed twice");
    if (!take_back(list_)) fail("a completed list cannot be taken back");
  }
  std::vector<bytes> all_data() const {
    std::vector<bytes> all;
    for (const frame& one : frames_) all.push_back(one.data);
    return all;
  }
  // How many of each the pool still has.
  std::vector<std::size_t> levels() {
    std::vector<std::size_t> n(5);
    while (pool_.take_empty() != nullptr) ++n[0];
    while (pool_.take_buffer() != nullptr) ++n[1];
    while (pool_.take_block(1) != nullptr) ++n[2];
    while (pool_.take_mdl(nullptr, 0) != nullptr) ++n[3];
    while (pool_.contexts().take(pool_.contexts().self, 1) != nullptr) ++n[4];
    return n;
  }
  static void fail(const std::string& how) { failed("nbl_operations", how); }

  input& in_;
  owned_mdls spare_{6};
  std::vector<frame> frames_{};
  net_buffer_list list_{};
  nbl_pool<shape> pool_{};
  modelled_contexts contexts_{list_};
  octet mark_ = 0;
};

template <class Configuration> struct nbl_operations_of { using type = plain_nbl_operations; };
template <class Configuration>
  requires requires { typename Configuration::nbl_operations; }
struct nbl_operations_of<Configuration> {
  using type = typename Configuration::nbl_operations;
};

}  // namespace detail

/// A configuration may name `nbl_operations` of its own to be judged.
template <class Configuration> int nbl_operations(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  detail::nbl_run<typename detail::nbl_operations_of<Configuration>::type>(in).run();
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
