// Where unpredictable numbers come from: always the caller, never a generator of ours.
#pragma once

#include <esplanade/base/attributes.hpp>
#include <esplanade/base/text.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace esplanade {
inline namespace v0 {

/// Numbers that nobody outside can guess, such as those of the operating system or of a crypto library's generator.
///   Shape    r.next()  64 fresh bits
///   Cost     its own; asked by control calls, and by lanes for IVs of chained ciphers: then without lock, heap and system call
///   Errors   none: a generator that cannot answer must not be handed in
///   Threads  the caller's; each lane has its own
///   Models   bring your own; testing::seeded where repeatable numbers are wanted. Archetype: testing::archetype::random.
///            Laws: testing::check_random_laws
template <class R>
concept RandomSource = requires(R& r) { { r.next() } noexcept -> std::same_as<std::uint64_t>; } ||
    unmet<"RandomSource: add std::uint64_t next() noexcept; it returns 64 bits that nobody can guess", R>();

/// The source of a profile that names none: it cannot be asked, and takes no room.
struct no_random {
  static constexpr const char* name = "no_random";
};

/// A source that somebody else owns; of `no_random` nothing at all.
template <class R> class random_reference {
  static_assert(RandomSource<R>);

 public:
  constexpr random_reference(R& source) noexcept : source_(&source) {}  // implicit: a source is given as it is
  /// Not given: no number may come from nowhere.
  template <class Given = R> constexpr random_reference() noexcept {
    static_assert(std::is_void_v<Given>, "this profile names a random source, and none was given: add .random = your_source to what the datapath or lane is made of");
  }
  [[nodiscard]] ESPLANADE_INLINE std::uint64_t next() const noexcept { return source_->next(); }

 private:
  R* source_ = nullptr;
};
template <> class random_reference<no_random> {
 public:
  constexpr random_reference() noexcept = default;
  constexpr random_reference(no_random&) noexcept {}
};
static_assert(std::is_empty_v<random_reference<no_random>>);

}  // namespace v0
}  // namespace esplanade
