// The state of packets while a NIC works on them: who they belong to, which bundles they are under, and their crypto jobs.
#pragma once

#include <esplanade/base/random.hpp>
#include <esplanade/buffer/nbl_words.hpp>
#include <esplanade/capability/device_capabilities.hpp>
#include <esplanade/offload/device_sa.hpp>
#include <esplanade/transform/context.hpp>

namespace esplanade {
inline namespace v0 {

/// What a NIC's lists work with besides their packets. Stages reach it as `c.lane`.
template <class Store, class Crypto, class Random = no_random> struct device_resources {
  Store& store;  ///< by_handle(offload_handle), by_spi(…): offload/device_store.hpp
  Crypto& crypto;
  device_capabilities current{};  ///< the current configuration, as of the call that is being worked on
  std::uint32_t mtu = 0;          ///< send: octets of IP that fit into a frame; 0 = not known here
  [[no_unique_address]] random_reference<Random> random{};  ///< of suites whose IVs must be unpredictable
};

template <class P> struct receive_gates;

/// The high words that a list was accepted with: of its bundle, and of the tunnel around it (U-20).
struct accepted_words {
  std::uint32_t esp = 0, ah = 0, tunnel_esp = 0, tunnel_ah = 0;
};

/// Send: what the frames of one list have in common. Words are as they stand in their slots: what is stored in parts is slow to
/// be loaded as a whole right after.
struct send_shape {
  offload_handle handle{}, tunnel_handle{};  ///< slots 1 and 11
  oob_word headers = 0, to_compute = 0;      ///< slots 12 and 0
  accepted_words high{};                     ///< of an earlier time, when `accepted`: the list was queued
  bool accepted = false;
  std::uint16_t base = 0;                    ///< octets of the link header
};

namespace detail {
/// Send: what is put aside while the inner of two portions is worked on.
template <std::size_t Levels> struct outer_portion {
  std::uint32_t outer_length = 0;
  std::uint16_t outer_base = 0, outer_esp_at = 0, outer_ah_at = 0;
  std::uint32_t outer_esp_high = 0, outer_ah_high = 0;
};
template <> struct outer_portion<1> {};
}  // namespace detail

/// What a NIC knows of one packet. Offsets count from the IP header of the portion that is worked on, which stands `base`
/// octets behind the front of the packet.
template <class P, class Crypto> struct device_packet_state : detail::outer_portion<P::levels> {
  device_sa<P, Crypto>* bundle = nullptr;        ///< of the portion that is worked on
  device_sa<P, Crypto>* tunnel = nullptr;        ///< of the outer portion, when there are two
  device_element* element = nullptr;             ///< ESP or AH of `bundle`
  std::uint64_t number = 0;                      ///< that the ICV covers: plumbed high half ‖ wire (U-18, U-20)
  std::uint32_t length = 0;                      ///< octets from the IP header of this portion
  std::uint16_t base = 0;                        ///< octets in front of this portion's IP header: of the link, of an outer portion
  std::uint16_t esp_at = 0, ah_at = 0;           ///< 0 = no such header
  std::uint16_t inner_at = 0;                    ///< receive: where what the last header protects begins …
  std::uint32_t inner_end = 0;                   ///< … and ends
  family version = family::ipv4;
  std::uint8_t link = 0;                         ///< receive: octets of the link header
  octet next_header = 0;                         ///< receive: of the innermost trailer that was recovered
  std::uint8_t pad_length = 0;
  bool trailer_recovered = false;
  std::uint8_t portion = 0;                      ///< receive: how many were found; the last is the one that is worked on
  octet next_behind_ah = 0;                      ///< receive: what AH says that follows it
  bool whole_packet_inside = false;              ///< receive: that is a whole packet (U-17)
  bool as_received = false;                      ///< receive: to be made again what it was
  receive_checksum checksums{};                  ///< receive: slot 0 to be
  receive_ipsec result{};                        ///< receive: slot 1 to be
  offload_handle handle{}, tunnel_handle{};      ///< send: slots 1 and 11
  std::uint32_t esp_high = 0, ah_high = 0;       ///< send: the plumbed high words of `bundle` when the NIC accepted it (U-20)
  bool accepted = false;                         ///< send: they are those of an earlier time, for it was queued
  send_headers headers{};                        ///< send: slot 12
  oob_word to_compute = 0;                       ///< send: slot 0, packed
  std::uint32_t owner = 0;                       ///< index of the buffer list it came in

  /// A received frame whose IP header stands behind `octets_of_link`, with `left` octets from there on. Sets what receiving reads.
  ESPLANADE_INLINE void arrive(std::uint8_t octets_of_link, std::size_t left) noexcept {
    length = static_cast<std::uint32_t>(left);
    base = octets_of_link;
    esp_at = ah_at = inner_at = 0;
    inner_end = 0;
    version = family::ipv4;
    link = octets_of_link;
    next_header = pad_length = 0;
    trailer_recovered = false;
    portion = next_behind_ah = 0;
    whole_packet_inside = as_received = false;
    checksums = {};
    result = {};
  }
  /// A frame to send, of the list `of`, whose frames have `like` in common. Sets what sending reads before it is found out.
  ESPLANADE_INLINE void leave(const send_shape& like, std::uint32_t of) noexcept {
    base = like.base;
    handle = like.handle;
    tunnel_handle = like.tunnel_handle;
    headers = send_headers::unpack(like.headers);
    to_compute = like.to_compute;
    owner = of;
    accepted = like.accepted;
    if (!accepted) [[likely]] return;
    esp_high = like.high.esp;
    ah_high = like.high.ah;
    if constexpr (P::levels != 1) {
      this->outer_esp_high = like.high.tunnel_esp;
      this->outer_ah_high = like.high.tunnel_ah;
    }
  }
};

/// Up to `Slots` packets on their way through a NIC's list. Has the form that the transform stages' parts read
/// (transform/esp_crypto.hpp, ah_crypto.hpp), without policy and SA counters, which a NIC has not.
///   Cost     made once per queue; never per batch
///   Threads  one queue's
template <class P, class Packet_, class Store, class Crypto, std::size_t Slots_> struct device_context {
  using profile = P;
  using packet_type = Packet_;
  using store_type = Store;
  using crypto_type = Crypto;
  using bundle_type = device_sa<P, Crypto>;
  using resources = device_resources<Store, Crypto, random_of<P>>;
  static constexpr std::size_t slots = Slots_;
  static constexpr std::size_t levels = P::levels;
  static constexpr std::size_t segments_max = segments_max_of<Packet_>;
  static_assert(detail::fits_a_job<Packet_>::kept);

  std::size_t count = 0;
  packet_type* packets[slots]{};
  verdict verdicts[slots]{};
  device_packet_state<P, Crypto> state[slots]{};

  job jobs[slots]{};
  job* work[slots]{};
  std::size_t work_count = 0, work_left = 0, resume_at = 0;
  segment text[slots][segments_max]{};
  [[no_unique_address]] detail::aad_memory<detail::aad_octets_max<profile>, slots> aad{};
  std::size_t as_received = 0;  ///< receive: packets that are to be made again what they were
  std::size_t forwarded = 0;
  std::uint64_t carried = 0;
  resources* lane = nullptr;
  typename Crypto::workspace* workspace = nullptr;
  const bundle_type* served = nullptr;      ///< a bundle that `gates` are open for, looked at last in this batch
  const receive_gates<P>* gates = nullptr;  ///< what the configuration lets the NIC do, as it was when the batch began
  [[no_unique_address]] detail::reached_stages<false, slots> reached{};

  device_context() noexcept {
    for (std::size_t k = 0; k < slots; ++k) detail::begin_job<profile>(jobs[k], k, text[k]);
  }
  device_context(const device_context&) = delete;
  device_context& operator=(const device_context&) = delete;

  /// A batch begins, under these gates.
  ESPLANADE_INLINE void begin(const receive_gates<P>& under) noexcept {
    gates = &under;
    served = nullptr;
    work_count = forwarded = 0;
    carried = 0;
  }
  /// Whether the configuration lets the NIC work for a bundle; packets of one bundle often come together.
  [[nodiscard]] ESPLANADE_INLINE bool serves(const bundle_type& b) noexcept {
    if (&b == served) return true;
    if (!gates->serves(b)) return false;
    served = &b;
    return true;
  }
  /// The element that slot i is under now; its `core()` is what transform stages read.
  [[nodiscard]] ESPLANADE_INLINE const device_element& sa(std::size_t i) const noexcept { return *state[i].element; }
  [[nodiscard]] ESPLANADE_INLINE packet_type& packet(std::size_t i) noexcept { return *packets[i]; }
  [[nodiscard]] ESPLANADE_INLINE job& new_job(std::size_t i) noexcept {
    job& j = jobs[i];
    work[work_count++] = &j;
    j.status = job_status::pending;
    return j;
  }
  [[nodiscard]] ESPLANADE_INLINE const job& job_of(std::size_t i) const noexcept { return jobs[i]; }
  [[nodiscard]] ESPLANADE_INLINE job_list job_batch() noexcept { return {work, work_count}; }
};

}  // namespace v0
}  // namespace esplanade
