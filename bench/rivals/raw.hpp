// Rounds of a provider's own call.
#pragma once

#include "rounds.hpp"

namespace bench {

/// A provider's own calls on jobs that somebody prepares.
template <class Crypto> class provider_calls {
 public:
  double protect() {
    return timed(trouble_, "the provider did not seal", [this](std::size_t first, std::size_t n) {
      crypto_->seal(*workspace_, {list_.data() + first, n});
      return all_done(first, n);
    });
  }
  double open() {
    return timed(trouble_, "the provider did not open", [this](std::size_t first, std::size_t n) {
      crypto_->open(*workspace_, {list_.data() + first, n}, esplanade::on_forged::scrub);
      return all_done(first, n);
    });
  }
  const std::string& trouble() const { return trouble_; }

 protected:
  explicit provider_calls(std::shared_ptr<Crypto> crypto = std::make_shared<Crypto>()) : crypto_(std::move(crypto)) {}

  std::shared_ptr<Crypto> crypto_;
  std::vector<esplanade::job> jobs_ = std::vector<esplanade::job>(packets_in_round);
  std::vector<esplanade::job*> list_ = std::vector<esplanade::job*>(packets_in_round);
  std::string trouble_;

 private:
  bool all_done(std::size_t first, std::size_t n) const {
    for (std::size_t i = first; i < first + n; ++i)
      if (jobs_[i].status != esplanade::job_status::done) return false;
    return true;
  }
  std::unique_ptr<typename Crypto::workspace> workspace_ = std::make_unique<typename Crypto::workspace>();
};

/// The provider's own call on jobs that were prepared before: same texts at the same places, AAD, nonces, key and burst,
/// and nothing of IPsec in the time. What is sealed again each round is what was opened in the round before.
template <class P, class Crypto> class raw_rounds : public provider_calls<Crypto> {
 public:
  raw_rounds(std::size_t octets, std::size_t segments, arena& in = shared_arena, std::shared_ptr<Crypto> crypto = std::make_shared<Crypto>())
      : calls(std::move(crypto)), octets_(octets), packets_(octets, segments, in) {
    const auto sa = benched_sa<gateway>();
    const auto schedule = crypto_->add_key(sa.suite, sa.key);
    if (!schedule) {
      trouble_ = "the provider has no key";
      return;
    }
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      P& p = *packets_.list[i];
      const std::size_t size = size_of(octets_, i);
      const std::size_t padding = esplanade::esp_padding(size, 4);
      if (!esplanade::packet_traits<P>::extend(p, padding + 2 + 16)) trouble_ = "no room behind";
      esplanade::job& j = jobs_[i];
      j.source = j.destination = text_[i].data();
      j.segments = static_cast<std::uint8_t>(esplanade::list_segments(p, 0, size + padding + 2, text_[i].data(), text_[i].size()));
      j.length = static_cast<std::uint32_t>(size + padding + 2);
      j.icv = text_[i][j.segments - 1u].data + text_[i][j.segments - 1u].size;
      j.icv_length = 16;
      j.schedule = *schedule;
      j.salt_length = 4;
      j.iv_length = 8;
      std::memcpy(j.salt_memory, sa.salt.data(), 4);
      esplanade::store_be64(j.iv_memory, 1 + i);
      j.aad = j.aad_memory;
      j.aad_length = 12;
      esplanade::store_be32(j.aad_memory, sa.spi);
      esplanade::store_be32(j.aad_memory + 8, static_cast<std::uint32_t>(1 + i));
      list_[i] = &j;
    }
    schedule_ = *schedule;
    calls::protect();
    calls::open();
  }
  ~raw_rounds() {
    if (schedule_) crypto_->remove_key(*schedule_);
  }
  raw_rounds(const raw_rounds&) = delete;
  raw_rounds& operator=(const raw_rounds&) = delete;
  bool restored() {
    for (std::size_t i = 0; i < packets_in_round; ++i) esplanade::packet_traits<P>::trim(*packets_.list[i], jobs_[i].length - size_of(octets_, i) + 16);
    return packets_.restored();
  }
  std::span<P*> packets() { return packets_.list; }

 private:
  using calls = provider_calls<Crypto>;
  using calls::crypto_, calls::jobs_, calls::list_, calls::trouble_;

  std::size_t octets_;
  packets_in_arena<P> packets_;
  std::optional<std::uint32_t> schedule_;
  std::vector<std::array<esplanade::segment, esplanade::segments_max_of<P>>> text_ =
      std::vector<std::array<esplanade::segment, esplanade::segments_max_of<P>>>(packets_in_round);
};

}  // namespace bench
