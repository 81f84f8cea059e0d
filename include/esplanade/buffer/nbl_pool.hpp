// A pool of buffer lists with its memory in place.
#pragma once

#include <esplanade/buffer/nbl_memory.hpp>

namespace esplanade {
inline namespace v0 {

/// How many of each a pool has.
struct nbl_pool_shape {
  std::size_t lists = 64;
  std::size_t buffers = 64;
  std::size_t blocks = 64;               ///< MDLs with memory: data of lists, headers of retreats
  std::size_t block_size = 256;
  std::size_t bare_mdls = 64;            ///< MDLs over memory of somebody else: clones, fragments
  std::size_t contexts = 0;              ///< pieces of context memory, one for each list with a context area
  std::size_t context_piece = 128;       ///< octets of such a piece
  nbl_pool_parameters parameters{};
};

namespace detail {
template <nbl_pool_shape Shape> struct nbl_pool_arrays {
  static constexpr std::size_t piece = (sizeof(nbl_context_record) + Shape.context_piece + sizeof(void*) - 1) / sizeof(void*) * sizeof(void*);
  net_buffer_list lists[Shape.lists == 0 ? 1 : Shape.lists];
  net_buffer buffers[Shape.buffers == 0 ? 1 : Shape.buffers];
  mdl pieces[Shape.blocks + Shape.bare_mdls + 1];
  octet blocks[Shape.blocks * Shape.block_size + 1];
  alignas(void*) octet contexts[Shape.contexts * piece + sizeof(void*)];
};
template <nbl_pool_shape Shape> struct nbl_pool_place {
  nbl_pool_arrays<Shape> in_place{};
  [[nodiscard]] nbl_arrays arrays() noexcept {
    return {.lists = {in_place.lists, Shape.lists},
            .buffers = {in_place.buffers, Shape.buffers},
            .pieces = {in_place.pieces, Shape.blocks + Shape.bare_mdls},
            .blocks = {in_place.blocks, Shape.blocks * Shape.block_size},
            .block_size = Shape.block_size,
            .contexts = {in_place.contexts, Shape.contexts * in_place.piece},
            .context_piece = in_place.piece};
  }
};
}  // namespace detail

/// Lists and all that belongs to them, in one object of the caller's.
///   Cost     O(1) for each object; never the general heap
///   Threads  one
template <nbl_pool_shape Shape> class nbl_pool : private detail::nbl_pool_place<Shape>, public nbl_memory {
  static_assert(Shape.parameters.data_size == 0 || (Shape.parameters.net_buffer && Shape.parameters.data_size <= Shape.block_size),
                "nbl_pool: data_size needs lists that arrive with a net buffer, and blocks of at least that size");
  static_assert(Shape.parameters.context_size <= Shape.context_piece && Shape.parameters.context_size % sizeof(void*) == 0,
                "nbl_pool: context_size is a multiple of a pointer's size and fits into a context_piece");
  static_assert(Shape.parameters.context_size == 0 || Shape.contexts >= Shape.lists, "nbl_pool: each list has a context area: contexts is at least lists");

 public:
  static constexpr nbl_pool_shape shape = Shape;
  nbl_pool() noexcept : nbl_memory(this->arrays(), Shape.parameters) {}
};

}  // namespace v0
}  // namespace esplanade
