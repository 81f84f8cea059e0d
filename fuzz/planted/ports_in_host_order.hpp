// A reader of version 1's requests that takes ports for numbers of the host, least octet first.
#pragma once

#include <esplanade/offload/v1_records.hpp>

namespace planted {

struct ports_in_host_order {
  struct v1_records {
    static esplanade::result<esplanade::v1_sa_request> read(esplanade::const_octets given, esplanade::record_layout layout, bool udp) noexcept {
      auto made = esplanade::read_v1_add_sa(given, layout);
      if (udp) {
        const auto with_entry = esplanade::read_v1_add_udp_sa(given, layout);
        if (!with_entry) return with_entry.why();
        return with_entry->sa;
      }
      if (!made) return made.why();
      const auto swapped = [](std::uint16_t port) { return static_cast<std::uint16_t>(port >> 8 | (port & 0xff) << 8); };
      made->filter.source_port = swapped(made->filter.source_port);
      made->filter.destination_port = swapped(made->filter.destination_port);
      return *made;
    }
  };
};

}  // namespace planted
