// An SA of a host, and beside it where its cryptography is done: here, on a device, or here while the device finishes.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/base/text.hpp>
#include <esplanade/offload/large_limits.hpp>
#include <esplanade/offload/sa_request.hpp>
#include <esplanade/sa/association.hpp>

namespace esplanade {
inline namespace v0 {

/// Who does the cryptography of an SA.
enum class placement : std::uint8_t {
  software,   ///< the host
  offloaded,  ///< the device, of packets that it can do
  draining,   ///< the host, of packets from here on; the device still has some
};

/// What lanes read of a placement: one word, so that what they see is of one moment.
struct placed {
  placement where = placement::software;
  bool settled = false;        ///< ESN, inbound: no result under another high word can still come up (U-18)
  bool options = false;        ///< the device takes IPv4 options
  bool extensions = false;     ///< and IPv6 extension headers
  bool inside_tunnel = false;  ///< and this portion inside a tunnel's, or a transport portion inside this one
  bool bundled = false;        ///< the device's bundle has two elements, and does both or none
  bool as_received = false;    ///< the device hands up what failed as it came in
  bool large = false;          ///< outbound: the device cuts large sends; which, says sa_place::limits()
  bool large_crosses = false;  ///< and their numbers run on over 2^32 within one (U-13)
  family version = family::ipv4;  ///< of the packets that the device takes it for
  std::uint8_t adapter = 0;    ///< which device, by the number that its offloader has: what another one says is not believed
  std::uint32_t high = 0;      ///< the half of the number that the device was told
  bool tcp_checksum = false, udp_checksum = false;  ///< the device computes them beside IPsec

  /// To one word that lanes load, and back.
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept {
    return static_cast<std::uint64_t>(where) | std::uint64_t{settled} << 2 | std::uint64_t{options} << 3 | std::uint64_t{extensions} << 4 | std::uint64_t{inside_tunnel} << 5 |
           std::uint64_t{bundled} << 6 | std::uint64_t{as_received} << 7 | std::uint64_t{version == family::ipv6} << 8 | std::uint64_t{large} << 9 | std::uint64_t{large_crosses} << 10 | std::uint64_t{tcp_checksum} << 12 | std::uint64_t{udp_checksum} << 13 |
           std::uint64_t{adapter} << 16 | std::uint64_t{high} << 32;
  }
  [[nodiscard]] static constexpr placed unpack(std::uint64_t w) noexcept {
    const auto bit = [w](unsigned n) { return (w >> n & 1) != 0; };
    return {static_cast<placement>(w & 3), bit(2), bit(3), bit(4), bit(5), bit(6), bit(7), bit(9), bit(10), bit(8) ? family::ipv6 : family::ipv4, static_cast<std::uint8_t>(w >> 16 & 0xff), static_cast<std::uint32_t>(w >> 32), bit(12), bit(13)};
  }
  friend constexpr bool operator==(const placed&, const placed&) noexcept = default;
};

inline constexpr std::size_t adapters_max = 64;  ///< of one host

/// The place of one SA. Control writes it (offload/placement.hpp), lanes read it and ask for attention.
///   Threads  one control thread, any number of lanes
class sa_place {
 public:
  /// In software, with nothing on any device: as a new SA is.
  void clear() noexcept {
    word_.store(0, order::seq_cst);
    handle_.store(0, order::release);
    given_.store(0, order::relaxed);
    update_due_.store(0, order::relaxed);
    delete_asked_.store(0, order::relaxed);
    attention_.store(nullptr, order::relaxed);
    held_ = 0;
  }

  /// In software; frames that a device still has are counted until they come back.
  void leave() noexcept {
    word_.store(0, order::seq_cst);
    handle_.store(0, order::release);
    update_due_.store(0, order::relaxed);
    delete_asked_.store(0, order::relaxed);
  }

  /// All of one moment, and what was written before it; any lane.
  [[nodiscard]] ESPLANADE_INLINE placed now() const noexcept { return placed::unpack(word_.load(order::acquire)); }
  /// The device's name for it; nothing when no device has it.
  [[nodiscard]] ESPLANADE_INLINE offload_handle handle() const noexcept { return {handle_.load(order::acquire)}; }

  // The control's side. A lane gives a frame away only under the word that it saw once the frame is counted, and control
  // reads the count after it has changed the word: one of the two sees the other.
  /// Another word for an SA that stays where it is.
  void put(const placed& p) noexcept { word_.store(p.pack(), order::seq_cst); }
  /// A device has it: the device's name for it, the host's own, and the word that wakes its control (null: none listens).
  template <class Direction> void put(const placed& p, offload_handle h, sa_handle<Direction> self, atomic_word<std::uint32_t>* attention) noexcept {
    attention_.store(attention, order::relaxed);
    if (slot_ != self.slot) slot_ = self.slot;  // lanes may read them, and from one device to the next they stay
    if (generation_ != self.generation) generation_ = self.generation;
    held_ |= std::uint64_t{1} << p.adapter % adapters_max;
    handle_.store(h.word, order::release);
    put(p);
  }
  /// What stands here, and put back where another device did not take the SA.
  struct record {
    placed now{};
    std::uintptr_t handle = 0;
    atomic_word<std::uint32_t>* attention = nullptr;
  };
  /// To be kept while another device is asked.
  [[nodiscard]] record kept() const noexcept { return {now(), handle_.load(order::relaxed), attention_.load(order::relaxed)}; }
  /// As it was, adapters that were let go apart.
  void put_back(const record& r) noexcept {
    attention_.store(r.attention, order::relaxed);
    handle_.store(r.handle, order::release);
    put(r.now);
  }
  /// Whether an adapter of this number still has it, or may have something to say of it: the present one, or one that was left.
  [[nodiscard]] bool held_by(std::uint8_t adapter) const noexcept { return (held_ >> adapter % adapters_max & 1) != 0; }
  /// It has it no more, and nothing to say of it.
  void let_go(std::uint8_t adapter) noexcept { held_ &= ~(std::uint64_t{1} << adapter % adapters_max); }
  /// Written before the word that says `large`.
  void put_limits(const large_limits& l) noexcept { limits_.store(l.pack(), order::release); }
  [[nodiscard]] large_limits limits() const noexcept { return large_limits::unpack(limits_.load(order::acquire)); }
  /// The host's own name for it.
  template <class Direction> [[nodiscard]] sa_handle<Direction> self() const noexcept { return {slot_, generation_}; }
  /// Whether it is the one of several devices' that this control keeps: handles of two devices may be equal (U-21).
  [[nodiscard]] bool kept_by(const atomic_word<std::uint32_t>* attention) const noexcept { return attention_.load(order::relaxed) == attention; }
  /// Whether one device has both.
  [[nodiscard]] ESPLANADE_INLINE bool same_device(const sa_place& other) const noexcept { return attention_.load(order::relaxed) == other.attention_.load(order::relaxed); }
  /// Whether both are on one device, under one name.
  [[nodiscard]] ESPLANADE_INLINE bool same_bundle(const sa_place& other) const noexcept { return same_device(other) && handle() && handle() == other.handle(); }
  /// Frames that the device has and has not completed.
  [[nodiscard]] std::uint32_t given() const noexcept { return given_.load(order::seq_cst); }
  /// Whether a lane asked for a new high word, or for the deletion, since that was answered.
  [[nodiscard]] bool update_due() noexcept { return update_due_.load(order::relaxed) != 0; }
  [[nodiscard]] bool delete_asked() noexcept { return delete_asked_.load(order::relaxed) != 0; }
  /// Before what was asked for is done: a lane may ask again meanwhile.
  void answered_update() noexcept { update_due_.store(0, order::relaxed); }
  void answered_delete() noexcept { delete_asked_.store(0, order::relaxed); }

  // The lanes' side.
  /// Counts a frame as given; false when its SA is no longer as it was seen, and then the frame is not given.
  [[nodiscard]] ESPLANADE_INLINE bool give(const placed& seen) noexcept {
    given_.fetch_add(1, order::seq_cst);
    if (word_.load(order::seq_cst) == seen.pack()) [[likely]] return true;
    take_back();
    return false;
  }
  /// One that comes back. What nobody has cannot come back: then nothing changes.
  ESPLANADE_INLINE void take_back() noexcept {
    std::uint32_t given = given_.load(order::relaxed);
    while (given != 0 && !given_.compare_exchange(given, given - 1, order::seq_cst, order::relaxed)) {}
  }
  /// A new high word is due at the device.
  ESPLANADE_COLD void ask_update() noexcept { ask(update_due_); }
  /// The device wants the place of this SA and of its partner.
  ESPLANADE_COLD void ask_delete() noexcept { ask(delete_asked_); }

 private:
  void ask(atomic_word<std::uint32_t>& what) noexcept {
    if (what.load(order::relaxed) != 0) return;
    what.store(1, order::release);
    if (auto* const a = attention_.load(order::relaxed); a != nullptr) a->store(1, order::release);
  }

  atomic_word<std::uint64_t> word_{0};
  atomic_word<std::uintptr_t> handle_{0};
  atomic_word<atomic_word<std::uint32_t>*> attention_{nullptr};
  std::uint64_t held_ = 0;  // control's: adapters by number
  atomic_word<std::uint64_t> limits_{0};
  atomic_word<std::uint32_t> given_{0}, update_due_{0}, delete_asked_{0};
  // Written before the word that lets lanes read them.
  std::uint32_t slot_ = 0xffffffff, generation_ = 0;
};

static_assert(sizeof(sa_place) <= 64, "a lane reads one line of it");

/// One of our SAs with its place; what a host's stores keep. A new SA in an old record is in software.
template <class Sa> class hosted_sa : public Sa {
 public:
  using crypto_type = typename Sa::crypto_type;

  /// As of the SA, in software.
  ///   Errors   those of the SA's own install
  [[nodiscard]] result<void> install(crypto_type& crypto, const sa_parameters& p) noexcept {
    place_.clear();
    return Sa::install(crypto, p);
  }
  /// Where its cryptography is done.
  [[nodiscard]] ESPLANADE_INLINE sa_place& place() noexcept { return place_; }
  [[nodiscard]] ESPLANADE_INLINE const sa_place& place() const noexcept { return place_; }

  /// Asks for the lines that a lane reads of it.
  static void prefetch_hot(const hosted_sa* sa) noexcept {
    Sa::prefetch_hot(sa);
    prefetch(reinterpret_cast<const char*>(&sa->place_));
  }

 private:
  alignas(64) sa_place place_;
};

namespace detail {
template <class Host>
concept KeepsPlaces = requires(typename Host::inbound_store::sa_type& in, typename Host::outbound_store::sa_type& out) {
  association(in).place();
  association(out).place();
} || unmet<"offloader: a host keeps beside each SA where its cryptography is done, and a datapath does not: name host<P, Packet, Store, Crypto> (offload/host.hpp)", Host>();
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
