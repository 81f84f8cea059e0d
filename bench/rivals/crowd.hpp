// Many SAs: a datapath, the provider's own call over the same keys in the same order, and a plain table that a packet walks.
#pragma once

#include "../traffic.hpp"
#include "rounds.hpp"

#include <bit>

namespace bench {

/// `Count` SAs with keys of their own under SPIs that say nothing, installed at both ends of a datapath. The walk over them is
/// one for all who measure with this crowd, so that nobody meets what the one before him left in the caches.
template <class Crypto, std::size_t Count, class Store = esplanade::flat_store<std::bit_ceil(Count)>, class Profile = gateway> class crowd {
 public:
  using crypto = Crypto;
  using path_type = esplanade::datapath<Profile, flat_packet, Store, Crypto>;
  static constexpr std::size_t count = Count;

  explicit crowd(std::shared_ptr<Crypto> provider = with_room()) : provider_(std::move(provider)) {
    for (std::size_t i = 0; i < Count && trouble.empty(); ++i) {
      auto sa = esplanade::testing::sample_sa<Profile>(static_cast<std::uint32_t>(i));
      sa.selector = benched_sa<Profile>().selector;
      sa.spi = spis[i];
      if constexpr (requires { Profile::limits; }) sa.lifetime = Profile::limits;
      const auto sending = outbound_->add(*provider_, sa);
      const auto receiving = inbound_->add(*provider_, sa);
      if (!sending || !receiving) {
        trouble = std::string("no SA ") + std::to_string(i) + ": " + (sending ? receiving.why().reason : sending.why().reason);
        return;
      }
      handles.push_back(*sending);
      seals.push_back(association(*outbound_->at(*sending)).core().schedule);
      opens.push_back(association(*inbound_->at(*receiving)).core().schedule);
    }
  }
  /// A provider with room for all keys.
  static std::shared_ptr<Crypto> with_room() {
    if constexpr (std::is_constructible_v<Crypto, std::size_t>) return std::make_shared<Crypto>(2 * Count);
    else return std::make_shared<Crypto>();
  }

  path_type& path() { return path_; }
  Crypto& provider() { return *provider_; }

  const std::vector<std::uint32_t> spis = random_spis(Count);
  std::vector<esplanade::outbound_handle> handles;
  std::vector<std::uint32_t> seals, opens;  ///< schedules
  random_walk walk{Count};
  std::string trouble;

 private:
  std::shared_ptr<Crypto> provider_;
  std::unique_ptr<typename path_type::inbound_store> inbound_ = std::make_unique<typename path_type::inbound_store>();
  std::unique_ptr<typename path_type::outbound_store> outbound_ = std::make_unique<typename path_type::outbound_store>();
  path_type path_{{*inbound_, *outbound_, *provider_}};
};

/// A crowd is made once and kept: it takes long.
template <class Crowd> Crowd& kept() {
  static const std::unique_ptr<Crowd> one = std::make_unique<Crowd>();
  return *one;
}

/// The whole datapath, each packet under the next SA of the walk.
template <class Crowd> class crowd_rounds {
 public:
  crowd_rounds(std::size_t octets, Crowd& of = kept<Crowd>(), arena& in = shared_arena) : packets_(octets, 1, in), crowd_(of), trouble_(of.trouble) {
    protect();
    open();
  }
  double protect() {
    if (!trouble_.empty()) return 0;
    crowd_.walk.next(order_.data(), order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) handles_[i] = crowd_.handles[order_[i]];
    return timed(trouble_, "a packet was not sent", [this](std::size_t first, std::size_t n) {
      return crowd_.path().outbound({{packets_.list.data() + first, n}, {verdicts_, n}, {handles_.data() + first, n}}) == n;
    });
  }
  double open() {
    return timed(trouble_, "a packet was not delivered", [this](std::size_t first, std::size_t n) {
      return crowd_.path().inbound({{packets_.list.data() + first, n}, {verdicts_, n}}) == n;
    });
  }
  bool restored() { return packets_.restored(); }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 protected:
  packets_in_arena<flat_packet> packets_;
  Crowd& crowd_;
  std::string trouble_;

 private:
  std::vector<std::uint32_t> order_ = std::vector<std::uint32_t>(packets_in_round);
  std::vector<esplanade::outbound_handle> handles_ = std::vector<esplanade::outbound_handle>(packets_in_round);
  esplanade::verdict verdicts_[32]{};
};

/// The provider's own call on jobs that were prepared before, with the schedules of the datapath's SAs, in the order of the walk.
template <class Crowd> class raw_crowd_rounds {
 public:
  explicit raw_crowd_rounds(std::size_t octets, Crowd& of = kept<Crowd>()) : octets_(octets), packets_(octets, 1), crowd_(of), trouble_(of.trouble) {
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      flat_packet& p = *packets_.list[i];
      const std::size_t text = octets + esplanade::esp_padding(octets, 4) + 2;
      if (!p.extend(text - octets + 16)) trouble_ = "no room behind";
      text_[i] = {p.data(), text};
      esplanade::job& j = jobs_[i];
      j.source = j.destination = &text_[i];
      j.length = static_cast<std::uint32_t>(text);
      j.icv = p.data() + text;
      j.icv_length = 16;
      j.salt_length = 4;
      j.iv_length = 8;
      j.aad = j.aad_memory;
      j.aad_length = 12;
      list_[i] = &j;
    }
    protect();
    open();
  }
  double protect() {
    crowd_.walk.next(order_.data(), order_.size());
    return called(crowd_.seals, [this](esplanade::job_list jobs) { crowd_.provider().seal(workspace_, jobs); });
  }
  double open() {
    return called(crowd_.opens, [this](esplanade::job_list jobs) { crowd_.provider().open(workspace_, jobs, esplanade::on_forged::scrub); });
  }
  bool restored() {
    for (std::size_t i = 0; i < packets_in_round; ++i) packets_.list[i]->trim(jobs_[i].length - octets_ + 16);
    return packets_.restored();
  }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  template <class Call> double called(const std::vector<std::uint32_t>& schedules, Call call) {
    if (!trouble_.empty()) return 0;
    for (std::size_t i = 0; i < packets_in_round; ++i) jobs_[i].schedule = schedules[order_[i]];
    return timed(trouble_, "the provider refused", [&](std::size_t first, std::size_t n) {
      call({list_.data() + first, n});
      for (std::size_t i = first; i < first + n; ++i)
        if (jobs_[i].status != esplanade::job_status::done) return false;
      return true;
    });
  }

  std::size_t octets_;
  packets_in_arena<flat_packet> packets_;
  Crowd& crowd_;
  std::string trouble_;
  typename Crowd::crypto::workspace workspace_{};
  std::vector<std::uint32_t> order_ = std::vector<std::uint32_t>(packets_in_round);
  std::vector<esplanade::segment> text_ = std::vector<esplanade::segment>(packets_in_round);
  std::vector<esplanade::job> jobs_ = std::vector<esplanade::job>(packets_in_round);
  std::vector<esplanade::job*> list_ = std::vector<esplanade::job*>(packets_in_round);
};

/// An open-addressed table of SPIs over records, and nothing else: what looking up must cost.
class plain_table {
 public:
  explicit plain_table(const std::vector<std::uint32_t>& spis)
      : entries_(std::bit_ceil(2 * spis.size())), shift_(64 - static_cast<unsigned>(std::countr_zero(entries_.size()))), records_(spis.size()) {
    for (std::size_t i = 0; i < spis.size(); ++i) {
      std::size_t at = place(spis[i]);
      while (entries_[at] != 0) at = (at + 1) & (entries_.size() - 1);
      entries_[at] = static_cast<std::uint64_t>(spis[i]) << 32 | i;
      records_[i].first[0] = spis[i];
    }
  }
  /// Up to 32 records; all loads of a step start before any is used.
  void find(std::span<const std::uint32_t> spis, touched_record** found) {
    std::size_t at[32];
    for (std::size_t i = 0; i < spis.size(); ++i) {
      at[i] = place(spis[i]);
      __builtin_prefetch(&entries_[at[i]]);
    }
    for (std::size_t i = 0; i < spis.size(); ++i) {
      std::size_t a = at[i];
      while (entries_[a] >> 32 != spis[i] && entries_[a] != 0) a = (a + 1) & (entries_.size() - 1);
      found[i] = entries_[a] == 0 ? nullptr : &records_[static_cast<std::uint32_t>(entries_[a])];
      if (found[i] == nullptr) continue;
      __builtin_prefetch(found[i]);
      __builtin_prefetch(reinterpret_cast<const char*>(found[i]) + 64);
    }
  }

 private:
  std::size_t place(std::uint32_t spi) const { return static_cast<std::size_t>((spi * 0x9e3779b97f4a7c15u) >> (shift_ & 63)); }
  std::vector<std::uint64_t> entries_;
  unsigned shift_;
  std::vector<touched_record> records_;
};

/// What the memory of a whole inbound path costs when nothing is computed: for each packet its first line and its last, its
/// SA's entry, hot line, counters and block of the window, all loads of a burst started before any is used. The packets are
/// then opened by the datapath, outside the time.
template <class Crowd> class table_walk_rounds : public crowd_rounds<Crowd> {
 public:
  explicit table_walk_rounds(std::size_t octets, Crowd& of = kept<Crowd>()) : crowd_rounds<Crowd>(octets, of) {}
  double open() {
    const double seconds = timed(this->trouble_, "a packet has no SA", [this](std::size_t first, std::size_t n) { return walk(this->packets_.list.data() + first, n); });
    crowd_rounds<Crowd>::open();
    return seconds;
  }

 private:
  bool walk(flat_packet** packets, std::size_t n) {
    using esplanade::load_be32;
    std::uint32_t spis[32], numbers[32];
    touched_record* found[32];
    for (std::size_t i = 0; i < n; ++i) __builtin_prefetch(packets[i]->data());
    for (std::size_t i = 0; i < n; ++i) {
      spis[i] = load_be32(packets[i]->data() + 20);
      numbers[i] = load_be32(packets[i]->data() + 24);
      __builtin_prefetch(packets[i]->data() + packets[i]->length() - 16);
    }
    table().find({spis, n}, found);
    for (std::size_t i = 0; i < n; ++i)
      if (found[i] != nullptr) __builtin_prefetch(&found[i]->blocks[numbers[i] / 64 % 32]);
    for (std::size_t i = 0; i < n; ++i) {
      touched_record* const r = found[i];
      if (r == nullptr || r->first[0] != spis[i]) return false;
      r->second[0] += 1;
      r->second[1] += packets[i]->length() - packets[i]->data()[packets[i]->length() - 18];
      r->second[2] = numbers[i];
      r->blocks[numbers[i] / 64 % 32] |= std::uint64_t{1} << numbers[i] % 64;
    }
    return true;
  }
  plain_table& table() {
    static plain_table one{this->crowd_.spis};
    return one;
  }
};

}  // namespace bench
