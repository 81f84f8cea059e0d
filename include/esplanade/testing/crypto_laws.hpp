// What a crypto provider owes the datapath and its concept cannot say.
//
// Each law watches one duty and believes the provider in everything else: what it compares with is what the provider itself
// answers for one job of one segment. So a provider with one fault breaks one law. Whether the cipher is the right one is what
// known answers show.
#pragma once

#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/crypto_forgery_laws.hpp>
#include <esplanade/testing/crypto_job_laws.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_crypto_laws` and `check_async_crypto_laws` return them.
namespace crypto_law {
inline constexpr const char* open_undoes_seal = "open undoes seal";
inline constexpr const char* hides_text = "the sealed text is not the plaintext";
inline constexpr const char* text_covered = "a flipped bit of the text is forged";
inline constexpr const char* aad_covered = "a flipped bit of the AAD is forged";
inline constexpr const char* nonce_covered = "a flipped bit of the nonce is forged";
inline constexpr const char* appended_covered = "a flipped bit of the appended octets is forged";
inline constexpr const char* icv_compared = "a flipped bit of the ICV is forged";
inline constexpr const char* key_covered = "another key is forged";
inline constexpr const char* scrub = "scrub leaves zeros";
inline constexpr const char* restore = "restore leaves the ciphertext";
inline constexpr const char* cuts = "cuts do not matter";
inline constexpr const char* places = "in place equals out of place";
inline constexpr const char* source_alone = "out of place leaves the source alone";
inline constexpr const char* list = "a list equals its jobs one by one";
inline constexpr const char* mixed_keys = "jobs of several keys equal their jobs one by one";
inline constexpr const char* neighbours = "a forged job does not disturb its neighbours";
inline constexpr const char* statuses = "every job's status is set";
inline constexpr const char* own_memory = "writes the text and the ICV and nothing beside them";
inline constexpr const char* verify_writes_nothing = "verify writes nothing";
inline constexpr const char* verify_agrees = "verify answers as open does";
inline constexpr const char* recheck_writes_nothing = "recheck writes nothing";
inline constexpr const char* recheck_agrees = "recheck accepts the plaintext of what was sealed and no other";
inline constexpr const char* key_sizes = "a key of the wrong size is refused with a fault";
inline constexpr const char* room_again = "a removed key makes room for another";
// of asynchronous providers
inline constexpr const char* back_once = "every job comes back exactly once";
inline constexpr const char* back_in_bounds = "reap writes no more than it says and has room for";
}  // namespace crypto_law

namespace detail {

class crypto_laws : public crypto_forgery_laws, public crypto_job_laws {
 public:
  explicit crypto_laws(crypto_subject& subject) : crypto_law_ground(subject), crypto_forgery_laws(subject), crypto_job_laws(subject) {}
};

struct named_crypto_law {
  const char* name;
  std::string (crypto_laws::*broken_at)();
};
inline constexpr named_crypto_law named_crypto_laws[] = {
    {crypto_law::open_undoes_seal, &crypto_laws::open_undoes_seal},
    {crypto_law::hides_text, &crypto_laws::hides_text},
    {crypto_law::text_covered, &crypto_laws::text_covered},
    {crypto_law::aad_covered, &crypto_laws::aad_covered},
    {crypto_law::nonce_covered, &crypto_laws::nonce_covered},
    {crypto_law::appended_covered, &crypto_laws::appended_covered},
    {crypto_law::icv_compared, &crypto_laws::icv_compared},
    {crypto_law::key_covered, &crypto_laws::key_covered},
    {crypto_law::scrub, &crypto_laws::scrub},
    {crypto_law::restore, &crypto_laws::restore},
    {crypto_law::cuts, &crypto_laws::cuts},
    {crypto_law::places, &crypto_laws::places},
    {crypto_law::source_alone, &crypto_laws::source_alone},
    {crypto_law::list, &crypto_laws::list},
    {crypto_law::mixed_keys, &crypto_laws::mixed_keys},
    {crypto_law::neighbours, &crypto_laws::neighbours},
    {crypto_law::statuses, &crypto_laws::statuses},
    {crypto_law::own_memory, &crypto_laws::own_memory},
    {crypto_law::verify_writes_nothing, &crypto_laws::verify_writes_nothing},
    {crypto_law::verify_agrees, &crypto_laws::verify_agrees},
    {crypto_law::recheck_writes_nothing, &crypto_laws::recheck_writes_nothing},
    {crypto_law::recheck_agrees, &crypto_laws::recheck_agrees},
    {crypto_law::key_sizes, &crypto_laws::key_sizes},
    {crypto_law::room_again, &crypto_laws::room_again},
};

inline std::vector<broken_law> find_broken_crypto_laws(crypto_subject& subject) {
  std::vector<broken_law> broken;
  const result<std::uint32_t> key = subject.add_key(subject.some_key(5));
  if (!key) {  // nothing else can be asked
    broken.push_back({crypto_law::key_sizes, std::string("a key of the right size is refused: ") + key.why().reason});
    return broken;
  }
  subject.remove_key(*key);
  crypto_laws laws(subject);
  for (const named_crypto_law& one : named_crypto_laws)
    if (std::string where = (laws.*one.broken_at)(); !where.empty()) broken.push_back({one.name, where});
  return broken;
}

// Submits lists of all sizes and reaps them in spans of all sizes; what comes back is counted.
template <class C> std::string broken_back_once(C& provider, crypto_subject& subject, std::uint32_t schedule, bool bounds) {
  const std::unique_ptr<typename C::workspace> lane(new typename C::workspace{});
  for (const std::size_t room : {std::size_t{1}, std::size_t{3}, std::size_t{64}})
    for (const std::size_t count : {1u, 2u, 10u, 64u, 600u}) {
      std::vector<std::unique_ptr<crypto_sample>> all;
      std::vector<job*> list;
      for (std::size_t i = 0; i < count; ++i) {
        all.emplace_back(new crypto_sample(subject, schedule, {.length = 64, .seed = i}, C::abilities.in_place));
        all.back()->put(all.back()->plain());
        list.push_back(&all.back()->work);
      }
      const std::string words = std::to_string(count) + " jobs in spans of " + std::to_string(room);
      const job_list whole(list);
      provider.submit_seal(*lane, whole.first(count / 2));
      provider.submit_seal(*lane, whole.subspan(count / 2));

      job outside;
      std::vector<unsigned> times(count, 0);
      std::vector<job*> back(room + 8, &outside);
      std::size_t got = 0;
      for (unsigned idle = 0; idle < (got < count ? 100'000u : 100u); ++idle) {
        std::fill(back.begin(), back.end(), &outside);
        const std::size_t n = provider.reap(*lane, std::span<job*>(back).first(room));
        for (std::size_t i = n < room ? n : room; i < back.size(); ++i)
          if (bounds && back[i] != &outside) return words + ": wrote to place " + std::to_string(i) + " and said " + std::to_string(n);
        if (n > room) return bounds ? words + ": said " + std::to_string(n) : std::string{};
        for (std::size_t i = 0; i < n; ++i) {
          const auto at = std::find(list.begin(), list.end(), back[i]);
          if (at == list.end()) return bounds ? std::string{} : words + ": gave a job that was not submitted";
          ++times[static_cast<std::size_t>(at - list.begin())];
          if (!bounds && (*at)->status == job_status::pending) return words + ": came back pending";
        }
        got += n;
        if (n != 0) idle = 0;
      }
      for (std::size_t i = 0; i < count; ++i)
        if (!bounds && times[i] != 1) return words + ": job " + std::to_string(i) + " came back " + std::to_string(times[i]) + " times";
    }
  return {};
}

}  // namespace detail

/// The laws that a provider breaks for a suite, each with the first case that shows it; empty = it keeps them all.
///   Shape    laws of what a provider says it cannot do are not asked; `claims` says what a null cipher does not do
///   Cost     a second or so
template <CryptoProvider C>
  requires(!C::abilities.asynchronous)
std::vector<broken_law> find_broken_crypto_laws(C& provider, const suite_sizes& sizes, crypto_claims claims = {}) {
  detail::crypto_subject_of<C> subject(provider, sizes, claims);
  return detail::find_broken_crypto_laws(subject);
}

/// The names of the laws that a provider breaks for a suite; empty = it keeps them all.
template <CryptoProvider C>
  requires(!C::abilities.asynchronous)
std::vector<std::string> check_crypto_laws(C& provider, const suite_sizes& sizes, crypto_claims claims = {}) {
  return names_of(find_broken_crypto_laws(provider, sizes, claims));
}

/// The same for an asynchronous provider: first that every job comes back once, and when it does, everything that the laws above
/// ask of seal and open. A job that the provider has no room for comes back failed; it takes 64 at a time.
template <CryptoProvider C>
  requires(C::abilities.asynchronous)
std::vector<broken_law> find_broken_async_crypto_laws(C& provider, const suite_sizes& sizes, crypto_claims claims = {}) {
  detail::crypto_subject_of<C> subject(provider, sizes, claims);
  std::vector<broken_law> broken;
  {
    const detail::crypto_subject::held_key key(subject, subject.some_key(6));
    if (std::string where = detail::broken_back_once(provider, subject, key.schedule, false); !where.empty()) broken.push_back({crypto_law::back_once, where});
    if (std::string where = detail::broken_back_once(provider, subject, key.schedule, true); !where.empty()) broken.push_back({crypto_law::back_in_bounds, where});
  }
  if (broken.empty()) return detail::find_broken_crypto_laws(subject);
  return broken;
}

/// Only the names.
template <CryptoProvider C>
  requires(C::abilities.asynchronous)
std::vector<std::string> check_async_crypto_laws(C& provider, const suite_sizes& sizes, crypto_claims claims = {}) {
  return names_of(find_broken_async_crypto_laws(provider, sizes, claims));
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
