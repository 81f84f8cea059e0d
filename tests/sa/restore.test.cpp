#include "sa/saved_sas.hpp"

#include <set>

using namespace saved_sas;

TEST_CASE("restore: a jump that leaves no number is refused, and the one before it is not [class 21, 22, 24]") {
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

TEST_CASE("restore: after a crash no nonce comes twice, nothing accepted is accepted again, and traffic goes on [class 21, 31, 44] [row 35]") {
  for (const bool esn : {false, true})
    for (const std::size_t meanwhile : {0u, 1u, 63u, 64u, 65u, 300u}) {
      crash_and_come_back(esn, 0, 100, meanwhile, meanwhile);  // just enough
      crash_and_come_back(esn, 0, 10, meanwhile, 300);
      crash_and_come_back(esn, 100000, 1, meanwhile, 5000);
    }
  crash_and_come_back(true, 0xffffff80, 100, 60, 200);  // over the end of the low half
  crash_and_come_back(true, 0xffffff80, 20, 60, 60);
}

TEST_CASE("restore: a jump that is too short would repeat a nonce: what the caller says is what keeps it [class 21, 54]") {
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

TEST_CASE("restore: a restored SA lives no longer than it would have lived [class 42]") {
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

TEST_CASE("restore: resumed counters are those of this SA or none") {
  saved<out_sa> out({.spi = 0x1001}), other({.spi = 0x1002});
  saved<in_sa> in({.spi = 0x1001});
  CHECK_FALSE(resume_counters(out.octets, other.sa));
  CHECK_FALSE(resume_counters(out.octets, in.sa));
  CHECK_FALSE(resume_counters(const_octets{}, out.sa));
  REQUIRE(resume_counters(out.octets, out.sa));
  CHECK(out.sa.traffic().octets.get() == 2 * 77);
  CHECK(out.sa.drops().other.get() == 2 * 9);
}
