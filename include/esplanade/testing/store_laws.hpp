// What an SA store owes its datapath and its owner, and the concepts cannot say.
//
// Each law watches one duty, on a store of its own, and believes the store in everything else. So a store with one fault
// breaks one law.
#pragma once

#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/store_law_subject.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_store_laws` returns them.
namespace store_law {
inline constexpr const char* finds = "finds every SA that was added";
inline constexpr const char* misses = "finds nothing for a key that was not added";
inline constexpr const char* batch = "a batch of keys is answered like each of them alone";
inline constexpr const char* names = "a handle names the SA it was given for";
inline constexpr const char* duplicate = "refuses a second SA under one key";
inline constexpr const char* refusals = "refuses what the SA refuses";
inline constexpr const char* refused_costs_nothing = "a refused SA takes no room";
inline constexpr const char* full = "a full store refuses and forgets nothing";
inline constexpr const char* others_stay = "removing an SA leaves the others";
inline constexpr const char* removed = "a removed SA is not found";
inline constexpr const char* visible = "once remove() has returned nobody finds the SA, not even who was inside before";
inline constexpr const char* stale = "the handle of a removed SA names nothing";
inline constexpr const char* generation = "nor does it when its place is taken again";
inline constexpr const char* guard = "a found SA stays whole while a guard lives";
inline constexpr const char* progress = "a removed SA is reclaimed when those have left who may have found it, however often that was tried before";
inline constexpr const char* bounded = "reclaims no more than it is allowed";
inline constexpr const char* frees = "what is reclaimed can be added again";
inline constexpr const char* keys = "reclaiming removes each key once";
inline constexpr const char* stays = "an SA never moves";
}  // namespace store_law

namespace detail {

class store_laws {
  using handle = law_store::handle;
  using question = law_store::question;
  using maker = std::unique_ptr<law_store> (*)();
  static constexpr std::size_t few = 8;

 public:
  explicit store_laws(maker make) : make_(make) {
    lookups();
    refusals();
    room();
    for (const std::size_t gone : {std::size_t{0}, std::size_t{3}, few - 1}) removal(gone);
    visibility();
    generations();
    guards();
    progress();
    reclaiming();
    places();
  }
  std::vector<broken_law> broken{};

 private:
  maker make_;

  void report(const char* law, const std::string& where) { report_once(broken, law, where); }
  static std::uint32_t spi_at(std::size_t i) { return static_cast<std::uint32_t>(0x01001000 + i * 0x00010101); }
  static std::string text(std::uint32_t spi) { return "SPI " + std::to_string(spi); }

  void lookups() {
    const auto s = make_();
    for (std::size_t i = 0; i < few; ++i)
      if (!s->keep(spi_at(i))) report(store_law::finds, "not even added: " + text(spi_at(i)));
    std::vector<question> asked;
    for (std::size_t i = 0; i < s->handles.size(); ++i) {
      const std::uint32_t spi = s->spi_for(spi_at(i));
      const handle h = s->handles[i];
      void* const found = s->find_one({spi, h});
      if (found == nullptr || s->spi_of(found) != spi) report(store_law::finds, text(spi));
      void* const named = s->at(h);
      if (named == nullptr || s->spi_of(named) != spi) report(store_law::names, text(spi));
      asked.push_back({spi, h});
      std::vector<question> others;
      if (s->inbound()) {
        for (unsigned bit = 0; bit < 32; ++bit) others.push_back({spi ^ (1u << bit), {}});
        for (const std::uint32_t reserved : {0u, 1u, 255u}) others.push_back({reserved, {}});
      } else {
        others = {{0, {}}, {0, {h.slot, h.generation + 1}}, {0, {h.slot + 0x10000, h.generation}}};
      }
      for (const question& other : others)
        if (s->find_one(other) != nullptr) report(store_law::misses, s->inbound() ? text(other.spi) : "slot " + std::to_string(other.sa.slot));
      asked.insert(asked.end(), others.begin(), others.end());
      asked.push_back(asked[asked.size() / 2]);  // some twice
    }
    if (asked.empty()) return;
    int marker = 0;
    for (std::size_t size = 1; size <= 256; size = size < 16 ? size + 1 : size * 2) {
      std::vector<question> some;
      std::vector<void*> alone, together;
      for (std::size_t i = 0; i < size; ++i) {
        some.push_back(asked[(i * 7 + size) % asked.size()]);
        alone.push_back(s->find_one(some.back()));
        together.push_back(i % 2 == 0 ? static_cast<void*>(&marker) : nullptr);
      }
      s->find(some, together);
      if (alone != together) report(store_law::batch, std::to_string(size) + " keys");
    }
  }

  void refusals() {
    const auto s = make_();
    s->keep(spi_at(0));
    if (s->inbound() && s->keep(spi_at(0))) report(store_law::duplicate, text(spi_at(0)));
    for (std::uint32_t spi = 0; spi <= 255; ++spi)
      if (s->keep(spi)) report(store_law::refusals, text(spi));
    if (s->add_refused(spi_at(1))) report(store_law::refusals, "an SA whose key the provider refused");
  }

  void room() {
    const auto alone = make_(), after = make_();
    const std::size_t places = alone->fill(0x2000);
    if (places < few) report(store_law::full, "room for " + std::to_string(places) + " SAs only");
    if (places < law_store::many) {
      const auto refused = alone->add(0x1fff);
      if (refused) report(store_law::full, "it took one more");
      else if (refused.why().kind != fault_kind::no_space) report(store_law::full, "it gave another reason");
    }
    for (std::size_t i = 0; i < places; ++i)
      if (alone->at(alone->handles[i]) == nullptr) report(store_law::full, "it forgot " + text(0x2000 + static_cast<std::uint32_t>(i)));
    for (std::size_t i = 0; i <= places; ++i) (void)after->add_refused(0x2000 + static_cast<std::uint32_t>(i));
    for (std::uint32_t spi = 0; spi < 32; ++spi) (void)after->add(spi);
    if (after->fill(0x2000) < places) report(store_law::refused_costs_nothing, "less room than before");
  }

  void removal(std::size_t gone) {
    const auto s = make_();
    for (std::size_t i = 0; i < few; ++i) s->keep(spi_at(i));
    if (s->handles.size() != few) return;
    void* before[few];
    for (std::size_t i = 0; i < few; ++i) before[i] = s->find_one({s->spi_for(spi_at(i)), s->handles[i]});
    const bool done = s->remove(s->handles[gone]);
    for (std::size_t i = 0; i < few; ++i)
      if (i != gone && s->find_one({s->spi_for(spi_at(i)), s->handles[i]}) != before[i]) report(store_law::others_stay, text(spi_at(i)));
    if (!done) report(store_law::removed, "remove() refused the handle");
    if (s->find_one({s->spi_for(spi_at(gone)), s->handles[gone]}) != nullptr) report(store_law::removed, text(spi_at(gone)));
    if (s->at(s->handles[gone]) != nullptr) report(store_law::stale, "at() before reclaim()");
    if (done && s->remove(s->handles[gone])) report(store_law::stale, "it was removed twice");
  }

  void visibility() {
    const auto s = make_();
    for (std::size_t i = 0; i < 2; ++i) s->keep(spi_at(i));
    if (s->handles.size() != 2) return;
    s->enter();
    const question asked{s->spi_for(spi_at(0)), s->handles[0]};
    std::vector<void*> before(1, nullptr), behind(1, nullptr);
    s->find_as_is({asked}, before);
    const bool removed = before[0] != nullptr && s->remove(s->handles[0]);
    s->find_as_is({asked}, behind);
    const bool beside = s->find_one(asked) != nullptr;
    s->leave();
    if (!removed || s->find_one(asked) != nullptr) return;  // nobody's inside, and that is another law
    if (behind[0] != nullptr) report(store_law::visible, "by the guard that was there");
    if (beside) report(store_law::visible, "by a later guard beside it");
  }

  void generations() {
    const auto s = make_();
    std::vector<handle> old;
    for (unsigned round = 0; round < 3; ++round) {
      const std::size_t places = s->fill(0x3000);
      for (const handle h : s->handles) s->remove(h);
      s->reclaim(places);
      old.insert(old.end(), s->handles.begin(), s->handles.end());
      s->handles.clear();
    }
    s->fill(0x3000);
    for (const handle h : old)
      if (s->at(h) != nullptr) report(store_law::generation, "slot " + std::to_string(h.slot) + ", generation " + std::to_string(h.generation));
  }

  void guards() {
    const auto s = make_();
    if (!s->keep(spi_at(0))) return;
    s->enter();
    void* const found = s->find_one({s->spi_for(spi_at(0)), s->handles[0]});
    s->remove(s->handles[0]);
    s->reclaim(law_store::many);
    if (found != nullptr && !s->installed(found)) report(store_law::guard, "its keys are gone");
    else if (s->keys().value_or(1) != 1) report(store_law::guard, "its key was removed");
    s->leave();
  }

  void progress() {
    const auto s = make_();
    for (std::size_t i = 0; i < 2; ++i) s->keep(spi_at(i));
    if (s->handles.size() != 2) return;
    s->enter();
    std::size_t done = 0;
    for (std::size_t i = 0; i < 2; ++i) {
      s->remove(s->handles[i]);
      done += s->reclaim(law_store::many);
    }
    s->leave();
    done += s->reclaim(law_store::many);
    if (done != 2) report(store_law::progress, std::to_string(done) + " of 2 were reclaimed");
  }

  void reclaiming() {
    const auto s = make_();
    const std::size_t places = s->fill(0x4000);
    for (const handle h : s->handles) s->remove(h);
    s->handles.clear();
    if (s->reclaim(0) != 0) report(store_law::bounded, "it reclaimed with a bound of 0");
    if (s->reclaim(2) > 2) report(store_law::bounded, "more than 2");
    while (s->reclaim(law_store::many) != 0) {
    }
    if (s->keys().value_or(0) != 0) report(store_law::keys, std::to_string(*s->keys()) + " keys are left");
    if (s->misuses() != 0) report(store_law::keys, "a key was removed twice");
    if (s->fill(0x4000) < places) report(store_law::frees, "less room than before");
  }

  void places() {
    const auto s = make_();
    for (std::size_t i = 0; i < few; ++i) s->keep(spi_at(i));
    std::vector<void*> before;
    for (const handle h : s->handles) before.push_back(s->at(h));
    const std::size_t kept = s->handles.size();
    for (std::size_t i = 0; i + 1 < kept; i += 2) s->remove(s->handles[i]);
    s->reclaim(law_store::many);
    s->fill(0x5000);
    for (std::size_t i = 1; i < kept; i += 2)
      if (s->at(s->handles[i]) != before[i]) report(store_law::stays, text(spi_at(i)));
  }
};

}  // namespace detail

/// The laws that store `S` breaks; none when it keeps them all. `S` is default-constructible, as is the provider of its SAs.
///   Shape    S    a SaStore and SaRegistry, inbound or outbound, with room for 8 SAs or more. One that chooses its SPIs says so
///                 by choose_spi(random), and has laws for that too (testing/choose_laws.hpp). Where the provider of its SAs
///                 is a key_keeper (testing/faults.hpp) keys are counted and refused too; another is believed
///   Cost     adds and removes up to 4096 SAs several times
template <class S>
  requires SaStore<S> && SaRegistry<S, typename association_t<typename S::sa_type>::crypto_type>
std::vector<broken_law> find_broken_store_laws() {
  return detail::store_laws([]() -> std::unique_ptr<detail::law_store> { return std::make_unique<detail::law_store_of<S>>(); }).broken;
}

/// Only the names of the laws that `S` breaks.
template <class S> std::vector<std::string> check_store_laws() { return names_of(find_broken_store_laws<S>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
