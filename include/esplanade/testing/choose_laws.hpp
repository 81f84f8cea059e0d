// What a store that chooses the SPIs of inbound SAs owes whoever asks it for one, beside the store laws.
#pragma once

#include <esplanade/base/random.hpp>
#include <esplanade/testing/store_laws.hpp>

#include <memory>
#include <set>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_choose_laws` returns them.
namespace choose_law {
inline constexpr const char* reserved = "never chooses a reserved SPI, whatever the random source says";
inline constexpr const char* in_use = "never chooses an SPI that waits for its SA or has one";
inline constexpr const char* again = "does not choose at once what was released or removed";
inline constexpr const char* unpredictable = "every SPI takes ten bits or more from the random source";
inline constexpr const char* only_chosen = "takes no SA under an SPI that it did not choose, or that was released";
inline constexpr const char* releases = "releases SPIs that wait for their SA, and no others";
inline constexpr const char* room = "a released SPI makes room for another";
}  // namespace choose_law

namespace detail {

/// The same 64 bits each time: the worst that a store can be handed.
struct stuck_source {
  std::uint64_t bits = 0;
  std::uint64_t next() noexcept { return bits; }
};

// Each law watches one duty, on a store of its own, and believes it in everything else.
template <class S> class choose_laws {
  using sa = association_t<typename S::sa_type>;
  static constexpr std::size_t many = 4096;

 public:
  choose_laws() {
    for (const std::uint64_t bits : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{0xff}, std::uint64_t{0x100}, std::uint64_t{0x1ff}, std::uint64_t{0x300}}) {
      choices(bits);
      once_more(bits);
    }
    sources();
    only_chosen();
    room();
  }
  std::vector<broken_law> broken{};

 private:
  void report(const char* law, const std::string& where) { report_once(broken, law, where); }
  static std::string text(std::uint32_t spi) { return "SPI " + std::to_string(spi); }
  void anew() { s_ = std::make_unique<S>(); }
  result<std::uint32_t> choose(std::uint64_t bits) {
    stuck_source random{bits};
    return s_->choose_spi(random);
  }
  auto add(std::uint32_t spi) { return s_->add(crypto_, law_parameters<typename sa::profile>(spi)); }

  // Every second SPI gets its SA at once; the others wait.
  void choices(std::uint64_t bits) {
    anew();
    std::set<std::uint32_t> seen;
    for (std::size_t n = 0; n < many; ++n) {
      const auto spi = choose(bits);
      if (!spi) break;
      if (*spi <= spi_reserved_max) report(choose_law::reserved, text(*spi));
      if (!seen.insert(*spi).second) report(choose_law::in_use, text(*spi));
      if (n % 2 == 1) (void)add(*spi);
    }
  }
  void once_more(std::uint64_t bits) {
    anew();
    const auto released = choose(bits);
    if (!released || !s_->release_spi(*released)) return;
    const auto next = choose(bits);
    if (!next) return;
    if (*next == *released) report(choose_law::again, text(*next) + " was released");
    const auto made = add(*next);
    if (!made || !s_->remove(*made)) return;
    s_->reclaim(crypto_, many);
    if (const auto behind = choose(bits); behind && *behind == *next) report(choose_law::again, text(*next) + " was removed");
  }
  // The first SPI of a store and those behind it: which bits of the source do they depend on?
  void sources() {
    constexpr std::uint64_t base = 0xa5a5'a5a5'a5a5'a5a5;
    const auto nth = [this](unsigned n, std::uint64_t last) {
      anew();
      for (unsigned i = 0; i < n; ++i) (void)choose(base);
      const auto spi = choose(last);
      return spi ? *spi : 0;
    };
    for (unsigned n = 0; n < 3; ++n) {
      const std::uint32_t plain = nth(n, base);
      unsigned counts = 0;
      for (unsigned bit = 0; bit < 64; ++bit) counts += nth(n, base ^ std::uint64_t{1} << bit) != plain ? 1u : 0u;
      if (counts < 10) report(choose_law::unpredictable, std::to_string(counts) + " bits in choice " + std::to_string(n + 1));
    }
  }
  void only_chosen() {
    anew();
    const auto released = choose(1), used = choose(2), waiting = choose(3);
    if (!released || !used || !waiting) return;
    std::uint32_t nobodys = *waiting ^ 1;
    for (std::uint32_t bit = 2; nobodys == *released || nobodys == *used; bit <<= 1) nobodys = *waiting ^ bit;
    (void)s_->release_spi(*released);
    for (const std::uint32_t spi : {*released, nobodys})
      if (add(spi)) report(choose_law::only_chosen, text(spi));
    (void)add(*used);
    for (const std::uint32_t spi : {*used, nobodys})
      if (s_->release_spi(spi)) report(choose_law::releases, text(spi));
    if (!s_->release_spi(*waiting)) report(choose_law::releases, text(*waiting) + " waited");
  }
  void room() {
    anew();
    const auto fill = [this] {
      std::set<std::uint32_t> spis;
      for (std::size_t n = 0; n < many; ++n)
        if (const auto spi = choose(n * 0x9e37'79b9)) spis.insert(*spi);
        else break;
      return spis;
    };
    const auto before = fill();
    for (const std::uint32_t spi : before) (void)s_->release_spi(spi);
    if (const std::size_t now = fill().size(); now < before.size()) report(choose_law::room, std::to_string(before.size()) + " and then " + std::to_string(now));
  }

  typename sa::crypto_type crypto_{};
  std::unique_ptr<S> s_{};
};
}  // namespace detail

/// The laws that store `S` breaks when it chooses SPIs; none when it keeps them all.
///   Shape    S    an inbound store with choose_spi(random), release_spi(spi) and room for 4 SAs or more; default-constructible,
///                 as is the provider of its SAs
///   Cost     makes some 200 stores
template <class S>
  requires requires(S& s, seeded& random, std::uint32_t spi) {
    { s.choose_spi(random) } noexcept -> std::same_as<result<std::uint32_t>>;
    { s.release_spi(spi) } noexcept -> std::same_as<result<void>>;
  }
std::vector<broken_law> find_broken_choose_laws() {
  return detail::choose_laws<S>().broken;
}
/// Only their names.
template <class S> std::vector<std::string> check_choose_laws() { return names_of(find_broken_choose_laws<S>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
