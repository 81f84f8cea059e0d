// The engine of one profile in two parts: a host, and below it a NIC behind a broker.
//
//   protect   parcels ► host ► frames with words, or sealed ► NBLs ► NIC ► wire
//   open      wire ► NBLs ► NIC ► words ► host ► parcels
#pragma once

#include "broker.hpp"
#include "engine.hpp"
#include "listed_packet.hpp"
#include "refusal.hpp"

#include <esplanade/capability/profile_capabilities.hpp>
#include <esplanade/crypto/botan.hpp>
#include <esplanade/format.hpp>
#include <esplanade/offload/host.hpp>
#include <esplanade/offload/placement.hpp>
#include <esplanade/offload/receive_queue.hpp>
#include <esplanade/offload/residual.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/lying_nic.hpp>
#include <esplanade/testing/lying_queue.hpp>

#include <algorithm>
#include <deque>
#include <memory>

namespace capture_tunnel {

/// What a NIC is built with that serves a host of profile P: the same suites, in tunnels and transport mode.
template <esplanade::Profile P> struct nic_profile_of : P {
  static constexpr auto modes = esplanade::mode::tunnel | esplanade::mode::transport;
};

template <esplanade::Profile P, bool Cut> class engine_over_nic final : public engine {
  using memory = listed_packet<Cut>;
  static constexpr bool may_join = esplanade::modes_of<P>.has(esplanade::mode::transport);  // large sends are cut there, and nowhere else
  using host = esplanade::host<P, esplanade::net_buffer, esplanade::flat_store<most_sas>, esplanade::botan_for<P>>;
  using device_profile = nic_profile_of<P>;
  using device_crypto = esplanade::botan_for<device_profile>;
  using adapter = esplanade::nic<device_profile, esplanade::net_buffer_list, device_crypto, 2 * most_sas, esplanade::single_core, segment_pool>;
  using device = esplanade::testing::lying_nic<broker<adapter, 2 * most_sas>>;  // honest, unless the model is one that lies
  using send_queue = typename adapter::send_queue;
  /// The NIC's queue, behind the words of the NIC's version.
  struct worded_queue {
    engine_over_nic& of;
    template <class Wire, class Done> void send(esplanade::net_buffer_list* chain, Wire on_wire, Done completed) noexcept {
      of.device_.honest().send(
          of.nic_out_, chain, [&](const esplanade::net_buffer& frame) noexcept {
            const listed& one = static_cast<const listed&>(frame);
            of.leaving_ = one.parcel != listed::nobodys ? one.parcel : of.cut_.front() + of.cut_from_it_++;
            on_wire(frame);
          },
          [&](esplanade::net_buffer_list& done) noexcept {
            if (!of.cut_.empty() && of.cut_.front() == static_cast<const listed*>(done.first_buffer())->parcel) of.cut_.pop_front(), of.cut_from_it_ = 0;
            completed(done);
          });
    }
  };
  /// A frame as it comes in; one that comes with a later batch than its own is nobody's.
  struct arriving {
    std::vector<esplanade::octet> octets;
    std::size_t parcel = listed::nobodys;
    template <class It> arriving(It from, It to, std::size_t of = listed::nobodys) : octets(from, to), parcel(of) {}
    auto begin() const { return octets.begin(); }
    auto end() const { return octets.end(); }
  };
  using receive_queue = esplanade::receive_queue<device_profile, esplanade::net_buffer_list, typename adapter::store_type, device_crypto>;

 public:
  engine_over_nic(std::size_t batch_most, const nic_model& model)
      : out_(2 * batch_most), words_(2 * batch_most), large_(batch_most), of_host_(batch_most),
        device_(adapter_, model, esplanade::capabilities_of<device_profile>(2 * most_sas)) {
    facts_.nic = model.name;
    facts_.lies = model.lies;
    make_room(batch_most);
    verdicts_.resize(2 * batch_most);
    if (!model.lies) return;
    device_.lie(esplanade::testing::lies::all(20), 1);
    device_.honest().teller().begin(esplanade::testing::lies::all(20), 2);
  }

  void install(const esplanade::sa_parameters& sa) override {
    const auto sending = outbound_sas_.add(crypto_, sa);
    if (!sending) throw refusal("the outbound SA: {}", sending.why());
    const auto receiving = inbound_sas_.add(crypto_, sa);
    if (!receiving) throw refusal("the inbound SA: {}", receiving.why());
    const auto decided = policy_.add({sa.selector, esplanade::policy_action::protect, *sending});
    if (!decided) throw refusal("the policy: {}", decided.why());
    place(*sending, sa, false);
    joins_ = joins_ || (may_join && outbound_sas_.at(*sending)->place().now().large);
    place(*receiving, sa, true);
    placing_.pair(*receiving, *sending);
  }

  std::chrono::nanoseconds protect(std::span<parcel> batch) override {
    using namespace esplanade;
    load(batch, joins_);
    on_wire_.clear();
    on_wire_.reserve(batch.size());
    const auto from = std::chrono::steady_clock::now();
    const esplanade::large_outcome came = pass_host();
    for (std::size_t i = 0; i < came.survivors; ++i) put_link_header(*out_[i]);
    lying_out_.send(
        lists_of(came), [this, batch](const net_buffer& frame) noexcept { leave(batch, static_cast<const listed&>(frame)); },
        [this](net_buffer_list& done) noexcept { completed(done); });
    const auto spent = std::chrono::steady_clock::now() - from;
    settle(batch, came);
    tend();
    return spent;
  }

  std::chrono::nanoseconds open(std::span<parcel> batch) override {
    using namespace esplanade;
    load_arriving(batch);
    for (std::size_t i = 0; i < count_; ++i) put_link_header(*memory_[i]);
    const auto from = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i + 1 < count_; ++i) memory_[i]->list().link(&memory_[i + 1]->list());
    const auto gates = receive_gates<device_profile>::of(adapter_.capabilities(), device_.honest().active(), device_.honest().active());
    if (count_ != 0) device_.honest().receive(&memory_[0]->list(), [this, &gates](net_buffer_list* chain) noexcept { nic_in_(chain, gates); });
    for (std::size_t i = 0; i < count_; ++i) {
      memory_[i]->advance(ethernet_octets);
      received_[i] = device_.tell(static_cast<net_buffer&>(*memory_[i]), words_of(memory_[i]->list()));
    }
    host_.inbound({{packets_.data(), count_}, {verdicts_.data(), count_}}, {received_.data(), count_});
    const auto spent = std::chrono::steady_clock::now() - from;
    for (std::size_t k = 0; k < count_; ++k) {
      const std::size_t parcel = static_cast<const listed*>(packets_[k])->parcel;
      if (parcel == listed::nobodys || batch[parcel].verdict == verdict::forwarded) continue;  // late, or a copy
      auto& whose = batch[parcel];
      whose.verdict = verdicts_[k];
      if (verdicts_[k] == verdict::forwarded) unload(*packets_[k], whose.packet);
    }
    tend();
    return spent;
  }

  [[nodiscard]] esplanade::counters_snapshot outbound_counters() const override { return host_.outbound_counters(); }
  [[nodiscard]] esplanade::counters_snapshot inbound_counters() const override { return host_.inbound_counters(); }
  [[nodiscard]] plan_facts outbound_plan() const override { return facts_of(esplanade::explain<typename host::outbound_lane>(device_.capabilities())); }
  [[nodiscard]] plan_facts inbound_plan() const override { return facts_of(esplanade::explain<typename host::inbound_lane>(device_.capabilities())); }

  [[nodiscard]] offload_facts offload() override {
    offload_facts all = facts_;
    all.report = device_.honest().rows();
    all.oids = device_.honest().answers();
    all.indications = device_.honest().indications();
    all.lies_told = device_.told() + device_.honest().teller().told();
    all.never_completed = placing_.frames_out();
    all.never_ended = device_.honest().unanswered();
    const esplanade::device_counters &out = host_.sending().device(), &in = host_.receiving().device();
    for (std::size_t s = 0; s < esplanade::crypto_status_count; ++s) all.statuses[s] = in.by_status[s].get();
    all.framed = out.framed.get();
    all.large = out.large.get();
    all.large_segments = out.large_segments.get();
    all.cut_here = out.cut_here.get();
    all.sealed_here = out.sealed_here.get();
    all.believed = in.believed.get();
    all.opened_here = in.opened_here.get();
    all.rechecked = in.rechecked.get();
    all.sending = nic_out_.snapshot();
    all.receiving = nic_in_.snapshot();
    return all;
  }

 private:
  template <class Handle> void place(Handle sa, const esplanade::sa_parameters& p, bool inbound) {
    device_.honest().know(p);
    const auto placed = placing_.offload(sa, p);
    facts_.placed.push_back({p.spi, inbound, static_cast<bool>(placed), placed ? std::string("the NIC takes it") : fmt::format("{}", placed.why())});
  }
  /// Packets of a run become one large packet, where large packets are cut again.
  void load(std::span<parcel> batch, bool joining) {
    count_ = 0;
    for (std::size_t i = 0; i < batch.size(); i += memory_[count_++]->parcels) {
      memory& m = renewed(count_);
      const large_run run = joining ? find_run(batch.subspan(i)) : large_run{};
      if (run.parcels == 1) m.load(batch[i].packet);
      else m.load(run.packet, run.headers);
      m.parcel = i;
      m.parcels = run.parcels;
      large_[count_] = run.word;
      packets_[count_] = &m;
    }
  }
  /// What the NIC has not given back stays as it is; other memory takes its place.
  memory& renewed(std::size_t i) {
    if (memory_[i]->out) memory_with_nic_.push_back(std::exchange(memory_[i], std::make_unique<memory>()));
    return *memory_[i];
  }
  void make_room(std::size_t packets) {
    while (memory_.size() < packets) memory_.push_back(std::make_unique<memory>());
    packets_.resize(memory_.size());
    received_.resize(memory_.size());
    if (verdicts_.size() < packets) verdicts_.resize(packets);
  }
  /// The frames of a batch as the NIC sees them; those of a NIC that lies were dropped, doubled, delayed and swapped before.
  void load_arriving(std::span<parcel> batch) {
    for (parcel& p : batch) p.verdict = esplanade::verdict::crypto_failed;
    if (!facts_.lies) return load(batch, false);
    std::vector<arriving> frames;
    for (std::size_t i = 0; i < batch.size(); ++i) frames.emplace_back(batch[i].packet.begin(), batch[i].packet.end(), i);
    device_.jumble(frames);
    make_room(frames.size());
    for (count_ = 0; count_ < frames.size(); ++count_) {
      memory& m = renewed(count_);
      m.load(frames[count_].octets);
      m.parcel = frames[count_].parcel;
      m.parcels = 1;
      packets_[count_] = &m;
    }
  }
  /// The NIC is done with a list, as it says; it may say so twice.
  void completed(esplanade::net_buffer_list& done) noexcept {
    bool first = true;
    for (esplanade::net_buffer* b = done.first_buffer(); b != nullptr; b = b->next()) {
      listed& one = static_cast<listed&>(*b);
      first = first && one.out;
      one.out = false;
      host_.completed({&one.words, 1});
      if (std::exchange(one.owed, false)) of_host_.give(b);
    }
    if (!first) ++facts_.completed_twice;
    else facts_.lost_below += done.status() != esplanade::nbl_status::success;
  }
  /// What comes out stands in `out_`, beside verdicts and words, survivors first.
  esplanade::large_outcome pass_host() {
    if constexpr (may_join) {
      return host_.outbound({{packets_.data(), count_}, {verdicts_.data(), count_}}, {large_.data(), count_}, of_host_, {out_, verdicts_}, words_);
    } else {
      std::copy_n(packets_.begin(), count_, out_.begin());
      return {count_, host_.outbound({{out_.data(), count_}, {verdicts_.data(), count_}}, {words_.data(), count_})};
    }
  }
  /// A frame on the wire. One that the NIC made of a large packet is the NIC's again when this returns.
  void leave(std::span<parcel> batch, const listed& frame) {
    if (frame.parcel != listed::nobodys) return on_wire_.push_back({&frame, frame.parcel});
    unload(frame, batch[leaving_].packet);
    on_wire_.push_back({nullptr, leaving_});
  }
  void settle(std::span<parcel> batch, const esplanade::large_outcome& came) {
    using esplanade::verdict;
    for (std::size_t i = 0; i < came.packets; ++i) {
      const listed& one = static_cast<const listed&>(*out_[i]);
      if (verdicts_[i] == verdict::absorbed) continue;  // its segments have their own
      for (std::size_t k = 0; k < one.parcels; ++k) batch[one.parcel + k].verdict = i < came.survivors ? verdict::crypto_failed : verdicts_[i];
    }
    for (const left& one : on_wire_) {
      parcel& whose = batch[one.whose];
      whose.verdict = verdict::forwarded;
      if (one.frame != nullptr) unload(*one.frame, whose.packet);
      whose.packet.erase(whose.packet.begin(), whose.packet.begin() + ethernet_octets);
    }
    for (std::size_t i = 0; i < came.survivors; ++i)
      if (listed& one = static_cast<listed&>(*out_[i]); words_[i].segment) {
        if (one.out) one.owed = true;
        else of_host_.give(out_[i]);
      }
  }
  static void put_link_header(esplanade::net_buffer& p) {
    using namespace esplanade;
    octet first[1]{};
    copy_out(p, 0, first, 1);
    octet header[ethernet_octets] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};  // locally administered addresses
    store_be16(header + 12, first[0] >> 4 == 6 ? 0x86dd : 0x0800);
    if (!p.retreat(ethernet_octets)) throw refusal("there is no room for a link header");
    copy_in(p, 0, header, ethernet_octets);
  }
  /// Neighbours with equal words travel in one list, as ipsecov2.md 4.2 lets them.
  esplanade::net_buffer_list* lists_of(const esplanade::large_outcome& came) {
    esplanade::net_buffer_list *first = nullptr, *last = nullptr;
    std::size_t large = came.survivors, of_it = 0;  // the large packet that segments come from, and how many did
    cut_.clear();
    cut_from_it_ = 0;
    for (std::size_t i = 0; i < came.survivors; ++i) {
      listed& one = static_cast<listed&>(*out_[i]);
      if (words_[i].segment) {
        while (verdicts_[large] != esplanade::verdict::absorbed || of_it == static_cast<const listed&>(*out_[large]).parcels) ++large, of_it = 0;
        one.parcel = static_cast<const listed&>(*out_[large]).parcel + of_it++;
      }
      if (words_[i].large != 0) cut_.push_back(one.parcel);
      one.words = words_[i];
      one.out = true;
      if (i != 0 && esplanade::same_words(words_[i - 1], words_[i])) {
        out_[i - 1]->link(out_[i]);
        continue;
      }
      device_.honest().put_words(one.list(), words_[i]);
      (first == nullptr ? first = &one.list() : (last->link(&one.list()), &one.list()));
      last = &one.list();
    }
    return first;
  }
  /// What the NIC's life needs now and then.
  void tend() {
    placing_.tend();
    device_.honest().tend();
    adapter_.reclaim();
    std::erase_if(memory_with_nic_, [](const auto& one) { return !one->out; });
  }

  esplanade::botan_for<P> crypto_;
  device_crypto device_crypto_;
  [[no_unique_address]] esplanade::random_of<P> random_{};
  typename host::inbound_store inbound_sas_;
  typename host::outbound_store outbound_sas_;
  typename host::policy_store policy_;
  host host_{{.inbound = inbound_sas_, .outbound = outbound_sas_, .crypto = crypto_, .policy = policy_, .random = random_}};
  std::vector<std::unique_ptr<memory>> memory_, memory_with_nic_;
  std::vector<esplanade::net_buffer*> packets_, out_;
  std::vector<esplanade::verdict> verdicts_;
  std::vector<esplanade::send_words> words_;
  std::vector<esplanade::receive_words> received_;
  struct left {
    const esplanade::net_buffer* frame;
    std::size_t whose;
  };
  std::vector<left> on_wire_;
  std::vector<esplanade::send_large> large_;
  std::deque<std::size_t> cut_;  // first parcels of the large packets that the NIC has
  std::size_t cut_from_it_ = 0, count_ = 0, leaving_ = 0;
  bool joins_ = false;
  segment_pool of_host_, of_nic_{128};
  adapter adapter_{device_crypto_};
  send_queue nic_out_{adapter_, of_nic_, typename send_queue::resources{.mtu = 0, .random = random_}};
  receive_queue nic_in_{{.store = adapter_.store(), .crypto = device_crypto_, .random = random_}};
  device device_;
  worded_queue worded_out_{*this};
  esplanade::testing::lying_send_queue<worded_queue, esplanade::net_buffer_list> lying_out_{worded_out_, device_.honest().teller()};  // likewise
  esplanade::offloader<host, device, 2 * most_sas> placing_{inbound_sas_, outbound_sas_, device_};
  offload_facts facts_;
};

}  // namespace capture_tunnel
