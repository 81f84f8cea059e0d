// Pools of packets with one fault each, to show that every pool law can fail and that none speaks for another.
#pragma once

#include <esplanade/testing/packets.hpp>
#include <esplanade/testing/pool_laws.hpp>

#include <list>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

using sound_pool = fixed_pool<flat_packet, 8>;

/// Breaks pool_law::once.
struct gives_one_twice {
  sound_pool pool{64, 64};
  flat_packet* last = nullptr;
  unsigned out_twice = 0;
  flat_packet* take() noexcept {
    if (last != nullptr && pool.level() == 0 && out_twice == 0) {
      out_twice = 1;
      return last;
    }
    flat_packet* const p = pool.take();
    if (p != nullptr) last = p;
    return p;
  }
  void give(flat_packet* p) noexcept {
    if (p == last && out_twice == 1) out_twice = 0;
    else pool.give(p);
  }
};

/// Breaks pool_law::says_none.
struct never_says_none {
  std::list<owned_packet> all{};
  flat_packet* take() noexcept { return &all.emplace_back(packet_form{.headroom = 64, .tailroom = 64}); }
  void give(flat_packet*) noexcept {}
};

/// Breaks pool_law::level.
struct keeps_every_fourth {
  sound_pool pool{64, 64};
  unsigned given = 0;
  flat_packet* take() noexcept { return pool.take(); }
  void give(flat_packet* p) noexcept {
    if (++given % 4 != 0) pool.give(p);
  }
};

/// Breaks pool_law::after_none: once empty, it wants two back before it gives one.
struct wants_two_back {
  sound_pool pool{64, 64};
  bool was_empty = false;
  flat_packet* take() noexcept {
    if (was_empty && pool.level() < 2) return nullptr;
    flat_packet* const p = pool.take();
    was_empty = p == nullptr;
    return p;
  }
  void give(flat_packet* p) noexcept { pool.give(p); }
};

/// Breaks pool_law::empty: what was in the packet stays there.
struct gives_what_came_back {
  sound_pool pool{64, 64};
  flat_packet* full = nullptr;
  flat_packet* take() noexcept {
    flat_packet* const p = pool.take();
    if (p != nullptr && p == full) (void)p->extend(1);
    return p;
  }
  void give(flat_packet* p) noexcept {
    if (p->length() != 0) full = p;
    pool.give(p);
  }
};

/// Breaks pool_law::writable.
struct gives_read_only {
  owned_packet only{packet_form{.headroom = 64, .tailroom = 64, .writable = false}};
  bool out = false;
  flat_packet* take() noexcept {
    if (out) return nullptr;
    out = true;
    only.empty();
    return &only;
  }
  void give(flat_packet*) noexcept { out = false; }
};

/// Breaks pool_law::as_new: the octets of a packet begin where its last user left them.
struct leaves_room_as_it_is {
  owned_packet only{packet_form{.headroom = 64, .tailroom = 64}};
  bool out = false;
  flat_packet* take() noexcept {
    if (out) return nullptr;
    out = true;
    only.trim(only.length());
    return &only;
  }
  void give(flat_packet*) noexcept { out = false; }
};

/// Breaks pool_law::apart.
struct gives_two_of_one {
  octet shared[128]{};
  flat_packet both[2]{};
  bool out[2] = {false, false};
  flat_packet* take() noexcept {
    for (int i = 0; i < 2; ++i)
      if (!out[i]) {
        out[i] = true;
        both[i] = flat_packet(shared, 64, 0);
        return &both[i];
      }
    return nullptr;
  }
  void give(flat_packet* p) noexcept { out[p - both] = false; }
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
