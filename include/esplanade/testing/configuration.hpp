// How a harness drives somebody's own datapath: their packets, their SAs, their lanes.
#pragma once

#include <esplanade/crypto/null.hpp>
#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/pipeline/in_flight.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/packets.hpp>

#include <optional>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// What is left of installing one SA at both ends: what is put beside packets to send, and the receiving end's name.
struct sa_pair {
  outbound_handle sending{};
  inbound_handle receiving{};
};

namespace detail {
template <class C> using path_of = std::remove_cvref_t<decltype(std::declval<C&>().path())>;

template <class C> struct fuzz_configuration { using type = C; };
template <class C> requires requires { typename C::fuzz_configuration; } struct fuzz_configuration<C> {
  using type = typename C::fuzz_configuration;
};

template <class C>
concept NamesItsParts = requires {
  typename C::profile;
  typename C::crypto;
  requires Profile<typename C::profile>;
  requires CryptoProvider<typename C::crypto>;
} || unmet<"TestConfiguration: name the profile and the provider: using profile = …; using crypto = …;", C>();
template <class C>
concept MakesPackets = TestPacketFactory<C> ||
    unmet<"TestConfiguration: make packets: using packet_type = …; packet_type* make(const packet_form&); void release(packet_type*); (testing/packet_form.hpp)", C>();
template <class C>
concept InstallsSas = requires(C& c, const sa_parameters& p) {
  { c.add_pair(p) } -> std::same_as<result<sa_pair>>;
  c.reset();
} || unmet<"TestConfiguration: install one SA at both ends, and forget them all: result<sa_pair> add_pair(const sa_parameters&); void reset();", C>();
template <class C>
concept HasLanes = requires(C& c, const batch_view<typename C::packet_type>& batch) {
  { c.path().sending().snapshot() } -> std::same_as<counters_snapshot>;
  { c.path().receiving().snapshot() } -> std::same_as<counters_snapshot>;
} || unmet<"TestConfiguration: path() returns the datapath, or a struct of yours with two lanes: sending() and receiving()", C>();
template <class C>
concept CanBeFuzzed = !fuzz_configuration<C>::type::crypto::abilities.asynchronous ||
    unmet<"TestConfiguration: hardware cannot be fuzzed: using fuzz_configuration = …; is the same with a provider that works at once", C>();
}  // namespace detail

/// Everything a benchmark or a fuzz target needs to know of a composition. Write one for your own types; for ours
/// `default_configuration` is one.
///
///   Shape    C{}                     ready, without SAs
///            C::profile, C::crypto   of the datapath
///            C::packet_type, c.make(form), c.release(p), c.read(p)   a TestPacketFactory: makes packets, cuts them as the
///                                    form says, takes them back, reads them
///            c.add_pair(parameters)  → sa_pair: one SA installed at both ends, so that what `sending` seals `receiving` opens.
///                                    A profile that selects by policy also gets a policy for parameters.selector
///            c.remove_pair(pair)     → result<void>: its handles name nothing from then on, and its places may be taken by others
///                                    (optional)
///            c.path()                → the datapath, or a struct with sending() and receiving() lanes
///            c.reset()               no SAs, no counts, as if just made; nothing is in flight. What path() returned before is gone
///            C::fuzz_configuration   what is fuzzed instead: the same with a software cipher where C::crypto is hardware
///                                    (optional: absent means C). Its cipher must authenticate the text:
///                                    mixing_crypto (testing/ciphers.hpp) does, null_crypto does not
///   Units    octets; a benchmark asks for up to 1024 packets at a time, of up to 2 KiB with their room
///   Cost     any; allocates. Only the lanes are measured
///   Errors   make: nullptr when there is no such packet, or none left; add_pair: the fault of the store
///   Threads  one
///   Models   default_configuration. Archetype: testing::archetype::configuration
template <class C>
concept TestConfiguration = std::default_initializable<C> && detail::NamesItsParts<C> && detail::MakesPackets<C> && detail::InstallsSas<C> &&
                            detail::HasLanes<C> && detail::CanBeFuzzed<C>;

/// What is fuzzed where `C` is measured, and its cipher.
template <class C> using fuzz_configuration_of = typename detail::fuzz_configuration<C>::type;
template <class C> using fuzz_crypto_of = typename fuzz_configuration_of<C>::crypto;

/// The octets of a packet as the configuration reads them.
template <TestConfiguration C> std::vector<octet> read_packet(C& c, const typename C::packet_type& p) {
  if constexpr (requires { { c.read(p) } -> std::convertible_to<std::vector<octet>>; }) return c.read(p);
  else return octets_of(p);
}

/// An SA that a profile accepts: its `suite`-th suite, tunnel mode between 192.0.2.1 and 192.0.2.2 where it has that
/// mode, ESN unless it is off. Different `number`s are different SAs under different keys.
template <Profile P> sa_parameters sample_sa(std::uint32_t number = 0, std::size_t suite = 0) {
  // Outlives every call: parameters only point to keys.
  static const std::vector<octet> pool = seeded_octets(4096, 0x5a);
  sa_parameters p;
  p.spi = 0x1000 + number;
  p.suite = P::suites.sizes[suite];
  p.key = {pool.data() + (number * 61) % 2048, p.suite.key};
  p.salt = {pool.data() + 2048 + (number * 7) % 1024, p.suite.salt};
  p.mode = modes_of<P>.has(mode::tunnel) ? mode::tunnel : mode::transport;
  p.encapsulation = set_of<encapsulation>::from_bits(encapsulations_of<P>.bits & (0u - encapsulations_of<P>.bits));  // the least that it has
  p.esn = P::esn != esn_use::off;
  p.source = address::v4(192, 0, 2, 1);
  p.destination = address::v4(192, 0, 2, 2);
  return p;
}

/// Runs batches through the lanes of a configuration; with an asynchronous provider it submits and reaps until all are
/// through. Made anew after reset().
///   Errors   a provider that gives nothing back for a million calls is given up: those packets keep the verdict pending
template <TestConfiguration C> class batch_runner {
 public:
  using packet_type = typename C::packet_type;

  explicit batch_runner(C& c) : sending_(c.path().sending()), receiving_(c.path().receiving()) {}

  /// Protects; returns the survivors, who stand in front.
  std::size_t outbound(const batch_view<packet_type>& batch) { return sending_(batch); }
  /// Opens; returns the survivors, who stand in front.
  std::size_t inbound(const batch_view<packet_type>& batch) { return receiving_(batch); }

 private:
  template <class Lane> struct at_once {
    Lane& lane;
    explicit at_once(Lane& of) : lane(of) {}
    ESPLANADE_INLINE std::size_t operator()(const batch_view<packet_type>& batch) noexcept { return lane(batch); }
  };
  template <class Lane> struct later {
    in_flight<Lane, 4> bursts;
    explicit later(Lane& of) : bursts(of) {}
    std::size_t operator()(const batch_view<packet_type>& batch) noexcept {
      const auto part = [&batch](std::size_t from, std::size_t to) {
        return batch_view<packet_type>{batch.packets.subspan(from, to - from), batch.verdicts.subspan(from, to - from),
                                       batch.handles.empty() ? batch.handles : batch.handles.subspan(from, to - from)};
      };
      std::size_t gone = 0, back = 0;
      for (unsigned idle = 0; back < batch.size() && idle < 1'000'000; ++idle) {
        const std::size_t taken = gone < batch.size() ? bursts.submit(part(gone, batch.size())) : 0;
        gone += taken;
        const std::size_t returned = bursts.reap(part(back, gone));  // places whose packets have all been submitted
        back += returned;
        if (taken + returned != 0) idle = 0;
      }
      return partition_survivors(batch.packets, batch.verdicts);
    }
  };
  template <class Lane> using way = std::conditional_t<Lane::context::crypto_type::abilities.asynchronous, later<Lane>, at_once<Lane>>;
  using path = detail::path_of<C>;

  way<std::remove_reference_t<decltype(std::declval<path&>().sending())>> sending_;
  way<std::remove_reference_t<decltype(std::declval<path&>().receiving())>> receiving_;
};

namespace detail {
template <class T> struct factory_of { using type = owned_packets<T>; };
template <TestPacketFactory T> struct factory_of<T> { using type = T; };
}  // namespace detail

/// The configuration of a `datapath<P, …, Store, Crypto>` over packets that can be made here.
///   Shape    Packets      flat_packet or chain_packet<N>, whose segments are then heap blocks of their exact size; or a
///                         TestPacketFactory, such as foreign_mbufs
///            FuzzCrypto   what stands in for Crypto when fuzzing
template <Profile P, class Packets = flat_packet, class Store = flat_store<8>, CryptoProvider Crypto = null_crypto, CryptoProvider FuzzCrypto = Crypto>
class default_configuration : public detail::factory_of<Packets>::type {
  using factory = typename detail::factory_of<Packets>::type;

 public:
  using profile = P;
  using packet_type = typename factory::packet_type;
  using crypto = Crypto;
  using datapath = esplanade::datapath<P, packet_type, Store, Crypto>;
  using fuzz_configuration = default_configuration<P, Packets, Store, FuzzCrypto>;

  default_configuration() { reset(); }

  result<sa_pair> add_pair(const sa_parameters& p) {
    auto sending = house_->outbound.add(house_->provider, p);
    if (!sending) return sending.why();
    auto receiving = house_->inbound.add(house_->provider, p);
    if (!receiving) return receiving.why();
    if constexpr (datapath::by_policy) {
      if (auto done = house_->policies.add({p.selector, policy_action::protect, *sending}); !done) return done.why();
    }
    return sa_pair{*sending, *receiving};
  }
  result<void> remove_pair(const sa_pair& pair) {
    if (auto done = house_->outbound.remove(pair.sending); !done) return done;
    if (auto done = house_->inbound.remove(pair.receiving); !done) return done;
    house_->outbound.reclaim(house_->provider);
    house_->inbound.reclaim(house_->provider);
    return {};
  }
  void reset() { house_.emplace(); }

  [[nodiscard]] datapath& path() noexcept { return house_->path; }
  [[nodiscard]] Crypto& provider() noexcept { return house_->provider; }
  [[nodiscard]] typename datapath::inbound_store& inbound_sas() noexcept { return house_->inbound; }
  [[nodiscard]] typename datapath::outbound_store& outbound_sas() noexcept { return house_->outbound; }

 private:
  struct house {
    Crypto provider{};
    typename datapath::inbound_store inbound{};
    typename datapath::outbound_store outbound{};
    typename datapath::policy_store policies{};
    [[no_unique_address]] clock_of<P> clock{};
    [[no_unique_address]] random_of<P> random{};
    datapath path{{.inbound = inbound, .outbound = outbound, .crypto = provider, .policy = policies, .clock = clock, .random = random}};
  };
  std::optional<house> house_;
};

namespace archetype {
struct profile : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

/// TestConfiguration: packets of one segment, one SA at most, and nothing that is not asked for.
class configuration {
  using whole = default_configuration<archetype::profile, flat_packet, flat_store<1>, null_crypto>;

 public:
  using profile = archetype::profile;
  using crypto = null_crypto;
  using packet_type = flat_packet;

  class lanes {
   public:
    explicit lanes(whole& of) : whole_(&of) {}
    whole::datapath::outbound_lane& sending() { return whole_->path().sending(); }
    whole::datapath::inbound_lane& receiving() { return whole_->path().receiving(); }

   private:
    whole* whole_;
  };
  lanes& path() { return lanes_; }
  packet_type* make(const packet_form& form) { return whole_.make(form); }
  void release(packet_type* p) { whole_.release(p); }
  result<sa_pair> add_pair(const sa_parameters& p) { return whole_.add_pair(p); }
  void reset() { whole_.reset(); }

 private:
  whole whole_;
  lanes lanes_{whole_};
};
static_assert(TestConfiguration<configuration>);
}  // namespace archetype

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
