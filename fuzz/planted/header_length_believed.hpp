// A large send whose IPv4 header is taken to be as long as it must be, whatever its first octet says.
#pragma once

#include <esplanade/testing/fuzz/large_sends.hpp>

namespace planted {

struct header_length_believed {
  struct large_sends {
    static bool cut(const esplanade::net_buffer& frame, const esplanade::large_send_order& order, std::vector<esplanade::testing::fuzz::bytes>& into, bool& all) {
      auto content = esplanade::testing::octets_of(frame);
      if (order.link < content.size() && content[order.link] >> 4 == 4) content[order.link] = 0x45;
      const esplanade::testing::owned_net_buffer mended(esplanade::testing::packet_form{.content = content});
      return esplanade::testing::fuzz::plain_large_sends::cut(mended, order, into, all);
    }
  };
};

}  // namespace planted
