// An advance that forgets the MDL that its retreat put in front when the data ends up in the middle of an MDL.
#pragma once

#include <esplanade/buffer/nbl_retreat.hpp>

namespace planted {

struct retreat_not_undone {
  struct nbl_operations {
    static bool retreat(esplanade::net_buffer& b, std::size_t n, std::size_t backfill, const esplanade::mdl_source* source) noexcept { return esplanade::retreat(b, n, backfill, source); }
    static void advance(esplanade::net_buffer& b, std::size_t n, esplanade::free_mdl free) noexcept {
      esplanade::advance(b, n, esplanade::free_mdl::no);
      if (free == esplanade::free_mdl::yes && b.current_offset() == 0) (void)esplanade::release_retreated(b);
    }
  };
};

}  // namespace planted
