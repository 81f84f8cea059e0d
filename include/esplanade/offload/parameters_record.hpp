// The record that turns offloads on and off while an adapter runs (ipsecov2.md 2.13), as octets and as settings.
#pragma once

#include <esplanade/capability/offload_settings.hpp>
#include <esplanade/offload/record_octets.hpp>

namespace esplanade {
inline namespace v0 {

//  offset  4  eleven octets: checksums IPv4, TCP and UDP over IPv4, TCP and UDP over IPv6; large send 1; IPsec 1; large send 2
//             over IPv4, over IPv6; two of TCP connections, which nobody offloads any more: judged, and nothing follows
//         16  flags: 1 keep the keywords as they are
//         20  IPsec 2, IPsec 2 over IPv4                                   from revision 2
//         22  coalescing over IPv4, over IPv6; encapsulated tasks,         from revision 3
//             and inside what: bits, judged alike
inline constexpr std::uint16_t parameters_octets[] = {20, 22, 26};
inline constexpr record_shape parameters_shape{0x80, parameters_octets};

/// What one request asks: for each setting 0 = as it is, or its keyword's value + 1 (1 off … 4 both).
struct offload_parameters {
  std::uint8_t values[offload_setting_count]{};
  bool keep_keywords = false;  ///< the change ends with the next start
  friend constexpr bool operator==(const offload_parameters&, const offload_parameters&) noexcept = default;

  [[nodiscard]] constexpr std::uint8_t& operator[](offload_setting s) noexcept { return values[static_cast<std::size_t>(s)]; }
  [[nodiscard]] constexpr std::uint8_t operator[](offload_setting s) const noexcept { return values[static_cast<std::size_t>(s)]; }
  /// The settings after this request.
  ///   Errors   invalid_value: a value that its field may not have (F22)
  [[nodiscard]] constexpr result<offload_settings> applied_to(offload_settings before) const noexcept {
    for (std::size_t i = 0; i < offload_setting_count; ++i)
      if (values[i] != 0)
        if (result<void> set = before.set(static_cast<offload_setting>(i), values[i] - 1u); !set) return set.why();
    return before;
  }
};

namespace detail {
inline constexpr std::size_t parameter_at[offload_setting_count] = {4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 21, 22, 23, 24};
/// Fields that nothing follows from, and the most they may say.
struct judged_parameter {
  std::size_t at;
  std::uint8_t most;
};
inline constexpr judged_parameter judged_parameters[] = {{13, 2}, {14, 2}, {25, 3}};
inline constexpr std::uint32_t flag_keep_keywords = 0x1;
}  // namespace detail

/// A request, and the revision it was read as.
struct read_parameters_answer {
  offload_parameters parameters;
  std::uint8_t revision = 0;
};

/// Reads a request. One of revision 1 says nothing about IPsec of version 2, one of revision 2 nothing about coalescing.
///   Errors   of the object header; invalid_value: a value that its field may not have
[[nodiscard]] constexpr result<read_parameters_answer> read_parameters(const_octets given) noexcept {
  auto opened = record_reader::open(given, native_layout, parameters_shape);
  if (!opened) return opened.why();
  read_parameters_answer made{{}, opened->revision()};
  for (std::size_t i = 0; i < offload_setting_count; ++i)
    if (detail::parameter_at[i] < parameters_octets[made.revision - 1]) made.parameters.values[i] = opened->u8(detail::parameter_at[i]);
  made.parameters.keep_keywords = (opened->u32(16) & detail::flag_keep_keywords) != 0;
  if (auto sound = made.parameters.applied_to({}); !sound) return sound.why();
  for (const detail::judged_parameter& field : detail::judged_parameters)
    if (field.at < parameters_octets[made.revision - 1] && opened->u8(field.at) > field.most)
      return fault{fault_kind::invalid_value, field.at == 25 ? "EncapsulationTypes" : "TcpConnection", "not a value of this field", "0 to 2; encapsulations 0 to 3"};
  return made;
}

/// Writes a request and says how many octets it has; settings that its revision has no place for are left out.
///   Errors   too_short: `to` has no room; invalid_value: no such revision
[[nodiscard]] constexpr result<std::size_t> write_parameters(const offload_parameters& p, octets to, std::uint8_t revision = 2) noexcept {
  if (revision < 1 || revision > 3) return fault{fault_kind::invalid_value, "revision", "no revision that this version writes", "1, 2 or 3"};
  const std::uint16_t size = parameters_octets[revision - 1];
  if (to.size() < size) return fault{fault_kind::too_short, "size", "the record does not fit", "20 octets for revision 1, 22 for 2, 26 for 3"};
  record_writer out{to.first(size), native_layout};
  out.clear(0, size);
  out.header({parameters_shape.type, revision, size});
  for (std::size_t i = 0; i < offload_setting_count; ++i)
    if (detail::parameter_at[i] < size) out.u8(detail::parameter_at[i], p.values[i]);
  out.u32(16, p.keep_keywords ? detail::flag_keep_keywords : 0);
  return std::size_t{size};
}

}  // namespace v0
}  // namespace esplanade
