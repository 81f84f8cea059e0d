// Five suites: mixed in every batch by one datapath, or in the same share by five datapaths that know one each.
#pragma once

#include "../traffic.hpp"
#include "rounds.hpp"

#include <tuple>

namespace bench {

template <class... Suites> struct gateway_of : esplanade::profile {
  static constexpr auto suites = esplanade::suites<Suites...>;
  static constexpr auto esn = esplanade::always;
  using replay = esplanade::window<1024>;
};
template <class Profile, class Crypto> using gateway_path = esplanade::testing::default_configuration<Profile, arena_packets<flat_packet>, esplanade::flat_store<64>, Crypto>;

/// The suite of each of the 32 batches when every batch has one suite.
constexpr std::size_t suite_of_batch(std::size_t batch) { return batch % 5; }

/// One datapath with five suites; each packet's suite is drawn.
template <class Crypto> class mixed_suites_rounds {
  using profile = gateway_of<esplanade::esp_aes_gcm_16<128>, esplanade::esp_aes_gcm_16<192>, esplanade::esp_aes_gcm_16<256>, esplanade::esp_aes_gcm_8<128>,
                             esplanade::esp_aes_gcm_12<128>>;

 public:
  mixed_suites_rounds(std::size_t octets, std::size_t) : packets_(octets, 1) {
    esplanade::outbound_handle sas[5];
    for (std::uint32_t i = 0; i < 5; ++i) {
      auto sa = esplanade::testing::sample_sa<profile>(i, i);
      sa.selector = benched_sa<gateway>().selector;
      const auto pair = configuration_->add_pair(sa);
      if (!pair) {
        trouble_ = pair.why().reason;
        return;
      }
      sas[i] = pair->sending;
    }
    std::vector<std::uint32_t> order(packets_in_round);
    random_walk{packets_in_round}.next(order.data(), order.size());
    for (std::size_t i = 0; i < packets_in_round; ++i) handles_[i] = sas[suite_of_batch(order[i] / 32)];
    protect();
    open();
  }
  double protect() {
    return timed(trouble_, "a packet was not sent", [this](std::size_t first, std::size_t n) {
      return configuration_->path().outbound({{packets_.list.data() + first, n}, {verdicts_, n}, {handles_.data() + first, n}}) == n;
    });
  }
  double open() {
    return timed(trouble_, "a packet was not delivered", [this](std::size_t first, std::size_t n) {
      return configuration_->path().inbound({{packets_.list.data() + first, n}, {verdicts_, n}}) == n;
    });
  }
  bool restored() { return packets_.restored(); }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  packets_in_arena<flat_packet> packets_;
  std::unique_ptr<gateway_path<profile, Crypto>> configuration_ = std::make_unique<gateway_path<profile, Crypto>>();
  std::vector<esplanade::outbound_handle> handles_ = std::vector<esplanade::outbound_handle>(packets_in_round);
  esplanade::verdict verdicts_[32]{};
  std::string trouble_;
};

/// Five datapaths with one suite each; each batch has one suite.
template <class Crypto> class single_suites_rounds {
  template <class Suite> struct one {
    std::unique_ptr<gateway_path<gateway_of<Suite>, Crypto>> configuration = std::make_unique<gateway_path<gateway_of<Suite>, Crypto>>();
    esplanade::outbound_handle handles[32]{};
    bool add() {
      auto sa = esplanade::testing::sample_sa<gateway_of<Suite>>();
      sa.selector = benched_sa<gateway>().selector;
      const auto pair = configuration->add_pair(sa);
      if (pair) std::fill_n(handles, 32, pair->sending);
      return static_cast<bool>(pair);
    }
  };

 public:
  single_suites_rounds(std::size_t octets, std::size_t) : packets_(octets, 1) {
    if (!std::apply([](auto&... each) { return (each.add() && ...); }, all_)) trouble_ = "no SA";
    protect();
    open();
  }
  double protect() {
    return timed(trouble_, "a packet was not sent", [this](std::size_t first, std::size_t n) {
      return with(suite_of_batch(first / 32), [&](auto& suite) {
        return suite.configuration->path().outbound({{packets_.list.data() + first, n}, {verdicts_, n}, {suite.handles, n}}) == n;
      });
    });
  }
  double open() {
    return timed(trouble_, "a packet was not delivered", [this](std::size_t first, std::size_t n) {
      return with(suite_of_batch(first / 32), [&](auto& suite) { return suite.configuration->path().inbound({{packets_.list.data() + first, n}, {verdicts_, n}}) == n; });
    });
  }
  bool restored() { return packets_.restored(); }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  template <class Visit> bool with(std::size_t suite, Visit visit) {
    switch (suite) {
      case 0: return visit(std::get<0>(all_));
      case 1: return visit(std::get<1>(all_));
      case 2: return visit(std::get<2>(all_));
      case 3: return visit(std::get<3>(all_));
      default: return visit(std::get<4>(all_));
    }
  }

  packets_in_arena<flat_packet> packets_;
  std::tuple<one<esplanade::esp_aes_gcm_16<128>>, one<esplanade::esp_aes_gcm_16<192>>, one<esplanade::esp_aes_gcm_16<256>>, one<esplanade::esp_aes_gcm_8<128>>,
             one<esplanade::esp_aes_gcm_12<128>>>
      all_;
  esplanade::verdict verdicts_[32]{};
  std::string trouble_;
};

}  // namespace bench
