// Installing an SA: what can be wrong with its parameters, then keys and sizes in place.
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/sa/sa_core.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// What can be wrong with the limits of an SA.
template <class Profile> [[nodiscard]] result<void> check_lifetime_limits(const lifetime_limits& l) noexcept {
  if (l.none()) return {};
  if constexpr (!counts_lifetime<Profile>) {
    return fault{fault_kind::not_supported, "lifetime", "this profile counts no lifetimes", "no limits, or a profile with using lifetime = exact_lifetime"};
  } else {
    if (!has_clock<Profile> && (l.soft.seconds | l.hard.seconds) != 0) return fault{fault_kind::not_supported, "lifetime.seconds", "this profile has no clock to count them with", "0, or a profile with using clock = …"};
    const auto late = [](std::uint64_t soft, std::uint64_t hard) { return hard != 0 && soft > hard; };
    if (late(l.soft.packets, l.hard.packets)) return fault{fault_kind::invalid_value, "lifetime.soft.packets", "lies behind the hard limit and would never be reported", "0 to lifetime.hard.packets"};
    if (late(l.soft.octets, l.hard.octets)) return fault{fault_kind::invalid_value, "lifetime.soft.octets", "lies behind the hard limit and would never be reported", "0 to lifetime.hard.octets"};
    if (late(l.soft.seconds, l.hard.seconds)) return fault{fault_kind::invalid_value, "lifetime.soft.seconds", "lies behind the hard limit and would never be reported", "0 to lifetime.hard.seconds"};
    return {};
  }
}

/// What can be wrong with the parameters of either direction; what a store or a provider refuses comes on top.
template <class Profile> [[nodiscard]] result<void> check_parameters(const sa_parameters& p) noexcept {
  if (p.spi <= spi_reserved_max) return fault{fault_kind::invalid_value, "spi", "0 to 255 are reserved (RFC 4303 2.1)", "256 to 4294967295"};
  if (!Profile::suites.has(p.suite)) return fault{fault_kind::not_supported, "suite", "not one of the profile's suites", "the sizes of a suite that the profile names"};
  if (p.key.size() != p.suite.key) return fault{fault_kind::invalid_value, "key", "its size does not suit the suite", "as many octets as suite.key says: the cipher's key, then the MAC's"};
  if (p.salt.size() != p.suite.salt) return fault{fault_kind::invalid_value, "salt", "its size does not suit the suite", "as many octets as suite.salt says"};
  if (!modes_of<Profile>.has(p.mode)) return fault{fault_kind::not_supported, "mode", "not compiled into this profile", "a mode that the profile names"};
  if (p.mode == mode::beet) {
    if (p.inner_source.unspecified() || p.inner_destination.unspecified() || p.inner_source.version != p.inner_destination.version)
      return fault{fault_kind::invalid_value, "inner_source", "a bound end-to-end tunnel knows both addresses inside (RFC 7402 B.1.1)", "two addresses of one family"};
    if (p.suite.protocol == protocol_kind::ah) return fault{fault_kind::invalid_value, "mode", "AH covers a header that a bound end-to-end tunnel replaces", "mode::transport or mode::tunnel"};
  }
  if (p.encapsulation.empty() || !encapsulations_of<Profile>.covers(p.encapsulation))
    return fault{fault_kind::not_supported, "encapsulation", "not compiled into this profile", "an encapsulation that the profile names"};
  if (p.suite.protocol == protocol_kind::ah && p.encapsulation != set_of<esplanade::encapsulation>(encapsulation::none))
    return fault{fault_kind::invalid_value, "encapsulation", "AH covers the addresses that a NAT changes, and is wrapped in nothing (RFC 3948 1)", "encapsulation::none"};
  if (p.esn && Profile::esn == esn_use::off) return fault{fault_kind::not_supported, "esn", "this profile has esn = off", "false"};
  if (!p.esn && Profile::esn == esn_use::always) return fault{fault_kind::not_supported, "esn", "this profile has esn = always", "true"};
  if (!p.esn && p.sequence_start > sequence_last_32) return fault{fault_kind::invalid_value, "sequence_start", "beyond 32 bits on an SA without ESN", "0 to 4294967295"};
  return check_lifetime_limits<Profile>(p.lifetime);
}

template <class Profile, class Crypto>
[[nodiscard]] result<void> install_core(sa_core& core, Crypto& crypto, const sa_parameters& p) noexcept {
  if (core.installed) return fault{fault_kind::busy, "sa", "already installed", "an SA that was uninstalled"};
  if (auto checked = check_parameters<Profile>(p); !checked) return checked.why();
  auto schedule = crypto.add_key(p.suite, p.key);
  if (!schedule) return schedule.why();
  core.spi = p.spi;
  core.schedule = *schedule;
  std::memset(core.salt, 0, salt_max);
  if (!p.salt.empty()) std::memcpy(core.salt + (salt_max - p.salt.size()), p.salt.data(), p.salt.size());
  core.salt_octets = p.suite.salt;
  core.iv_octets = p.suite.iv;
  core.icv_octets = p.suite.icv;
  core.alignment = p.suite.alignment;
  core.form = p.suite.form();
  core.protocol = p.suite.protocol;
  for (std::size_t i = 0; i < Profile::suites.count; ++i)
    if (Profile::suites.sizes[i] == p.suite) core.suite = static_cast<std::uint8_t>(i);
  core.esn = p.esn;
  core.mode = p.mode;
  core.outer = p.destination.version;
  core.encapsulation = static_cast<std::uint8_t>(p.encapsulation.bits);
  core.installed = true;
  return {};
}

template <class Crypto> void uninstall_core(sa_core& core, Crypto& crypto) noexcept {
  if (!core.installed) return;
  crypto.remove_key(core.schedule);
  wipe(core.salt, sizeof core.salt);
  core.installed = false;
}
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
