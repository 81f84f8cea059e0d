// Net buffers and buffer lists for tests: each MDL's memory is a heap block of exactly its size, so that a sanitizer sees an octet too far.
#pragma once

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/testing/packet_form.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// MDLs from the heap, at most `most` at a time.
///   Errors   giving back what is not out is counted: `misuses()`
class owned_mdls {
 public:
  explicit owned_mdls(std::size_t most, std::size_t backfill = 0) : most_(most), backfill_(backfill) {}
  owned_mdls(const owned_mdls&) = delete;
  owned_mdls& operator=(const owned_mdls&) = delete;

  [[nodiscard]] const mdl_source* source() const noexcept { return &source_; }
  [[nodiscard]] std::size_t out() const noexcept { return out_.size(); }
  [[nodiscard]] std::size_t misuses() const noexcept { return misuses_; }
  void set_most(std::size_t most) noexcept { most_ = most; }

 private:
  struct block {
    std::unique_ptr<octet[]> octets;
    std::unique_ptr<mdl> piece;
  };
  static mdl* take(void* self, std::size_t octets) noexcept {
    owned_mdls& all = *static_cast<owned_mdls*>(self);
    if (all.out_.size() >= all.most_) return nullptr;
    const std::size_t size = octets + all.backfill_;
    all.out_.push_back({std::make_unique<octet[]>(size), std::make_unique<mdl>()});
    mdl& piece = *all.out_.back().piece;
    piece.address = all.out_.back().octets.get();
    piece.count = size;
    return &piece;
  }
  static void give(void* self, mdl* one) noexcept {
    owned_mdls& all = *static_cast<owned_mdls*>(self);
    for (std::size_t i = 0; i < all.out_.size(); ++i)
      if (all.out_[i].piece.get() == one) {
        all.out_.erase(all.out_.begin() + static_cast<std::ptrdiff_t>(i));
        return;
      }
    ++all.misuses_;
  }

  std::size_t most_, backfill_;
  std::size_t misuses_ = 0;
  std::vector<block> out_{};
  mdl_source source_{take, give, this};
};

/// A net buffer with a chain of its own: headroom belongs to the first MDL, tailroom to the last.
class owned_net_buffer : public net_buffer {
 public:
  /// The form has at most `net_buffer::segments_max` segments. `spare` MDLs serve retreats that find no room.
  explicit owned_net_buffer(const packet_form& form, std::size_t spare = 0) : spare_(spare) {
    const cut sizes = form.segments.empty() ? uncut(form.content.size()) : form.segments;
    std::size_t from = 0;
    pieces_.resize(sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::size_t front = i == 0 ? form.headroom : 0;
      const std::size_t size = front + sizes[i] + (i + 1 == sizes.size() ? form.tailroom : 0);
      blocks_.push_back(std::make_unique<octet[]>(size));
      octet* const at = blocks_.back().get();
      std::memset(at, form.fill, size);
      if (sizes[i] != 0) std::memcpy(at + front, form.content.data() + from, sizes[i]);
      pieces_[i].address = at;
      pieces_[i].count = size;
      pieces_[i].next = i + 1 == sizes.size() ? nullptr : &pieces_[i + 1];
      from += sizes[i];
    }
    (void)assign(pieces_.data(), form.headroom, form.content.size());
    set_writable(form.writable);
    if (spare != 0) use(spare_.source());
  }

  [[nodiscard]] owned_mdls& spare() noexcept { return spare_; }

 private:
  std::vector<std::unique_ptr<octet[]>> blocks_{};
  std::vector<mdl> pieces_{};
  owned_mdls spare_;
};

/// Makes net buffers for the packet laws.
class owned_net_buffers {
 public:
  using packet_type = net_buffer;
  explicit owned_net_buffers(std::size_t spare = 0) : spare_(spare) {}
  net_buffer* make(const packet_form& form) {
    return form.segments.size() > net_buffer::segments_max ? nullptr : new owned_net_buffer(form, spare_);
  }
  void release(net_buffer* b) noexcept { delete static_cast<owned_net_buffer*>(b); }

 private:
  std::size_t spare_;
};
static_assert(TestPacketFactory<owned_net_buffers>);

/// Makes lists of type `L`, which holds net_buffers, with a net buffer for each form; `spare` MDLs serve each of them.
template <class L = net_buffer_list> class owned_lists {
 public:
  using list_type = L;
  explicit owned_lists(std::size_t spare = 0) : spare_(spare) {}
  L* make(std::span<const packet_form> frames) {
    auto one = std::make_unique<kept>();
    net_buffer* last = nullptr;
    for (const packet_form& form : frames) {
      if (form.segments.size() > net_buffer::segments_max) return nullptr;
      one->frames.push_back(std::make_unique<owned_net_buffer>(form, spare_));
      if (last != nullptr) last->link(one->frames.back().get());
      last = one->frames.back().get();
    }
    one->list.set_first_buffer(one->frames.empty() ? nullptr : one->frames.front().get());
    kept_.push_back(std::move(one));
    return &kept_.back()->list;
  }
  L* make(const packet_form& frame) { return make(std::span(&frame, 1)); }
  void release(L* l) noexcept {
    std::erase_if(kept_, [l](const auto& one) { return &one->list == l; });
  }

 private:
  struct kept {
    std::vector<std::unique_ptr<owned_net_buffer>> frames{};
    L list{};
  };
  std::size_t spare_;
  std::vector<std::unique_ptr<kept>> kept_{};
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
