// Where buffer lists, net buffers, MDLs and their memory come from: the caller's arrays, handed out and taken back.
#pragma once

#include <esplanade/buffer/nbl_context.hpp>

namespace esplanade {
inline namespace v0 {

/// What a list has when it comes out of its pool.
struct nbl_pool_parameters {
  bool net_buffer = true;        ///< it arrives with one net buffer
  std::size_t data_size = 0;     ///< and that with an MDL of so many octets, all unused; 0: without
  std::size_t data_offset = 0;   ///< where the (empty) data begins in them
  std::size_t context_size = 0;  ///< octets of context area that need no further memory
};

/// The arrays that a pool hands out from. The first MDLs get a block of memory each, the others describe memory of somebody else.
struct nbl_arrays {
  std::span<net_buffer_list> lists{};
  std::span<net_buffer> buffers{};
  std::span<mdl> pieces{};
  octets blocks{};               ///< cut into blocks of `block_size`, one for each of the first MDLs
  std::size_t block_size = 0;
  octets contexts{};             ///< aligned for pointers, cut into pieces of `context_piece`
  std::size_t context_piece = 0; ///< a record and its octets; a multiple of a pointer's size
};

/// A pool over the caller's arrays. Serves retreats and context areas too (`source()`, `contexts()`).
///   Cost     O(1) for each object; never the general heap
///   Errors   nullptr or a fault, and nothing changed
///   Threads  one
class nbl_memory {
 public:
  nbl_memory(const nbl_arrays& arrays, const nbl_pool_parameters& parameters) noexcept : arrays_(arrays), parameters_(parameters) {
    for (net_buffer_list& one : arrays.lists) put(one);
    for (net_buffer& one : arrays.buffers) put(one);
    with_block_ = arrays.block_size == 0 ? 0 : arrays.blocks.size() / arrays.block_size;
    if (with_block_ > arrays.pieces.size()) with_block_ = arrays.pieces.size();
    for (mdl& one : arrays.pieces) put(one);
    for (std::size_t at = 0; arrays.context_piece != 0 && at + arrays.context_piece <= arrays.contexts.size(); at += arrays.context_piece) put_context(arrays.contexts.data() + at);
  }
  nbl_memory(const nbl_memory&) = delete;
  nbl_memory& operator=(const nbl_memory&) = delete;

  [[nodiscard]] const nbl_pool_parameters& parameters() const noexcept { return parameters_; }
  [[nodiscard]] const mdl_source* source() const noexcept { return &source_; }
  [[nodiscard]] const context_source& contexts() const noexcept { return context_source_; }

  /// A list as the parameters say; nullptr and nothing taken when anything of it is missing.
  [[nodiscard]] net_buffer_list* take() noexcept {
    net_buffer_list* const list = take_empty();
    if (list == nullptr || !parameters_.net_buffer) return list;
    net_buffer* const b = take_buffer();
    list->set_first_buffer(b);
    mdl* const piece = b == nullptr || parameters_.data_size == 0 ? nullptr : take_block(parameters_.data_size);
    if (b == nullptr || (parameters_.data_size != 0 && piece == nullptr)) {
      (void)give(*list);
      return nullptr;
    }
    if (piece != nullptr) (void)b->assign(piece, parameters_.data_offset < piece->count ? parameters_.data_offset : piece->count, 0);
    return list;
  }
  /// A list without net buffers; with its context area.
  [[nodiscard]] net_buffer_list* take_empty() noexcept {
    net_buffer_list* const list = lists_;
    if (list == nullptr) return nullptr;
    nbl_context_record* record = nullptr;
    if (parameters_.context_size != 0) {
      void* const memory = take_context(sizeof(nbl_context_record) + parameters_.context_size);
      if (memory == nullptr) return nullptr;
      record = ::new (memory) nbl_context_record{.size = parameters_.context_size, .offset = parameters_.context_size};
    }
    lists_ = list->next();
    ::new (static_cast<void*>(list)) net_buffer_list;
    detail::nbl_parts::context(*list) = record;
    return list;
  }
  /// A net buffer without a chain, whose retreats are served from here.
  [[nodiscard]] net_buffer* take_buffer() noexcept {
    net_buffer* const b = buffers_;
    if (b == nullptr) return nullptr;
    buffers_ = b->next();
    ::new (static_cast<void*>(b)) net_buffer;
    b->use(&source_);
    return b;
  }
  /// An MDL over `count` octets of somebody else at `address`.
  [[nodiscard]] mdl* take_mdl(octet* address, std::size_t count) noexcept {
    mdl* const one = bare_;
    if (one == nullptr) return nullptr;
    bare_ = one->next;
    *one = {address, count};
    return one;
  }
  /// An MDL with a block of its own, of which it shows `size` octets.
  [[nodiscard]] mdl* take_block(std::size_t size) noexcept {
    mdl* const one = blocks_;
    if (one == nullptr || size > arrays_.block_size) return nullptr;
    blocks_ = one->next;
    one->next = nullptr;
    one->count = size;
    return one;
  }

  /// Takes back a list with its net buffers, their MDLs from here, and what retreats put in front; its parent has a child less.
  ///   Errors   it is not from here or not out; not the caller's; it has children; its context area is in use
  result<void> give(net_buffer_list& list) noexcept;
  /// Takes back a net buffer that belongs to no list.
  void give(net_buffer& b) noexcept {
    detail::net_buffer_parts::clear(b);
    for (mdl* m = b.chain(); m != nullptr && m != detail::net_buffer_parts::borrowed(b);) {
      mdl* const one = m;
      m = m->next;
      if (owns(*one)) put(*one);
    }
    put(b);
  }
  void give(mdl& one) noexcept { put(one); }

  [[nodiscard]] bool owns(const net_buffer_list& l) const noexcept { return within(arrays_.lists, l); }
  [[nodiscard]] bool owns(const net_buffer& b) const noexcept { return within(arrays_.buffers, b); }
  [[nodiscard]] bool owns(const mdl& m) const noexcept { return within(arrays_.pieces, m); }

 private:
  template <class T> static bool within(std::span<T> all, const T& one) noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(&one), first = reinterpret_cast<std::uintptr_t>(all.data());
    return at >= first && at - first < all.size_bytes();
  }

  void put(net_buffer_list& l) noexcept {
    ::new (static_cast<void*>(&l)) net_buffer_list;
    detail::nbl_parts::owner(l) = nbl_owner::pool;
    l.link(lists_);
    lists_ = &l;
  }
  void put(net_buffer& b) noexcept {
    ::new (static_cast<void*>(&b)) net_buffer;
    b.link(buffers_);
    buffers_ = &b;
  }
  void put(mdl& one) noexcept {
    const std::size_t i = static_cast<std::size_t>(&one - arrays_.pieces.data());
    if (i < with_block_) {
      one = {arrays_.blocks.data() + i * arrays_.block_size, arrays_.block_size, blocks_};
      blocks_ = &one;
    } else {
      one = {nullptr, 0, bare_};
      bare_ = &one;
    }
  }
  void put_context(octet* at) noexcept {
    std::memcpy(at, &free_contexts_, sizeof free_contexts_);
    free_contexts_ = at;
  }
  void* take_context(std::size_t size) noexcept {
    if (free_contexts_ == nullptr || size > arrays_.context_piece) return nullptr;
    octet* const at = free_contexts_;
    std::memcpy(&free_contexts_, at, sizeof free_contexts_);
    return at;
  }

  nbl_arrays arrays_;
  nbl_pool_parameters parameters_;
  std::size_t with_block_ = 0;
  net_buffer_list* lists_ = nullptr;
  net_buffer* buffers_ = nullptr;
  mdl* bare_ = nullptr;
  mdl* blocks_ = nullptr;
  octet* free_contexts_ = nullptr;
  mdl_source source_{[](void* self, std::size_t n) noexcept -> mdl* { return static_cast<nbl_memory*>(self)->take_block(n); },
                     [](void* self, mdl* one) noexcept { static_cast<nbl_memory*>(self)->put(*one); }, this};
  context_source context_source_{[](void* self, std::size_t n) noexcept -> void* { return static_cast<nbl_memory*>(self)->take_context(n); },
                                 [](void* self, void* at) noexcept { static_cast<nbl_memory*>(self)->put_context(static_cast<octet*>(at)); }, this};
};

inline result<void> nbl_memory::give(net_buffer_list& list) noexcept {
  using parts = detail::nbl_parts;
  if (!owns(list) || list.owner() == nbl_owner::pool) return fault{fault_kind::not_found, "list", "it is not out of this pool", "a list that came from it"};
  if (list.owner() != nbl_owner::caller) return fault{fault_kind::busy, "list", "it is not the caller's", "a list that was taken back"};
  if (list.children() != 0) return fault{fault_kind::busy, "list", "lists derived from it exist", "free the children first"};
  nbl_context_record* const record = list.context();
  if (record != nullptr && (record->next != nullptr || record->source != nullptr || record->offset != record->size))
    return fault{fault_kind::busy, "list", "its context area is in use", "free_context first"};
  if (record != nullptr) put_context(reinterpret_cast<octet*>(record));
  for (net_buffer* b = list.first_buffer(); b != nullptr;) {
    net_buffer* const one = b;
    b = b->next();
    if (owns(*one)) give(*one);
  }
  if (list.parent() != nullptr) --parts::children(*list.parent());
  put(list);
  return {};
}

}  // namespace v0
}  // namespace esplanade
