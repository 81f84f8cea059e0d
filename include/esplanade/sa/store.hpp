// What the datapath asks of a table of SAs, and what its owner may ask.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/base/text.hpp>
#include <esplanade/buffer/batch.hpp>
#include <esplanade/sa/association.hpp>
#include <esplanade/sa/reclaim.hpp>

namespace esplanade {
inline namespace v0 {

/// What an inbound packet shows of its SA. The pointers hold until the packet is read again.
struct outer_view {
  std::uint32_t spi = 0;  ///< host order
  family version = family::ipv4;
  const octet* source = nullptr;       ///< 4 or 16 octets
  const octet* destination = nullptr;  ///< 4 or 16 octets
  protocol_kind protocol = protocol_kind::esp;
};

namespace detail {
template <class S>
concept HoldsSas = requires { typename S::sa_type; typename S::key_type; } ||
    unmet<"SaStore: name what it holds: using sa_type = …; and what it is asked with: using key_type = …;", S>();
template <class S>
concept FindsSas = requires(S& s, std::span<const typename S::key_type> keys, std::span<typename S::sa_type*> found) {
  { s.find(keys, found) } noexcept -> std::same_as<void>;
} || unmet<"SaStore: add void find(std::span<const key_type> keys, std::span<sa_type*> found) noexcept; found[i] answers keys[i], nullptr = no SA", S>();
template <class S>
concept KeepsSasAlive = requires(S& s) { { s.enter() } noexcept; } ||
    (requires(S& s, typename S::membership& m) { { s.enter(m) } noexcept; } && std::is_nothrow_constructible_v<typename S::membership, S&>) ||
    unmet<"SaStore: add enter() noexcept: what it returns keeps found SAs alive until it is destroyed; return an empty struct if that is always so (with a membership(store&) noexcept for each lane: enter(membership&) noexcept)", S>();
template <class S>
concept MakesKeys = std::same_as<typename S::key_type, outbound_handle> || requires(const outer_view& outer) {
  { S::key_of(outer) } noexcept -> std::same_as<typename S::key_type>;
} || unmet<"SaStore: an inbound store says which parts of the packet it keys on: static key_type key_of(const outer_view&) noexcept", S>();
}  // namespace detail

/// The SAD of RFC 4301 4.4.2 as the datapath sees it: keys in, SAs out.
///
///   Shape    S::sa_type            one of ours, or a struct that holds one (`association()` or `sa_traits`)
///            S::key_type           inbound: its own choice of SPI, addresses …; outbound: outbound_handle
///            S::key_of(outer)      inbound only: the key of a packet
///            s.enter()             a guard; SAs found under it live until it is destroyed
///            S::membership         if lanes register: made of S&, kept by each lane, and then s.enter(membership)
///            s.find(keys, found)   found[i] answers keys[i]; nullptr = no SA
///   Units    keys and found have the same size: 1 to 256
///   Cost     O(1) per key; no allocation, no lock, no system call; loads of a batch overlap
///   Errors   none: a missing SA is an answer (verdict::no_sa)
///   Threads  any number of readers beside one writer, if its reclaim policy says so
///   Models   flat_sad, slot_table, growing_sad, growing_table. Archetype: testing::archetype::store. Laws: testing::check_store_laws
template <class S>
concept SaStore = detail::HoldsSas<S> && detail::FindsSas<S> && detail::KeepsSasAlive<S> && detail::MakesKeys<S>;

namespace detail {
/// What a lane keeps of a store at which lanes do not register.
struct no_membership {
  template <class S> explicit constexpr no_membership(S&) noexcept {}
};
template <class S> struct membership_at { using type = no_membership; };
template <class S> requires requires { typename S::membership; } struct membership_at<S> { using type = typename S::membership; };

/// Base of stores that pass their policy's membership on.
template <class Reclaim> struct members_of {};
template <HasMembers Reclaim> struct members_of<Reclaim> { using membership = typename Reclaim::membership; };

// What every store refuses in the same words.
inline constexpr fault reserved_spi{fault_kind::invalid_value, "spi", "0 to 255 are reserved (RFC 4303 2.1)", "256 to 4294967295"};
inline constexpr fault same_key_twice{fault_kind::already_exists, "spi", "another SA of this store has the same key", "an SPI that is not in use"};
inline constexpr fault store_is_full{fault_kind::no_space, "sa", "the store is full", "a store of larger capacity, or reclaim() after removing SAs"};
inline constexpr fault handle_of_nothing{fault_kind::not_found, "handle", "names no SA, or one that was removed", "a handle that add() returned"};
inline constexpr fault not_keyed_like_that{fault_kind::not_supported, "identifier", "this store keys all its SAs in another way", "sa_identifier::of_store, or a longest_match_store"};
}  // namespace detail

/// What a lane keeps of the store that it reads.
template <class S> using membership_of = typename detail::membership_at<S>::type;
namespace detail {
/// Goes into a store: with the lane's membership where the store has such, else without.
template <class S> [[nodiscard]] ESPLANADE_INLINE auto enter_store(S& store, [[maybe_unused]] membership_of<S>& lane) noexcept {
  if constexpr (requires { typename S::membership; }) return store.enter(lane);
  else return store.enter();
}
}  // namespace detail

/// The owner's side of a store.
///   Shape    s.add(crypto, parameters)  → handle, or a fault (duplicate, reserved SPI, full, what install refuses)
///            s.remove(handle)           no new packet finds it; its keys stay until reclaim
///            s.at(handle)               the record, nullptr when the handle is stale
///            s.reclaim(crypto, max)     wipes and frees up to max removed records nobody uses; → how many
///   Threads  one writer
template <class S, class Crypto>
concept SaRegistry = requires(S& s, Crypto& crypto, const sa_parameters& p, sa_handle<typename association_t<typename S::sa_type>::direction> h, std::size_t n) {
  { s.add(crypto, p) } noexcept -> std::same_as<result<sa_handle<typename association_t<typename S::sa_type>::direction>>>;
  { s.remove(h) } noexcept -> std::same_as<result<void>>;
  { s.at(h) } noexcept -> std::same_as<typename S::sa_type*>;
  { s.reclaim(crypto, n) } noexcept -> std::same_as<std::size_t>;
};

}  // namespace v0
}  // namespace esplanade
