// The state of a host's packets on their way through its lists: what a datapath knows, and the words beside each packet.
#pragma once

#include <esplanade/base/counter.hpp>
#include <esplanade/offload/host_words.hpp>
#include <esplanade/offload/hosted_sa.hpp>
#include <esplanade/transform/context.hpp>

namespace esplanade {
inline namespace v0 {

/// What a device said of packets, and what the host made of it; one writer, relaxed readers.
struct device_counters {
  counter by_status[crypto_status_count]{};  ///< packets of which the device said that it was done, by crypto_status
  counter framed{};                          ///< outbound: packets framed for the device, of a large send its segments
  counter large{};                           ///< outbound: large sends that the device cuts, and
  counter large_segments{};                  ///< into how many
  counter cut_here{};                        ///< outbound: large sends that were cut in software
  counter sealed_here{};                     ///< outbound: of offloaded SAs, sealed in software
  counter believed{};                        ///< inbound: results that were taken
  counter opened_here{};                     ///< inbound: opened in software
  counter rechecked{};                       ///< inbound: opened by the device, and the ICV computed again
};

namespace detail {

/// How the packet in a slot is opened under its SA.
enum class opened_by : std::uint8_t { device, here, recheck, either };

/// A frame that the device is to fill in; the host can still seal it, for what it needs lies in the packet.
template <class Record> struct device_frame {
  Record* record = nullptr;
  placed seen{};
  std::uintptr_t handle = 0;  ///< the device's, as it was read for the words
  octet* ip = nullptr;       ///< first octets of its IP header, when it is AH, and
  octet* at = nullptr;       ///< of ESP or AH: they stay where they are, whatever comes in front
  std::uint32_t size = 0;    ///< from `at` to the end of the ICV; AH: of AH
  std::uint32_t length = 0;  ///< AH: from its IP header to the end
  std::uint64_t number = 0;
  std::uint32_t l4 = 0;      ///< octets from `at` to the L4 header, whose checksum the device completes
};

}  // namespace detail

/// A batch_context with words.
template <class Profile_, class Packet_, class Store, class Crypto, class Policy, class Pool, std::size_t Slots_>
struct host_context : batch_context<Profile_, Packet_, Store, Crypto, Policy, Pool, Slots_> {
  using base = batch_context<Profile_, Packet_, Store, Crypto, Policy, Pool, Slots_>;
  using frame = detail::device_frame<typename base::record_type>;
  static constexpr std::size_t frames_max = base::levels;
  static constexpr std::size_t slots = Slots_;

  send_words sent[slots]{};
  receive_words received[slots]{};
  detail::opened_by opened[slots]{};
  std::uint8_t portion[slots]{};          ///< inbound: of the level that is worked on, counted from outside
  std::uint8_t framed[slots]{};           ///< outbound: frames of this packet that the device is to fill in
  bool framed_now[slots]{};               ///< outbound: at the level that is worked on
  frame frames[slots][frames_max]{};
  send_checksum checksum[slots]{};        ///< outbound: what is open of it; and from the L4 header to the packet's end
  std::uint32_t l4_octets[slots]{};
  device_counters* device = nullptr;

  [[nodiscard]] ESPLANADE_INLINE sa_place& place(std::size_t i) noexcept { return this->sa(i).place(); }
};

}  // namespace v0
}  // namespace esplanade
