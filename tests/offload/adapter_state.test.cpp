#include <doctest/doctest.h>

#include <esplanade/offload/adapter_state.hpp>

#include <initializer_list>

using namespace esplanade;
using enum adapter_event;

namespace {
/// All must happen; what the last of them asks for.
adapter_effects through(adapter_condition& c, std::initializer_list<adapter_event> events) {
  adapter_effects last{};
  for (const adapter_event e : events) {
    const auto effects = c.happens(e);
    REQUIRE(effects);
    last = *effects;
  }
  return last;
}
adapter_condition running() {
  adapter_condition c;
  through(c, {initialize, initialized, restart, restarted});
  return c;
}
}  // namespace

TEST_CASE("F123: SAs survive a reset: what was in flight is aborted, and afterwards everything goes on") {
  adapter_condition c = running();
  const auto began = through(c, {reset});
  CHECK_FALSE(began.wipe_bundles);
  CHECK(began.outstanding_sends == ndis_status::reset_in_progress);
  CHECK(began.outstanding_requests == ndis_status::request_aborted);
  CHECK(began.indication == ndis_status::reset_start);
  CHECK(c.for_send() == ndis_status::reset_in_progress);
  CHECK(c.for_request() == ndis_status::not_accepted);
  CHECK_FALSE(c.receives());
  CHECK(through(c, {reset_done}) == adapter_effects{false, ndis_status::success, ndis_status::success, ndis_status::reset_end});
  CHECK(c == running());
  CHECK(c.for_send() == ndis_status::success);
}

TEST_CASE("F124: SAs survive sleep: sends meanwhile complete LOW_POWER_STATE") {
  adapter_condition c = running();
  const auto asleep = through(c, {adapter_event::sleep});
  CHECK_FALSE(asleep.wipe_bundles);
  CHECK(asleep.outstanding_sends == ndis_status::low_power_state);
  CHECK(c.for_send() == ndis_status::low_power_state);
  CHECK_FALSE(c.receives());
  CHECK_FALSE(through(c, {wake}).wipe_bundles);
  CHECK(c == running());
}

TEST_CASE("F125: a paused adapter completes sends PAUSED, serves requests and keeps its SAs") {
  adapter_condition c = running();
  CHECK(through(c, {adapter_event::pause}) == adapter_effects{});
  CHECK(c.for_send() == ndis_status::paused);
  CHECK(c.for_request() == ndis_status::success);
  CHECK_FALSE(c.receives());
  CHECK_FALSE(through(c, {pause_done}).wipe_bundles);
  CHECK(c.for_send() == ndis_status::paused);
  CHECK(c.for_request() == ndis_status::success);
  CHECK_FALSE(c.receives());
}

TEST_CASE("U-2: SAs are kept over pause and restart") {
  adapter_condition c = running();
  for (const adapter_event e : {adapter_event::pause, pause_done, restart, restarted}) {
    const auto effects = c.happens(e);
    REQUIRE(effects);
    CHECK_FALSE(effects->wipe_bundles);
  }
  CHECK(c == running());
}

TEST_CASE("F126: surprise removal wipes the SAs without asking, and every request from then on is not accepted") {
  adapter_condition c = running();
  const auto gone = through(c, {surprise_removal});
  CHECK(gone.wipe_bundles);
  CHECK(gone.outstanding_requests == ndis_status::not_accepted);
  CHECK(gone.outstanding_sends == ndis_status::failure);
  CHECK(c.for_request() == ndis_status::not_accepted);
  CHECK(c.for_send() == ndis_status::failure);
  CHECK_FALSE(c.receives());
  through(c, {adapter_event::pause, pause_done, halt});
  CHECK(c == adapter_condition{});
}

TEST_CASE("F127: halt frees everything, and only a paused adapter is halted") {
  adapter_condition c = running();
  CHECK_FALSE(c.happens(halt));
  CHECK(c == running());
  CHECK(through(c, {adapter_event::pause, pause_done, halt}).wipe_bundles);
  CHECK(c.for_send() == ndis_status::failure);
  CHECK(c.for_request() == ndis_status::not_accepted);
  CHECK_FALSE(c.receives());
}

TEST_CASE("adapter_state: receives may come up while it restarts, sends go only when it runs") {
  adapter_condition c;
  through(c, {initialize});
  CHECK(c.for_request() == ndis_status::not_accepted);
  through(c, {initialized});
  CHECK(c.for_request() == ndis_status::success);
  through(c, {restart});
  CHECK(c.receives());
  CHECK(c.for_send() == ndis_status::paused);
  through(c, {restart_failed});
  CHECK_FALSE(c.receives());
}

TEST_CASE("adapter_state: a reset may overlap a pause, and the adapter is then paused") {
  adapter_condition c = running();
  through(c, {reset, adapter_event::pause, pause_done, reset_done});
  CHECK(c.phase == adapter_phase::paused);
  CHECK(c.for_send() == ndis_status::paused);
}

TEST_CASE("adapter_state: on every walk of events, refused ones change nothing, and SAs go only with removal, halt or a failed start [class 38]") {
  std::uint32_t state = 7;
  adapter_condition c;
  std::size_t refused = 0, happened = 0;
  for (int step = 0; step < 100000; ++step) {
    state = state * 1664525u + 1013904223u;
    const auto e = static_cast<adapter_event>((state >> 16) % adapter_event_count);
    const adapter_condition before = c;
    const auto effects = c.happens(e);
    if (!effects) {
      CHECK(c == before);
      ++refused;
      continue;
    }
    ++happened;
    CHECK(effects->wipe_bundles == (e == surprise_removal || e == halt || e == initialize_failed));
    if (c.for_send() == ndis_status::success) CHECK((c.phase == adapter_phase::running && !c.resetting && !c.asleep && !c.removed));
    if (c.removed) CHECK(c.for_request() == ndis_status::not_accepted);
  }
  CHECK(refused > 1000);
  CHECK(happened > 1000);
  CHECK_FALSE(c.happens(static_cast<adapter_event>(99)));
}

TEST_CASE("adapter_state: the shared word says what the condition says, after every event") {
  adapter_state<> shared;
  adapter_condition c;
  std::uint32_t state = 9;
  for (int step = 0; step < 2000; ++step) {
    state = state * 1664525u + 1013904223u;
    const auto e = static_cast<adapter_event>((state >> 16) % adapter_event_count);
    CHECK(static_cast<bool>(shared.happens(e)) == static_cast<bool>(c.happens(e)));
    CHECK(shared.read() == c);
    CHECK(shared.for_send() == c.for_send());
    CHECK(shared.for_request() == c.for_request());
    CHECK(shared.receives() == c.receives());
  }
}
