// Where unpredictable numbers come from: always the caller, never a generator of ours.
#pragma once

#include <esplanade/base/text.hpp>

#include <concepts>
#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// Numbers that nobody outside can guess, such as those of the operating system or of a crypto library's generator.
///   Shape    r.next()  64 fresh bits
///   Cost     its own; asked by control calls
///   Errors   none: a generator that cannot answer must not be handed in
///   Threads  the caller's
///   Models   bring your own; testing::seeded where repeatable numbers are wanted. Archetype: testing::archetype::random.
///            Laws: testing::check_random_laws
template <class R>
concept RandomSource = requires(R& r) { { r.next() } noexcept -> std::same_as<std::uint64_t>; } ||
    unmet<"RandomSource: add std::uint64_t next() noexcept; it returns 64 bits that nobody can guess", R>();

}  // namespace v0
}  // namespace esplanade
