// Each rule at its border; the words of each stand in tests/rejects.
#include <doctest/doctest.h>

#include <esplanade/capability/rules.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/sa/counted_window.hpp>
#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/shared_window.hpp>

using namespace esplanade;

namespace rules_test {  // named: clang 14 calls members of unnamed namespaces unused

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
template <std::uint32_t Packets> struct windowed : gateway {
  using replay = window<Packets>;
};
template <std::size_t Levels> struct levelled : gateway {
  static constexpr std::size_t levels = Levels;
};
template <std::size_t Burst> struct bursting : gateway {
  static constexpr std::size_t burst = Burst;
};
template <esn_use Esn> struct without_window : gateway {
  static constexpr esn_use esn = Esn;
  using replay = no_window;
};
struct large_window {
  static constexpr std::uint32_t packets = 65537;
};
struct too_large : gateway {
  using replay = large_window;
};
struct no_modes : gateway {
  static constexpr set_of<mode> modes{};
};
struct no_suites : profile {
  static constexpr auto suites = esplanade::suites<>;
};
template <std::uint8_t Salt, std::uint8_t Iv, std::uint8_t Icv, std::uint8_t Alignment> struct sized {
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 16, Salt, Iv, Icv, Alignment};
  static constexpr const char* name = "sized";
};
template <class S> struct with_suite : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, S>;
};
template <class S> struct opted_in : with_suite<S> {
  static constexpr bool legacy_algorithms = true;
  static constexpr bool encryption_without_integrity = true;
};
struct two_authenticators {
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 36, 4, 8, 16, 4, mac_family::hmac_sha1, 20};
  static constexpr const char* name = "two_authenticators";
};
struct misspelt : gateway {
  using anti_replay = window<64>;
};

template <std::size_t Lanes, class Sequence, class Replay> struct laned : gateway {
  static constexpr std::size_t lanes = Lanes;
  using sequence = Sequence;
  using replay = Replay;
};
template <std::size_t Lanes> struct laned_by_default : gateway {
  static constexpr std::size_t lanes = Lanes;
};

struct picky : null_crypto {
  template <class S> static constexpr bool supports = S::sizes.key == 16;
};
struct large_keys : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>>;
};

using detail::broken_rule;
using detail::profile_rule;

}  // namespace rules_test
using namespace rules_test;

TEST_CASE("rules: a window is 32 to 65536 packets, or none") {
  static_assert(broken_rule<windowed<31>>() == profile_rule::window_small && broken_rule<windowed<1>>() == profile_rule::window_small);
  static_assert(profile_is_sound<windowed<32>> && profile_is_sound<windowed<65536>>);
  static_assert(broken_rule<too_large>() == profile_rule::window_large);
}

TEST_CASE("rules: ESN needs a window") {
  static_assert(broken_rule<without_window<per_sa>>() == profile_rule::esn_window && broken_rule<without_window<always>>() == profile_rule::esn_window);
  static_assert(profile_is_sound<without_window<off>>);
}

TEST_CASE("rules: 1 to 4 levels, bursts of 1 to 256, at least one suite and one mode") {
  static_assert(broken_rule<levelled<0>>() == profile_rule::levels && broken_rule<levelled<5>>() == profile_rule::levels);
  static_assert(profile_is_sound<levelled<1>> && profile_is_sound<levelled<4>>);
  static_assert(broken_rule<bursting<0>>() == profile_rule::burst && broken_rule<bursting<257>>() == profile_rule::burst);
  static_assert(profile_is_sound<bursting<1>> && profile_is_sound<bursting<256>>);
  static_assert(broken_rule<no_modes>() == profile_rule::modes && broken_rule<no_suites>() == profile_rule::suites);
  static_assert(broken_rule<int>() == profile_rule::not_a_profile && broken_rule<misspelt>() == profile_rule::window_alias);
  static_assert(profile_rules<gateway>::kept);
}

TEST_CASE("rules: a job can hold what a suite of the user's asks for, and no suite goes without an ICV [class 20, 26]") {
  static_assert(profile_is_sound<with_suite<sized<4, 16, 32, 16>>> && profile_is_sound<with_suite<sized<0, 0, 8, 4>>>);
  static_assert(broken_rule<with_suite<sized<5, 8, 16, 4>>>() == profile_rule::suite_sizes && broken_rule<with_suite<sized<4, 17, 16, 4>>>() == profile_rule::suite_sizes);
  static_assert(broken_rule<with_suite<sized<4, 8, 33, 4>>>() == profile_rule::suite_sizes && broken_rule<with_suite<sized<4, 8, 7, 4>>>() == profile_rule::suite_sizes);
  static_assert(broken_rule<with_suite<sized<4, 8, 0, 4>>>() == profile_rule::suite_sizes);
  static_assert(broken_rule<with_suite<sized<4, 8, 16, 0>>>() == profile_rule::suite_sizes && broken_rule<with_suite<sized<4, 8, 16, 2>>>() == profile_rule::suite_sizes);
  static_assert(broken_rule<with_suite<sized<4, 8, 16, 12>>>() == profile_rule::suite_sizes);
}

TEST_CASE("rules: the parts of a suite agree [class 17]") {
  using cf = cipher_family;
  using mf = mac_family;
  static_assert(detail::parts_agree({cf::aes_cbc, 36, 0, 16, 12, 16, mf::hmac_sha1, 20}) && detail::parts_agree({cf::aes_cbc, 16, 0, 16, 0, 16}));
  static_assert(!detail::parts_agree({cf::aes_cbc, 36, 0, 16, 12, 16, mf::hmac_sha1, 0}) && !detail::parts_agree({cf::aes_cbc, 36, 0, 16, 12, 16, mf::none, 20}));
  static_assert(!detail::parts_agree({cf::aes_cbc, 16, 0, 16, 12, 16, mf::hmac_sha1, 20}), "a MAC's key is part of the key");
  static_assert(!detail::parts_agree({cf::aes_gcm, 36, 4, 8, 16, 4, mf::hmac_sha1, 20}) && !detail::parts_agree({cf::aes_gmac, 36, 4, 8, 16, 4, mf::hmac_sha1, 20}));
  static_assert(detail::parts_agree({cf::aes_gcm, 16, 4, 0, 16, 4, mf::none, 0, 8}) && !detail::parts_agree({cf::aes_gcm, 16, 4, 8, 16, 4, mf::none, 0, 8}));
  static_assert(!detail::parts_agree({cf::aes_gcm, 16, 4, 0, 16, 4, mf::none, 0, 4}) && !detail::parts_agree({cf::aes_ctr, 36, 4, 0, 12, 4, mf::hmac_sha1, 20, 8}));
  static_assert(broken_rule<with_suite<two_authenticators>>() == profile_rule::suite_parts);
}

TEST_CASE("rules: nothing goes without integrity or by an old algorithm that the profile does not name [class 20]") {
  static_assert(broken_rule<with_suite<esp_null<no_integrity>>>() == profile_rule::no_protection && broken_rule<with_suite<ah<no_integrity>>>() == profile_rule::no_protection);
  static_assert(broken_rule<opted_in<esp_null<no_integrity>>>() == profile_rule::no_protection, "never");
  static_assert(broken_rule<opted_in<esp_aes_ctr<128, no_integrity>>>() == profile_rule::counter_without_integrity, "never");
  static_assert(broken_rule<with_suite<esp_aes_cbc<128, no_integrity>>>() == profile_rule::without_integrity && profile_is_sound<opted_in<esp_aes_cbc<128, no_integrity>>>);
  static_assert(broken_rule<with_suite<legacy::esp_des_cbc<hmac_sha1_96>>>() == profile_rule::legacy_algorithms && profile_is_sound<opted_in<legacy::esp_des_cbc<hmac_sha1_96>>>);
  static_assert(broken_rule<with_suite<legacy::esp_3des_cbc<hmac_sha1_96>>>() == profile_rule::legacy_algorithms);
  static_assert(broken_rule<with_suite<esp_null<legacy::hmac_md5_96>>>() == profile_rule::legacy_algorithms && profile_is_sound<opted_in<esp_null<legacy::hmac_md5_96>>>);
  static_assert(profile_is_sound<with_suite<esp_aes_cbc<128, hmac_sha1_96>>> && profile_is_sound<with_suite<esp_null<aes_xcbc_96>>>);
  static_assert(profile_is_sound<with_suite<ah_aes_gmac<128>>>);
}

TEST_CASE("rules: several lanes need a counter and a window that are made for them [class 21, 34]") {
  using window_for_all = shared_window<64>;
  static_assert(profile_is_sound<laned_by_default<1>> && profile_is_sound<laned<1, sequential, window<64>>>);
  static_assert(broken_rule<laned_by_default<2>>() == profile_rule::lanes_sequence);
  static_assert(broken_rule<laned<2, sequential, window_for_all>>() == profile_rule::lanes_sequence);
  static_assert(broken_rule<laned<2, atomic_sequence, window<64>>>() == profile_rule::lanes_window);
  static_assert(broken_rule<laned<2, atomic_sequence, counted_window<64>>>() == profile_rule::lanes_window);
  static_assert(profile_is_sound<laned<2, atomic_sequence, window_for_all>> && profile_is_sound<laned<64, atomic_sequence, window_for_all>>);
  static_assert(profile_is_sound<laned<1, atomic_sequence, window_for_all>>, "what is made for several serves one");
  static_assert(broken_rule<laned<0, atomic_sequence, window_for_all>>() == profile_rule::lanes);
  static_assert(broken_rule<laned<65, atomic_sequence, window_for_all>>() == profile_rule::lanes);
}

TEST_CASE("rules: the peer's window reaches back to every number of a slow lane, to the number [class 32]") {
  using window_for_all = shared_window<64>;
  static_assert(profile_is_sound<laned<4, reserved_block<4, 48, 64>, window_for_all>>);
  static_assert(broken_rule<laned<5, reserved_block<4, 48, 64>, window_for_all>>() == profile_rule::block_reach);
  static_assert(broken_rule<laned<4, reserved_block<4, 49, 64>, window_for_all>>() == profile_rule::block_reach);
  static_assert(broken_rule<laned<4, reserved_block<4, 48, 63>, window_for_all>>() == profile_rule::block_reach);
  static_assert(broken_rule<laned<1, reserved_block<4, 61, 64>, window<64>>>() == profile_rule::block_reach);
  static_assert(broken_rule<laned<2, reserved_block<8, 7, 64>, window_for_all>>() == profile_rule::block_skew);
  static_assert(broken_rule<laned<2, reserved_block<0, 7, 64>, window_for_all>>() == profile_rule::block_skew);
  static_assert(broken_rule<laned<2, reserved_block<4, 1000, 64>, window_for_all>>() == profile_rule::block_reach);
}

TEST_CASE("rules: a provider has every suite that the profile names") {
  static_assert(provider_rules<large_keys, null_crypto>::kept && provider_rules<gateway, picky>::kept);
  // provider_rules<large_keys, picky> does not compile: tests/rejects/provider_lacks_a_suite.cpp
  CHECK_FALSE(picky::supports<esp_aes_gcm_16<256>>);
}
