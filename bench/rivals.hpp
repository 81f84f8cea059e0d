// The rivals of a datapath, each in the form of testing::bench::round_trips: the floor, the raw provider, the naive loop;
// and forged packets beside genuine ones.
#pragma once

#include "floor.hpp"
#include "gateway.hpp"
#include "naive.hpp"

#include <esplanade/testing/bench_harness.hpp>

#include <optional>

namespace bench {

using namespace esplanade::testing::bench;
using esplanade::flat_packet;

/// Seconds that `run(first, n)` takes over 1024 packets, a burst at a time; says in `trouble` when it answers false.
template <class Run> double timed(std::string& trouble, const char* words, Run run) {
  if (!trouble.empty()) return 0;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t first = 0; first < packets_in_round; first += 32) {
    if (!run(first, std::size_t{32})) {
      trouble = words;
      return 0;
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Packets of one form in the shared buffers.
template <class P> struct packets_in_arena {
  packets_in_arena(std::size_t octets, std::size_t segments) : octets_(octets), segments_(segments) { renew(); }
  /// All as they were when they were made.
  void renew() {
    factory_.release(nullptr);
    list.clear();
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      const std::vector<esplanade::octet> content = inner_packet(octets_, i);
      list.push_back(factory_.make({.content = content, .segments = equal_cut(octets_, segments_), .headroom = headroom_octets}));
    }
  }
  bool restored() const {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (esplanade::testing::octets_of(*list[i]) != inner_packet(octets_, i)) return false;
    return true;
  }
  std::vector<P*> list;

 private:
  std::size_t octets_, segments_;
  arena_packets<P> factory_;
};

/// The hand-written loop.
template <class Crypto> class floor_rounds {
 public:
  floor_rounds(std::size_t octets, std::size_t) : packets_(octets, 1) {
    const auto sa = benched_sa<gateway>();
    if (!loop_->add(sa)) trouble_ = "the floor has no SA";
    spis_.fill(sa.spi);
    protect();
    open();
  }
  double protect() {
    return timed(trouble_, "the floor did not send", [this](std::size_t first, std::size_t n) { return loop_->outbound({packets_.list.data() + first, n}, spis_.data()); });
  }
  double open() {
    return timed(trouble_, "the floor did not deliver", [this](std::size_t first, std::size_t n) { return loop_->inbound({packets_.list.data() + first, n}); });
  }
  bool restored() { return packets_.restored(); }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  packets_in_arena<flat_packet> packets_;
  std::unique_ptr<Crypto> crypto_ = std::make_unique<Crypto>();
  std::unique_ptr<esp_floor<Crypto>> loop_ = std::make_unique<esp_floor<Crypto>>(*crypto_);
  std::array<std::uint32_t, 32> spis_{};
  std::string trouble_;
};

/// What many write first: Botan's AEAD_Mode with a vector for every packet. The way back, which only renews the packets,
/// is the floor's.
class naive_rounds {
 public:
  naive_rounds(std::size_t octets, std::size_t) : packets_(octets, 1), loop_(benched_sa<gateway>()) {
    if (!back_->add(benched_sa<gateway>())) trouble_ = "the floor has no SA";
    protect();
    open();
  }
  double protect() {
    return timed(trouble_, "the naive loop did not send", [this](std::size_t first, std::size_t n) { return loop_.outbound({packets_.list.data() + first, n}); });
  }
  double open() {
    return timed(trouble_, "what the naive loop sent was refused", [this](std::size_t first, std::size_t n) { return back_->inbound({packets_.list.data() + first, n}); });
  }
  bool restored() { return packets_.restored(); }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  packets_in_arena<flat_packet> packets_;
  naive_sender loop_;
  std::unique_ptr<esplanade::botan> crypto_ = std::make_unique<esplanade::botan>();
  std::unique_ptr<esp_floor<esplanade::botan>> back_ = std::make_unique<esp_floor<esplanade::botan>>(*crypto_);
  std::string trouble_;
};

/// The provider's own call on jobs that were prepared before: same texts at the same places, AAD, nonces, key and burst,
/// and nothing of IPsec in the time. What is sealed again each round is what was opened in the round before.
template <class P, class Crypto> class raw_rounds {
 public:
  raw_rounds(std::size_t octets, std::size_t segments) : packets_(octets, segments) {
    const auto sa = benched_sa<gateway>();
    const auto schedule = crypto_->add_key(sa.suite, sa.key);
    if (!schedule) {
      trouble_ = "the provider has no key";
      return;
    }
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      P& p = *packets_.list[i];
      const std::size_t padding = esplanade::esp_padding(octets, 4);
      if (!esplanade::packet_traits<P>::extend(p, padding + 2 + 16)) trouble_ = "no room behind";
      esplanade::job& j = jobs_[i];
      j.source = j.destination = text_[i].data();
      j.segments = static_cast<std::uint8_t>(esplanade::list_segments(p, 0, octets + padding + 2, text_[i].data(), text_[i].size()));
      j.length = static_cast<std::uint32_t>(octets + padding + 2);
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
    protect();
    open();
  }
  double protect() {
    return timed(trouble_, "the provider did not seal", [this](std::size_t first, std::size_t n) {
      crypto_->seal(workspace_, {list_.data() + first, n});
      return all_done(first, n);
    });
  }
  double open() {
    return timed(trouble_, "the provider did not open", [this](std::size_t first, std::size_t n) {
      crypto_->open(workspace_, {list_.data() + first, n}, esplanade::on_forged::scrub);
      return all_done(first, n);
    });
  }
  bool restored() {
    for (std::size_t i = 0; i < packets_in_round; ++i) esplanade::packet_traits<P>::trim(*packets_.list[i], jobs_[i].length - octets() + 16);
    return packets_.restored();
  }
  std::span<P*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  bool all_done(std::size_t first, std::size_t n) const {
    for (std::size_t i = first; i < first + n; ++i)
      if (jobs_[i].status != esplanade::job_status::done) return false;
    return true;
  }
  std::size_t octets() const { return esplanade::load_be16(text_[0][0].data + 2); }  // total length of the inner packet

  packets_in_arena<P> packets_;
  std::unique_ptr<Crypto> crypto_ = std::make_unique<Crypto>();
  typename Crypto::workspace workspace_{};
  std::vector<esplanade::job> jobs_ = std::vector<esplanade::job>(packets_in_round);
  std::vector<esplanade::job*> list_ = std::vector<esplanade::job*>(packets_in_round);
  std::vector<std::array<esplanade::segment, esplanade::segments_max_of<P>>> text_ =
      std::vector<std::array<esplanade::segment, esplanade::segments_max_of<P>>>(packets_in_round);
  std::string trouble_;
};

/// The datapath on packets whose ICV was touched on the way: `Forged`, one bit is wrong, and none may survive; else it was
/// turned and turned back, so that caches know as much of it, and all must. Packets are renewed before each round either way.
template <class Crypto, bool Forged> class touched_rounds {
 public:
  touched_rounds(std::size_t octets, std::size_t) : packets_(octets, 1), octets_(octets) {
    const auto sas = configuration_->add_pair(benched_sa<gateway>());
    if (!sas) {
      trouble_ = "no SA";
      return;
    }
    handles_.fill(sas->sending);
    protect();
    open();
  }
  double protect() {
    packets_.renew();
    const double seconds = timed(trouble_, "a packet was not sent", [this](std::size_t first, std::size_t n) {
      return configuration_->path().outbound({{packets_.list.data() + first, n}, verdicts_, handles_}) == n;
    });
    for (flat_packet* p : packets_.list) {
      volatile esplanade::octet& last = p->data()[p->length() - 1];
      last = last ^ 1;
      if (!Forged) last = last ^ 1;
    }
    return seconds;
  }
  double open() {
    return timed(trouble_, Forged ? "a forged packet survived" : "a genuine packet did not survive", [this](std::size_t first, std::size_t n) {
      return configuration_->path().inbound({{packets_.list.data() + first, n}, verdicts_}) == (Forged ? 0 : n);
    });
  }
  /// Forged packets are refused for their ICV and hold no plaintext.
  bool restored() {
    if (!Forged) return packets_.restored();
    for (const flat_packet* p : packets_.list)
      for (std::size_t i = 0; i < octets_; ++i)
        if (p->data()[36 + i] != 0) return false;
    return configuration_->path().inbound_counters()[esplanade::verdict::icv_mismatch] == configuration_->path().inbound_counters().total();
  }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  using configuration = gateway_over<flat_packet, Crypto>;
  packets_in_arena<flat_packet> packets_;
  std::size_t octets_;
  std::unique_ptr<configuration> configuration_ = std::make_unique<configuration>();
  std::array<esplanade::verdict, 32> verdicts_{};
  std::array<esplanade::outbound_handle, 32> handles_{};
  std::string trouble_;
};

}  // namespace bench
