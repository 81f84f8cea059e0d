// What was wrong with a configuration: the error of control calls, in words.
#pragma once

#include <esplanade/base/text.hpp>

#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// Kinds of refusal, for programs; the words are for people.
enum class fault_kind : std::uint8_t {
  invalid_value,   ///< the field can never have this value
  not_supported,   ///< right elsewhere, but not compiled into this profile or not done by this device or provider
  already_exists,  ///< a duplicate
  not_found,       ///< the handle or key names nothing, or something that is gone
  no_space,        ///< a fixed capacity is used up
  busy,            ///< still in use; try again after reclaim
  damaged,         ///< a snapshot or record that cannot be trusted
  too_short,       ///< a buffer that ends before the record it should hold
};

/// Why a control call refused: which field, what is wrong with it, what would be accepted. Holds no key material;
/// all three texts are literals, so a fault is copied freely and allocates nothing.
struct fault {
  fault_kind kind{};
  const char* field = "";     ///< the member of the argument, e.g. "spi"
  const char* reason = "";    ///< what is so
  const char* accepted = "";  ///< what would be accepted instead
  friend constexpr bool operator==(const fault& a, const fault& b) noexcept {
    return a.kind == b.kind && same_text(a.field, b.field) && same_text(a.reason, b.reason) && same_text(a.accepted, b.accepted);
  }
};

}  // namespace v0
}  // namespace esplanade
