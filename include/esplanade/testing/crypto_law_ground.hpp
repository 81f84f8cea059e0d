// What the crypto laws stand on: texts sealed and opened, one by one and in lists.
#pragma once

#include <esplanade/testing/crypto_sample.hpp>

#include <memory>
#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

class crypto_law_ground {
 protected:
  explicit crypto_law_ground(crypto_subject& subject) : s_(subject), key_(subject, subject.some_key(0x6b6579)) {}

  static std::ptrdiff_t difference(std::size_t n) { return static_cast<std::ptrdiff_t>(n); }
  [[nodiscard]] bool at_home() const { return s_.can.in_place; }
  [[nodiscard]] std::size_t aligned(std::size_t length) const {
    const std::size_t unit = s_.sizes.alignment != 0 ? s_.sizes.alignment : 1;
    return (length + unit - 1) / unit * unit;
  }
  // Texts of these lengths, or a little more where the suite is padded; with the longest that a job may have.
  [[nodiscard]] std::vector<std::size_t> lengths(bool longest) const {
    std::vector<std::size_t> all;
    for (const std::size_t length : {0u, 1u, 5u, 13u, 16u, 17u, 29u, 32u, 33u, 48u, 61u, 64u, 65u, 100u, 127u, 200u, 240u, 256u, 261u, 500u, 1000u, 1408u, 4090u, 9001u})
      all.push_back(aligned(length));
    constexpr std::size_t most = 65'534 - 8;  // with the AAD
    if (longest) all.insert(all.end(), {aligned(65'000), aligned(most) > most ? aligned(most) - s_.sizes.alignment : aligned(most)});
    return all;
  }

  job_status sealing(crypto_sample& one) {
    one.put(one.plain());
    job* const jobs[] = {&one.work};
    s_.seal(jobs);
    return one.work.status;
  }
  job_status opening(crypto_sample& one, const sealed_text& sealed, on_forged mode = on_forged::scrub) {
    one.put(sealed);
    job* const jobs[] = {&one.work};
    s_.open(jobs, mode);
    return one.work.status;
  }

  // Several jobs of different lengths.
  class samples {
   public:
    samples(crypto_law_ground& laws, std::size_t jobs, const std::vector<std::uint32_t>& schedules) : laws_(laws) {
      seeded numbers{jobs};
      const std::vector<std::size_t> lengths = laws.lengths(false);
      for (std::size_t i = 0; i < jobs; ++i) {
        const sample_form form{.length = lengths[static_cast<std::size_t>(numbers.below(lengths.size() - 3))], .seed = i, .aad = 8 + i % 2 * 4};
        all_.emplace_back(new crypto_sample(laws.s_, schedules[i % schedules.size()], form, laws.at_home()));
        list_.push_back(&all_.back()->work);
      }
    }
    std::unique_ptr<crypto_sample>& operator[](std::size_t i) { return all_[i]; }
    [[nodiscard]] job_list jobs() const { return list_; }
    std::vector<sealed_text> sealed_one_by_one() {
      std::vector<sealed_text> sealed;
      for (const auto& one : all_) {
        laws_.sealing(*one);
        sealed.push_back(one->sealed());
      }
      return sealed;
    }

   private:
    crypto_law_ground& laws_;
    std::vector<std::unique_ptr<crypto_sample>> all_;
    std::vector<job*> list_;
  };
  std::string equals_one_by_one(std::size_t jobs, const std::vector<std::uint32_t>& schedules) {
    samples all(*this, jobs, schedules);
    const std::vector<sealed_text> sealed = all.sealed_one_by_one();
    for (std::size_t i = 0; i < jobs; ++i) all[i]->put(all[i]->plain());
    s_.seal(all.jobs());
    for (std::size_t i = 0; i < jobs; ++i)
      if (all[i]->sealed() != sealed[i]) return "sealing job " + std::to_string(i) + " of " + std::to_string(jobs) + ", " + all[i]->words();
    std::vector<std::vector<octet>> opened;
    for (std::size_t i = 0; i < jobs; ++i) {
      opening(*all[i], sealed[i]);
      opened.push_back(all[i]->text());
      all[i]->put(sealed[i]);
    }
    s_.open(all.jobs(), on_forged::restore);
    for (std::size_t i = 0; i < jobs; ++i)
      if (all[i]->text() != opened[i]) return "opening job " + std::to_string(i) + " of " + std::to_string(jobs) + ", " + all[i]->words();
    return {};
  }

  // What verify (of ciphertext) and recheck (of plaintext) do with good and with forged jobs.
  template <class Call> std::string reads_only(Call call, bool plaintext) {
    if (s_.can.asynchronous) return {};
    return each_answer(plaintext, [&call](crypto_sample& one, bool) -> std::string {
      const std::vector<octet> before = one.memory();
      job* const jobs[] = {&one.work};
      call(job_list(jobs));
      return one.memory() == before ? std::string{} : one.words();
    });
  }
  template <class Call> std::string answers(Call call, bool plaintext) {
    if (s_.can.asynchronous) return {};
    return each_answer(plaintext, [&call](crypto_sample& one, bool good) -> std::string {
      job* const jobs[] = {&one.work};
      call(job_list(jobs));
      if (one.work.status == (good ? job_status::done : job_status::forged)) return {};
      return one.words() + (good ? ": good, but not done" : ": forged, but not answered so");
    });
  }
  template <class Ask> std::string each_answer(bool plaintext, Ask ask) {
    for (const std::size_t length : lengths(true))
      for (unsigned shape = 0; shape < 4; ++shape) {
        const bool in_place = shape % 2 == 0, is_cut = shape >= 2;
        if (!(in_place ? s_.can.in_place : s_.can.out_of_place) || (is_cut && (!s_.can.scatter_gather || length < 8))) continue;
        crypto_sample whole(s_, key_.schedule, {.length = length}, at_home());
        sealing(whole);
        crypto_sample one(s_, key_.schedule, {.length = length, .pieces = is_cut ? cut{3, 0, length - 5, 2} : cut{}}, in_place);
        sealed_text given = whole.sealed();
        if (plaintext) given.text = one.plain();
        one.put(given);
        std::string where = ask(one, true);
        if (where.empty() && length != 0 && s_.claims.covers_text) {
          sealed_text other = given;
          other.text[length / 2] = static_cast<octet>(other.text[length / 2] ^ 0x10);
          one.put(other);
          where = ask(one, false);
        }
        if (where.empty()) {
          for (octet& o : given.icv) o = static_cast<octet>(~o);
          one.put(given);
          where = ask(one, false);
        }
        if (!where.empty()) return where;
      }
    return {};
  }

  crypto_subject& s_;
  crypto_subject::held_key key_;
};

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
