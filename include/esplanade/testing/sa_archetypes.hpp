// The least types that model stores of SAs and of policies, and the policies that an SA is composed of.
#pragma once

#include <esplanade/sa/policy_store.hpp>
#include <esplanade/sa/store.hpp>
#include <esplanade/testing/base_archetypes.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace archetype {

/// ReclaimPolicy: counts who is inside.
class reclaim : immovable {
 public:
  using atomics = plain_atomics;
  static constexpr bool concurrent = false;
  struct guard : immovable {
    explicit guard(std::uint64_t& inside) noexcept : inside_(inside) { ++inside_; }
    ~guard() { --inside_; }

   private:
    std::uint64_t& inside_;
  };
  guard enter() noexcept { return guard{inside_}; }
  std::uint64_t retire() noexcept { return 0; }
  std::uint64_t passed() noexcept { return inside_ == 0 ? 1 : 0; }

 private:
  std::uint64_t inside_ = 0;
};
static_assert(ReclaimPolicy<reclaim>);

/// SaStore and SaRegistry, inbound: eight SAs, looked at one by one.
template <class Record> class store : immovable {
 public:
  using sa_type = Record;
  struct key_type {
    std::uint32_t spi = 0;
  };
  struct guard : immovable {
    explicit guard(unsigned& inside) noexcept : inside_(inside) { ++inside_; }
    ~guard() { --inside_; }

   private:
    unsigned& inside_;
  };
  static key_type key_of(const outer_view& outer) noexcept { return {outer.spi}; }
  guard enter() noexcept { return guard{inside_}; }
  void find(std::span<const key_type> keys, std::span<Record*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = named(keys[i].spi);
  }

  template <class Crypto> result<inbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    if (named(p.spi) != nullptr) return fault{fault_kind::already_exists, "spi", "is there", "another"};
    for (place& one : places_) {
      if (one.is != life::free) continue;
      if (auto done = association(one.record).install(crypto, p); !done) return done.why();
      one.is = life::live;
      return inbound_handle{static_cast<std::uint32_t>(&one - places_), one.generation};
    }
    return fault{fault_kind::no_space, "sa", "eight are there", "fewer"};
  }
  result<void> remove(inbound_handle h) noexcept {
    if (at(h) == nullptr) return fault{fault_kind::not_found, "handle", "names no SA", "one that add() returned"};
    places_[h.slot].is = life::removed;
    return {};
  }
  Record* at(inbound_handle h) noexcept {
    return h.slot < 8 && places_[h.slot].is == life::live && places_[h.slot].generation == h.generation ? &places_[h.slot].record : nullptr;
  }
  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max) noexcept {
    std::size_t done = 0;
    for (place& one : places_) {
      if (inside_ != 0 || done == max) break;
      if (one.is != life::removed) continue;
      association(one.record).uninstall(crypto);
      one.is = life::free;
      ++one.generation;
      ++done;
    }
    return done;
  }

 private:
  enum class life : std::uint8_t { free, live, removed };
  struct place {
    Record record{};
    std::uint32_t generation = 1;
    life is = life::free;
  };
  Record* named(std::uint32_t spi) noexcept {
    for (place& one : places_)
      if (one.is == life::live && association(one.record).core().spi == spi) return &one.record;
    return nullptr;
  }
  place places_[8]{};
  unsigned inside_ = 0;
};

/// PolicyStore: one policy for everything.
struct policy : immovable {
  esplanade::policy only{};
  policy_decision decide(const flow&) const noexcept { return policy_decision::of(only); }
};
static_assert(PolicyStore<policy>);

/// SequencePolicy: counts up; its state stays where it is.
struct sequence {
  class state : immovable {
   public:
    void start(std::uint64_t first, std::uint64_t last) noexcept {
      first_ = next_ = first;
      last_ = last;
      over_ = first == 0;
    }
    sequence_lease take() noexcept {
      if (over_) return sequence_lease{};
      over_ = next_ == last_;
      return sequence_lease{over_ ? next_ : next_++};
    }
    std::uint64_t used() const noexcept { return over_ ? last_ : next_ - 1; }
    std::uint64_t left() const noexcept { return over_ ? 0 : last_ - next_ + 1; }

   private:
    std::uint64_t first_ = 0, next_ = 0, last_ = 0;
    bool over_ = true;
  };
};
static_assert(SequencePolicy<sequence>);

/// ReplayWindow: 32 numbers in one word.
struct replay_window {
  static constexpr std::uint32_t packets = 32;
  void start_at(std::uint64_t number) noexcept {
    highest_ = number;
    received_ = 0;
  }
  std::uint64_t highest() const noexcept { return highest_; }
  replay_answer check(std::uint64_t number) const noexcept {
    if (number > highest_) return replay_answer::fresh;
    if (number == 0 || highest_ - number >= packets) return replay_answer::too_old;
    return (received_ >> (highest_ - number) & 1) != 0 ? replay_answer::replayed : replay_answer::fresh;
  }
  replay_answer update(std::uint64_t number) noexcept {
    const replay_answer answer = check(number);
    if (answer != replay_answer::fresh) return answer;
    if (number > highest_) {
      received_ = number - highest_ >= packets ? 0 : received_ << (number - highest_);
      highest_ = number;
    }
    received_ |= std::uint32_t{1} << (highest_ - number);
    return answer;
  }

 private:
  std::uint64_t highest_ = 0;
  std::uint32_t received_ = 0;
};
static_assert(ReplayWindow<replay_window>);

/// LifetimePolicy: so many packets, and nothing else.
struct lifetime {
  class state : immovable {
   public:
    void start(const lifetime_limits& limits) noexcept {
      left_ = limits.hard.packets;
      limited_ = left_ != 0;
      expired_ = lifetime_end::none;
    }
    lifetime_answer spend(std::uint64_t, std::uint64_t now) noexcept {
      if (refuse(now) == lifetime_answer::over) return lifetime_answer::over;
      if (!limited_ || left_-- != 0) return lifetime_answer::goes_on;
      expired_ = lifetime_end::packet_limit;
      return lifetime_answer::over_now;
    }
    lifetime_answer refuse(std::uint64_t) noexcept { return expired_ == lifetime_end::none ? lifetime_answer::goes_on : lifetime_answer::over; }
    lifetime_end rekey() const noexcept { return lifetime_end::none; }
    lifetime_end expired() const noexcept { return expired_; }

   private:
    std::uint64_t left_ = 0;
    bool limited_ = false;
    lifetime_end expired_ = lifetime_end::none;
  };
};
static_assert(LifetimePolicy<lifetime>);

/// ResyncPolicy: two failures in a row.
struct resync {
  static constexpr std::uint32_t threshold = 2, attempts = 1;
  class state : immovable {
   public:
    void start() noexcept { failures_ = 0; }
    void note_failure(std::uint64_t highest, std::uint64_t delivered) noexcept {
      failures_ = highest == highest_ && delivered == delivered_ ? failures_ + 1 : 1;
      highest_ = highest;
      delivered_ = delivered;
    }
    bool suspects() noexcept { return true; }
    bool due(std::uint64_t highest, std::uint64_t delivered) noexcept { return failures_ >= threshold && highest == highest_ && delivered == delivered_; }
    void tried() noexcept { failures_ = 0; }

   private:
    std::uint64_t failures_ = 0, highest_ = 0, delivered_ = 0;
  };
};
static_assert(ResyncPolicy<resync>);

/// DropsPolicy: one sum.
struct drops {
  struct sum : immovable {
    std::uint64_t operator[](verdict) const noexcept { return lost_; }
    void note(verdict) noexcept { ++lost_; }
    void clear() noexcept { lost_ = 0; }

   private:
    std::uint64_t lost_ = 0;
  };
  template <std::size_t> using inbound = sum;
  template <std::size_t> using outbound = sum;
};
static_assert(DropsPolicy<drops>);

}  // namespace archetype
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
