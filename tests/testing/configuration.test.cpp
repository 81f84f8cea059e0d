#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/configuration.hpp>
#include <esplanade/testing/foreign_mbuf.hpp>

using namespace esplanade;
using namespace esplanade::testing;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct by_policy : gateway {
  using policy = linear_policy<4>;
};
struct endpoint : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_8<192>>;
  static constexpr auto modes = mode::transport;
  static constexpr auto esn = off;
};

using hardware = delayed_crypto<mixing_crypto>;
using offloaded = default_configuration<gateway, chain_packet<4>, flat_store<8>, hardware, mixing_crypto>;

// One member less than the archetype, or one promise less: no longer a model.
struct without_profile : archetype::configuration { using profile = void; };
struct without_crypto : archetype::configuration { using crypto = void; };
struct without_make : archetype::configuration { void make(const packet_form&) = delete; };
struct without_release : archetype::configuration { void release(flat_packet*) = delete; };
struct without_add_pair : archetype::configuration { void add_pair(const sa_parameters&) = delete; };
struct without_reset : archetype::configuration { void reset() = delete; };
struct without_path : archetype::configuration { void path() = delete; };
struct without_default : archetype::configuration { explicit without_default(int); };
struct one_handle : archetype::configuration { result<outbound_handle> add_pair(const sa_parameters&); };
struct one_way {
  auto& sending();
};
struct without_receiving : archetype::configuration { one_way& path(); };
struct hardware_alone : archetype::configuration { using crypto = hardware; };
struct hardware_with_stand_in : hardware_alone { using fuzz_configuration = archetype::configuration; };
static_assert(!TestConfiguration<without_profile>);
static_assert(!TestConfiguration<without_crypto>);
static_assert(!TestConfiguration<without_make>);
static_assert(!TestConfiguration<without_release>);
static_assert(!TestConfiguration<without_add_pair>);
static_assert(!TestConfiguration<without_reset>);
static_assert(!TestConfiguration<without_path>);
static_assert(!TestConfiguration<without_default>);
static_assert(!TestConfiguration<one_handle>);
static_assert(!TestConfiguration<without_receiving>);
static_assert(!TestConfiguration<hardware_alone>);
static_assert(TestConfiguration<hardware_with_stand_in>);
static_assert(!TestConfiguration<int>);

static_assert(std::is_same_v<fuzz_configuration_of<archetype::configuration>, archetype::configuration>);
static_assert(std::is_same_v<fuzz_crypto_of<offloaded>, mixing_crypto>);
static_assert(std::is_same_v<fuzz_crypto_of<hardware_with_stand_in>, null_crypto>);

std::vector<octet> inner(std::size_t size, unsigned which = 0) {
  std::vector<octet> p = seeded_octets(size, which);
  const octet header[] = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol_number::udp, 0, 0, 10, 1, 0, 1, 10, 2, 0, 1};
  std::copy(std::begin(header), std::end(header), p.begin());
  store_be16(p.data() + 2, static_cast<std::uint16_t>(size));
  return p;
}

// `n` packets go out and come back; what arrived, in order.
template <class C> struct journey {
  std::size_t out = 0, in = 0;
  bool changed_on_the_way = true, restored = true;
  std::vector<verdict> verdicts;

  journey(C& c, const sa_pair& sas, std::size_t n, const cut& segments = {}) : verdicts(n) {
    batch_runner<C> run(c);
    std::vector<typename C::packet_type*> packets;
    for (unsigned i = 0; i < n; ++i) {
      const std::vector<octet> content = inner(100, i);
      packets.push_back(c.make({.content = content, .segments = segments, .headroom = 128, .tailroom = 128}));
      REQUIRE(packets.back() != nullptr);
    }
    const std::vector<outbound_handle> handles(n, sas.sending);
    out = run.outbound({packets, verdicts, handles});
    for (unsigned i = 0; i < out; ++i) changed_on_the_way = changed_on_the_way && read_packet(c, *packets[i]) != inner(100, i);
    in = run.inbound({packets, verdicts});
    for (unsigned i = 0; i < in; ++i) restored = restored && read_packet(c, *packets[i]) == inner(100, i);
    for (auto* p : packets) c.release(p);
  }
};

}  // namespace

TEST_CASE_TEMPLATE("default_configuration: what goes out comes back, in order", C, default_configuration<gateway>, default_configuration<gateway, chain_packet<4>>,
                   default_configuration<by_policy, foreign_mbufs>, default_configuration<endpoint, flat_packet, flat_store<1>, mixing_crypto>,
                   archetype::configuration, offloaded) {
  static_assert(TestConfiguration<C>);
  C c;
  const auto sas = c.add_pair(sample_sa<typename C::profile>());
  REQUIRE(sas);
  for (const std::size_t n : {1u, 31u, 32u, 33u, 300u}) {
    const journey<C> j(c, *sas, n);
    CHECK(j.out == n);
    CHECK(j.changed_on_the_way);
    CHECK(j.in == n);
    CHECK(j.restored);
  }
  CHECK(c.path().sending().snapshot()[verdict::forwarded] == 397);
  CHECK(c.path().receiving().snapshot()[verdict::forwarded] == 397);
}

TEST_CASE("default_configuration: cuts as asked; a type that has no such cut makes none") {
  default_configuration<gateway, chain_packet<4>> c;
  const auto sas = c.add_pair(sample_sa<gateway>());
  CHECK(journey(c, *sas, 5, {20, 0, 30, 50}).restored);
  default_configuration<gateway> flat;
  CHECK(flat.make({.content = {}, .segments = {0, 0}}) == nullptr);
}

TEST_CASE("configuration: reset forgets SAs and counts") {
  default_configuration<by_policy, flat_packet, flat_store<1>> c;
  const sa_pair before = *c.add_pair(sample_sa<by_policy>());
  CHECK(journey(c, before, 3).in == 3);
  CHECK(c.add_pair(sample_sa<by_policy>(1)).why().kind == fault_kind::no_space);
  c.reset();
  CHECK(c.path().sending().snapshot().total() == 0);
  const journey gone(c, before, 1);
  CHECK(gone.out == 0);
  CHECK(c.path().sending().snapshot()[verdict::no_policy] == 1);
}

TEST_CASE("add_pair: two SAs lead two lives") {
  default_configuration<gateway> c;
  const sa_pair first = *c.add_pair(sample_sa<gateway>(0, 0));
  const sa_pair second = *c.add_pair(sample_sa<gateway>(1, 1));
  CHECK(journey(c, first, 3).in == 3);
  CHECK(journey(c, second, 4).in == 4);
  CHECK(c.outbound_sas().at(first.sending)->traffic().packets.get() == 3);
  CHECK(c.inbound_sas().at(second.receiving)->traffic().packets.get() == 4);
}

TEST_CASE("sample_sa: different numbers are different SAs, under different keys") {
  for (std::uint32_t i = 1; i < 20; ++i) {
    const sa_parameters a = sample_sa<gateway>(0), b = sample_sa<gateway>(i);
    CHECK(a.spi != b.spi);
    CHECK(!std::equal(a.key.begin(), a.key.end(), b.key.begin()));
  }
  CHECK(sample_sa<gateway>(0, 1).key.size() == 32);
  CHECK(sample_sa<endpoint>().mode == mode::transport);
  CHECK(!sample_sa<endpoint>().esn);
}

TEST_CASE("batch_runner: verdicts and order of losers are the lane's, at once or later") {
  offloaded c;
  default_configuration<gateway, chain_packet<4>, flat_store<8>, mixing_crypto> at_once;
  const sa_pair later = *c.add_pair(sample_sa<gateway>()), now = *at_once.add_pair(sample_sa<gateway>());
  const auto outcome = [](auto& configuration, const sa_pair& sas) {
    using C = std::remove_reference_t<decltype(configuration)>;
    batch_runner<C> run(configuration);
    std::vector<typename C::packet_type*> packets;
    std::vector<outbound_handle> handles;
    for (unsigned i = 0; i < 100; ++i) {
      const std::vector<octet> content = inner(60 + i, i);
      packets.push_back(configuration.make({.content = content, .headroom = i % 7 == 3 ? 4u : 128u, .tailroom = 64}));
      handles.push_back(i % 5 == 2 ? outbound_handle{} : sas.sending);
    }
    std::vector<verdict> verdicts(100);
    const std::size_t live = run.outbound({packets, verdicts, handles});
    std::vector<std::vector<octet>> contents;
    for (auto* p : packets) contents.push_back(read_packet(configuration, *p));
    for (auto* p : packets) configuration.release(p);
    return std::tuple(live, verdicts, contents);
  };
  CHECK(outcome(c, later) == outcome(at_once, now));
  CHECK(std::get<0>(outcome(c, later)) < 80);
}
