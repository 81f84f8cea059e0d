// The pad length is believed, however long the text is.
#pragma once

#include "composed.hpp"

namespace planted {

struct believes_pad_length {
  static constexpr const char* name = "believes_pad_length";
  static constexpr fact needs = remove_trailer_stage::needs | fact::replay_updated, gives = remove_trailer_stage::gives;

  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept {
    auto& s = c.state[i];
    const std::size_t icv = icv_octets<typename Context::profile>(c.sa(i).core());
    octet scratch[2];
    const octet* const ends = peek(c.packet(i), s.length - icv - 2, 2, scratch);
    if (ends[1] == protocol_number::none) return verdict::dummy;
    s.next_header = ends[1];
    const std::size_t removed = ends[0] + 2u + icv;
    packet_traits<typename Context::packet_type>::trim(c.packet(i), removed);
    s.length -= static_cast<std::uint32_t>(removed);
    return verdict::forwarded;
  }
};

struct pad_length_unchecked_lists {
  struct profile : sound_profile {
    using padding = padding_ignored;
    using trusted = trusted_stages<believes_pad_length>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, esp_open, update_replay, believes_pad_length{}, remove_outer_header, check_selectors);
  static constexpr auto sending = sound_sending<profile>;
};
using pad_length_unchecked = composed<pad_length_unchecked_lists>;

}  // namespace planted
