// What a lifetime policy owes its SA, and the concept cannot say.
#pragma once

#include <esplanade/sa/lifetime.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_lifetime_laws` returns them.
namespace lifetime_law {
inline constexpr const char* within = "lets everything pass that lies within its limits";
inline constexpr const char* packets = "refuses the first packet beyond the hard limit in packets";
inline constexpr const char* octets = "refuses the first packet that would exceed the hard limit in octets";
inline constexpr const char* seconds = "refuses everything from the second of the hard limit on, counted from `since`";
inline constexpr const char* stays_over = "stays over, for small packets too";
inline constexpr const char* over_once = "says over_now once";
inline constexpr const char* soft_once = "says soft_now once, whatever soft limits are reached";
inline constexpr const char* soft_in_time = "has said soft_now when a soft limit is reached, and not without one";
inline constexpr const char* refuse = "refuses beforehand what is over, and nothing else";
inline constexpr const char* names = "says which limit was reached, and none before";
inline constexpr const char* fresh = "starts anew when it is started again";
}  // namespace lifetime_law

namespace detail {

/// A policy without its type, used by one caller as lane 0.
class law_lifetime {
 public:
  law_lifetime() = default;
  law_lifetime(const law_lifetime&) = delete;
  law_lifetime& operator=(const law_lifetime&) = delete;
  virtual ~law_lifetime() = default;
  virtual void start(const lifetime_limits& limits) = 0;
  virtual lifetime_answer spend(std::uint64_t size, std::uint64_t now) = 0;
  virtual lifetime_answer refuse(std::uint64_t now) = 0;
  virtual lifetime_end rekey() const = 0;
  virtual lifetime_end expired() const = 0;
};
template <class L> class law_lifetime_of final : public law_lifetime {
 public:
  void start(const lifetime_limits& limits) override { state_.start(limits); }
  lifetime_answer spend(std::uint64_t size, std::uint64_t now) override {
    if constexpr (requires { state_.spend(std::uint32_t{}, size, now); }) return state_.spend(std::uint32_t{0}, size, now);
    else return state_.spend(size, now);
  }
  lifetime_answer refuse(std::uint64_t now) override { return state_.refuse(now); }
  lifetime_end rekey() const override { return state_.rekey(); }
  lifetime_end expired() const override { return state_.expired(); }

 private:
  typename L::state state_{};
};

class lifetime_laws {
  static constexpr std::uint64_t most = ~std::uint64_t{0};

 public:
  explicit lifetime_laws(std::unique_ptr<law_lifetime> (*make)()) : l_(make()) {
    for (const std::uint64_t n : {1u, 2u, 3u, 64u, 65u, 200u}) {
      const std::string where = std::to_string(n);
      run({.hard = {.packets = n}}, 100, n, lifetime_law::packets, lifetime_end::packet_limit, where + " packets");
      run({.hard = {.octets = n * 100}}, 100, n, lifetime_law::octets, lifetime_end::octet_limit, where + " packets of octets");
      run({.hard = {.octets = n * 100 + 99}}, 100, n, lifetime_law::octets, lifetime_end::octet_limit, where + " packets of octets, and not quite another");
      run({.soft = {.packets = n}}, 1, 400, nullptr, lifetime_end::none, "soft " + where);
      run({.soft = {.packets = n, .octets = 2 * n}, .hard = {.packets = n + 50}}, 1, n + 50, lifetime_law::packets, lifetime_end::packet_limit, "soft and hard " + where);
      run({.soft = {.octets = 100 * n}, .hard = {.packets = n}}, 100, n, lifetime_law::packets, lifetime_end::packet_limit, "soft octets with hard packets " + where);
    }
    run({}, most / 1000, 999, nullptr, lifetime_end::none, "none");
    run({.hard = {.packets = most, .octets = most}}, most / 2, 2, nullptr, lifetime_end::none, "2^64 - 1");
    run({.hard = {.octets = most}}, most, 1, lifetime_law::octets, lifetime_end::octet_limit, "2^64 - 1 at once");
    run({.hard = {.octets = most - 1}}, most - 1, 1, lifetime_law::octets, lifetime_end::octet_limit, "2^64 - 2 at once");
    in_time();
  }
  std::vector<broken_law> broken{};

 private:
  void report(const char* law, const std::string& where) { report_once(broken, law, where); }

  bool started(const lifetime_limits& limits, const std::string& where) {
    l_->start(limits);
    const bool anew = l_->rekey() == lifetime_end::none && l_->expired() == lifetime_end::none && passes(l_->refuse(limits.since));
    if (!anew) report(lifetime_law::fresh, where);
    return anew;
  }
  // `fit` packets of `size` octets pass, and the next one does not where `law` says so.
  void run(const lifetime_limits& limits, std::uint64_t size, std::uint64_t fit, const char* law, lifetime_end ends, const std::string& where) {
    law_lifetime& l = *l_;
    if (!started(limits, where)) return;
    std::uint64_t soft = 0, used = 0;
    for (std::uint64_t i = 1; i <= fit; ++i) {
      if (l.refuse(0) != lifetime_answer::goes_on) return report(lifetime_law::refuse, where + ": packet " + std::to_string(i));
      const lifetime_answer a = l.spend(size, 0);
      if (!passes(a)) return report(lifetime_law::within, where + ": packet " + std::to_string(i));
      used += size;
      if (a == lifetime_answer::soft_now) ++soft;
      const bool due = (limits.soft.packets != 0 && i >= limits.soft.packets) || (limits.soft.octets != 0 && used >= limits.soft.octets);
      if ((due && soft == 0) || (soft != 0 && limits.soft.packets == 0 && limits.soft.octets == 0)) report(lifetime_law::soft_in_time, where + ": packet " + std::to_string(i));
      if ((l.rekey() != lifetime_end::none) != (soft != 0) && soft <= 1) report(lifetime_law::names, where + ": rekey()");
    }
    if (soft > 1) report(lifetime_law::soft_once, where);
    if (law == nullptr) return;
    if (l.expired() != lifetime_end::none) report(lifetime_law::names, where + ": expired() before the end");
    if (passes(l.spend(size, 0))) return report(law, where);
    ended(ends, 0, where);
  }
  void ended(lifetime_end ends, std::uint64_t now, const std::string& where) {
    law_lifetime& l = *l_;
    if (l.expired() != ends) report(lifetime_law::names, where + ": expired()");
    if (passes(l.refuse(now))) report(lifetime_law::refuse, where + ": behind the end");
    for (const std::uint64_t few : {1u, 0u, 1u}) {
      const lifetime_answer a = l.spend(few, now);
      if (passes(a)) report(lifetime_law::stays_over, where);
      else if (a == lifetime_answer::over_now) report(lifetime_law::over_once, where);
    }
  }
  void in_time() {
    law_lifetime& l = *l_;
    for (const std::uint64_t since : {std::uint64_t{0}, std::uint64_t{1000}, most - 5}) {
      const std::string where = "since " + std::to_string(since);
      const auto after = [since](std::uint64_t s) { return s > most - since ? most : since + s; };
      if (!started({.soft = {.seconds = 2}, .hard = {.seconds = 4}, .since = since}, where)) continue;
      std::uint64_t soft = 0;
      for (std::uint64_t s = 0; s < 4; ++s)
        for (unsigned twice = 0; twice < 2; ++twice) {
          if (!passes(l.refuse(after(s)))) report(lifetime_law::refuse, where + " at second " + std::to_string(s));
          const lifetime_answer a = l.spend(10, after(s));
          if (!passes(a)) report(lifetime_law::within, where + " at second " + std::to_string(s));
          soft += a == lifetime_answer::soft_now ? 1 : 0;
          if ((s >= 2) != (soft != 0)) report(lifetime_law::soft_in_time, where + " at second " + std::to_string(s));
        }
      if (soft > 1) report(lifetime_law::soft_once, where);
      if (passes(l.spend(10, after(4)))) report(lifetime_law::seconds, where);
      else ended(lifetime_end::time_limit, after(4), where);
      l.start({.hard = {.seconds = 4}, .since = since});
      if (l.refuse(after(4)) != lifetime_answer::over_now) report(lifetime_law::refuse, where + ": by time alone");
    }
  }

  std::unique_ptr<law_lifetime> l_;
};

}  // namespace detail

/// The laws that lifetime policy `L` breaks when one caller spends; none when it keeps them all.
template <LifetimePolicy L> std::vector<broken_law> find_broken_lifetime_laws() {
  return detail::lifetime_laws([]() -> std::unique_ptr<detail::law_lifetime> { return std::make_unique<detail::law_lifetime_of<L>>(); }).broken;
}
/// Only their names.
template <LifetimePolicy L> std::vector<std::string> check_lifetime_laws() { return names_of(find_broken_lifetime_laws<L>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
