// find_sa walks as many IPv6 extension headers as a packet has.
#pragma once

#include "composed.hpp"

namespace planted {

struct walks_without_end {
  static constexpr const char* name = "walks_without_end";
  static constexpr fact needs = find_sa_stage::needs, gives = find_sa_stage::gives;
  static constexpr bool begins_level = true;

  template <class Context> verdict prepare(Context& c, std::size_t i) const noexcept {
    packet_reader read(c.packet(i));
    const octet* const header = read(0, ipv6_header_octets);
    if (header != nullptr && header[0] >> 4 == 6) {
      octet kind = header[6];
      std::size_t at = ipv6_header_octets;
      while (kind == protocol_number::destination_options) {
        const octet* const extension = read(at, 8);
        if (extension == nullptr) break;
        kind = extension[0];
        at += 8u * (1u + extension[1]);
      }
    }
    return find_sa.prepare(c, i);
  }
  template <class Context> void work(Context& c) const noexcept { find_sa.work(c); }
  template <class Context> verdict finish(Context& c, std::size_t i) const noexcept { return find_sa.finish(c, i); }
};

struct unbounded_walk_lists {
  struct profile : sound_profile {
    using trusted = trusted_stages<walks_without_end>;
  };
  static constexpr auto receiving = inbound<profile>(walks_without_end{}, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
  static constexpr auto sending = sound_sending<profile>;
};
using unbounded_walk = composed<unbounded_walk_lists>;

}  // namespace planted
