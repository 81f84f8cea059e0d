// Device trust policies: what a host believes of a NIC that says an ICV is right.
//
//   Available            icv_believed   "ICV good" is believed; replay, selectors, lengths and trailer are checked by the host all the same
//                        verify_after   the ICV is computed again over what the NIC decrypted, and nothing that it says is believed
//   When to use          icv_believed where the NIC is as trusted as the CPU. verify_after where it is not, or to find out: decryption
//                        is saved, authentication is not. Bundles of AH and ESP, and transport inside tunnel, then stay in software
//                        on the way in: their outer ICVs cover ciphertext that is gone.
//   Not provided, because
//     believing more     a NIC has no window, no policy and no selectors: what it says of a trailer the host reads itself.
//     sampling           an attacker needs one packet.
#pragma once

#include <esplanade/capability/alias.hpp>
#include <esplanade/capability/profile.hpp>

namespace esplanade {
inline namespace v0 {

/// A NIC's "ICV good" is believed.
struct icv_believed {
  static constexpr const char* name = "icv_believed";
  static constexpr bool verifies = false;
};
/// The ICV is computed again.
struct verify_after {
  static constexpr const char* name = "verify_after";
  static constexpr bool verifies = true;
};

/// How far a host trusts its NIC.
///   Shape    T::name, T::verifies
///   Models   icv_believed, verify_after
template <class T>
concept DeviceTrust = requires {
  { T::name } -> std::convertible_to<const char*>;
  { T::verifies } -> std::convertible_to<bool>;
};

namespace detail {
struct trust_alias {
  using by_default = icv_believed;
  template <class P> using named = typename P::device_trust;
  template <class T> static constexpr bool suits = DeviceTrust<T>;
};
template <class P> struct trust_rules {
  static_assert(Suitable<trust_alias, P>, "the alias device_trust of this profile does not say whether ICVs are verified: use icv_believed or verify_after (offload/device_trust.hpp)");
  static constexpr bool kept = true;
};
}  // namespace detail

/// The trust that profile P names; icv_believed when it names none.
template <class P> using trust_of = detail::meant<detail::trust_alias, P>;

}  // namespace v0
}  // namespace esplanade
