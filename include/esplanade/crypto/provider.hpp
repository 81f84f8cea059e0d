// What the datapath asks of a crypto engine.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/base/text.hpp>
#include <esplanade/crypto/job.hpp>
#include <esplanade/crypto/suite.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

/// What a provider can do by itself; named adapters supply the rest and `explain` lists them.
struct provider_abilities {
  bool scatter_gather = true;   ///< texts of several pieces
  bool in_place = true;         ///< destination equal to source
  bool out_of_place = true;     ///< destination disjoint from source
  bool appended_input = false;  ///< octets authenticated behind the text
  bool mixed_keys = true;       ///< jobs of several schedules in one list
  bool asynchronous = false;    ///< submit and reap instead of an answer at once
  std::uint32_t lanes = 0;      ///< jobs it works on at a time; 0 = one after the other
};

namespace detail {
template <class C>
concept DeclaresAbilities = requires { { C::abilities } -> std::convertible_to<provider_abilities>; } ||
    unmet<"CryptoProvider: say what it can do: static constexpr provider_abilities abilities{…};", C>();
template <class C>
concept KeepsKeys = requires(C& c, const suite_sizes& sizes, const_octets key, std::uint32_t schedule) {
  { c.add_key(sizes, key) } noexcept -> std::same_as<result<std::uint32_t>>;
  { c.remove_key(schedule) } noexcept;
} || unmet<"CryptoProvider: keys are added before traffic: result<std::uint32_t> add_key(sizes, key) noexcept; void remove_key(schedule) noexcept", C>();
template <class C>
concept HasWorkspace = requires { typename C::workspace; } ||
    unmet<"CryptoProvider: name the mutable state of one lane: struct workspace", C>();
template <class C>
concept WorksAtOnce = C::abilities.asynchronous || requires(C& c, typename C::workspace& w, job_list jobs) {
  { c.seal(w, jobs) } noexcept;
  { c.open(w, jobs, on_forged::scrub) } noexcept;
  { c.verify(w, jobs) } noexcept;
  { c.recheck(w, jobs) } noexcept;
} || unmet<"CryptoProvider: seal(workspace, jobs), open(workspace, jobs, on_forged), verify(workspace, jobs) and recheck(workspace, jobs) run per batch and must be noexcept", C>();
template <class C>
concept WorksLater = !C::abilities.asynchronous || requires(C& c, typename C::workspace& w, job_list jobs, std::span<job*> back) {
  { c.submit_seal(w, jobs) } noexcept;
  { c.submit_open(w, jobs, on_forged::scrub) } noexcept;
  { c.reap(w, back) } noexcept -> std::same_as<std::size_t>;
} || unmet<"CryptoProvider: an asynchronous one has submit_seal(workspace, jobs), submit_open(workspace, jobs, on_forged) and std::size_t reap(workspace, back), all noexcept", C>();
}  // namespace detail

/// A crypto engine that works on batches of jobs.
///
///   Shape    C::abilities                what it can do by itself
///            C::supports<Suite>          static constexpr bool; read by the profile rules
///            C::workspace                mutable state of one lane, default-constructible
///            c.add_key(sizes, key)       → schedule: immutable key state, shared by lanes; a fault when it cannot
///            c.remove_key(schedule)      wipes it
///            c.seal(w, jobs)             encrypts source to destination, writes the ICV; status done or failed
///            c.open(w, jobs, mode)       verifies in constant time, decrypts; status done, forged or failed
///            c.verify(w, jobs)           authenticates ciphertext, writes nothing
///            c.recheck(w, jobs)          recomputes the ICV of text that is already plaintext, writes nothing
///            c.submit_seal, submit_open, reap   instead of the above when `asynchronous`: every job comes back once
///   Units    octets; a job's AAD, text and appended octets are together at most 65,534 and, for a MAC, at least 1. Beyond that
///            a provider may fail the job
///   Cost     no allocation, lock, system call or exception after add_key; a forged job costs no more than a good one
///   Errors   per job: its status. On forged the text is scrubbed or restored as asked
///   Threads  one lane per workspace; schedules are shared and immutable while jobs use them
///   Models   botan, ipsec_mb, null_crypto. Archetype: testing::archetype::crypto. Laws: testing::check_crypto_laws
template <class C>
concept CryptoProvider = detail::DeclaresAbilities<C> && detail::KeepsKeys<C> && detail::HasWorkspace<C> &&
                         detail::WorksAtOnce<C> && detail::WorksLater<C>;

}  // namespace v0
}  // namespace esplanade
