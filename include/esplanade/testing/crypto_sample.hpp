// One job with memory of its own: every piece of its text stands between guards, and so does its ICV.
#pragma once

#include <esplanade/testing/crypto_subject.hpp>
#include <esplanade/testing/cuts.hpp>

#include <algorithm>
#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

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

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
