// What is measured here: one gateway profile over three packet types, in the same 1024 buffers of 2 KiB.
#pragma once

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/configuration.hpp>

namespace bench {

/// An IPv4 tunnel with AES-128-GCM, ESN and a window of 1024; selectors are checked, SAs and lanes count.
struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto esn = esplanade::always;
  using replay = esplanade::window<1024>;
};

/// The buffers that all rivals share, so that none has the better place in memory. One user at a time; the second of two
/// lanes has others.
struct arena {
  static constexpr std::size_t count = 1024, size = 2048;
  alignas(4096) esplanade::octet octets[count][size];
};
inline arena shared_arena, second_arena;

/// Packets in those buffers, handed out in their order. Segments of a chain lie in their packet's own buffer, 64 octets apart.
template <class P> class arena_packets {
 public:
  using packet_type = P;

  arena_packets() = default;
  explicit arena_packets(arena& in) : in_(&in) {}

  P* make(const esplanade::testing::packet_form& form) {
    const esplanade::testing::cut sizes = form.segments.empty() ? esplanade::testing::uncut(form.content.size()) : form.segments;
    const std::size_t needed = form.headroom + form.content.size() + (sizes.size() - 1) * gap;
    if (used_ == arena::count || needed > arena::size || sizes.size() > esplanade::segments_max_of<P>) return nullptr;
    esplanade::octet* const buffer = in_->octets[used_];
    P& p = packets_[used_++];
    std::size_t at = form.headroom, from = 0;
    if constexpr (esplanade::ContiguousPacket<P>) {
      p = P({buffer, arena::size}, at, form.content.size());
      std::memcpy(buffer + at, form.content.data(), form.content.size());
    } else {
      p = P{};
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        const std::size_t begin = i == 0 ? 0 : at;
        const std::size_t end = i + 1 == sizes.size() ? arena::size : at + sizes[i];
        p.append({buffer + begin, end - begin}, at - begin, sizes[i]);
        std::memcpy(buffer + at, form.content.data() + from, sizes[i]);
        from += sizes[i];
        at += sizes[i] + gap;
      }
    }
    return &p;
  }
  /// All are given back before any is made again.
  void release(P*) noexcept { used_ = 0; }

 private:
  static constexpr std::size_t gap = 64;
  arena* in_ = &shared_arena;
  std::vector<P> packets_ = std::vector<P>(arena::count);
  std::size_t used_ = 0;
};

template <class P, class Crypto> using gateway_over = esplanade::testing::default_configuration<gateway, arena_packets<P>, esplanade::flat_store<64>, Crypto>;

using chain = esplanade::chain_packet<4>;
using null_flat = gateway_over<esplanade::flat_packet, esplanade::null_crypto>;
using null_chain = gateway_over<chain, esplanade::null_crypto>;
using botan_flat = gateway_over<esplanade::flat_packet, esplanade::botan>;
using botan_chain = gateway_over<chain, esplanade::botan>;

}  // namespace bench
