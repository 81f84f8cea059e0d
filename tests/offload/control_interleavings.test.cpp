// The control path under every order of the accesses of those who use it at once.
#include "support/requests.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/control_path.hpp>
#include <esplanade/testing/interleave.hpp>

#include <algorithm>
#include <optional>
#include <string>

using namespace support;
using namespace esplanade::testing;

namespace {

template <class T> using word = stepped_atomics::word<T>;

template <class World> std::uint64_t holds(const char* what) {
  const interleavings all = run_every_interleaving<World>();
  CHECK_MESSAGE(all.broken == "", std::string(what) << ": " << all.broken << " under " << all.schedule);
  return all.run;
}

// Gives the token back without looking whether somebody came.
struct forgetful_token {
  template <class Work> bool visit(Work work) noexcept {
    if (state.exchange(1, order::acq_rel) != 0) return false;
    work();
    state.store(0, order::release);
    return true;
  }
  word<std::uint32_t> state{};
};
// Everybody puts something down and visits; nothing stays lying, and nobody is at work beside another.
template <class Token, unsigned Threads> struct visitors {
  static constexpr unsigned threads = Threads;
  Token token{};
  word<std::uint32_t> down[Threads]{};
  unsigned at_work = 0, most = 0;
  bool taken[Threads]{};
  void run(unsigned thread) {
    down[thread].store(1, order::release);
    token.visit([&]() noexcept {
      most = std::max(most, ++at_work);
      for (unsigned i = 0; i < Threads; ++i) taken[i] = taken[i] || down[i].load(order::acquire) != 0;
      --at_work;
    });
  }
  std::string broken() {
    if (most > 1) return "two were at work";
    for (const bool t : taken)
      if (!t) return "something stays lying";
    return "";
  }
};

// Two put things into a ring, a third takes them out while they do.
template <std::size_t Slots> struct two_producers {
  static constexpr unsigned threads = 3;
  request_ring<unsigned, Slots, stepped_atomics> ring{};
  std::uint64_t position[2]{};
  unsigned out[4]{}, count = 0;
  void run(unsigned thread) {
    if (thread < 2) {
      position[thread] = ring.push(thread + 1);
      return;
    }
    for (int i = 0; i < 2; ++i) take();
  }
  bool take() {
    unsigned item = 0;
    const std::uint64_t at = ring.pop(item);
    if (at == 0) return false;
    if (at != count + 1 || item == 0 || item > 2 || position_differs(item, at)) out[3] = 99;
    out[count++] = item;
    return true;
  }
  bool position_differs(unsigned item, std::uint64_t at) const { return position[item - 1] != 0 && position[item - 1] != at; }
  std::string broken() {
    const unseen look;
    while (take()) {}
    if (out[3] == 99) return "something came out at another place than it went in";
    return count == 2 && out[0] + out[1] == 3 ? "" : "something came out twice or never";
  }
};

// A table of bundles that is none: handles count up, and what was removed is settled when the lane is outside.
struct counting_store {
  word<std::uint32_t>* lane_inside = nullptr;
  unsigned live = 0, gone = 0;
  bool at_work = false, disturbed = false;
  struct alone {
    counting_store& s;
    explicit alone(counting_store& of) : s(of) { s.disturbed = s.disturbed || s.at_work, s.at_work = true; }
    alone(const alone&) = delete;
    alone& operator=(const alone&) = delete;
    ~alone() { s.at_work = false; }
  };
  result<offload_handle> add(int&, const sa_request&, const device_capabilities&) noexcept {
    const alone a{*this};
    return offload_handle{++live};
  }
  result<void> remove(offload_handle) noexcept {
    const alone a{*this};
    ++gone;
    return {};
  }
  result<void> update(const sa_update&) noexcept { return {}; }
  int* by_handle(offload_handle) noexcept { return nullptr; }
  void remove_all() noexcept { gone = live; }
  std::uint64_t ticket() noexcept { return 1; }
  bool settled(std::uint64_t) noexcept { return lane_inside == nullptr || lane_inside->load(order::seq_cst) == 0; }
  std::size_t retired() const noexcept { return 0; }
  std::size_t reclaim(int&) noexcept { return 0; }
};

using path = control_path<counting_store, int, loose_configuration, request_rules, 4, stepped_atomics>;

// How a request ended: by what request() said, or by its completion; more than once is no end.
struct ended_request {
  issued_request r{};
  std::optional<ndis_status> said{};
  unsigned ends() const { return r.completions.load() + (said && *said != ndis_status::pending ? 1 : 0); }
  ndis_status status() const { return r.request.status; }
};

struct control_world {
  counting_store store{};
  int crypto = 0;
  loose_configuration configuration{};
  path control{store, crypto, configuration};
  ended_request requests[2]{};
  void issue(unsigned i) { requests[i].said = control.request(requests[i].r.request); }
  std::string ends_once(unsigned count, std::initializer_list<ndis_status> allowed) {
    const unseen look;
    if (store.disturbed) return "two were at the store";
    for (unsigned i = 0; i < count; ++i) {
      if (requests[i].ends() != 1) return "a request ended " + std::to_string(requests[i].ends()) + " times";
      if (std::find(allowed.begin(), allowed.end(), requests[i].status()) == allowed.end()) return std::string("a request ended with ") + name_of(requests[i].status());
    }
    return "";
  }
};

struct two_adds : control_world {
  static constexpr unsigned threads = 2;
  two_adds() {
    for (ended_request& r : requests) r.r.add({{}}, true);
  }
  void run(unsigned thread) { issue(thread); }
  std::string broken() {
    if (store.live != 2) return "a bundle is missing";
    if (requests[0].r.handle() == requests[1].r.handle() || !requests[0].r.handle() || !requests[1].r.handle()) return "a handle is missing";
    return ends_once(2, {ndis_status::success});
  }
};

// A lane leaves and polls while a bundle that it may hold is deleted. Whoever of them is last ends the request.
struct delete_while_leaving : control_world {
  static constexpr unsigned threads = 2;
  word<std::uint32_t> inside{1};
  delete_while_leaving() {
    store.lane_inside = &inside;
    requests[0].r.remove({{1}});
  }
  void run(unsigned thread) {
    if (thread == 0) return issue(0);
    inside.store(0, order::seq_cst);
    control.poll();
  }
  std::string broken() { return ends_once(1, {ndis_status::success}); }
};

enum class blow { cancel, reset, gone };
// What waits is ended by a lane that leaves, or by somebody's cancellation, reset or removal, never by both.
template <blow Blow, unsigned Threads = 2> struct waits_and : control_world {
  static constexpr unsigned threads = Threads;
  word<std::uint32_t> inside{1};
  waits_and() {
    const unseen before;
    store.lane_inside = &inside;
    requests[0].r.remove({{1}}).request.id = 5;
    issue(0);
  }
  void run(unsigned thread) {
    if (thread == 2) {
      control.poll();
    } else if (thread == 0) {
      inside.store(0, order::seq_cst);
      control.poll();
    } else if constexpr (Blow == blow::cancel) {
      static_cast<void>(control.cancel(5));
    } else if constexpr (Blow == blow::reset) {
      control.begin_reset();
    } else {
      control.adapter_gone();
    }
  }
  std::string broken() { return ends_once(1, {ndis_status::success, Blow == blow::gone ? ndis_status::not_accepted : ndis_status::request_aborted}); }
};

// A request beside a reset or a removal ends once; behind a removal nothing is left.
template <blow Blow> struct request_beside : control_world {
  static constexpr unsigned threads = 2;
  request_beside() { requests[0].r.add({{}}, true); }
  void run(unsigned thread) {
    if (thread == 0) return issue(0);
    if constexpr (Blow == blow::reset) control.begin_reset();
    else if constexpr (Blow == blow::gone) control.adapter_gone();
    else static_cast<void>(control.cancel(0));
  }
  std::string broken() {
    if (Blow == blow::gone && store.gone != store.live) return "a bundle outlives its adapter";
    if (Blow == blow::cancel) return ends_once(1, {ndis_status::success});
    return ends_once(1, {ndis_status::success, ndis_status::not_accepted, ndis_status::request_aborted});
  }
};

struct typed_beside_removal : control_world {
  static constexpr unsigned threads = 2;
  bundle_form form{};
  typed_beside_removal() { form.request(); }
  void run(unsigned thread) {
    if (thread == 1) return control.adapter_gone();
    const auto added = control.add_sa(form.made);
    if (!added && added.why().kind != fault_kind::busy) store.disturbed = true;
  }
  std::string broken() { return store.gone != store.live ? "a bundle outlives its adapter" : ends_once(0, {}); }
};

}  // namespace

TEST_CASE("control_token: under every interleaving nothing that was put down stays lying, and one is at work [class 55]") {
  CHECK(holds<visitors<control_token<stepped_atomics>, 2>>("two visitors") > 30);
  CHECK(holds<visitors<control_token<stepped_atomics>, 3>>("three visitors") > 10000);
  CHECK(run_every_interleaving<visitors<forgetful_token, 2>>().broken == "something stays lying");
}

TEST_CASE("request_ring: under every interleaving each thing comes out once, in the order of its place [class 55]") {
  CHECK(holds<two_producers<2>>("two slots") > 1000);
  CHECK(holds<two_producers<4>>("four slots") > 1000);
}

TEST_CASE("F33: two requests at once both end once, under every interleaving") {
  CHECK(holds<two_adds>("two ADD_SA") > 1000);
}

TEST_CASE("F33, F52: DELETE_SA beside the lane that leaves ends once, under every interleaving") {
  CHECK(holds<delete_while_leaving>("DELETE_SA and a lane") > 1000);
}

TEST_CASE("F33, F56: a cancellation beside the end of what it cancels: one of them ends it, under every interleaving") {
  CHECK(holds<waits_and<blow::cancel>>("a waiting DELETE_SA, a lane and a cancellation") > 1000);
  CHECK(holds<request_beside<blow::cancel>>("a request and a cancellation") > 1000);
}

TEST_CASE("F33, F50: a reset beside requests, waiting or new: each ends once, under every interleaving") {
  CHECK(holds<waits_and<blow::reset>>("a waiting DELETE_SA, a lane and a reset") > 50);
  CHECK(holds<waits_and<blow::reset, 3>>("a waiting DELETE_SA, a lane, a reset and somebody who polls") > 1000);
  CHECK(holds<request_beside<blow::reset>>("a request and a reset") > 1000);
}

TEST_CASE("F33, F58: a removal beside requests, waiting, new or typed: each ends once and no bundle is left, under every interleaving") {
  CHECK(holds<waits_and<blow::gone>>("a waiting DELETE_SA, a lane and a removal") > 50);
  CHECK(holds<waits_and<blow::gone, 3>>("a waiting DELETE_SA, a lane, a removal and somebody who polls") > 1000);
  CHECK(holds<request_beside<blow::gone>>("a request and a removal") > 1000);
  CHECK(holds<typed_beside_removal>("a typed request and a removal") > 30);
}
