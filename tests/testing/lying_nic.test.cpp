// What a host owes to whoever has a NIC that lies: losses, and nothing worse.
#include "support/lied_to.hpp"

using namespace support;
using namespace support::lied_to;

TEST_CASE("lying_nic: whatever a NIC says, nothing forged is delivered with verify_after, nothing leaves in clear and nothing comes twice [class 49] [row 94]") {
  std::size_t sent = 0, came = 0;
  std::uint64_t told = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    path<suspicious> p;
    p.side.device.lie(testing::lies::all(7), seed);
    testing::seeded numbers{seed};
    for (int k = 0; k < 30; ++k) p.round(numbers, 6);
    CHECK(p.forged_delivered == 0);
    sent += p.sent;
    came += p.delivered.size();
    told += p.side.device.told();
  }
  CHECK(told > 1000);
  CHECK(sent > 5000);
  CHECK(came > sent / 4);
}

TEST_CASE("lying_nic: one lie at a time costs at most the packets that it is told of") {
  const auto one = [](unsigned testing::lies::*which) {
    testing::lies how{};
    how.*which = 3;
    return how;
  };
  for (const auto which : {&testing::lies::refuse_sa, &testing::lies::claim_success, &testing::lies::wrong_trailer, &testing::lies::ask_delete, &testing::lies::swap, &testing::lies::delay, &testing::lies::duplicate,
                           &testing::lies::ignore_delete}) {
    path<suspicious> p;
    p.side.device.lie(one(which), 5);
    testing::seeded numbers{3};
    for (int k = 0; k < 40; ++k) p.round(numbers, 0);
    p.side.device.lie({}, 1);
    p.round(numbers, 0);  // what was delayed
    CHECK(p.forged_delivered == 0);
    CHECK(p.delivered.size() == p.next);
  }
}

TEST_CASE("lying_nic: believed, a lie of success lets through what is forged and no more: replays stay out") {
  for (const unsigned forge : {0u, 3u}) {
    std::size_t wrong = 0, came = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      path<trusting> p;
      testing::lies how{};
      how.claim_success = 2;
      how.duplicate = 3;
      how.swap = 3;
      p.side.device.lie(how, seed);
      testing::seeded numbers{seed};
      for (int k = 0; k < 30; ++k) p.round(numbers, forge);
      wrong += p.forged_delivered;
      came += p.delivered.size();
    }
    CHECK((wrong != 0) == (forge != 0));  // what the named trust covers, or the lie was none
    CHECK(came > 1000);
  }
}

TEST_CASE("lying_nic: an SA that the NIC forgot, or a handle of another, sends nothing in clear") {
  testing::lies how{};
  how.forget_sa = 2;
  how.stale_handle = 2;
  how.ignore_update = 2;
  std::size_t sent = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    path<suspicious> p;
    p.side.device.lie(how, seed);
    testing::seeded numbers{seed};
    for (int k = 0; k < 30; ++k) p.round(numbers, 0);
    CHECK(p.forged_delivered == 0);
    sent += p.sent;
  }
  CHECK(sent > 1000);
}
