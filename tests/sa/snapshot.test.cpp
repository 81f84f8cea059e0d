#include "sa/saved_sas.hpp"

#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/shared_window.hpp>

#include <memory>

using namespace saved_sas;

TEST_CASE("snapshot: what was saved is what is read, for both directions and every kind of SA [class 26] [row 35]") {
  static_assert(esplanade::detail::crc32(const_octets(std::array<octet, 9>{'1', '2', '3', '4', '5', '6', '7', '8', '9'})) == 0xcbf43926);
  for (const bool esn : {false, true})
    for (const mode m : {mode::tunnel, mode::transport})
      for (const family outer : {family::ipv4, family::ipv6}) {
        sa_form form{.suite = esn ? gcm128::sizes : m == mode::tunnel ? gcm256::sizes : with_mac::sizes, .spi = 0xfedcba98, .mode = m, .esn = esn, .outer = outer,
                     .start = esn ? 0x1234567890u : 0x89abcdefu, .selector = narrow(), .hop_limit = 17};
        saved<out_sa> out(form);
        saved<in_sa> in(form);
        for (const image* octets : {&out.octets, &in.octets}) {
          const auto read = read_snapshot(*octets);
          REQUIRE(read);
          CHECK(read->outbound == (octets == &out.octets));
          CHECK(read->mode == m);
          CHECK(read->esn == esn);
          CHECK(read->suite == form.suite);
          CHECK(read->spi == 0xfedcba98);
          CHECK(read->source == outside(outer, 1));
          CHECK(read->destination == outside(outer, 11));
          CHECK(read->highest == form.start);
          CHECK(read->packets == 0x0102030405060708u);
          CHECK(read->octets == 77);
          CHECK(read->window == (read->outbound ? 0 : 64));
          CHECK(read->drops[read->outbound ? 1 : 3] == 9);
          CHECK(read->hop_limit == (read->outbound ? 17 : 0));
        }
        sa_parameters p;
        REQUIRE(restore<out_sa>(out.octets, p, {.packets = 1000}));
        CHECK(p.sequence_start == form.start + 1000);
        CHECK(p.hop_limit == 17);
        REQUIRE(restore<in_sa>(in.octets, p, {.packets = 1000}));
        CHECK(p.sequence_start == form.start + 1000 + 64);
        CHECK(p.spi == 0xfedcba98);
        CHECK(p.mode == m);
        CHECK(p.esn == esn);
      }
}

TEST_CASE("snapshot: its octets are the same on every machine [class 26]") {
  saved<out_sa> one({.spi = 0x01020304, .esn = true, .start = 0x1122334455667788u});
  const image& at = one.octets;
  CHECK(bytes(at.begin(), at.begin() + 12) == bytes{'e', 's', 'p', 'l', 's', 'n', 'a', 'p', 0, 2, 0, 204});
  CHECK(bytes(at.begin() + 12, at.begin() + 32) == bytes{2, 1, 1, 64, 0, 16, 4, 8, 16, 4, 4, 4, 1, 2, 3, 4, 0, 0, 0, 0});
  CHECK(bytes(at.begin() + 196, at.begin() + 200) == bytes{0, 0, 0, 1});
  saved<out_sa> mac({.suite = with_mac::sizes});
  CHECK(bytes(mac.octets.begin() + 16, mac.octets.begin() + 22) == bytes{5, 48, 4, 8, 16, 4});
  CHECK(bytes(mac.octets.begin() + 196, mac.octets.begin() + 200) == bytes{2, 32, 0, 1});
  CHECK(bytes(at.begin() + 64, at.begin() + 80) == bytes{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 1, 2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("snapshot: holds neither key nor salt [class 41]") {
  sa_form form{.suite = gcm256::sizes, .which = 3};
  saved<out_sa> out(form);
  saved<in_sa> in(form);
  const bytes key = key_of(form.suite, 3), salt = salt_of(form.suite, 3);
  for (const image* octets : {&out.octets, &in.octets}) {
    for (std::size_t i = 0; i + 4 <= key.size(); ++i) CHECK(std::search(octets->begin(), octets->end(), key.begin() + static_cast<std::ptrdiff_t>(i), key.begin() + static_cast<std::ptrdiff_t>(i) + 4) == octets->end());
    CHECK(std::search(octets->begin(), octets->end(), salt.begin(), salt.end()) == octets->end());
  }
}

TEST_CASE("snapshot: cut or lengthened to any length it is refused, read inside its octets, and changes nothing [class 39, 55]") {
  saved<out_sa> out;
  for (std::size_t n = 0; n < snapshot_octets; ++n) {
    const auto exact = std::make_unique<octet[]>(n);
    std::copy_n(out.octets.begin(), n, exact.get());
    const fault why = refused<out_sa>({exact.get(), n});
    CHECK(why.kind == fault_kind::damaged);
    CHECK(same_text(why.field, "length"));
  }
  bytes longer(out.octets.begin(), out.octets.end());
  longer.push_back(0);
  CHECK(same_text(refused<out_sa>(longer).field, "length"));
  sa_parameters p;
  CHECK(restore<out_sa>(out.octets, p, {}));
}

TEST_CASE("snapshot: a single flipped bit, wherever it is, and it is refused [class 39, 55]") {
  saved<out_sa> out({.esn = true, .start = 5000, .selector = narrow()});
  saved<in_sa> in({.start = 5000});
  for (std::size_t bit = 0; bit < 8 * snapshot_octets; ++bit) {
    image o = out.octets, i = in.octets;
    o[bit / 8] = static_cast<octet>(o[bit / 8] ^ (1u << (bit % 8)));
    i[bit / 8] = static_cast<octet>(i[bit / 8] ^ (1u << (bit % 8)));
    const fault why = refused<out_sa>(o);
    CHECK(same_text(why.field, bit / 8 < 8 ? "magic" : bit / 8 < 10 ? "version" : bit / 8 < 12 ? "length" : "check"));
    CHECK((why.kind == fault_kind::damaged || (bit / 8 >= 8 && bit / 8 < 10 && why.kind == fault_kind::not_supported)));
    (void)refused<in_sa>(i);
  }
}

TEST_CASE("snapshot: what is foreign, newer, of the other direction or of another SA is refused by name [class 39, 50]") {
  saved<out_sa> out({.spi = 0x1001});
  saved<in_sa> in({.spi = 0x1001});
  const fault to_in = refused<in_sa>(out.octets), to_out = refused<out_sa>(in.octets);
  CHECK(same_text(to_in.field, "direction"));
  CHECK(same_text(to_out.field, "direction"));
  CHECK(to_in.kind == fault_kind::invalid_value);
  sa_parameters other;
  other.spi = 0x1002;
  CHECK(same_text(refused<out_sa>(out.octets, other).field, "spi"));
  other.spi = 0x1001;
  other.suite = gcm256::sizes;
  CHECK(same_text(refused<out_sa>(out.octets, other).field, "suite"));
  other.suite = gcm128::sizes;
  CHECK(restore<out_sa>(out.octets, other, {}));
  image newer = out.octets;
  store_be16(newer.data() + 8, snapshot_format + 1);
  sign(newer);
  const fault later = refused<out_sa>(newer);
  CHECK(same_text(later.field, "version"));
  CHECK(later.kind == fault_kind::not_supported);
  const bytes noise(snapshot_octets, octet{0x5a}), nothing(snapshot_octets, octet{0});
  CHECK(same_text(refused<out_sa>(noise).field, "magic"));
  CHECK(same_text(refused<out_sa>(nothing).field, "magic"));
}

TEST_CASE("snapshot: a right check value over a field that no SA has is refused all the same, by the name of the field [class 39, 55]") {
  saved<out_sa> out({.start = 5000, .selector = narrow()});
  const struct {
    std::size_t at;
    octet value;
    const char* field;
  } wrong[] = {{9, 0, "version"}, {11, 199, "length"}, {12, 0, "direction"}, {12, 3, "direction"}, {13, 0, "mode"}, {13, 3, "mode"}, {14, 2, "esn"},
               {22, 5, "source"}, {40, 1, "source"}, {23, 0, "destination"}, {63, 1, "destination"}, {67, 1, "highest"},
               {129, 5, "selector"}, {130, 0, "selector"}, {130, 2, "selector"}, {131, 1, "selector"}, {163, 1, "selector"}};
  for (const auto& one : wrong) {
    image octets = out.octets;
    REQUIRE(octets[one.at] != one.value);
    octets[one.at] = one.value;
    sign(octets);
    CAPTURE(one.at);
    const fault why = refused<out_sa>(octets);
    CHECK_MESSAGE(same_text(why.field, one.field), one.at << " says " << why.field);
  }
  image reserved = out.octets;
  store_be32(reserved.data() + 24, 255);
  sign(reserved);
  CHECK(same_text(refused<out_sa>(reserved).field, "spi"));
}

TEST_CASE("snapshot: saving needs room and an SA [class 37, 39]") {
  saved<out_sa> out;
  for (std::size_t n = 0; n < snapshot_octets; ++n) {
    const auto exact = std::make_unique<octet[]>(n);
    const auto done = save(out.sa, {exact.get(), n});
    REQUIRE_FALSE(done);
    CHECK(done.why().kind == fault_kind::no_space);
  }
  out_sa nobody;
  image octets{};
  const auto done = save(nobody, octets);
  REQUIRE_FALSE(done);
  CHECK(done.why().kind == fault_kind::not_found);
  CHECK(octets == image{});
}

namespace {
struct lanes_profile : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t lanes = 2;
  using sequence = reserved_block<16, 256, 1024>;
  using replay = shared_window<1024>;
};
}  // namespace

TEST_CASE("snapshot: numbers that lanes have reserved in blocks count as used [class 21] [row 35]") {
  mixing_crypto crypto;
  outbound_sa<lanes_profile, mixing_crypto> sa;
  REQUIRE(sa.install(crypto, sa_form{}.parameters()));
  CHECK(sa.sequence().take(0).consume() == 1);
  CHECK(sa.sequence().take(1).consume() == 17);
  image octets{};
  REQUIRE(save(sa, octets));
  CHECK(read_snapshot(octets)->highest == 32);
  sa.uninstall(crypto);
}
