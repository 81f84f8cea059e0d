// A receiving end of IP-TFS that does not see lost payloads: parts of two packets become one.
#pragma once

#include <esplanade/buffer/chain_packet.hpp>
#include <esplanade/transform/deaggregation.hpp>

namespace planted {

struct gap_unseen {
  class deaggregation {
   public:
    explicit deaggregation(std::uint64_t ticks) noexcept : sound_(ticks) {}
    template <class Packet, class Pool, class Deliver>
    esplanade::verdict add(const Packet& payload, std::size_t size, std::uint64_t, std::uint64_t now, Pool& pool, Deliver deliver) noexcept {
      return sound_.add(payload, size, ++numbers_, now, pool, deliver);
    }
    template <class Pool, class Deliver> void sweep(std::uint64_t now, Pool& pool, Deliver deliver) noexcept { sound_.sweep(now, pool, deliver); }
    template <class Pool> void restart(Pool& pool) noexcept { sound_.restart(pool); }
    void expect(std::uint64_t) noexcept { sound_.expect(1); }
    const esplanade::congestion_info& info() const noexcept { return sound_.info(); }
    std::size_t waiting() const noexcept { return sound_.waiting(); }

   private:
    esplanade::deaggregation<esplanade::chain_packet<4>, 4> sound_;
    std::uint64_t numbers_ = 0;
  };
};

}  // namespace planted
