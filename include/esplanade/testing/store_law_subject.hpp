// An SA store without its type, as the store laws ask it: they are compiled once, not once per store.
#pragma once

#include <esplanade/sa/store.hpp>
#include <esplanade/testing/packet_form.hpp>
#include <esplanade/testing/seeded.hpp>

#include <map>
#include <memory>
#include <optional>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

// A store and its provider without their types: the laws are compiled once, not once per store.
class law_store {
 public:
  struct handle {
    std::uint32_t slot = 0xffffffff, generation = 0;
  };
  // What a store is asked with: inbound the SPI counts, outbound the handle.
  struct question {
    std::uint32_t spi = 0;
    handle sa{};
  };
  static constexpr std::size_t many = 4096;

  law_store() = default;
  law_store(const law_store&) = delete;
  law_store& operator=(const law_store&) = delete;
  virtual ~law_store() = default;
  [[nodiscard]] virtual bool inbound() const = 0;
  // The SPI that the store has or had for the one that a law wants: another where the store chooses.
  [[nodiscard]] virtual std::uint32_t spi_for(std::uint32_t wanted) const = 0;
  virtual result<handle> add(std::uint32_t spi) = 0;
  virtual result<handle> add_refused(std::uint32_t spi) = 0;  // the provider refuses its key, or where it cannot, nobody takes its SPI
  virtual bool remove(handle h) = 0;
  virtual void* at(handle h) = 0;
  virtual std::size_t reclaim(std::size_t max) = 0;
  virtual void find(const std::vector<question>& asked, std::vector<void*>& found) = 0;
  virtual void find_as_is(const std::vector<question>& asked, std::vector<void*>& found) = 0;  // by who is inside already
  virtual void enter() = 0;
  virtual void leave() = 0;
  [[nodiscard]] virtual std::uint32_t spi_of(void* record) const = 0;
  [[nodiscard]] virtual bool installed(void* record) const = 0;
  [[nodiscard]] virtual std::optional<std::size_t> keys() const = 0;  // that the provider holds, where it counts them
  [[nodiscard]] virtual std::size_t misuses() const = 0;

  std::vector<handle> handles{};
  bool keep(std::uint32_t spi) {
    auto made = add(spi);
    if (made) handles.push_back(*made);
    return static_cast<bool>(made);
  }
  // Adds SPIs first, first + 1, … until the store refuses; → how many it took, at most `many`.
  std::size_t fill(std::uint32_t first) {
    std::size_t n = 0;
    while (n < many && keep(first + static_cast<std::uint32_t>(n))) ++n;
    return n;
  }
  void* find_one(question asked) {
    std::vector<void*> found(1, nullptr);
    find({asked}, found);
    return found[0];
  }
};

/// The SA under `spi` that laws install: of the profile's first suite. Until the next call.
template <class P> const sa_parameters& law_parameters(std::uint32_t spi) {
  static const std::vector<octet> secret = counted_octets(64);
  static sa_parameters p;
  p = {};
  p.spi = spi;
  p.suite = P::suites.sizes[0];
  p.key = {secret.data(), p.suite.key};
  p.salt = {secret.data() + 40, p.suite.salt};
  p.mode = modes_of<P>.has(mode::tunnel) ? mode::tunnel : mode::transport;
  p.esn = P::esn == esn_use::always;
  p.source = address::v4(192, 0, 2, 1);
  p.destination = address::v4(192, 0, 2, 2);
  return p;
}

template <class S> class law_store_of final : public law_store {
  using record = typename S::sa_type;
  using sa = association_t<record>;
  using profile = typename sa::profile;
  using crypto = typename sa::crypto_type;
  using key_type = typename S::key_type;
  using store_handle = sa_handle<typename sa::direction>;
  static constexpr bool is_inbound = std::is_same_v<typename sa::direction, inbound_direction>;
  static constexpr bool chooses = requires(S& s, seeded& r) { { s.choose_spi(r) } -> std::same_as<result<std::uint32_t>>; };
  static constexpr bool counts_keys = requires(crypto& c) { { c.keys() } -> std::convertible_to<std::size_t>; c.fail_at(0); };

 public:
  ~law_store_of() override {
    // What a law left behind goes, so that the provider holds nothing.
    for (const handle h : handles) remove(h);
    reclaim(many);
  }
  bool inbound() const override { return is_inbound; }
  std::uint32_t spi_for(std::uint32_t wanted) const override {
    const auto at = chosen_.find(wanted);
    return at == chosen_.end() ? wanted : at->second.spi;
  }
  result<handle> add(std::uint32_t spi) override {
    if (auto done = choose(spi); !done) return done.why();
    auto made = store_->add(provider_, parameters(spi_for(spi)));
    if (!made) return made.why();
    return handle{made->slot, made->generation};
  }
  result<handle> add_refused(std::uint32_t spi) override {
    if (auto done = choose(spi); !done) return done.why();
    if constexpr (counts_keys) provider_.fail_at(0);
    else spi = 7;
    return add(spi);
  }
  bool remove(handle h) override {
    if constexpr (chooses) {
      if (void* const going = at(h)) {
        for (auto& [wanted, one] : chosen_) one.removed = one.removed || one.spi == spi_of(going);
      }
    }
    return static_cast<bool>(store_->remove(store_handle{h.slot, h.generation}));
  }
  void* at(handle h) override { return store_->at(store_handle{h.slot, h.generation}); }
  std::size_t reclaim(std::size_t max) override { return store_->reclaim(provider_, max); }
  void find(const std::vector<question>& asked, std::vector<void*>& found) override {
    [[maybe_unused]] const auto inside = esplanade::detail::enter_store(*store_, looking_);
    find_as_is(asked, found);
  }
  void find_as_is(const std::vector<question>& asked, std::vector<void*>& found) override {
    std::vector<key_type> keys;
    for (const question& q : asked) {
      if constexpr (is_inbound) {
        const sa_parameters& p = parameters(q.spi);
        keys.push_back(S::key_of(outer_view{q.spi, family::ipv4, p.source.value, p.destination.value}));
      } else {
        keys.push_back(store_handle{q.sa.slot, q.sa.generation});
      }
    }
    std::vector<record*> answers;
    for (void* const one : found) answers.push_back(static_cast<record*>(one));
    store_->find(std::span<const key_type>(keys), std::span<record*>(answers));
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = answers[i];
  }
  void enter() override { inside_.reset(new held_guard{esplanade::detail::enter_store(*store_, waiting_)}); }
  void leave() override { inside_.reset(); }
  std::uint32_t spi_of(void* one) const override { return association(*static_cast<record*>(one)).core().spi; }
  bool installed(void* one) const override { return association(*static_cast<record*>(one)).core().installed; }
  std::optional<std::size_t> keys() const override {
    if constexpr (counts_keys) return provider_.keys();
    else return std::nullopt;
  }
  std::size_t misuses() const override {
    if constexpr (requires { provider_.misuses(); }) return provider_.misuses();
    else return 0;
  }

 private:
  // A wanted SPI keeps its choice until the SA under it is removed; reserved ones nobody chooses.
  result<void> choose([[maybe_unused]] std::uint32_t wanted) {
    if constexpr (chooses) {
      const auto known = chosen_.find(wanted);
      if (wanted > spi_reserved_max && (known == chosen_.end() || known->second.removed)) {
        const auto fresh = store_->choose_spi(random_);
        if (!fresh) return fresh.why();
        chosen_[wanted] = {*fresh, false};
      }
    }
    return {};
  }

  using guard = decltype(esplanade::detail::enter_store(std::declval<S&>(), std::declval<membership_of<S>&>()));
  struct held_guard {
    guard inside;
  };
  struct chosen_spi {
    std::uint32_t spi = 0;
    bool removed = false;
  };
  static const sa_parameters& parameters(std::uint32_t spi) { return law_parameters<profile>(spi); }

  seeded random_{1};
  std::map<std::uint32_t, chosen_spi> chosen_{};  // by the SPI that was wanted
  crypto provider_{};
  std::unique_ptr<S> store_ = std::make_unique<S>();
  membership_of<S> looking_{*store_}, waiting_{*store_};
  std::unique_ptr<held_guard> inside_{};
};

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
