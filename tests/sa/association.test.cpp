#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
};
struct fixed : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::transport;
  static constexpr esn_use esn = always;
};

// A user's struct around ours, and one that cannot be edited.
struct with_member {
  int mine = 0;
  inbound_sa<gateway, crypto_type> inside{};
  auto& association() noexcept { return inside; }
};
struct foreign {
  inbound_sa<gateway, crypto_type> hidden{};
};

}  // namespace

template <> struct esplanade::sa_traits<foreign> {
  static auto& association(foreign& f) noexcept { return f.hidden; }
};

TEST_CASE("inbound_sa: install puts everything in place") {
  crypto_type crypto;
  inbound_sa<gateway, crypto_type> sa;
  sa_form form{.suite = gcm256::sizes, .spi = 0x01020304, .mode = mode::transport, .esn = true, .outer = family::ipv6, .start = 77};
  REQUIRE(sa.install(crypto, form.parameters()));
  CHECK(sa.core().spi == 0x01020304);
  CHECK(sa.core().suite == 1);
  CHECK(sa.core().icv_octets == 16);
  CHECK(sa.core().esn);
  CHECK(sa.core().mode == mode::transport);
  CHECK(sa.core().installed);
  CHECK(sa.window().highest() == 77);
  CHECK(sa.destination() == form.made.destination);
  CHECK(sa.source() == form.made.source);
  CHECK(bytes(sa.core().salt, sa.core().salt + 4) == form.salt);
  CHECK(crypto.keys() == 1);
  CHECK(uses_esn<gateway>(sa.core()));
  CHECK_FALSE(is_tunnel<gateway>(sa.core()));
  CHECK(icv_octets<gateway>(sa.core()) == 16);
  CHECK(iv_octets<gateway>(sa.core()) == 8);
  CHECK(alignment_octets<gateway>(sa.core()) == 4);
  // What a profile leaves no choice about is not read from the SA.
  const esplanade::detail::sa_core nothing{};
  CHECK(uses_esn<fixed>(nothing));
  CHECK_FALSE(is_tunnel<fixed>(nothing));
  CHECK(icv_octets<fixed>(nothing) == 16);
  CHECK(iv_octets<fixed>(nothing) == 8);
}

TEST_CASE("inbound_sa: installing twice is a fault that changes nothing; uninstalling wipes [class 39, 55]") {
  crypto_type crypto;
  inbound_sa<gateway, crypto_type> sa;
  sa_form first{.spi = 0x1001}, second{.spi = 0x2002, .which = 2};
  REQUIRE(sa.install(crypto, first.parameters()));
  const auto again = sa.install(crypto, second.parameters());
  REQUIRE_FALSE(again);
  CHECK(again.why().kind == fault_kind::busy);
  CHECK(sa.core().spi == 0x1001);
  CHECK(crypto.keys() == 1);
  sa.traffic().packets.add(5);
  sa.drops().replayed.add(5);
  CHECK(sa.window().update(9) == replay_answer::fresh);
  sa.uninstall(crypto);
  sa.uninstall(crypto);
  CHECK(crypto.keys() == 0);
  CHECK(crypto.misuses() == 0);
  CHECK(std::all_of(sa.core().salt, sa.core().salt + 4, [](octet o) { return o == 0; }));
  REQUIRE(sa.install(crypto, second.parameters()));
  CHECK(sa.core().spi == 0x2002);
  CHECK(sa.traffic().packets.get() == 0);
  CHECK(sa.drops().replayed.get() == 0);
  CHECK(sa.window().check(9) == replay_answer::fresh);
}

TEST_CASE("inbound_sa, outbound_sa: a refused key leaves nothing behind [class 39]") {
  crypto_type crypto;
  inbound_sa<gateway, crypto_type> in;
  outbound_sa<gateway, crypto_type> out;
  sa_form form;
  crypto.fail_at(0);
  CHECK_FALSE(in.install(crypto, form.parameters()));
  CHECK_FALSE(in.core().installed);
  CHECK(in.core().spi == 0);
  crypto.fail_at(0);
  CHECK_FALSE(out.install(crypto, form.parameters()));
  CHECK_FALSE(out.core().installed);
  CHECK_FALSE(static_cast<bool>(out.sequence().take()));
  CHECK(crypto.keys() == 0);
}

TEST_CASE("outbound_sa: numbers begin behind what may have been used, and end at the last [class 21, 24]") {
  crypto_type crypto;
  for (const bool esn : {false, true}) {
    outbound_sa<gateway, crypto_type> sa;
    sa_form form{.esn = esn, .start = 41};
    REQUIRE(sa.install(crypto, form.parameters()));
    CHECK(sa.numbers_left() == (esn ? sequence_last_64 : sequence_last_32) - 41);
    CHECK(sa.sequence().take().consume() == 42);
    sa.uninstall(crypto);
    form.start = esn ? sequence_last_64 : sequence_last_32;
    REQUIRE(sa.install(crypto, form.parameters()));
    CHECK(sa.numbers_left() == 0);
    CHECK_FALSE(static_cast<bool>(sa.sequence().take()));
    CHECK(sa.rekey_due());
  }
}

TEST_CASE("outbound_sa: moving leaves the source without key and numbers [class 21]") {
  crypto_type crypto;
  using sa_type = outbound_sa<gateway, crypto_type>;
  static_assert(!std::is_copy_constructible_v<sa_type> && !std::is_copy_assignable_v<sa_type> && !std::is_move_assignable_v<sa_type>);
  sa_type sa;
  sa_form form{.start = 9, .hop_limit = 33};
  REQUIRE(sa.install(crypto, form.parameters()));
  CHECK(sa.sequence().take().consume() == 10);
  sa.traffic().packets.add(3);
  sa_type other{std::move(sa)};
  CHECK_FALSE(static_cast<bool>(sa.sequence().take()));
  CHECK_FALSE(sa.core().installed);
  CHECK(std::all_of(sa.core().salt, sa.core().salt + 4, [](octet o) { return o == 0; }));
  sa.uninstall(crypto);
  CHECK(crypto.keys() == 1);  // they are the other's
  CHECK(other.sequence().take().consume() == 11);
  CHECK(other.core().spi == form.spi);
  CHECK(other.hop_limit() == 33);
  CHECK(other.traffic().packets.get() == 3);
  CHECK(other.source() == form.made.source);
  other.uninstall(crypto);
  CHECK(crypto.keys() == 0);
  CHECK(crypto.misuses() == 0);
}

TEST_CASE("association: finds our SA in the record itself, behind a member, and by traits") {
  inbound_sa<gateway, crypto_type> plain;
  with_member wrapped;
  foreign other;
  CHECK(&association(plain) == &plain);
  CHECK(&association(wrapped) == &wrapped.inside);
  CHECK(&association(other) == &other.hidden);
  static_assert(std::is_same_v<association_t<with_member>, inbound_sa<gateway, crypto_type>>);
  static_assert(std::is_same_v<association_t<foreign>, inbound_sa<gateway, crypto_type>>);
}

TEST_CASE("inbound_sa, outbound_sa: hot octets stand in front [row 31]") {
  static_assert(inbound_sa<fixed, crypto_type>::layout_kept());
  static_assert(alignof(inbound_sa<gateway, crypto_type>) == 64 && alignof(outbound_sa<gateway, crypto_type>) == 64);
  CHECK(sizeof(esplanade::detail::sa_core) == 24);
}

TEST_CASE("inbound_sa, outbound_sa: nothing of the salt is left when they are destroyed [class 41] [row 90]") {
  crypto_type crypto;
  sa_form form;
  form.parameters();
  const auto leaves_nothing = [&]<class Sa>() {
    alignas(Sa) static octet storage[sizeof(Sa)];
    Sa* const sa = ::new (static_cast<void*>(storage)) Sa;
    REQUIRE(sa->install(crypto, form.made));
    CHECK(std::search(storage, storage + sizeof storage, form.salt.begin(), form.salt.end()) != storage + sizeof storage);
    sa->~Sa();
    CHECK(std::search(storage, storage + sizeof storage, form.salt.begin(), form.salt.end()) == storage + sizeof storage);
  };
  leaves_nothing.template operator()<inbound_sa<gateway, crypto_type>>();
  leaves_nothing.template operator()<outbound_sa<gateway, crypto_type>>();
}
