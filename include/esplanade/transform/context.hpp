// The state of packets while a list works on them: beside the batch, never inside the packets.
#pragma once

#include <esplanade/buffer/access.hpp>
#include <esplanade/buffer/batch.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/crypto/provider.hpp>
#include <esplanade/sa/policy_store.hpp>
#include <esplanade/sa/store.hpp>
#include <esplanade/transform/aad_memory.hpp>
#include <esplanade/transform/services.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <class P> struct fits_a_job {
  static_assert(segments_max_of<P> >= 1 && segments_max_of<P> <= 255, "a job holds at most 255 segments: set segments_max of this packet type to 255 or less");
  static constexpr bool kept = true;
};
}  // namespace detail

namespace detail {
/// The records of all levels so far; with one level that is the current one.
template <class Record, std::size_t Levels> struct passed_records {
  Record* path[Levels]{};  ///< outermost first inbound, innermost first outbound
};
template <class Record> struct passed_records<Record, 1> {};

/// The job of slot `owner` once and for all: what is the same for every packet of the profile is never written again.
template <class P> ESPLANADE_INLINE void begin_job(job& j, std::size_t owner, segment* text) noexcept {
  j.owner = static_cast<std::uint16_t>(owner);
  j.source = j.destination = text;
  j.aad = j.aad_memory;
  j.icv_length = common_icv<P>;
  j.iv_length = common_iv<P> + common_implicit_iv<P>;
  j.salt_length = common_salt<P>;
  j.aad_length = common_aad<P>;
}
}  // namespace detail

/// What the stages know of one packet. Fields are written by the stage named and read by those behind it.
template <class Record, std::size_t Levels> struct packet_state : detail::passed_records<Record, Levels> {
  Record* record = nullptr;         ///< find_sa, select_sa: the store's record at the current level
  std::uint64_t number = 0;         ///< inbound: find_sa the 32 wire bits, check_replay all 64; outbound: esp_seal
  sequence_lease lease{};           ///< outbound: assign_sequence gives it, esp_seal consumes it
  std::uint32_t length = 0;         ///< octets of the packet as it stands, from its IP header
  std::uint32_t payload = 0;        ///< octets of the packet before sealing, or after opening
  std::uint32_t flow_label = 0;     ///< outbound: select_sa, of an inner IPv6 packet
  std::uint16_t esp_at = 0;         ///< offset of the ESP header; outbound: of the place where it will stand
  std::uint16_t protocol_at = 0;    ///< offset of the octet that names ESP (transport mode)
  std::uint16_t trailer = 0;        ///< outbound: select_sa, octets of padding, trailer and ICV to be written
  std::uint16_t asked = 0;          ///< find_sa, select_sa: index of its question to the store
  octet next_header = 0;            ///< of the ESP trailer
  octet traffic_class = 0;          ///< inbound: of the outer header; outbound: of the inner one
  family version = family::ipv4;    ///< inbound: of the outer header; outbound: of the inner one
  bool dont_fragment = false;       ///< outbound: DF of an inner IPv4 packet
  std::uint8_t level = 0;           ///< SAs passed so far, counting the current one

  /// The record that it came under at a level below `level`, counted from 0.
  [[nodiscard]] ESPLANADE_INLINE Record* passed(std::size_t at) const noexcept {
    if constexpr (Levels == 1) return record;
    else return this->path[at];
  }
};

/// Whether a lane has a pool that stages may take packets from.
template <class Context>
concept TakesPackets = PacketPool<typename Context::pool_type, typename Context::packet_type>;

/// What a list works with besides its packets. A lane holds it; stages reach it through their context.
template <class Store, class Crypto, class Policy, class Pool, class Clock = no_clock, class Random = no_random> struct lane_resources {
  Store& store;
  Crypto& crypto;
  const Policy& policy;
  Pool& pool;
  std::uint32_t number = 0;  ///< this lane's, below the profile's `lanes`; no two lanes that share an SA have the same
  [[no_unique_address]] clock_reference<Clock> clock{};     ///< to be given when the profile names a clock
  [[no_unique_address]] random_reference<Random> random{};  ///< likewise a random source
};

/// Up to `Slots` packets on their way through a list.
///   Shape    slot i of every array is one packet, jobs[i] its job; `work` lists those of the current crypto batch
///   Cost     about 300 octets a slot; made once per lane (or pooled by the caller for submit and reap), never per batch
///   Threads  one lane
template <class Profile_, class Packet_, class Store, class Crypto, class Policy, class Pool, std::size_t Slots_>
struct batch_context {
  using profile = Profile_;
  using packet_type = Packet_;
  using store_type = Store;
  using crypto_type = Crypto;
  using pool_type = Pool;
  using policy_type = Policy;
  using record_type = typename Store::sa_type;
  using sa_type = association_t<record_type>;
  using key_type = typename Store::key_type;
  using resources = lane_resources<Store, Crypto, Policy, Pool, clock_of<profile>, random_of<profile>>;
  static constexpr std::size_t slots = Slots_;
  static constexpr std::size_t levels = profile::levels;
  static constexpr std::size_t segments_max = segments_max_of<Packet_>;
  static constexpr std::size_t keys_max = 256;  ///< that a store is asked for at a time
  static_assert(detail::fits_a_job<Packet_>::kept);
  static_assert(slots <= 0xffff, "more than 65535 packets at a time: lower the profile's burst, or the fan_out of a stage that splits");

  std::size_t count = 0;            ///< slots in use
  packet_type* packets[slots]{};
  verdict verdicts[slots]{};
  packet_state<record_type, levels> state[slots]{};
  outbound_handle given[slots]{};   ///< outbound: the handle beside each packet; names nothing where none came with it
  outbound_handle handles[slots]{}; ///< outbound: what select_sa asks the store for
  key_type keys[slots]{};           ///< inbound: what find_sa asks the store for
  record_type* found[slots]{};      ///< its answers
  std::size_t key_count = 0;

  job jobs[slots]{};
  job* work[slots]{};
  std::size_t work_count = 0;
  std::size_t work_left = 0;        ///< jobs an asynchronous provider still has
  std::size_t resume_at = 0;        ///< the suspending stage that waits for them
  segment text[slots][segments_max]{};  ///< of job i
  [[no_unique_address]] detail::aad_memory<detail::aad_octets_max<profile>, slots> aad{};  ///< of job i

  std::size_t forwarded = 0;        ///< the last pass: packets that are through
  std::uint64_t carried = 0;        ///< the last pass: their octets

  resources* lane = nullptr;
  typename Crypto::workspace* workspace = nullptr;
  policy_asker<Policy>* policy = nullptr;  ///< of stores with readers

  [[no_unique_address]] detail::burst_time<has_clock<profile>> time{};
  [[no_unique_address]] detail::audit_link<audit_of<profile>, audits<profile>> audit{};
  [[no_unique_address]] detail::reached_stages<traces<profile>, slots> reached{};
  [[no_unique_address]] detail::given_options<profile::overrides, slots> options{};
  [[no_unique_address]] detail::wrapped_slots<encapsulates<profile>, slots> wrapped{};  ///< inbound: find_sa

  /// Our SA of slot i at the current level.
  [[nodiscard]] ESPLANADE_INLINE sa_type& sa(std::size_t i) noexcept { return association(*state[i].record); }
  [[nodiscard]] ESPLANADE_INLINE packet_type& packet(std::size_t i) noexcept { return *packets[i]; }

  batch_context() noexcept {
    for (std::size_t k = 0; k < slots; ++k) detail::begin_job<profile>(jobs[k], k, text[k]);
  }
  batch_context(const batch_context&) = delete;
  batch_context& operator=(const batch_context&) = delete;

  /// Slot i asks the store under `keys[key_count]` or `handles[key_count]`, which the caller has written.
  ESPLANADE_INLINE void ask(std::size_t i) noexcept { state[i].asked = static_cast<std::uint16_t>(key_count++); }
  /// What the store answered slot i; nullptr = no SA.
  [[nodiscard]] ESPLANADE_INLINE record_type* answer(std::size_t i) const noexcept { return found[state[i].asked]; }

  /// Puts slot i under `record`, one level further in. False when the profile's levels are used up.
  [[nodiscard]] ESPLANADE_INLINE bool enter_level(std::size_t i, record_type* record) noexcept {
    auto& s = state[i];
    if constexpr (levels != 1) {
      if (s.level == levels) return false;
    }
    if constexpr (levels != 1) s.path[s.level] = record;
    s.level = levels == 1 ? std::uint8_t{1} : static_cast<std::uint8_t>(s.level + 1);
    s.record = record;
    return true;
  }

  /// Asks the store for the `key_count` records that `asked` names, as many at a time as it takes.
  template <class Key> ESPLANADE_INLINE void look_up(const Key* asked) noexcept {
    for (std::size_t first = 0; first < key_count; first += keys_max) {
      const std::size_t n = key_count - first < keys_max ? key_count - first : keys_max;
      lane->store.find({asked + first, n}, {found + first, n});
    }
    key_count = 0;
  }

  /// Asks the store for the record of every slot's own handle: `found[i]` answers slot i.
  ESPLANADE_INLINE void look_up_given() noexcept {
    for (std::size_t first = 0; first < count; first += keys_max) {
      const std::size_t n = count - first < keys_max ? count - first : keys_max;
      lane->store.find({given + first, n}, {found + first, n});
    }
  }

  /// The job of slot i, the next of the crypto batch; its side memory is fresh to write.
  [[nodiscard]] ESPLANADE_INLINE job& new_job(std::size_t i) noexcept {
    job& j = jobs[i];
    work[work_count++] = &j;
    j.status = job_status::pending;
    return j;
  }
  [[nodiscard]] ESPLANADE_INLINE const job& job_of(std::size_t i) const noexcept { return jobs[i]; }
  [[nodiscard]] ESPLANADE_INLINE job_list job_batch() noexcept { return {work, work_count}; }

  /// Adds a packet that an originating stage made, under no SA; false when the context is full.
  [[nodiscard]] bool add(packet_type* p) noexcept {
    if (count == slots) return false;
    packets[count] = p;
    verdicts[count] = verdict::forwarded;
    given[count] = {};
    if constexpr (profile::overrides) options.of[count] = {};
    state[count] = {};
    state[count].length = static_cast<std::uint32_t>(packet_traits<packet_type>::length(*p));
    ++count;
    return true;
  }
  /// Adds a packet that a splitting stage made out of slot `from`: with its handle, and counted on the SAs it came under.
  [[nodiscard]] bool add(packet_type* p, std::size_t from) noexcept {
    if (!add(p)) return false;
    auto& made = state[count - 1];
    const auto& source = state[from];
    given[count - 1] = given[from];
    if constexpr (profile::overrides) options.of[count - 1] = options.of[from];
    made.record = source.record;
    if constexpr (levels != 1) {
      for (std::size_t level = 0; level < source.level; ++level) made.path[level] = source.path[level];
    }
    made.level = source.level;
    made.payload = made.length;
    return true;
  }
};

}  // namespace v0
}  // namespace esplanade
