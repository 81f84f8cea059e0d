// The tables of RFC 4302 3.3.3.1 and appendix A as laws: what any AH must cover of the headers in front of it.
#pragma once

#include <esplanade/testing/ah_fields.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <algorithm>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_ah_laws` returns them.
namespace ah_law {
inline constexpr const char* immutable = "every bit of an immutable field is covered as it stands";
inline constexpr const char* zeroed = "a field that may change on the way is covered as zeros";
inline constexpr const char* kept_option = "an immutable IPv4 option is covered as it stands";
inline constexpr const char* zeroed_option = "any other IPv4 option is covered as zeros from its type to its end";
inline constexpr const char* option_data = "an IPv6 option is covered as it stands, but for its data where its type says that it may change";
inline constexpr const char* route = "destination and route are covered as they will arrive";
inline constexpr const char* fragment = "a fragment header that a whole packet still has is covered as if it were not there";
inline constexpr const char* lengths = "headers whose lengths contradict themselves are refused";
}  // namespace ah_law

namespace detail {
template <class Cover> class ah_examiner {
 public:
  explicit ah_examiner(Cover& cover) : cover_(cover) {}

  std::vector<broken_law> run() {
    fields(ah_ipv4(), ah_ipv4_fields);
    fields(ah_ipv6(), ah_ipv6_fields);
    for (const ah_option_row& row : ah_ipv4_options) option(row);
    end_of_list();
    ipv6_options();
    source_routes();
    routing_headers();
    fragment_header();
    lengths();
    return std::move(broken_);
  }

 private:
  void report(const char* law, const std::string& where) { report_once(broken_, law, where); }
  /// Both ends, unless one is named, must make `covered` of `headers`.
  void expect(const char* law, const std::string& where, const ah_octets_held& headers, const ah_octets_held& covered, int only = -1) {
    for (int sends = 0; sends < 2; ++sends) {
      if (only != -1 && only != sends) continue;
      ah_octets_held copy = headers;
      const bool taken = cover_(copy, sends == 1);
      if (!taken) report(law, where + ": refused");
      else if (copy != covered) report(law, where + (sends == 1 ? ", sending" : ", receiving"));
    }
  }
  void refuse(const std::string& where, const ah_octets_held& headers, int only = -1) {
    for (int sends = 0; sends < 2; ++sends) {
      ah_octets_held copy = headers;
      if ((only == -1 || only == sends) && cover_(copy, sends == 1)) report(ah_law::lengths, where);
    }
  }
  static ah_octets_held plain(ah_octets_held h) {
    if (h[0] >> 4 == 4) {
      for (const unsigned at : {1u, 6u, 7u, 8u, 10u, 11u}) h[at] = 0;
    } else {
      h[0] = 0x60;
      for (const unsigned at : {1u, 2u, 3u, 7u}) h[at] = 0;
    }
    return h;
  }

  template <std::size_t N> void fields(const ah_octets_held& header, const ah_field_row (&rows)[N]) {
    ah_octets_held usual = header;
    if (!cover_(usual, false)) return report(ah_law::immutable, "a plain header is refused");
    for (const ah_field_row& row : rows) {
      const char* const law = row.kind == ah_field::immutable ? ah_law::immutable : ah_law::zeroed;
      for (std::size_t bit = row.at; bit < row.at + row.bits; ++bit) {
        const bool want = row.kind == ah_field::immutable && ah_bit(header, bit);
        if (usual.size() != header.size() || ah_bit(usual, bit) != want) report(law, row.name);
        if (row.at == 0 || row.at == 4 || (header[0] >> 4 == 6 && row.at == 48)) continue;  // what says how to read the rest
        ah_octets_held changed = header;
        ah_flip(changed, bit);
        if (!cover_(changed, false) || changed.size() != header.size() || ah_bit(changed, bit) != (row.kind == ah_field::immutable && !want)) report(law, row.name);
      }
    }
  }

  void option(const ah_option_row& row) {
    // The type, a length, and data in which a pointer lies behind the end: a route that is exhausted.
    for (const octet size : {octet{3}, octet{7}, octet{11}, octet{39}}) {
      ah_octets_held options{1, row.type, size, 40};
      for (octet i = 3; i < size; ++i) options.push_back(static_cast<octet>(0xa0 + i));
      while (options.size() % 4 != 0) options.push_back(0);
      if (options.size() > 40) continue;
      const ah_octets_held header = ah_ipv4(options);
      ah_octets_held covered = plain(header);
      if (row.kind == ah_field::zeroed) std::fill(covered.begin() + 21, covered.begin() + 21 + size, octet{0});
      expect(row.kind == ah_field::zeroed ? ah_law::zeroed_option : ah_law::kept_option, row.name, header, covered);
    }
  }
  void end_of_list() {
    // Behind the end of the list nothing is an option any more.
    const ah_octets_held header = ah_ipv4({7, 3, 4, 0, 7, 3, 4, 0xff});
    ah_octets_held covered = plain(header);
    std::fill(covered.begin() + 20, covered.begin() + 23, octet{0});
    expect(ah_law::kept_option, "behind the end of the list", header, covered);
    // One is zero, its neighbours are not.
    const ah_octets_held three = ah_ipv4({148, 4, 0, 0, 7, 7, 8, 192, 0, 2, 1, 148, 4, 0, 0, 1});
    covered = plain(three);
    std::fill(covered.begin() + 24, covered.begin() + 31, octet{0});
    expect(ah_law::zeroed_option, "between two that are kept", three, covered);
  }

  void ipv6_options() {
    for (const octet header : {octet{0}, octet{60}})
      for (unsigned type = 1; type < 256; ++type) {
        // length of the header, Pad1, the option with three octets of data, PadN with data that is not zero
        const ah_octets_held packet = ah_ipv6({{header, {1, 0, static_cast<octet>(type), 3, 0x91, 0x92, 0x93, 1, 5, 1, 2, 3, 4, 5, 0}}});
        ah_octets_held covered = plain(packet);
        if ((type & 0x20) != 0) covered[45] = covered[46] = covered[47] = 0;
        expect(ah_law::option_data, "type " + std::to_string(type), packet, covered);
      }
    const ah_octets_held packet = ah_ipv6({{0, {0, 0x3e, 4, 1, 2, 3, 4}}, {60, {0, 0x3e, 0, 0x1e, 2, 5, 6}}, {60, {0, 0xe3, 4, 1, 2, 3, 4}}});
    ah_octets_held covered = plain(packet);
    for (const unsigned at : {44u, 45u, 46u, 47u, 60u, 61u, 62u, 63u}) covered[at] = 0;
    expect(ah_law::option_data, "several headers", packet, covered);
  }

  void source_routes() {
    for (const octet type : {octet{131}, octet{137}})
      for (octet pointer = 4; pointer <= 16; pointer = static_cast<octet>(pointer + 4)) {
        const ah_octets_held header = ah_ipv4({type, 15, pointer, 10, 0, 0, 1, 10, 0, 0, 2, 10, 0, 0, 3, 0});
        ah_octets_held covered = plain(header);
        std::fill(covered.begin() + 20, covered.begin() + 35, octet{0});
        expect(ah_law::route, "a source route, receiving", header, covered, 0);
        if (pointer < 15) covered[16] = 10, covered[17] = 0, covered[18] = 0, covered[19] = 3;
        expect(ah_law::route, "a source route, sending", header, covered, 1);
      }
  }

  static ah_octets_held routing(octet type, octet addresses, octet left) {
    ah_octets_held body{static_cast<octet>(addresses * 2), type, left, 0x51, 0x52, 0x53, 0x54};
    for (octet a = 0; a < addresses; ++a)
      for (octet i = 0; i < 16; ++i) body.push_back(static_cast<octet>(0x10 * (a + 1) + i));
    return body;
  }
  void routing_headers() {
    // RFC 8200 4.4, step by step: the packet that arrives.
    for (const octet type : {octet{0}, octet{2}})
      for (octet addresses = 0; addresses < 4; ++addresses)
        for (octet left = 0; left <= addresses; ++left) {
          const ah_octets_held header = ah_ipv6({{43, routing(type, addresses, left)}});
          expect(ah_law::route, "a routing header, receiving", header, plain(header), 0);
          ah_octets_held arrives = plain(header);
          for (; arrives[43] != 0; --arrives[43]) {
            const std::size_t next = 48 + 16 * static_cast<std::size_t>(addresses - arrives[43]);
            std::swap_ranges(arrives.begin() + 24, arrives.begin() + 40, arrives.begin() + static_cast<std::ptrdiff_t>(next));
          }
          expect(ah_law::route, "a routing header, sending", header, arrives, 1);
        }
    const ah_octets_held other = ah_ipv6({{43, routing(4, 2, 0)}});
    expect(ah_law::route, "a routing header of another type that has arrived", other, plain(other));
    ah_octets_held on_its_way = ah_ipv6({{43, routing(4, 2, 1)}});
    if (cover_(on_its_way, true)) report(ah_law::route, "a routing header of another type with segments left, sending");
  }

  void fragment_header() {
    const ah_octets_held options{0, 1, 4, 7, 7, 7, 7}, atomic{9, 0, 0, 0xde, 0xad, 0xbe, 0xef};
    for (const bool before : {false, true})
      for (const bool behind : {false, true}) {
        std::vector<std::pair<octet, ah_octets_held>> with, without;
        if (before) with.push_back({0, options}), without.push_back({0, options});
        with.push_back({44, atomic});
        if (behind) with.push_back({60, options}), without.push_back({60, options});
        ah_octets_held covered = plain(ah_ipv6(without));
        const ah_octets_held packet = ah_ipv6(with);
        const std::size_t length = static_cast<std::size_t>(packet[4] * 256 + packet[5]) - 8;
        covered[4] = static_cast<octet>(length / 256);
        covered[5] = static_cast<octet>(length % 256);
        expect(ah_law::fragment, "a fragment header", packet, covered);
      }
  }

  void lengths() {
    refuse("an IPv4 option of length 0", ah_ipv4({7, 0, 0, 0}));
    refuse("an IPv4 option of length 1", ah_ipv4({7, 1, 0, 0}));
    refuse("an IPv4 option longer than the header", ah_ipv4({7, 5, 4, 0}));
    refuse("an IPv4 option without length", ah_ipv4({1, 1, 1, 7}));
    refuse("an IPv6 option longer than its header", ah_ipv6({{0, {0, 0x1e, 5, 1, 2, 3, 4}}}));
    refuse("an IPv6 option without length", ah_ipv6({{60, {0, 1, 3, 0, 0, 0, 0x3e}}}));
    refuse("an extension header longer than all", ah_ipv6({{60, {1, 1, 4, 0, 0, 0, 0}}}));
    refuse("more segments left than addresses", ah_ipv6({{43, routing(0, 2, 3)}}));
    refuse("half an address in a routing header", ah_ipv6({{43, {1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}}}));
    refuse("a source route that ends in half an address", ah_ipv4({131, 9, 4, 10, 0, 0, 1, 10, 0, 0, 0, 0}), 1);
  }

  Cover& cover_;
  std::vector<broken_law> broken_{};
};
}  // namespace detail

/// The laws that `cover` breaks; none when it keeps them all.
///   Shape    bool cover(std::vector<octet>& headers, bool sends): makes of the headers in front of AH (an IPv4 header with
///            options, an IPv6 header with extension headers) what the ICV covers; false when it refuses them
template <class Cover> std::vector<broken_law> find_broken_ah_laws(Cover cover) { return detail::ah_examiner<Cover>{cover}.run(); }
/// Only their names.
template <class Cover> std::vector<std::string> check_ah_laws(Cover cover) { return names_of(find_broken_ah_laws(cover)); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
