// What a case expects, as verdicts: the first row that matches says what may happen, and nothing else may.
//
// A refusal must come for its reason: a packet that is dropped for another one has tested nothing.
#pragma once

#include <esplanade/base/verdict.hpp>

#include <initializer_list>
#include <string>

namespace vectors {

using esplanade::verdict;

/// Up to three verdicts; `none` fills the rest.
struct allowed {
  static constexpr verdict none = verdict::pending;
  verdict any_of[3] = {none, none, none};
  constexpr allowed(std::initializer_list<verdict> list) {
    std::size_t i = 0;
    for (const verdict v : list) any_of[i++] = v;
  }
  [[nodiscard]] constexpr bool has(verdict v) const { return v != none && (v == any_of[0] || v == any_of[1] || v == any_of[2]); }
};

inline constexpr allowed by_length_or_icv{verdict::runt, verdict::bad_alignment, verdict::icv_mismatch};
inline constexpr allowed behind_the_icv{verdict::bad_padding, verdict::bad_next_header, verdict::bad_inner_packet};

struct expectation {
  const char* expect;
  const char* tag;           ///< a prefix; "" is any
  allowed padding_verified;  ///< with the policy that looks at pad octets
  allowed padding_ignored;   ///< with the one that does not
};

// Behind a matching ICV there is one reason for each mistake. Before it, a length that no sender makes is refused as such
// (`refused_for_length`), and every other corruption is an ICV that does not match.
inline constexpr expectation expectations[] = {
    // expect                            tag                padding verified             padding ignored
    {"accept",                           "",                {verdict::forwarded},        {verdict::forwarded}},
    {"accept-trimmed",                   "",                {verdict::forwarded},        {verdict::forwarded}},
    {"accept-or-reject-padding(policy)", "",                {verdict::bad_padding},      {verdict::forwarded}},
    {"drop-dummy",                       "",                {verdict::dummy},            {verdict::dummy}},
    {"reject-no-sa",                     "",                {verdict::no_sa},            {verdict::no_sa}},
    {"reject-auth",                      "",                by_length_or_icv,            by_length_or_icv},
    {"reject-format-or-auth",            "",                by_length_or_icv,            by_length_or_icv},
    {"reject-format",                    "padlen-eats-all", {verdict::bad_padding},      {verdict::bad_inner_packet}},
    {"reject-format",                    "padlen-",         {verdict::bad_padding},      {verdict::bad_padding}},
    {"reject-format",                    "nh-says-",        {verdict::bad_next_header},  {verdict::bad_next_header}},
    {"reject-format",                    "tunnel-nh-",      {verdict::bad_next_header},  {verdict::bad_next_header}},
    {"reject-format",                    "inner",           {verdict::bad_inner_packet}, {verdict::bad_inner_packet}},
    {"reject-format",                    "",                behind_the_icv,              behind_the_icv},
};

/// The row for a case; nullptr when nobody said what its `expect` means.
inline const expectation* expectation_of(const std::string& expect, const std::string& tag) {
  for (const expectation& row : expectations)
    if (expect == row.expect && tag.rfind(row.tag, 0) == 0) return &row;
  return nullptr;
}

/// What the length of an ESP packet decides by itself, before any key is used; `forwarded` when it may be a packet.
///   Units    octets from the SPI to the end of the ICV; the least text is two octets of trailer and two of padding
inline verdict refused_for_length(std::size_t esp, std::size_t iv, std::size_t icv, std::size_t alignment) {
  if (esp < 8 + iv + alignment + icv) return verdict::runt;
  return (esp - 8 - iv - icv) % alignment != 0 ? verdict::bad_alignment : verdict::forwarded;
}

/// The corruptions whose case names an accepted twin by its key: the same packet, whole.
inline bool has_twin(const std::string& expect) { return expect == "reject-auth" || expect == "reject-no-sa" || expect == "reject-format-or-auth"; }

}  // namespace vectors
