// Options that come with a packet: what the outer header becomes, in both families, with any policy and any batch.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {
struct usual : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t burst = 4;
};
struct overriding : usual {
  static constexpr bool overrides = true;
};
template <class Profile> struct sender : world<Profile, flat_packet, mixing_crypto> {
  std::vector<bytes> sent_with(const std::vector<packet_options>& options, const sa_form& form, const bytes& inner) {
    const auto sa = this->add_sender(form);
    train<flat_packet> t;
    for (std::size_t i = 0; i < options.size(); ++i) t.add(inner, sa);
    batch_view<flat_packet> view = t.view_with_handles();
    view.options = options;
    CHECK(this->path.outbound(view) == options.size());
    std::vector<bytes> out;
    for (std::size_t i = 0; i < options.size(); ++i) out.push_back(t.octets(i));
    return out;
  }
};
}  // namespace

TEST_CASE("overrides: DSCP, hop limit and DF of the outer header are what came with each packet, and nothing else changes [row 37]") {
  const std::vector<packet_options> options{
      {}, {.dscp = 46}, {.hop_limit = 1}, {.may_fragment = fragmenting::forbidden}, {.may_fragment = fragmenting::allowed},
      {.dscp = 0, .hop_limit = 255, .may_fragment = fragmenting::forbidden}, {.dscp = 63}, {.dscp = 64}};
  for (const family outer : {family::ipv4, family::ipv6})
    for (const bool df : {false, true}) {
      const bytes inner = make_ip({.payload = udp(1, 2, 20), .traffic_class = (26 << 2) | 2, .fragment = df ? 0x4000u : 0u});
      sender<overriding> with;
      sender<usual> without;
      const auto changed = with.sent_with(options, {.outer = outer}, inner), as_usual = without.sent_with(options, {.outer = outer}, inner);
      for (std::size_t i = 0; i < options.size(); ++i) {
        CAPTURE(i);
        CHECK(wrong_in_ip(changed[i]) == "");
        const packet_options& o = options[i];
        const std::size_t traffic_class = outer == family::ipv4 ? changed[i][1] : (get16(changed[i], 0) >> 4 & 0xff);
        CHECK((traffic_class >> 2) == (o.dscp <= 63 ? o.dscp : 26u));
        CHECK((traffic_class & 3) == 2);  // ECN is not the sender's to choose (RFC 6040)
        CHECK(changed[i][outer == family::ipv4 ? 8 : 7] == (o.hop_limit == 0 ? 64 : o.hop_limit));
        if (outer == family::ipv4) CHECK(((changed[i][6] & 0x40) != 0) == (o.may_fragment == fragmenting::as_usual ? df : o.may_fragment == fragmenting::forbidden));
        const std::ptrdiff_t header = outer == family::ipv4 ? 20 : 40;
        CHECK(bytes(changed[i].begin() + header, changed[i].end()) == bytes(as_usual[i].begin() + header, as_usual[i].end()));
        // What was not asked for is as it is without.
        CHECK(bytes(changed[i].begin() + header - 8, changed[i].begin() + header) == bytes(as_usual[i].begin() + header - 8, as_usual[i].begin() + header));
      }
      CHECK(changed[0] == as_usual[0]);
      CHECK(changed[7] == as_usual[7]);
    }
}

TEST_CASE("overrides: without options in the batch everything is as usual, and none of one batch is left for the next [class 46] [row 37]") {
  sender<overriding> w;
  sender<usual> plain;
  const bytes inner = udp_packet(family::ipv4, 20);
  const auto sa = w.add_sender({}), other = plain.add_sender({});
  const auto send = [&](auto& world, outbound_handle handle, std::span<const packet_options> options) {
    train<flat_packet> t;
    for (unsigned i = 0; i < 6; ++i) t.add(inner, handle);
    batch_view<flat_packet> view = t.view_with_handles();
    view.options = options;
    CHECK(world.path.outbound(view) == 6);
    return t.octets(5);
  };
  const std::vector<packet_options> options(6, {.dscp = 10, .hop_limit = 9});
  CHECK(send(w, sa, options)[8] == 9);
  send(plain, other, {});
  CHECK(send(w, sa, {}) == send(plain, other, {}));
}

TEST_CASE("overrides: transport mode has no outer header and takes none") {
  sender<overriding> w;
  sender<usual> plain;
  const std::vector<packet_options> options(3, {.dscp = 10, .hop_limit = 9, .may_fragment = fragmenting::forbidden});
  const bytes inner = udp_packet(family::ipv4, 20);
  CHECK(w.sent_with(options, {.mode = mode::transport}, inner) == plain.sent_with(options, {.mode = mode::transport}, inner));
}
