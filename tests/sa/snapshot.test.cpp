#include "support/world.hpp"

#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/shared_window.hpp>
#include <esplanade/sa/snapshot.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/sa_structs.hpp>

#include <array>
#include <set>

using namespace support;
using testing::mixing_crypto;

namespace {

using with_mac = esp_aes_ctr<128, hmac_sha2_256_128>;
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256, with_mac>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
};
using gateway_world = world<gateway, flat_packet, mixing_crypto, flat_store<4>>;
using in_sa = inbound_sa<gateway, mixing_crypto>;
using out_sa = outbound_sa<gateway, mixing_crypto>;
using image = std::array<octet, snapshot_octets>;

traffic_selector narrow() {
  return traffic_selector{{.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0), .destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 0),
                           .source_prefix = 48, .destination_prefix = 47, .protocol = 17, .destination_ports = {50, 53}}};
}

// An SA that has seen some traffic, and what it saved.
template <class Sa> struct saved {
  mixing_crypto crypto{};
  Sa sa{};
  image octets{};
  explicit saved(sa_form form = {}) {
    REQUIRE(sa.install(crypto, form.parameters()));
    sa.traffic(0).packets.add(0x0102030405060708u);
    sa.traffic(0).octets.add(77);
    sa.drops().other.add(9);
    const auto size = save(sa, octets);
    REQUIRE(size);
    CHECK(*size == snapshot_octets);
  }
  ~saved() { sa.uninstall(crypto); }
};

template <class Sa> fault refused(const_octets from, sa_parameters p = {}, since_snapshot since = {}) {
  const sa_parameters before = p;
  const auto done = restore<Sa>(from, p, since);
  REQUIRE_FALSE(done);
  CHECK(p.spi == before.spi);
  CHECK(p.sequence_start == before.sequence_start);
  CHECK(same_text(done.why().field, "") == false);
  CHECK(same_text(done.why().reason, "") == false);
  return done.why();
}
void sign(image& octets) { store_be32(octets.data() + 200, esplanade::detail::crc32({octets.data(), 200})); }

}  // namespace

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

TEST_CASE("snapshot: a jump that leaves no number is refused, and the one before it is not [class 21, 22, 24]") {
  for (const bool esn : {false, true}) {
    const std::uint64_t last = esn ? sequence_last_64 : sequence_last_32;
    for (const std::uint64_t left : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{63}, std::uint64_t{64}, std::uint64_t{65}, std::uint64_t{1000}}) {
      saved<out_sa> out({.esn = esn, .start = last - left});
      saved<in_sa> in({.esn = esn, .start = last - left});
      for (const std::uint64_t jump : {std::uint64_t{0}, std::uint64_t{1}, left - 1, left, left + 1, last, ~std::uint64_t{0}}) {
        sa_parameters p;
        const bool fits_out = jump < left, fits_in = jump <= last - 64 && jump + 64 < left;
        if (fits_out) {
          REQUIRE(restore<out_sa>(out.octets, p, {.packets = jump}));
          CHECK(p.sequence_start == last - left + jump);
        } else {
          const fault why = refused<out_sa>(out.octets, {}, {.packets = jump});
          CHECK(same_text(why.field, "highest"));
          CHECK(why.kind == fault_kind::no_space);
        }
        if (fits_in) CHECK(restore<in_sa>(in.octets, p, {.packets = jump}));
        else CHECK(same_text(refused<in_sa>(in.octets, {}, {.packets = jump}).field, "highest"));
      }
    }
  }
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

namespace {
// A gateway that saves, goes on, crashes and comes back, on a wire that keeps everything and replays all of it.
void crash_and_come_back(bool esn, std::uint64_t start, std::size_t before, std::size_t meanwhile, std::size_t jump) {
  sa_form form{.esn = esn, .start = start, .selector = traffic_selector{selector_parameters{.protocol = 17}}};
  auto sender = std::make_unique<gateway_world>();
  auto receiver = std::make_unique<gateway_world>();
  auto out = sender->add_sender(form);
  const auto in = receiver->add_receiver(form);
  std::vector<bytes> wire;
  std::set<std::pair<bytes, bytes>> nonces;  // salt is one, so SPI and IV
  const auto send = [&](std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      auto [v, octets] = sender->sent(udp_packet(family::ipv4, i % 50), out);
      REQUIRE(v == verdict::forwarded);
      CHECK(nonces.insert({bytes(octets.begin() + 20, octets.begin() + 24), bytes(octets.begin() + 28, octets.begin() + 36)}).second);
      wire.push_back(std::move(octets));
    }
  };
  std::set<std::size_t> delivered;
  const auto arrives = [&](std::size_t i) {
    const bool accepted = receiver->received(wire[i]).first == verdict::forwarded;
    if (accepted) CHECK(delivered.insert(i).second);
    return accepted;
  };
  const auto arrive = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i)
      if (i % 7 != 3) CHECK(arrives(i));  // some are late
  };
  send(before);
  arrive(0, wire.size());
  image saved_out{}, saved_in{};
  REQUIRE(save(*sender->sending.at(out), saved_out));
  REQUIRE(save(*receiver->receiving.at(in), saved_in));
  send(meanwhile);
  arrive(before, wire.size());

  // Both crash. Of what they were only the snapshots are left, and key and salt from whoever negotiated them.
  sender = std::make_unique<gateway_world>();
  receiver = std::make_unique<gateway_world>();
  sa_parameters back_out, back_in;
  REQUIRE(restore<out_sa>(saved_out, back_out, {.packets = jump}));
  REQUIRE(restore<in_sa>(saved_in, back_in, {.packets = jump}));
  const bytes key = key_of(form.suite), salt = salt_of(form.suite);
  back_out.key = back_in.key = key;
  back_out.salt = back_in.salt = salt;
  out = sender->sending.add(sender->crypto, back_out).value();
  const auto again = receiver->receiving.add(receiver->crypto, back_in).value();
  REQUIRE(resume_counters(saved_out, *sender->sending.at(out)));
  REQUIRE(resume_counters(saved_in, *receiver->receiving.at(again)));
  CHECK(sender->sending.at(out)->traffic().packets.get() == before);

  for (std::size_t i = 0; i < wire.size(); ++i) CHECK_FALSE(arrives(i));
  const std::size_t old = wire.size();
  send(200);
  for (std::size_t i = old; i < wire.size(); ++i) CHECK(arrives(i));
  for (std::size_t i = 0; i < wire.size(); ++i) CHECK_FALSE(arrives(i));
  CHECK(sender->sending.at(out)->traffic().packets.get() == before + 200);
  // And the selectors came back with it: class 44.
  ip_form tcp;
  tcp.protocol = 6;
  tcp.payload = counted(20);
  mixing_crypto by_hand;
  CHECK(receiver->received(tunnelled_packet(by_hand, form, start + before + jump + 500, make_ip(tcp))).first == verdict::wrong_selectors);
}
}  // namespace

TEST_CASE("snapshot: after a crash no nonce comes twice, nothing accepted is accepted again, and traffic goes on [class 21, 31, 44] [row 35]") {
  for (const bool esn : {false, true})
    for (const std::size_t meanwhile : {0u, 1u, 63u, 64u, 65u, 300u}) {
      crash_and_come_back(esn, 0, 100, meanwhile, meanwhile);  // just enough
      crash_and_come_back(esn, 0, 10, meanwhile, 300);
      crash_and_come_back(esn, 100000, 1, meanwhile, 5000);
    }
  crash_and_come_back(true, 0xffffff80, 100, 60, 200);  // over the end of the low half
  crash_and_come_back(true, 0xffffff80, 20, 60, 60);
}

TEST_CASE("snapshot: a jump that is too short would repeat a nonce: what the caller says is what keeps it [class 21, 54]") {
  sa_form form;
  gateway_world w;
  const auto out = w.add_sender(form);
  image octets{};
  REQUIRE(save(*w.sending.at(out), octets));
  const bytes first = w.sent(udp_packet(family::ipv4, 9), out).second;
  sa_parameters p;
  REQUIRE(restore<out_sa>(octets, p, {.packets = 0}));
  CHECK(p.sequence_start + 1 == get32(first, 24));
  REQUIRE(restore<out_sa>(octets, p, {.packets = 1}));
  CHECK(p.sequence_start + 1 > get32(first, 24));
}

namespace {
struct limited : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using lifetime = exact_lifetime;
};
}  // namespace

TEST_CASE("snapshot: a restored SA lives no longer than it would have lived [class 42]") {
  using sa_type = outbound_sa<limited, mixing_crypto>;
  sa_form form;
  world<limited, flat_packet, mixing_crypto> w;
  form.parameters();
  form.made.lifetime.soft.packets = 6;
  form.made.lifetime.hard.packets = 10;
  const auto out = w.sending.add(w.crypto, form.made).value();
  for (unsigned i = 0; i < 4; ++i) CHECK(w.sent(udp_packet(family::ipv4, 9), out).first == verdict::forwarded);
  image octets{};
  REQUIRE(save(*w.sending.at(out), octets));
  for (std::uint64_t since = 0; since < 9; ++since) {
    sa_parameters p;
    p.lifetime = form.made.lifetime;
    const auto done = restore<sa_type>(octets, p, {.packets = since});
    if (since >= 6) {
      REQUIRE_FALSE(done);
      CHECK(same_text(done.why().field, "lifetime.hard.packets"));
      continue;
    }
    REQUIRE(done);
    CHECK(p.lifetime.hard.packets == 6 - since);
    CHECK(p.lifetime.soft.packets == (since < 2 ? 2 - since : 1));
    form.parameters();
    p.key = form.key;
    p.salt = form.salt;
    const auto back = w.sending.add(w.crypto, p).value();
    for (std::uint64_t i = 0; i < 8; ++i) CHECK(w.sent(udp_packet(family::ipv4, 9), back).first == (i < 6 - since ? verdict::forwarded : verdict::lifetime_expired));
  }
  sa_parameters p;
  p.lifetime.hard.octets = read_snapshot(octets)->octets;
  CHECK(same_text(refused<sa_type>(octets, p).field, "lifetime.hard.octets"));
  p.lifetime.hard.octets += 100;
  CHECK(restore<sa_type>(octets, p, {.packets = 1, .octets = 99}));
  CHECK(p.lifetime.hard.octets == 1);
  p = {};
  p.lifetime.hard.packets = 1000;
  CHECK(same_text(refused<sa_type>(octets, p, {.packets = 2000}).field, "lifetime.hard.packets"));
  p = {};
  REQUIRE(restore<sa_type>(octets, p, {.packets = 5}));
  CHECK(p.lifetime.none());  // without limits there are none to shorten
}

TEST_CASE("snapshot: resumed counters are those of this SA or none") {
  saved<out_sa> out({.spi = 0x1001}), other({.spi = 0x1002});
  saved<in_sa> in({.spi = 0x1001});
  CHECK_FALSE(resume_counters(out.octets, other.sa));
  CHECK_FALSE(resume_counters(out.octets, in.sa));
  CHECK_FALSE(resume_counters(const_octets{}, out.sa));
  REQUIRE(resume_counters(out.octets, out.sa));
  CHECK(out.sa.traffic().octets.get() == 2 * 77);
  CHECK(out.sa.drops().other.get() == 2 * 9);
}
