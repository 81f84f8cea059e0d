// Jobs that stand in for others: the same key, nonce, AAD and ICV, with other memory for the text.
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/crypto/job.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// A batch in which some jobs are replaced by stand-ins: the same key, nonce, AAD and ICV with other memory for the text.
class stand_ins {
 public:
  static constexpr std::size_t jobs_max = 32;
  static constexpr std::size_t pieces_max = 256;        ///< a job has at most 255
  static constexpr std::size_t scratch_octets = 65536;  ///< a text has at most 65,535

  ~stand_ins() { wipe(scratch_, used_most_); }

  [[nodiscard]] bool has_room(std::size_t pieces, std::size_t octets) const noexcept {
    return count_ < jobs_max && pieces_ + pieces <= pieces_max && octets <= scratch_octets - used_;
  }
  /// Takes a job as it is.
  void pass(job& j) noexcept {
    given_[count_] = nullptr;
    list_[count_++] = &j;
  }
  /// Takes a stand-in for a job; there is room. Its pieces and memory are still to be given.
  job& replace(job& j) noexcept {
    job& other = jobs_[count_] = j;
    given_[count_] = &j;
    list_[count_++] = &other;
    return other;
  }
  /// The next `n` pieces, and `octets` of memory behind each other for all of them.
  segment* take_pieces(std::size_t n) noexcept {
    segment* const first = pieces_memory_ + pieces_;
    pieces_ += n;
    return first;
  }
  octet* take_octets(std::size_t n) noexcept {
    octet* const first = scratch_ + used_;
    used_ += n;
    if (used_ > used_most_) used_most_ = used_;
    return first;
  }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] job_list list() const noexcept { return {list_, count_}; }
  /// Hands the stand-ins' statuses over, calls finish(job, stand-in) for each, and starts anew.
  template <class Finish> void finish(Finish finish) noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (given_[i] == nullptr) continue;
      given_[i]->status = jobs_[i].status;
      finish(*given_[i], static_cast<const job&>(jobs_[i]));
    }
    count_ = pieces_ = used_ = 0;
  }

 private:
  job jobs_[jobs_max]{};
  job* list_[jobs_max]{};
  job* given_[jobs_max]{};
  segment pieces_memory_[pieces_max]{};
  std::size_t count_ = 0, pieces_ = 0, used_ = 0, used_most_ = 0;
  alignas(64) octet scratch_[scratch_octets];
};

inline std::size_t octets_of_text(const job& j) noexcept {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < j.segments; ++i) sum += j.source[i].size;
  return sum;
}
inline void copy_text(octet* to, const segment* from, std::size_t pieces) noexcept {
  for (std::size_t i = 0; i < pieces; to += from[i++].size)
    if (from[i].size != 0) std::memcpy(to, from[i].data, from[i].size);
}
inline void copy_back(const job& j, const octet* from) noexcept {
  for (std::size_t i = 0; i < j.segments; from += j.source[i++].size)
    if (j.source[i].size != 0) std::memcpy(j.destination[i].data, from, j.source[i].size);
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
