// Reassembly that takes overlapping pieces for new ones: the later octets win.
#pragma once

#include <esplanade/net/fragment_map.hpp>

namespace planted {

struct overlap_believed {
  struct fragment_map {
    [[nodiscard]] esplanade::fragment_answer add(std::uint32_t offset, std::uint32_t size, bool more) noexcept {
      const std::uint32_t end = offset + size;
      if (offset < sound_.end() && sound_.end() < end) return sound_.add(sound_.end(), end - sound_.end(), more);
      return sound_.add(offset, size, more);
    }
    [[nodiscard]] bool complete() const noexcept { return sound_.complete(); }
    [[nodiscard]] std::uint32_t end() const noexcept { return sound_.end(); }
    void clear() noexcept { sound_.clear(); }

   private:
    esplanade::fragment_map<6> sound_{};
  };
};

}  // namespace planted
