#include "support/world.hpp"

#include <esplanade/transform/overhead.hpp>

using namespace support;

namespace overhead_tests {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
// A suite with blocks of 16, as CBC has them: sizes alone, the null provider takes any.
struct blocks_of_16 {
  static constexpr const char* name = "blocks of 16";
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 16, 4, 8, 12, 16};
};
struct everything : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8, blocks_of_16>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
// Writes 16 octets more than it must when the payload is odd.
struct more_when_odd {
  static constexpr const char* name = "more_when_odd";
  static constexpr bool verifies = true;
  static constexpr std::size_t octets(std::size_t payload, std::size_t alignment) noexcept { return esp_padding(payload, alignment) + (payload % 2 != 0 ? 16u : 0u); }
};
struct of_both : everything {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_384_192>, ah_aes_gmac<128>>;
};
struct wrapped : everything {
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp | encapsulation::wesp | encapsulation::udp_wesp;
};
struct only_udp : gateway {
  static constexpr auto encapsulations = encapsulation::udp;
};
struct to_300 : everything {
  using tfc = tfc_to_size<300>;
};
struct by_64 : everything {
  using tfc = tfc_multiple<64>;
};
struct to_1400 : everything {
  using tfc = tfc_to_mtu<1400>;
};
struct generous : everything {
  using padding = more_when_odd;
};

}  // namespace overhead_tests
using namespace overhead_tests;

namespace {

template <class P> void lengths_are_those_of_the_datapath() {
  world<P> w;
  unsigned which = 0;
  for (const suite_sizes& suite : P::suites.sizes)
    for (const mode m : {mode::tunnel, mode::transport}) {
      if (!modes_of<P>.has(m)) continue;
      for (unsigned kind = 0; kind < 8; ++kind) {
        const family outer = kind % 2 == 0 ? family::ipv4 : family::ipv6;
        const auto in = static_cast<encapsulation>(1u << kind / 2);
        if (!encapsulations_of<P>.has(in)) continue;
        ++which;
        sa_form form{.suite = suite, .spi = 0x1000 + which, .mode = m, .outer = outer, .which = which};
        form.made.encapsulation = in;
        const auto sa = w.add_sender(form);
        const auto& core = association(*w.sending.at(sa)).core();
        std::size_t least = SIZE_MAX, most = 0, wrong = 0;
        const auto check = [&](family inner, std::size_t n) {
          const bytes packet = udp_packet(inner, n);
          const auto [v, wire] = w.sent(packet, sa, 128, 2048);
          const std::size_t text_at = m == mode::tunnel ? 0 : header_octets(inner);
          if (v != verdict::forwarded || overhead<P>::of(core).sealed(packet.size(), text_at) != wire.size()) ++wrong;
          if (overhead<P>::of(suite, m, outer, in).sealed(packet.size(), text_at) != wire.size()) ++wrong;
          const std::size_t grown = wire.size() - packet.size();
          least = grown < least ? grown : least;
          most = grown > most ? grown : most;
        };
        for (const family inner : {family::ipv4, family::ipv6}) {
          if (m == mode::transport && inner != outer) continue;
          for (std::size_t n = 0; n <= 1600; ++n) check(inner, n);
          for (std::size_t n = 8900; n <= 9001; ++n) check(inner, n);
          for (std::size_t n = 65300; n <= 65330; ++n) check(inner, n);
        }
        CAPTURE(which);
        CHECK(wrong == 0);
        if constexpr (pads_traffic<P>) {
          if (m == mode::tunnel) continue;
        }
        CHECK(least == overhead<P>::of(core).least());
        CHECK(most <= overhead<P>::of(core).most());
        if (sa_overhead<P>::least_padding) CHECK(most == overhead<P>::of(core).most());
        CHECK(least >= overhead<P>::min);
        CHECK(most <= overhead<P>::max);
      }
    }
}

template <class P> void mtu_is_the_last_that_fits() {
  for (const suite_sizes& suite : P::suites.sizes)
    for (const mode m : {mode::tunnel, mode::transport})
      for (const family outer : {family::ipv4, family::ipv6})
        for (const std::size_t text_at : {std::size_t{0}, std::size_t{20}, std::size_t{24}, std::size_t{40}}) {
          if ((m == mode::tunnel) != (text_at == 0)) continue;
          const auto of = overhead<P>::of(suite, m, outer);
          std::size_t wrong = 0;
          for (std::size_t path = 0; path <= 9200; ++path) {
            const std::size_t most = of.inner_mtu(path, text_at);
            // The slow way: the first length that does not fit.
            std::size_t inner = most > 600 ? most - 600 : text_at;
            while (of.sealed(inner, text_at) <= path) ++inner;
            if (most != (inner == text_at ? 0 : inner - 1)) ++wrong;
          }
          CAPTURE(text_at);
          CHECK(wrong == 0);
          CHECK(of.inner_mtu(100000, text_at) == of.inner_mtu(outer == family::ipv4 ? 65535 : 65575, text_at));
        }
}

}  // namespace

TEST_CASE("overhead: the figures that RFC 4106 and RFC 4303 give for one suite") {
  // 20 + 8 + 8 in front; 2 + 16 behind; up to three octets of padding
  static_assert(overhead<gateway>::of(gcm128::sizes, mode::tunnel, family::ipv4).least() == 54);
  static_assert(overhead<gateway>::min == 54 && overhead<gateway>::max == 40 + 8 + 8 + 3 + 2 + 16);
  static_assert(overhead<gateway>::of(gcm128::sizes, mode::tunnel, family::ipv4).inner_mtu(1500) == 1446);
  static_assert(overhead<gateway>::of(gcm128::sizes, mode::tunnel, family::ipv6).inner_mtu(1500) == 1426);
  static_assert(inner_mtu<gateway>(1500) == 1426);
  static_assert(inner_mtu<gateway>(0) == 0 && inner_mtu<gateway>(73) == 0);
  static_assert(overhead<everything>::min == 8 + 8 + 2 + 8);
  static_assert(overhead<everything>::max == 40 + 8 + 8 + 2 + 12 + 15 && overhead<everything>::max >= overhead<gateway>::max);
}

TEST_CASE("overhead: lengths are exactly what the datapath makes, for every suite, mode and family [class 16] [row 66]") {
  lengths_are_those_of_the_datapath<gateway>();
  lengths_are_those_of_the_datapath<everything>();
  lengths_are_those_of_the_datapath<of_both>();
  lengths_are_those_of_the_datapath<generous>();
  lengths_are_those_of_the_datapath<wrapped>();
  lengths_are_those_of_the_datapath<only_udp>();
  lengths_are_those_of_the_datapath<to_300>();
  lengths_are_those_of_the_datapath<by_64>();
  lengths_are_those_of_the_datapath<to_1400>();
  static_assert(overhead<only_udp>::min == overhead<gateway>::min + 8 && overhead<wrapped>::max == overhead<everything>::max + 16);
  static_assert(inner_mtu<only_udp>(1500) == inner_mtu<gateway>(1492));
}

TEST_CASE("overhead: for every MTU the length it names fits and the next one does not [class 16] [row 66]") {
  mtu_is_the_last_that_fits<gateway>();
  mtu_is_the_last_that_fits<everything>();
  mtu_is_the_last_that_fits<generous>();
  mtu_is_the_last_that_fits<to_300>();
  mtu_is_the_last_that_fits<by_64>();
  mtu_is_the_last_that_fits<to_1400>();
}

TEST_CASE("overhead: an SA that is installed says the same as its parameters [class 16]") {
  world<everything> w;
  const auto sa = w.add_sender({.suite = blocks_of_16::sizes, .outer = family::ipv6});
  const auto& core = association(*w.sending.at(sa)).core();
  CHECK(inner_mtu<everything>(core, 1500) == overhead<everything>::of(blocks_of_16::sizes, mode::tunnel, family::ipv6).inner_mtu(1500));
  CHECK(inner_mtu<everything>(core, 1500) == (1500 - 40 - 16 - 12) / 16 * 16 - 2);
}
