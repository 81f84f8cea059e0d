// What must make a text forged, and what a forged one must leave: laws of crypto providers.
#pragma once

#include <esplanade/testing/crypto_law_ground.hpp>

#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

// Each returns where it is broken, or nothing.
class crypto_forgery_laws : protected virtual crypto_law_ground {
 public:
  explicit crypto_forgery_laws(crypto_subject& subject) : crypto_law_ground(subject) {}

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

 private:
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
};

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
