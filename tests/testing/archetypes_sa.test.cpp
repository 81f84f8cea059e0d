// Archetypes of SAs, policies and stages: one promise less and they are no models; with them alone a datapath works.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/archetypes.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/drops_laws.hpp>
#include <esplanade/testing/faults.hpp>
#include <esplanade/testing/policy_laws.hpp>
#include <esplanade/testing/resync_laws.hpp>
#include <esplanade/testing/sequence_laws.hpp>
#include <esplanade/testing/store_laws.hpp>
#include <esplanade/testing/window_laws.hpp>

using namespace support;
namespace archetype = esplanade::testing::archetype;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace archetypes_sa_test {  // named: clang 14 calls members of unnamed namespaces unused

// The least of everything.
struct least : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr bool caller_set_iv = true;
  using replay = archetype::replay_window;
  using sequence = archetype::sequence;
  using padding = archetype::padding;
  using iv = archetype::iv;
  using header = archetype::tunnel_header;
};
// And of everything that a profile may ask for besides.
struct least_served : least {
  using lifetime = archetype::lifetime;
  using clock = archetype::clock;
  using resync = archetype::resync;
  using drops = archetype::drops;
  using audit = archetype::audit;
  using trace = archetype::trace;
};
using sa_type = inbound_sa<least, crypto_type>;
using sound_store = archetype::store<sa_type>;
static_assert(SaStore<sound_store> && SaRegistry<sound_store, crypto_type>);

struct store_without_find : sound_store { void find(std::span<const key_type>, std::span<sa_type*>) = delete; };
struct store_whose_find_throws : sound_store { void find(std::span<const key_type>, std::span<sa_type*>); };
struct store_whose_find_answers : sound_store { bool find(std::span<const key_type>, std::span<sa_type*>) noexcept; };
struct store_without_enter : sound_store { void enter() = delete; };
struct store_whose_enter_throws : sound_store { int enter(); };
struct store_without_key_of : sound_store { static void key_of(const outer_view&) = delete; };
struct store_whose_key_of_throws : sound_store { static key_type key_of(const outer_view&); };
struct store_of_other_keys : sound_store { static int key_of(const outer_view&) noexcept; };
struct store_of_nothing : sound_store { private: using sound_store::sa_type; };
static_assert(!SaStore<store_without_find> && !SaStore<store_whose_find_throws> && !SaStore<store_whose_find_answers>);
static_assert(!SaStore<store_without_enter> && !SaStore<store_whose_enter_throws>);
static_assert(!SaStore<store_without_key_of> && !SaStore<store_whose_key_of_throws> && !SaStore<store_of_other_keys> && !SaStore<store_of_nothing>);

struct registry_without_add : sound_store { void add(crypto_type&, const sa_parameters&) = delete; };
struct registry_whose_add_says_nothing : sound_store { void add(crypto_type&, const sa_parameters&) noexcept; };
struct registry_without_remove : sound_store { void remove(inbound_handle) = delete; };
struct registry_whose_remove_throws : sound_store { result<void> remove(inbound_handle); };
struct registry_without_at : sound_store { void at(inbound_handle) = delete; };
struct registry_without_reclaim : sound_store { void reclaim(crypto_type&, std::size_t) = delete; };
struct registry_of_other_handles : sound_store { result<outbound_handle> add(crypto_type&, const sa_parameters&) noexcept; };
static_assert(!SaRegistry<registry_without_add, crypto_type> && !SaRegistry<registry_whose_add_says_nothing, crypto_type>);
static_assert(!SaRegistry<registry_without_remove, crypto_type> && !SaRegistry<registry_whose_remove_throws, crypto_type>);
static_assert(!SaRegistry<registry_without_at, crypto_type> && !SaRegistry<registry_without_reclaim, crypto_type> && !SaRegistry<registry_of_other_handles, crypto_type>);

struct policy_without_decide {};
struct policy_whose_decide_throws { policy_decision decide(const flow&) const; };
struct policy_whose_decide_changes { policy_decision decide(const flow&) noexcept; };
struct policy_by_pointer { const policy* decide(const flow&) const noexcept; };
struct policy_with_reader { struct reader { explicit reader(const policy_with_reader&) noexcept {} policy_decision decide(const flow&) noexcept { return {}; } }; };
struct policy_whose_reader_throws { struct reader { explicit reader(const policy_whose_reader_throws&) {} policy_decision decide(const flow&) noexcept { return {}; } }; };
static_assert(PolicyStore<policy_with_reader> && !PolicyStore<policy_whose_reader_throws>);
static_assert(!PolicyStore<policy_without_decide> && !PolicyStore<policy_whose_decide_throws> && !PolicyStore<policy_whose_decide_changes> && !PolicyStore<policy_by_pointer>);

struct sequence_without_start { struct state : archetype::sequence::state { void start(std::uint64_t, std::uint64_t) = delete; }; };
struct sequence_without_take { struct state : archetype::sequence::state { void take() = delete; }; };
struct sequence_of_numbers { struct state : archetype::sequence::state { std::uint64_t take() noexcept; }; };
struct sequence_whose_take_throws { struct state : archetype::sequence::state { sequence_lease take(); }; };
struct sequence_without_used { struct state : archetype::sequence::state { void used() const = delete; }; };
struct sequence_without_left { struct state : archetype::sequence::state { void left() const = delete; }; };
static_assert(!SequencePolicy<sequence_without_start> && !SequencePolicy<sequence_without_take> && !SequencePolicy<sequence_of_numbers>);
static_assert(!SequencePolicy<sequence_whose_take_throws> && !SequencePolicy<sequence_without_used> && !SequencePolicy<sequence_without_left>);

struct window_without_size { void start_at(std::uint64_t) noexcept; std::uint64_t highest() const noexcept; replay_answer check(std::uint64_t) const noexcept; replay_answer update(std::uint64_t) noexcept; };
struct window_without_start : archetype::replay_window { void start_at(std::uint64_t) = delete; };
struct window_without_edge : archetype::replay_window { void highest() const = delete; };
struct window_whose_check_changes : archetype::replay_window { replay_answer check(std::uint64_t) noexcept; };
struct window_whose_update_says_nothing : archetype::replay_window { void update(std::uint64_t) noexcept; };
struct window_too_large : archetype::replay_window { static constexpr std::uint64_t packets = std::uint64_t{1} << 32; };
static_assert(!ReplayWindow<window_without_size> && !ReplayWindow<window_without_start> && !ReplayWindow<window_without_edge>);
static_assert(!ReplayWindow<window_whose_check_changes> && !ReplayWindow<window_whose_update_says_nothing> && !ReplayWindow<window_too_large>);

struct lifetime_without_start { struct state : archetype::lifetime::state { void start(const lifetime_limits&) = delete; }; };
struct lifetime_without_spend { struct state : archetype::lifetime::state { void spend(std::uint64_t, std::uint64_t) = delete; }; };
struct lifetime_whose_spend_throws { struct state : archetype::lifetime::state { lifetime_answer spend(std::uint64_t, std::uint64_t); }; };
struct lifetime_of_yes_and_no { struct state : archetype::lifetime::state { bool refuse(std::uint64_t) noexcept; }; };
struct lifetime_without_rekey { struct state : archetype::lifetime::state { void rekey() const = delete; }; };
struct lifetime_whose_end_cannot_be_read { struct state : archetype::lifetime::state { lifetime_end expired() noexcept; }; };
static_assert(!LifetimePolicy<lifetime_without_start> && !LifetimePolicy<lifetime_without_spend> && !LifetimePolicy<lifetime_whose_spend_throws>);
static_assert(!LifetimePolicy<lifetime_of_yes_and_no> && !LifetimePolicy<lifetime_without_rekey> && !LifetimePolicy<lifetime_whose_end_cannot_be_read>);

struct resync_without_threshold { static constexpr std::uint32_t attempts = 1; using state = archetype::resync::state; };
struct resync_without_start : archetype::resync { struct state : archetype::resync::state { void start() = delete; }; };
struct resync_whose_note_throws : archetype::resync { struct state : archetype::resync::state { void note_failure(std::uint64_t, std::uint64_t); }; };
struct resync_of_numbers : archetype::resync { struct state : archetype::resync::state { int suspects() noexcept; }; };
struct resync_without_due : archetype::resync { struct state : archetype::resync::state { void due(std::uint64_t, std::uint64_t) = delete; }; };
struct resync_without_tried : archetype::resync { struct state : archetype::resync::state { void tried() = delete; }; };
static_assert(!ResyncPolicy<resync_without_threshold> && !ResyncPolicy<resync_without_start> && !ResyncPolicy<resync_whose_note_throws>);
static_assert(!ResyncPolicy<resync_of_numbers> && !ResyncPolicy<resync_without_due> && !ResyncPolicy<resync_without_tried>);

template <class Sum> struct drops_of { template <std::size_t> using inbound = Sum; template <std::size_t> using outbound = Sum; };
struct sum_without_note : archetype::drops::sum { void note(verdict) = delete; };
struct sum_whose_note_throws : archetype::drops::sum { void note(verdict); };
struct sum_without_clear : archetype::drops::sum { void clear() = delete; };
struct sum_without_answer : archetype::drops::sum { std::uint64_t operator[](verdict) noexcept; };
struct drops_of_one_direction { template <std::size_t> using inbound = archetype::drops::sum; };
static_assert(DropsPolicy<drops_of<archetype::drops::sum>> && !DropsPolicy<drops_of<sum_without_note>> && !DropsPolicy<drops_of<sum_whose_note_throws>>);
static_assert(!DropsPolicy<drops_of<sum_without_clear>> && !DropsPolicy<drops_of<sum_without_answer>> && !DropsPolicy<drops_of_one_direction>);

struct audit_without_put : archetype::audit { void put(const audit_event&) = delete; };
struct audit_that_throws : archetype::audit { void put(const audit_event&); };
struct trace_without_put : archetype::trace { void put(const trace_record&) = delete; };
struct trace_that_throws : archetype::trace { void put(const trace_record&); };
static_assert(!AuditSink<audit_without_put> && !AuditSink<audit_that_throws> && !AuditSink<archetype::trace>);
static_assert(!TraceSink<trace_without_put> && !TraceSink<trace_that_throws> && !TraceSink<archetype::audit>);

struct padding_without_switch { static std::size_t octets(std::size_t, std::size_t) noexcept; };
struct padding_whose_octets_throw : archetype::padding { static std::size_t octets(std::size_t, std::size_t); };
struct iv_that_throws { static void write(octet*, std::uint64_t); };
struct iv_of_less { static void write(octet*) noexcept; };
struct header_that_throws { template <class Sa> static void write(octet*, const Sa&, const inner_view&); };
struct header_for_nobody {};
static_assert(!PaddingPolicy<padding_without_switch> && !PaddingPolicy<padding_whose_octets_throw> && !IvPolicy<iv_that_throws> && !IvPolicy<iv_of_less>);
static_assert(TunnelHeaderPolicy<archetype::tunnel_header, outbound_sa<least, crypto_type>>);
static_assert(!TunnelHeaderPolicy<header_that_throws, outbound_sa<least, crypto_type>> && !TunnelHeaderPolicy<header_for_nobody, outbound_sa<least, crypto_type>>);

struct stage_without_name { static constexpr fact needs = fact::none, gives = fact::none; };
struct stage_without_needs { static constexpr const char* name = "stage"; static constexpr fact gives = fact::none; };
struct stage_without_gives { static constexpr const char* name = "stage"; static constexpr fact needs = fact::none; };
struct stage_that_stays : archetype::stage { stage_that_stays() = default; stage_that_stays(stage_that_stays&&) = delete; };
static_assert(!Stage<stage_without_name> && !Stage<stage_without_needs> && !Stage<stage_without_gives> && !Stage<stage_that_stays>);

struct stores {
  using inbound = sound_store;
  using outbound = slot_table<outbound_sa<least, crypto_type>, 2>;
};

}  // namespace archetypes_sa_test
using namespace archetypes_sa_test;

TEST_CASE("archetypes: store, sequence, window and policy keep their laws") {
  for (const auto& one : testing::find_broken_store_laws<sound_store>()) FAIL_CHECK(one.law << ": " << one.where);
  for (const auto& one : testing::find_broken_sequence_laws<archetype::sequence>()) FAIL_CHECK(one.law << ": " << one.where);
  for (const auto& one : testing::find_broken_window_laws<archetype::replay_window>(1, 3000)) FAIL_CHECK(one.law << ": " << one.where);
  CHECK(testing::check_resync_laws<archetype::resync>().empty());
  CHECK(testing::check_drops_laws<archetype::drops>().empty());
  CHECK(archetype::policy{}.decide({}).action == policy_action::discard);
}

TEST_CASE("archetypes: a datapath asks of its parts no more than their concepts promise [row 62]") {
  world<least, flat_packet, crypto_type, stores> r;
  const auto sa = r.add({});
  const bytes inner = udp_packet(family::ipv4, 33);
  const auto [out, wire] = r.sent(inner, sa);
  REQUIRE(out == verdict::forwarded);
  CHECK(wrong_in_ip(wire) == "");
  const auto [in, restored] = r.received(wire);
  CHECK(in == verdict::forwarded);
  CHECK(restored == inner);
  CHECK(r.received(wire).first == verdict::replayed);
}

TEST_CASE("archetypes: lifetime, clock, resynchronisation, drops, events and traces too [class 42]") {
  world<least_served, flat_packet, crypto_type> r;
  sa_form form{.esn = true};
  form.made.lifetime.hard.packets = 3;
  const auto out = r.add_sender(form);
  form.made.lifetime = {};
  const auto in = r.add_receiver(form);
  const bytes inner = udp_packet(family::ipv4, 33);
  for (unsigned n = 0; n < 3; ++n) {
    const auto [sealed, wire] = r.sent(inner, out);
    REQUIRE(sealed == verdict::forwarded);
    CHECK(r.received(wire).second == inner);
    CHECK(r.received(wire).first == verdict::replayed);
  }
  CHECK(r.sent(inner, out).first == verdict::lifetime_expired);
  CHECK(r.receiving.at(in)->drops()[verdict::replayed] == 3);
  CHECK(r.path.receiving().audit().events == 3);
  CHECK(r.path.receiving().trace().records == 6);
  // Two failures in a row, and the next packet is found one subspace further.
  const auto beyond = [&](std::uint64_t n) { return r.received(tunnelled_packet(r.crypto, form, (std::uint64_t{1} << 32) + n, inner)).first; };
  CHECK(beyond(4) == verdict::icv_mismatch);
  CHECK(beyond(5) == verdict::icv_mismatch);
  CHECK(beyond(6) == verdict::forwarded);
}

TEST_CASE("archetypes: what arrives as an archetype packet is opened, and one to send has no room") {
  world<least, flat_packet, crypto_type, stores> sender;
  bytes wire = sender.sent(udp_packet(family::ipv4, 33), sender.add_sender({})).second;
  using path_type = datapath<least, archetype::packet, stores, crypto_type>;
  crypto_type crypto;
  stores::inbound receiving;
  stores::outbound sending;
  path_type path{{receiving, sending, crypto}};
  sa_form form;
  REQUIRE(receiving.add(crypto, form.parameters()));
  const auto sa = sending.add(crypto, form.parameters()).value();
  archetype::packet arriving(wire.data(), wire.size());
  archetype::packet* packets[] = {&arriving};
  verdict verdicts[1];
  CHECK(path.inbound({packets, verdicts, {}}) == 1);
  CHECK(arriving.length() == udp_packet(family::ipv4, 33).size());
  CHECK(path.outbound({packets, verdicts, std::span(&sa, 1)}) == 0);
  CHECK(verdicts[0] == verdict::no_room);
}

TEST_CASE("archetypes: a list takes an archetype stage anywhere") {
  constexpr auto list = [] { return outbound<least>(archetype::stage{}, select_sa_by_handle, archetype::stage{}, assign_sequence, write_trailer, esp_seal, write_outer_header, archetype::stage{}); };
  using list_type = decltype(list());
  static_assert(list_type::size == 8);
  crypto_type crypto;
  stores::outbound sending;
  no_pool none;
  constexpr no_policy_store nothing{};
  lane<list_type, flat_packet, stores::outbound, crypto_type> out{{sending, crypto, nothing, none}, list()};
  sa_form form;
  const auto sa = sending.add(crypto, form.parameters()).value();
  train<flat_packet> one;
  one.add(udp_packet(family::ipv4, 5), sa);
  CHECK(out(one.view_with_handles()) == 1);
}
