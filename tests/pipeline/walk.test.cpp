#include "support/stages.hpp"

#include <doctest/doctest.h>

using namespace support;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};

// Notes every call of every part of a stage.
struct calls {
  std::string log{};
  std::size_t refuse = 99;  // the packet that is refused
  void note(char what, std::size_t i) { log += what + std::to_string(i) + " "; }
};
struct step {
  static constexpr const char* name = "step";
  static constexpr fact needs = fact::none, gives = fact::none;
  char letter;
  calls* into;
  bool refuses = false;
  template <class Context> verdict operator()(Context&, std::size_t i) const noexcept {
    into->note(letter, i);
    return refuses && i == into->refuse ? verdict::user_5 : verdict::forwarded;
  }
};
struct bracket {
  static constexpr const char* name = "bracket";
  static constexpr fact needs = fact::none, gives = fact::none;
  calls* into;
  char refuses = ' ';
  template <class Context> verdict prepare(Context&, std::size_t i) const noexcept {
    into->note('p', i);
    return refuses == 'p' && i == into->refuse ? verdict::user_6 : verdict::forwarded;
  }
  template <class Context> void work(Context&) const noexcept { into->log += "| "; }
  template <class Context> verdict finish(Context&, std::size_t i) const noexcept {
    into->note('f', i);
    return refuses == 'f' && i == into->refuse ? verdict::user_7 : verdict::forwarded;
  }
};
struct half_bracket {
  static constexpr const char* name = "half_bracket";
  static constexpr fact needs = fact::none, gives = fact::none;
  calls* into;
  template <class Context> void work(Context&) const noexcept { into->log += "/ "; }
  template <class Context> verdict finish(Context&, std::size_t i) const noexcept {
    into->note('h', i);
    return verdict::forwarded;
  }
};
struct batch {
  static constexpr const char* name = "batch";
  static constexpr fact needs = fact::none, gives = fact::none;
  calls* into;
  template <class Context> void operator()(Context& c) const noexcept {
    into->log += "B ";
    if (into->refuse < c.count && c.verdicts[into->refuse] == verdict::forwarded) c.verdicts[into->refuse] = verdict::user_4;
  }
};

struct walking {
  receiving_bench<gateway> b{};
  calls seen{};
  explicit walking(std::size_t packets, std::size_t refuse = 99) {
    for (std::size_t i = 0; i < packets; ++i) b.packets.add(udp_packet(family::ipv4, i));
    seen.refuse = refuse;
  }
};

}  // namespace

TEST_CASE("walk: neighbouring stages run packet by packet, brackets close around the batch") {
  walking w(2);
  w.b.go(step{'a', &w.seen}, step{'b', &w.seen}, bracket{&w.seen}, step{'c', &w.seen}, bracket{&w.seen}, step{'d', &w.seen});
  CHECK(w.seen.log == "a0 b0 p0 a1 b1 p1 | f0 c0 p0 f1 c1 p1 | f0 d0 f1 d1 ");
}

TEST_CASE("walk: a bracket that prepares nothing costs no pass of its own") {
  walking w(2);
  w.b.go(half_bracket{&w.seen}, step{'a', &w.seen}, half_bracket{&w.seen}, bracket{&w.seen}, half_bracket{&w.seen});
  CHECK(w.seen.log == "/ h0 a0 h1 a1 / h0 p0 h1 p1 | f0 f1 / h0 h1 ");
}

TEST_CASE("walk: a batch stage stands alone between two passes") {
  walking w(2);
  w.b.go(batch{&w.seen}, step{'a', &w.seen}, batch{&w.seen}, batch{&w.seen}, bracket{&w.seen}, batch{&w.seen});
  CHECK(w.seen.log == "B a0 a1 B B p0 p1 | f0 f1 B ");
}

TEST_CASE("walk: a refused packet goes no further, whoever refused it, and its verdict stays [class 45]") {
  const auto run = [](auto make) {
    walking w(3, 1);
    make(w);
    return w.seen.log + name_of(w.b.of(1)) + " " + name_of(w.b.of(0)) + " " + name_of(w.b.of(2));
  };
  CHECK(run([](walking& w) { w.b.go(step{'a', &w.seen, true}, step{'b', &w.seen}, bracket{&w.seen}, step{'c', &w.seen}); }) ==
        "a0 b0 p0 a1 a2 b2 p2 | f0 c0 f2 c2 user_5 forwarded forwarded");
  CHECK(run([](walking& w) { w.b.go(bracket{&w.seen, 'p'}, step{'c', &w.seen}); }) == "p0 p1 p2 | f0 c0 f2 c2 user_6 forwarded forwarded");
  CHECK(run([](walking& w) { w.b.go(bracket{&w.seen, 'f'}, step{'c', &w.seen}); }) == "p0 p1 p2 | f0 c0 f1 f2 c2 user_7 forwarded forwarded");
  CHECK(run([](walking& w) { w.b.go(batch{&w.seen}, step{'c', &w.seen}, batch{&w.seen}); }) == "B c0 c2 B user_4 forwarded forwarded");
}

TEST_CASE("walk: an empty batch runs brackets around nothing") {
  walking w(0);
  w.b.go(step{'a', &w.seen}, bracket{&w.seen}, batch{&w.seen});
  CHECK(w.seen.log == "| B ");
}
