// A cipher that is none: it scrambles and detects changes at speed, needs no library, and anybody can undo it.
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/crypto/constant_time.hpp>
#include <esplanade/crypto/provider.hpp>

#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {
inline std::uint64_t mixed(std::uint64_t state, std::uint64_t word) noexcept {
  // For every state a permutation of words, and for every word one of states: a single changed word never goes unseen.
  state = (state ^ word) * 0x9e3779b97f4a7c15u;
  return state ^ (state >> 32);
}

// Folds octets into a state word by word, so that it does not matter in which pieces they come.
class mixing_sum {
 public:
  explicit mixing_sum(std::uint64_t start) noexcept : state_(start) {}
  void add(const octet* at, std::size_t size) noexcept {
    for (; size != 0 && filled_ != 0; --size) add_octet(*at++);
    for (; size >= 8; at += 8, size -= 8) add_word(load_be64(at));
    for (; size != 0; --size) add_octet(*at++);
  }
  void add_octet(octet value) noexcept {
    word_ = word_ << 8 | value;
    if (++filled_ != 8) return;
    filled_ = 0;
    add_word(word_);
    word_ = 0;
  }
  void add_word(std::uint64_t word) noexcept { state_ = mixed(state_, word); }
  // Ends a field: what follows it cannot be mistaken for a part of it.
  void end(std::uint64_t size) noexcept {
    if (filled_ != 0) add_word(word_);
    word_ = 0;
    filled_ = 0;
    add_word(size);
  }
  [[nodiscard]] std::uint64_t state() const noexcept { return state_; }

 private:
  std::uint64_t state_;
  std::uint64_t word_ = 0;
  unsigned filled_ = 0;
};
}  // namespace detail

/// What the ICV and the cipher of a `basic_mixing_crypto` leave out: nothing, in the sound one.
struct mixing_leaves_out {
  static constexpr std::size_t text = 0;      ///< octets at the end that the ICV does not cover; the same for the others
  static constexpr std::size_t aad = 0;
  static constexpr std::size_t nonce = 0;
  static constexpr std::size_t appended = 0;
  static constexpr std::size_t icv = 0;       ///< octets at the end that are not compared
  static constexpr std::size_t key = 0;       ///< octets at the end that do not count
  static constexpr bool hiding = false;       ///< the text stays as it is
};

/// A cipher in shape only. It is NOT cryptography: it hides nothing from anybody who reads this. The text is xored with
/// numbers made of key and nonce where the suite encrypts, the ICV is a sum over nonce, AAD, text and appended octets that every single changed bit
/// changes. So tests and fuzzers see scrambled text and real ICV failures without a library, for every suite.
///   Cost     about an octet per nanosecond
///   Threads  one lane per workspace; keys are added and removed by one thread
template <class LeavesOut> class basic_mixing_crypto {
 public:
  static constexpr provider_abilities abilities{.appended_input = true};
  static constexpr const char* name = "mixing";
  template <class> static constexpr bool supports = true;
  struct workspace {};

  /// `capacity`: keys at a time.
  explicit basic_mixing_crypto(std::size_t capacity = 4096) : keys_(capacity) {
    for (std::size_t i = capacity; i-- != 0;) free_.push_back(static_cast<std::uint32_t>(i));
  }

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (key.size() != sizes.key) return fault{fault_kind::invalid_value, "key", "its size does not suit the suite", "as many octets as the suite's key"};
    if (free_.empty()) return fault{fault_kind::no_space, "key", "every schedule of the provider is in use", "a provider with a larger capacity, or remove_key first"};
    const std::uint32_t schedule = free_.back();
    free_.pop_back();
    detail::mixing_sum sum{0x6d6978696e67};
    sum.add(key.data(), key.size() < LeavesOut::key ? 0 : key.size() - LeavesOut::key);
    sum.end(key.size());
    keys_[schedule] = {sum.state(), sizes.icv, true, sizes.family != cipher_family::null && sizes.family != cipher_family::aes_gmac};
    return schedule;
  }
  /// Nothing happens when the schedule holds no key.
  void remove_key(std::uint32_t schedule) noexcept {
    if (schedule >= keys_.size() || !keys_[schedule].live) return;
    wipe(&keys_[schedule], sizeof(key_state));
    free_.push_back(schedule);
  }

  void seal(workspace&, job_list jobs) noexcept {
    for (job* j : jobs) {
      if (!starts(*j)) continue;
      cross(*j);
      octet icv[icv_max];
      compute(*j, j->destination, false, icv);
      std::memcpy(j->icv, icv, j->icv_length);
      j->status = job_status::done;
    }
  }
  void open(workspace&, job_list jobs, on_forged mode) noexcept {
    for (job* j : jobs) {
      if (!starts(*j)) continue;
      j->status = check(*j, false);
      if (j->status == job_status::done) {
        cross(*j);
      } else if (mode == on_forged::scrub) {
        for (std::size_t i = 0; i < j->segments; ++i)
          if (j->source[i].size != 0) std::memset(j->destination[i].data, 0, j->source[i].size);
      }
    }
  }
  void verify(workspace&, job_list jobs) noexcept {
    for (job* j : jobs)
      if (starts(*j)) j->status = check(*j, false);
  }
  void recheck(workspace&, job_list jobs) noexcept {
    for (job* j : jobs)
      if (starts(*j)) j->status = check(*j, true);
  }

 private:
  struct key_state {
    std::uint64_t sum = 0;
    std::uint8_t icv = 0;
    bool live = false;
    bool hides = true;  ///< the suite encrypts
  };

  [[nodiscard]] bool starts(job& j) const noexcept {
    std::size_t size = 0;
    for (std::size_t i = 0; i < j.segments; ++i) size += j.source[i].size;
    const bool sound = j.schedule < keys_.size() && keys_[j.schedule].live && j.icv_length == keys_[j.schedule].icv &&
                       j.icv_length <= icv_max && size == j.length;
    j.status = sound ? job_status::pending : job_status::failed;
    return sound;
  }
  [[nodiscard]] std::uint64_t nonce_sum(const job& j) const noexcept {
    detail::mixing_sum sum{keys_[j.schedule].sum};
    const const_octets nonce = j.nonce();
    sum.add(nonce.data(), nonce.size() < LeavesOut::nonce ? 0 : nonce.size() - LeavesOut::nonce);
    sum.end(nonce.size());
    return sum.state();
  }
  // The octets that cover the text, `at` octets from its start.
  struct cover {
    std::uint64_t key;
    bool hides;
    std::uint64_t at = 0;
    [[nodiscard]] std::uint64_t word() const noexcept {
      return LeavesOut::hiding || !hides ? 0 : detail::mixed(detail::mixed(key, at / 8 + 1), 0);
    }
    octet next() noexcept {
      const octet value = static_cast<octet>(word() >> (56 - at % 8 * 8));
      ++at;
      return value;
    }
  };

  void cross(const job& j) const noexcept {
    cover c{nonce_sum(j), keys_[j.schedule].hides};
    for (std::size_t i = 0; i < j.segments; ++i) {
      const octet* from = j.source[i].data;
      octet* to = j.destination[i].data;
      std::size_t size = j.source[i].size;
      const auto octet_by_octet = [&](auto more) {
        for (; size != 0 && more(); --size) *to++ = static_cast<octet>(*from++ ^ c.next());
      };
      octet_by_octet([&] { return c.at % 8 != 0; });
      for (; size >= 8; size -= 8, from += 8, to += 8, c.at += 8) store_be64(to, load_be64(from) ^ c.word());
      octet_by_octet([] { return true; });
    }
  }
  void compute(const job& j, const segment* text, bool crossed, octet* icv) const noexcept {
    const std::uint64_t nonce = nonce_sum(j);
    detail::mixing_sum sum{detail::mixed(nonce, 0x696376)};
    sum.add(j.aad, j.aad_length < LeavesOut::aad ? 0 : j.aad_length - LeavesOut::aad);
    sum.end(j.aad_length);
    cover c{nonce, keys_[j.schedule].hides};
    std::size_t left = j.length < LeavesOut::text ? 0 : j.length - LeavesOut::text;
    for (std::size_t i = 0; i < j.segments; ++i) {
      const std::size_t size = text[i].size < left ? text[i].size : left;
      left -= size;
      if (!crossed) sum.add(text[i].data, size);
      else
        for (std::size_t k = 0; k < size; ++k) sum.add_octet(static_cast<octet>(text[i].data[k] ^ c.next()));
    }
    sum.end(j.length);
    sum.add(j.appended, j.appended_length < LeavesOut::appended ? 0 : j.appended_length - LeavesOut::appended);
    sum.end(j.appended_length);
    std::uint64_t word = sum.state();
    for (std::size_t i = 0; i < icv_max; i += 8, word = detail::mixed(word, i)) store_be64(icv + i, word);
  }
  [[nodiscard]] job_status check(const job& j, bool is_plaintext) const noexcept {
    octet icv[icv_max];
    compute(j, j.source, is_plaintext, icv);
    const std::size_t compared = j.icv_length < LeavesOut::icv ? 0 : j.icv_length - LeavesOut::icv;
    return equal_in_constant_time(icv, j.icv, compared) ? job_status::done : job_status::forged;
  }

  std::vector<key_state> keys_;
  std::vector<std::uint32_t> free_;
};

/// The sound one. NOT cryptography.
using mixing_crypto = basic_mixing_crypto<mixing_leaves_out>;
static_assert(CryptoProvider<mixing_crypto>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
