// How jobs must come out, whatever their shape and whoever stands beside them: laws of crypto providers.
#pragma once

#include <esplanade/testing/crypto_law_ground.hpp>

#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

// Each returns where it is broken, or nothing.
class crypto_job_laws : protected virtual crypto_law_ground {
 public:
  explicit crypto_job_laws(crypto_subject& subject) : crypto_law_ground(subject) {}

  std::string open_undoes_seal() {
    for (const std::size_t aad : {std::size_t{8}, std::size_t{12}, std::size_t{0}, std::size_t{20}})
      for (const std::size_t length : lengths(aad == 8)) {
        if (aad + length == 0 && s_.sizes.form() == job_form::mac) continue;  // never so in ESP or AH
        crypto_sample one(s_, key_.schedule, {.length = length, .seed = length + aad, .aad = aad}, at_home());
        if (sealing(one) != job_status::done) return one.words() + ": not sealed";
        const sealed_text sealed = one.sealed();
        if (opening(one, sealed) != job_status::done) return one.words() + ": not opened";
        if (one.text() != one.plain()) return one.words() + ": opened to another text";
      }
    return {};
  }
  std::string hides_text() {
    if (!s_.hides()) return {};
    for (const std::size_t length : lengths(false)) {
      if (length < 16) continue;
      crypto_sample one(s_, key_.schedule, {.length = length, .seed = length}, at_home());
      sealing(one);
      for (std::size_t at = 0; at + 16 <= length; at += 16)
        if (std::equal(one.plain().begin() + difference(at), one.plain().begin() + difference(at + 16), one.text().begin() + difference(at)))
          return one.words() + ": the text at " + std::to_string(at) + " is plain";
    }
    return {};
  }

  std::string cuts() {
    if (!s_.can.scatter_gather) return {};
    for (const std::size_t length : {aligned(0), aligned(8), aligned(33), aligned(64), aligned(300), aligned(1408), aligned(9000)}) {
      crypto_sample whole(s_, key_.schedule, {.length = length}, at_home());
      sealing(whole);
      const sealed_text sealed = whole.sealed();
      opening(whole, sealed);
      const std::vector<octet> opened = whole.text();
      for (const cut& pieces : interesting_cuts(length, 16, length)) {
        if (length > 40 && pieces.size() == 2 && pieces[0] % 7 > 1) continue;  // every position is many
        crypto_sample one(s_, key_.schedule, {.length = length, .pieces = pieces}, at_home());
        sealing(one);
        if (one.sealed() != sealed) return one.words() + ": sealed to something else";
        opening(one, sealed);
        if (one.text() != opened) return one.words() + ": opened to something else";
      }
    }
    return {};
  }
  std::string places() {
    if (!s_.can.in_place || !s_.can.out_of_place) return {};
    for (const std::size_t length : lengths(false)) {
      crypto_sample here(s_, key_.schedule, {.length = length}, true);
      crypto_sample there(s_, key_.schedule, {.length = length}, false);
      sealing(here);
      sealing(there);
      const sealed_text sealed = here.sealed();
      if (there.sealed() != sealed) return there.words() + ": sealed to something else";
      opening(here, sealed);
      opening(there, sealed);
      if (here.text() != there.text()) return there.words() + ": opened to something else";
    }
    return {};
  }
  std::string source_alone() {
    if (!s_.can.out_of_place) return {};
    for (const std::size_t length : lengths(false)) {
      crypto_sample one(s_, key_.schedule, {.length = length}, false);
      sealing(one);
      if (one.source_text() != one.plain()) return one.words() + ": sealing wrote to it";
      sealed_text sealed = one.sealed();
      opening(one, sealed);
      if (one.source_text() != sealed.text) return one.words() + ": opening wrote to it";
      for (octet& o : sealed.icv) o = static_cast<octet>(~o);
      for (const on_forged mode : {on_forged::scrub, on_forged::restore}) {
        opening(one, sealed, mode);
        if (one.source_text() != sealed.text) return one.words() + ": opening a forged one wrote to it";
      }
    }
    return {};
  }

  std::string list() {
    for (const std::size_t jobs : {2u, 3u, 8u, 31u, 32u, 33u, 64u, 200u}) {
      if (jobs > 64 && s_.can.asynchronous) continue;
      const std::string where = equals_one_by_one(jobs, {key_.schedule});
      if (!where.empty()) return where;
    }
    return {};
  }
  std::string mixed_keys() {
    if (!s_.can.mixed_keys) return {};
    const crypto_subject::held_key a(s_, s_.some_key(1)), b(s_, s_.some_key(2)), c(s_, s_.some_key(3));
    for (const std::size_t jobs : {2u, 5u, 32u, 64u}) {
      std::string where = equals_one_by_one(jobs, {a.schedule, b.schedule});
      if (where.empty()) where = equals_one_by_one(jobs, {a.schedule, b.schedule, c.schedule, key_.schedule, a.schedule, a.schedule});
      if (!where.empty()) return where;
    }
    return {};
  }
  std::string neighbours() {
    for (const std::size_t jobs : {2u, 9u, 33u})
      for (const std::size_t every : {1u, 2u, 3u, 8u, 33u}) {
        samples all(*this, jobs, {key_.schedule});
        const std::vector<sealed_text> sealed = all.sealed_one_by_one();
        std::vector<std::vector<octet>> opened;
        for (std::size_t i = 0; i < jobs; ++i) {
          opening(*all[i], sealed[i]);
          opened.push_back(all[i]->text());
        }
        const auto is_forged = [every](std::size_t i) { return i % every == every / 2; };
        for (std::size_t i = 0; i < jobs; ++i) {
          sealed_text given = sealed[i];
          if (is_forged(i))
            for (octet& o : given.icv) o = static_cast<octet>(~o);
          all[i]->put(given);
        }
        s_.open(all.jobs(), on_forged::restore);
        for (std::size_t i = 0; i < jobs; ++i) {
          const std::string where = "job " + std::to_string(i) + " of " + std::to_string(jobs) + ", " + all[i]->words();
          if (is_forged(i) && all[i]->work.status == job_status::done) return where + ": forged, but done";
          if (is_forged(i)) continue;
          if (all[i]->work.status == job_status::forged || all[i]->work.status == job_status::failed) return where + ": good, but not done";
          if (all[i]->text() != opened[i]) return where + ": good, but opened to something else";
        }
      }
    return {};
  }
  std::string statuses() {
    for (const std::size_t jobs : {1u, 2u, 7u, 32u, 40u}) {
      samples all(*this, jobs, {key_.schedule});
      const std::vector<sealed_text> sealed = all.sealed_one_by_one();
      for (unsigned call = 0; call < (s_.can.asynchronous ? 2u : 4u); ++call) {
        for (std::size_t i = 0; i < jobs; ++i) {
          if (call == 0) all[i]->put(all[i]->plain());
          else all[i]->put(sealed[i]);
        }
        if (call == 0) s_.seal(all.jobs());
        else if (call == 1) s_.open(all.jobs(), on_forged::scrub);
        else if (call == 2) s_.verify(all.jobs());
        else s_.recheck(all.jobs());
        static constexpr const char* calls[] = {"seal", "open", "verify", "recheck"};
        for (std::size_t i = 0; i < jobs; ++i)
          if (all[i]->work.status == job_status::pending)
            return std::string(calls[call]) + " left job " + std::to_string(i) + " of " + std::to_string(jobs) + " pending";
      }
    }
    return {};
  }
  std::string own_memory() {
    for (const std::size_t length : lengths(false))
      for (const bool in_place : {true, false}) {
        if (!(in_place ? s_.can.in_place : s_.can.out_of_place)) continue;
        crypto_sample one(s_, key_.schedule, {.length = length}, in_place);
        const std::vector<octet> before = one.surroundings();
        sealing(one);
        if (one.surroundings() != before) return one.words() + ": sealing wrote beside the text";
        sealed_text sealed = one.sealed();
        opening(one, sealed);
        if (one.surroundings() != before || one.sealed().icv != sealed.icv) return one.words() + ": opening wrote beside the text";
        for (octet& o : sealed.icv) o = static_cast<octet>(~o);
        opening(one, sealed);
        if (one.surroundings() != before || one.sealed().icv != sealed.icv) return one.words() + ": opening a forged one wrote beside the text";
      }
    return {};
  }

  std::string verify_writes_nothing() {
    return reads_only([this](job_list jobs) { s_.verify(jobs); }, false);
  }
  std::string recheck_writes_nothing() {
    return reads_only([this](job_list jobs) { s_.recheck(jobs); }, true);
  }
  std::string verify_agrees() {
    return answers([this](job_list jobs) { s_.verify(jobs); }, false);
  }
  std::string recheck_agrees() {
    return answers([this](job_list jobs) { s_.recheck(jobs); }, true);
  }

  std::string key_sizes() {
    for (std::size_t size = 0; size <= 100; ++size) {
      const result<std::uint32_t> added = s_.add_key(std::vector<octet>(size, octet{0x4b}));
      if (added) s_.remove_key(*added);
      if (static_cast<bool>(added) != (size == s_.sizes.key)) return std::to_string(size) + " octets: " + (added ? "taken" : "refused");
      if (!added && *added.why().reason == '\0') return std::to_string(size) + " octets: refused without a reason";
    }
    return {};
  }
  std::string room_again() {
    const std::vector<octet> key = s_.some_key(4);
    for (unsigned i = 0; i < 20'000; ++i) {
      const result<std::uint32_t> added = s_.add_key(key);
      if (!added) return "no room for the key of round " + std::to_string(i);
      s_.remove_key(*added);
    }
    return {};
  }
};

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
