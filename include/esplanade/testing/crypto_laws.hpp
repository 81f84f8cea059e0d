// What a crypto provider owes the datapath and its concept cannot say.
//
// Each law watches one duty and believes the provider in everything else: what it compares with is what the provider itself
// answers for one job of one segment. So a provider with one fault breaks one law. Whether the cipher is the right one is what
// known answers show.
#pragma once

#include <esplanade/crypto/provider.hpp>
#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/cuts.hpp>

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

/// What a provider's ICV and cipher do with what they are given. A null cipher sets all to false, and the laws that speak of it
/// are not asked.
struct crypto_claims {
  bool covers_text = true;  ///< the ICV depends on every bit of the text and of what is appended
  bool covers_key = true;   ///< it depends on the key
  bool hides_text = true;   ///< the sealed text is not the plaintext
};

namespace detail {

// A provider behind virtual calls, so that the laws are compiled once. An asynchronous one is waited for.
class crypto_subject {
 public:
  crypto_subject(const suite_sizes& its_sizes, crypto_claims its_claims, const provider_abilities& its_abilities)
      : sizes(its_sizes), claims(its_claims), can(its_abilities) {}
  crypto_subject(const crypto_subject&) = delete;
  crypto_subject& operator=(const crypto_subject&) = delete;
  virtual ~crypto_subject() = default;
  virtual void seal(job_list jobs) = 0;
  virtual void open(job_list jobs, on_forged mode) = 0;
  virtual void verify(job_list jobs) = 0;
  virtual void recheck(job_list jobs) = 0;
  virtual result<std::uint32_t> add_key(const_octets key) = 0;
  virtual void remove_key(std::uint32_t schedule) = 0;

  const suite_sizes sizes;
  const crypto_claims claims;
  const provider_abilities can;

  // A key that lives as long as the law that asked for it.
  struct held_key {
    crypto_subject& of;
    std::uint32_t schedule;
    held_key(crypto_subject& subject, const_octets key) : of(subject), schedule(0) {
      const result<std::uint32_t> added = subject.add_key(key);
      schedule = added ? *added : ~std::uint32_t{0};
    }
    held_key(const held_key&) = delete;
    held_key& operator=(const held_key&) = delete;
    ~held_key() { of.remove_key(schedule); }
  };
  /// Of IV in a job: on the wire, or the sequence number.
  [[nodiscard]] std::size_t iv_octets() const { return std::size_t{sizes.iv} + sizes.implicit_iv; }
  /// The nonce enters the ICV by itself, and not as a part of the AAD.
  [[nodiscard]] bool nonce_in_icv() const { return sizes.form() != job_form::mac || sizes.mac == mac_family::aes_gmac; }
  /// The suite encrypts, as far as the provider does.
  [[nodiscard]] bool hides() const { return claims.hides_text && sizes.family != cipher_family::null && sizes.family != cipher_family::aes_gmac; }
  [[nodiscard]] std::vector<octet> some_key(std::uint64_t seed) const {
    seeded numbers{seed};
    std::vector<octet> key(sizes.key);
    for (octet& o : key) o = static_cast<octet>(numbers.next());
    return key;
  }
};

template <class C> class crypto_subject_of : public crypto_subject {
 public:
  crypto_subject_of(C& provider, const suite_sizes& its_sizes, crypto_claims its_claims)
      : crypto_subject(its_sizes, its_claims, C::abilities), provider_(provider), lane_(new typename C::workspace{}) {}
  void seal(job_list jobs) override {
    if constexpr (C::abilities.asynchronous) {
      provider_.submit_seal(*lane_, jobs);
      wait(jobs.size());
    } else {
      provider_.seal(*lane_, jobs);
    }
  }
  void open(job_list jobs, on_forged mode) override {
    if constexpr (C::abilities.asynchronous) {
      provider_.submit_open(*lane_, jobs, mode);
      wait(jobs.size());
    } else {
      provider_.open(*lane_, jobs, mode);
    }
  }
  void verify([[maybe_unused]] job_list jobs) override {
    if constexpr (!C::abilities.asynchronous) provider_.verify(*lane_, jobs);
  }
  void recheck([[maybe_unused]] job_list jobs) override {
    if constexpr (!C::abilities.asynchronous) provider_.recheck(*lane_, jobs);
  }
  result<std::uint32_t> add_key(const_octets key) override { return provider_.add_key(sizes, key); }
  void remove_key(std::uint32_t schedule) override { provider_.remove_key(schedule); }

 private:
  void wait(std::size_t jobs) {
    if constexpr (C::abilities.asynchronous) {
      job* back[16];
      for (unsigned idle = 0; jobs != 0 && idle < 100'000; ++idle) {
        const std::size_t n = provider_.reap(*lane_, back);
        if (n != 0) idle = 0;
        jobs -= n < jobs ? n : jobs;
      }
    }
  }
  C& provider_;
  std::unique_ptr<typename C::workspace> lane_;
};

// A text and its ICV, as they travel.
struct sealed_text {
  std::vector<octet> text;
  std::vector<octet> icv;
  bool operator==(const sealed_text&) const = default;
};

// How a sample is laid out.
struct sample_form {
  std::size_t length = 0;
  std::uint64_t seed = 1;   // of nonce, AAD and text
  std::size_t aad = 8;
  std::size_t appended = 0;
  cut pieces{};             // empty: one
};

// One job with memory of its own: every piece stands between guards, and so does the ICV.
class crypto_sample {
 public:
  crypto_sample(const crypto_subject& subject, std::uint32_t schedule, const sample_form& form, bool in_place)
      : form_(form), pieces_(form.pieces.empty() ? uncut(form.length) : form.pieces), aad_(form.aad), icv_(guard + subject.sizes.icv + guard, guard_octet) {
    seeded numbers{form.seed};
    for (octet& o : aad_) o = static_cast<octet>(numbers.next());
    plain_.resize(form.length);
    for (octet& o : plain_) o = static_cast<octet>(numbers.next());
    source_.lay_out(pieces_);
    if (!in_place) destination_.lay_out(pieces_);
    work.source = source_.pieces.data();
    work.destination = in_place ? work.source : destination_.pieces.data();
    work.segments = static_cast<std::uint8_t>(pieces_.size());
    work.length = static_cast<std::uint32_t>(form.length);
    work.schedule = schedule;
    work.icv = icv_.data() + guard;
    work.icv_length = subject.sizes.icv;
    work.aad = aad_.data();
    work.aad_length = static_cast<std::uint16_t>(aad_.size());
    work.salt_length = subject.sizes.salt;
    work.iv_length = static_cast<std::uint8_t>(subject.iv_octets());
    work.appended_length = static_cast<std::uint8_t>(form.appended);
    for (std::size_t i = 0; i < subject.sizes.salt; ++i) salt()[i] = static_cast<octet>(numbers.next());
    for (std::size_t i = 0; i < subject.iv_octets(); ++i) work.iv_memory[i] = static_cast<octet>(numbers.next());
    for (std::size_t i = 0; i < form.appended; ++i) work.appended[i] = static_cast<octet>(numbers.next());
  }
  crypto_sample(const crypto_sample&) = delete;
  crypto_sample& operator=(const crypto_sample&) = delete;

  [[nodiscard]] bool in_place() const { return work.source == work.destination; }
  [[nodiscard]] const std::vector<octet>& plain() const { return plain_; }
  [[nodiscard]] octet* salt() { return work.salt_memory + (salt_max - work.salt_length); }
  [[nodiscard]] std::vector<octet>& aad() { return aad_; }
  // Octets of the job that its nonce is made of.
  [[nodiscard]] std::vector<octet*> nonce() {
    std::vector<octet*> all;
    for (std::size_t i = 0; i < work.salt_length; ++i) all.push_back(salt() + i);
    for (std::size_t i = 0; i < work.iv_length; ++i) all.push_back(work.iv_memory + i);
    return all;
  }

  // What is worked on; a destination of its own is filled with something else.
  void put(const std::vector<octet>& text) {
    source_.put(text);
    if (!in_place()) destination_.put(std::vector<octet>(text.size(), untouched));
    work.status = job_status::pending;
  }
  void put(const sealed_text& s) {
    put(s.text);
    std::copy(s.icv.begin(), s.icv.end(), icv_.begin() + guard);
  }
  // Where the result stands.
  [[nodiscard]] std::vector<octet> text() const { return in_place() ? source_.text() : destination_.text(); }
  [[nodiscard]] std::vector<octet> source_text() const { return source_.text(); }
  [[nodiscard]] sealed_text sealed() const { return {text(), {icv_.begin() + guard, icv_.end() - guard}}; }
  // Everything that a provider could write, guards included.
  [[nodiscard]] std::vector<octet> memory() const {
    std::vector<octet> all = source_.memory;
    for (const std::vector<octet>* part : {&destination_.memory, &icv_, &aad_}) all.insert(all.end(), part->begin(), part->end());
    for (const octet* part : {work.salt_memory, work.iv_memory, work.appended, work.aad_memory, work.icv_memory})
      all.insert(all.end(), part, part + (part == work.icv_memory ? icv_max : part == work.appended || part == work.salt_memory ? 4 : 16));
    return all;
  }
  // The guards, and what is only read.
  [[nodiscard]] std::vector<octet> surroundings() const {
    std::vector<octet> all = source_.guards();
    for (const std::vector<octet>& part : {destination_.guards(), aad_, std::vector<octet>(icv_.begin(), icv_.begin() + guard),
                                           std::vector<octet>(icv_.end() - guard, icv_.end())})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }
  [[nodiscard]] std::string words() const {
    std::string all = "length " + std::to_string(form_.length) + ", AAD " + std::to_string(form_.aad);
    if (pieces_.size() > 1) {
      all += ", cut";
      for (const std::size_t size : pieces_) all.append(" ").append(std::to_string(size));
    }
    return all + (in_place() ? ", in place" : ", out of place");
  }

  job work{};
  static constexpr octet untouched = 0x5c;

 private:
  static constexpr std::ptrdiff_t guard = 32;
  static constexpr octet guard_octet = 0xa7;

  struct area {
    std::vector<octet> memory;
    std::vector<segment> pieces;
    void lay_out(const cut& sizes) {
      memory.assign(octets_in(sizes) + (sizes.size() + 1) * guard, guard_octet);
      octet* at = memory.data() + guard;
      for (const std::size_t size : sizes) {
        pieces.push_back({at, size});
        at += size + guard;
      }
    }
    void put(const std::vector<octet>& text) {
      std::size_t from = 0;
      for (const segment& piece : pieces) {
        if (piece.size != 0) std::memcpy(piece.data, text.data() + from, piece.size);
        from += piece.size;
      }
    }
    std::vector<octet> text() const {
      std::vector<octet> all;
      for (const segment& piece : pieces) all.insert(all.end(), piece.data, piece.data + piece.size);
      return all;
    }
    std::vector<octet> guards() const {
      std::vector<octet> all;
      const octet* from = memory.data();
      for (const segment& piece : pieces) {
        all.insert(all.end(), from, static_cast<const octet*>(piece.data));
        from = piece.data + piece.size;
      }
      all.insert(all.end(), from, memory.data() + memory.size());
      return all;
    }
  };

  sample_form form_;
  cut pieces_;
  std::vector<octet> plain_;
  std::vector<octet> aad_;
  std::vector<octet> icv_;
  area source_, destination_;
};

// The laws. Each returns where it is broken, or nothing.
class crypto_laws {
 public:
  explicit crypto_laws(crypto_subject& subject) : s_(subject), key_(subject, subject.some_key(0x6b6579)) {}

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

  std::string text_covered() {
    if (!s_.claims.covers_text) return {};
    return flips({}, [](crypto_sample&, sealed_text& sealed) {
      std::vector<octet*> all;
      for (octet& o : sealed.text) all.push_back(&o);
      return all;
    });
  }
  std::string aad_covered() {
    for (const std::size_t aad : {std::size_t{8}, std::size_t{12}, std::size_t{20}}) {
      const std::string where = flips({.aad = aad}, [](crypto_sample& one, sealed_text&) {
        std::vector<octet*> all;
        for (octet& o : one.aad()) all.push_back(&o);
        return all;
      });
      if (!where.empty()) return where;
    }
    return {};
  }
  std::string nonce_covered() {
    if (!s_.nonce_in_icv()) return {};  // it stands in the AAD
    return flips({}, [](crypto_sample& one, sealed_text&) { return one.nonce(); });
  }
  std::string appended_covered() {
    if (!s_.can.appended_input || !s_.claims.covers_text) return {};
    if (s_.sizes.form() != job_form::mac) {  // no packet asks for it, so refusing is as good
      crypto_sample one(s_, key_.schedule, {.length = aligned(40), .appended = appended_max}, at_home());
      if (sealing(one) == job_status::failed) return {};
    }
    for (std::size_t appended = 1; appended <= appended_max; ++appended) {
      const std::string where = flips({.appended = appended}, [appended](crypto_sample& one, sealed_text&) {
        std::vector<octet*> all;
        for (std::size_t i = 0; i < appended; ++i) all.push_back(one.work.appended + i);
        return all;
      });
      if (!where.empty()) return where;
    }
    return {};
  }
  std::string icv_compared() {
    return flips({}, [](crypto_sample&, sealed_text& sealed) {
      std::vector<octet*> all;
      for (octet& o : sealed.icv) all.push_back(&o);
      return all;
    });
  }
  std::string key_covered() {
    if (!s_.claims.covers_key) return {};
    for (std::size_t at = 0; at < s_.sizes.key; ++at) {
      const bool of_cipher = s_.sizes.mac != mac_family::none && at < s_.sizes.cipher_key();
      std::vector<octet> other = s_.some_key(0x6b6579);
      other[at] = static_cast<octet>(other[at] ^ (of_cipher ? 2 << at % 7 : 1 << at % 8));  // bit 0 of a DES key's octets is parity
      const crypto_subject::held_key changed(s_, other);
      crypto_sample one(s_, key_.schedule, {.length = aligned(40)}, at_home());
      sealing(one);
      const sealed_text sealed = one.sealed();
      one.work.schedule = changed.schedule;
      if (of_cipher) {  // another plaintext then, behind an ICV that matches
        if (opening(one, sealed) != job_status::done || one.text() == one.plain()) return "octet " + std::to_string(at) + " of the cipher's key does not count";
        continue;
      }
      if (opening(one, sealed) != job_status::forged) return "octet " + std::to_string(at) + " of the key does not count";
    }
    return {};
  }

  std::string scrub() {
    return forged_leaves(on_forged::scrub, [](const crypto_sample& one, const sealed_text&) {
      return one.text() == std::vector<octet>(one.plain().size(), 0);
    });
  }
  std::string restore() {
    // Out of place the ciphertext is in the source; the destination may be left as it was.
    return forged_leaves(on_forged::restore, [](const crypto_sample& one, const sealed_text& sealed) {
      return one.text() == sealed.text || (!one.in_place() && one.text() == std::vector<octet>(one.plain().size(), crypto_sample::untouched));
    });
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

 private:
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

  // Every bit of what `octets_of` names, one at a time.
  template <class OctetsOf> std::string flips(sample_form form, OctetsOf octets_of) {
    for (const std::size_t length : {aligned(4), aligned(40), aligned(300)}) {
      form.length = length;
      crypto_sample one(s_, key_.schedule, form, at_home());
      sealing(one);
      sealed_text sealed = one.sealed();
      const std::vector<octet*> all = octets_of(one, sealed);
      for (std::size_t at = 0; at < all.size(); ++at)
        for (unsigned bit = 0; bit < 8; ++bit) {
          if (all.size() > 64 && bit != at % 8) continue;
          *all[at] = static_cast<octet>(*all[at] ^ (1u << bit));
          const job_status status = opening(one, sealed);
          *all[at] = static_cast<octet>(*all[at] ^ (1u << bit));
          if (status != job_status::forged) return one.words() + ": bit " + std::to_string(bit) + " of octet " + std::to_string(at) + " does not count";
        }
    }
    return {};
  }
  template <class Sound> std::string forged_leaves(on_forged mode, Sound sound) {
    for (const std::size_t length : lengths(false))
      for (unsigned shape = 0; shape < 4; ++shape) {
        const bool in_place = shape % 2 == 0, is_cut = shape >= 2;
        if (!(in_place ? s_.can.in_place : s_.can.out_of_place) || (is_cut && (!s_.can.scatter_gather || length < 8))) continue;
        crypto_sample one(s_, key_.schedule, {.length = length, .pieces = is_cut ? cut{3, 0, length - 5, 2} : cut{}}, in_place);
        sealing(one);
        sealed_text sealed = one.sealed();
        for (octet& o : sealed.icv) o = static_cast<octet>(~o);
        opening(one, sealed, mode);
        if (!sound(one, sealed)) return one.words();
      }
    return {};
  }

  // Several jobs of different lengths.
  class samples {
   public:
    samples(crypto_laws& laws, std::size_t jobs, const std::vector<std::uint32_t>& schedules) : laws_(laws) {
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
    crypto_laws& laws_;
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
