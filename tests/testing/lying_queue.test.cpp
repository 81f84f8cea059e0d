// What a host owes to whoever has a NIC whose queues and control path lie: losses, leaks with a name, and nothing worse.
#include "support/lied_to.hpp"

#include <esplanade/offload/direct_requests.hpp>
#include <esplanade/testing/lying_control.hpp>
#include <esplanade/testing/lying_queue.hpp>

using namespace support;
using namespace support::lied_to;

namespace lying_queue_test {
/// A card behind a queue and a control path that lie.
template <class P> struct queued : card<P, flat_packet, crypto_type> {
  using base = card<P, flat_packet, crypto_type>;
  testing::liar teller{};
  testing::lying_control<typename base::adapter::control_type> control{this->made->control(), teller};
  direct_requests<testing::lying_control<typename base::adapter::control_type>, 8> requests{control};
  testing::lying_send_queue<typename base::sender, net_buffer_list> out{*this->queue, teller};

  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept { return requests.add_sa(r); }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept { return requests.update_sa(u); }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept { return requests.delete_sa(h); }
};
using lied = path<suspicious, queued<suspicious>>;
auto& of(lied& p) { return p.side.device.honest(); }

/// Everything that is kept comes back, and control looks until nothing is under way.
void settle(lied& p) {
  p.side.device.lie({}, 1);
  of(p).teller.begin({}, 1);
  of(p).out.give_back([&p](net_buffer_list& l) noexcept { p.came_back(l); });
  of(p).control.tell_all();
  for (int k = 0; k < 40; ++k) {
    of(p).requests.tend();
    p.side.placing.tend();
  }
}
void withdraw_all(lied& p) {
  for (std::size_t i = 0; i < p.all.size(); ++i) {
    (void)p.side.placing.withdraw(p.out[i]);
    (void)p.side.placing.withdraw(p.in[i]);
  }
}
testing::lies only(std::initializer_list<unsigned testing::lies::*> which) {
  testing::lies how{};
  for (const auto w : which) how.*w = 3;
  return how;
}
}  // namespace lying_queue_test
using namespace lying_queue_test;

TEST_CASE("lying_queue: completions that are lost, late, doubled or reordered count each frame once: no SA goes while one is out, and nothing forged or in clear passes [class 38] [class 49] [row 94]") {
  std::size_t sent = 0, came = 0, twice = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    lied p;
    p.side.device.lie(testing::lies::all(9), seed);
    of(p).teller.begin(testing::lies::all(9), seed + 1000);
    testing::seeded numbers{seed};
    for (int k = 0; k < 25; ++k) {
      p.round(numbers, 6);
      p.check_given();
      of(p).requests.tend();
    }
    CHECK(p.forged_delivered == 0);
    withdraw_all(p);
    settle(p);
    p.check_given();
    CHECK(p.side.placing.frames_out() == 0);
    CHECK(p.side.placing.size() == 0);
    CHECK(of(p).out.kept() == 0);
    CHECK(of(p).requests.tend() == 0);
    for (const auto& l : p.lists) CHECK_FALSE(l.out);
    sent += p.sent, came += p.delivered.size(), twice += p.twice;
  }
  CHECK(sent > 1500);
  CHECK(came > sent / 4);
  CHECK(twice > 50);
}

TEST_CASE("lying_queue: a completion that is lost is a leak with a name: traffic goes on, tend() ends and says how many SAs wait, frames_out() for how many frames") {
  lied p;
  of(p).teller.begin(only({&testing::lies::lose_completion}), 1004);
  testing::seeded numbers{4};
  for (int k = 0; k < 10; ++k) p.round(numbers, 0);
  p.check_given();
  const std::size_t lost = of(p).out.lost();
  CHECK(lost > 10);
  CHECK(p.side.placing.frames_out() == lost);
  withdraw_all(p);
  p.places = false;
  for (int k = 0; k < 10; ++k) p.side.placing.tend();
  CHECK(p.side.placing.tend() == p.all.size());
  CHECK(p.side.placing.size() == p.all.size());  // those that send; receiving SAs are gone
  p.round(numbers, 0);
  CHECK(p.delivered.size() == p.next);
  settle(p);
  CHECK(p.side.placing.frames_out() == 0);
  CHECK(p.side.placing.size() == 0);
  CHECK(of(p).made->store().size() == 0);
}

TEST_CASE("lying_queue: what is late or doubled costs nothing at all") {
  lied p;
  of(p).teller.begin(only({&testing::lies::late_completion, &testing::lies::double_completion, &testing::lies::swap_completions, &testing::lies::late_end, &testing::lies::double_end, &testing::lies::swap_ends}), 1002);
  testing::seeded numbers{2};
  for (int k = 0; k < 30; ++k) {
    p.round(numbers, 0);
    p.check_given();
    of(p).requests.tend();
  }
  CHECK(p.delivered.size() == p.next);
  CHECK(p.twice > 20);
  withdraw_all(p);
  settle(p);
  CHECK(of(p).made->store().size() == 0);
}

TEST_CASE("lying_control: requests whose ends are lost leave memory that is counted, and no bundle that nobody knows of once they come") {
  lied p;
  of(p).teller.begin(only({&testing::lies::lose_end, &testing::lies::late_end, &testing::lies::double_end}), 1006);
  testing::seeded numbers{6};
  for (int k = 0; k < 40; ++k) p.round(numbers, 0);
  CHECK(p.delivered.size() == p.next);
  CHECK(of(p).requests.given_up() >= 8);
  const std::size_t waiting = of(p).requests.tend();
  CHECK(waiting > 0);
  CHECK(waiting <= 8);
  CHECK(of(p).made->store().size() >= p.side.placing.size());
  settle(p);
  CHECK(of(p).requests.tend() == 0);
  CHECK(of(p).made->store().size() == p.side.placing.size());
  withdraw_all(p);
  settle(p);
  CHECK(of(p).made->store().size() == 0);
}
