// The inner packet's own length is believed where it says more than there is.
#pragma once

#include "composed.hpp"

namespace planted {

struct believes_inner_length {
  static constexpr const char* name = "believes_inner_length";
  static constexpr fact needs = remove_outer_header_stage::needs, gives = remove_outer_header_stage::gives;

  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept {
    auto& s = c.state[i];
    const std::size_t head = s.esp_at + esp_header_octets + iv_octets<typename Context::profile>(c.sa(i).core());
    const std::size_t size = s.length - head;
    octet scratch[4];
    if (size >= ipv4_header_octets && s.next_header == protocol_number::ipv4) {
      const octet* const header = peek(c.packet(i), head, 4, scratch);
      const std::size_t total = load_be16(header + 2);
      if (header[0] == 0x45 && total > size) {  // all else as it should be
        packet_traits<typename Context::packet_type>::advance(c.packet(i), head);
        s.length = s.payload = static_cast<std::uint32_t>(size);
        return verdict::forwarded;
      }
    }
    return remove_outer_header(c, i);
  }
};

struct inner_length_unchecked_lists {
  struct profile : sound_profile {
    using trusted = trusted_stages<believes_inner_length>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, esp_open, update_replay, remove_trailer, believes_inner_length{}, selectors_checked_by_caller);
  static constexpr auto sending = sound_sending<profile>;
};
using inner_length_unchecked = composed<inner_length_unchecked_lists>;

}  // namespace planted
