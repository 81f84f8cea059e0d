// Rounds of a NIC: frames that an inline host made, sealed and opened in place under handles, over buffer lists.
#pragma once

#include "rounds.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/capability/profile_capabilities.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/offload/receive_queue.hpp>

namespace bench {

/// A NIC that is built for `gateway`: its one suite, both modes, one SA on each packet.
struct gateway_nic : gateway {
  static constexpr auto modes = esplanade::mode::tunnel | esplanade::mode::transport;
};

/// A frame in the shared buffers: one NBL, one NB, its octets in one MDL or as many pieces as asked for, 64 octets apart.
class listed_frame : public esplanade::net_buffer {
 public:
  listed_frame() = default;
  bool place(esplanade::octet* buffer, std::size_t size, std::span<const std::size_t> pieces) {
    std::size_t at = headroom_octets;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      pieces_[i] = {};
      pieces_[i].address = buffer + (i == 0 ? 0 : at);
      pieces_[i].count = (i == 0 ? at : 0) + pieces[i];
      pieces_[i].next = i + 1 == pieces.size() ? nullptr : &pieces_[i + 1];
      at += pieces[i] + gap;
    }
    if (!assign(&pieces_[0], headroom_octets, size)) return false;
    list.set_first_buffer(this);
    return true;
  }
  esplanade::net_buffer_list list;

 private:
  static constexpr std::size_t gap = 64;
  esplanade::mdl pieces_[4];
};

/// The rows `nic/…`: what a NIC does for packets whose IP length inside is `octets`.
template <class Crypto> class nic_rounds {
  using adapter = esplanade::nic<gateway_nic, esplanade::net_buffer_list, Crypto, 64>;
  using send_queue = typename adapter::send_queue;
  using receive_queue = esplanade::receive_queue<gateway_nic, esplanade::net_buffer_list, typename adapter::store_type, Crypto>;

 public:
  nic_rounds(std::size_t octets, std::size_t segments) {
    esplanade::device_capabilities can = esplanade::capabilities_of<gateway_nic>(64);
    can.framings = esplanade::link_framing::none;
    can.tcp_checksum = can.udp_checksum = false;  // a datapath verifies none
    esplanade::offload_report hardware{};
    hardware.ipsec = can;
    esplanade::offload_activation both;
    const esplanade::activation_request bare{esplanade::activation::on, esplanade::link_framing::none, 0};
    if (both.request(hardware, bare, bare) != esplanade::activation_answer::done) trouble_ = "nothing is active";
    nic_->configure(can, both);
    using enum esplanade::adapter_event;
    for (const auto e : {initialize, initialized, restart, restarted})
      if (!nic_->happens(e)) trouble_ = "the NIC does not start";
    gates_ = esplanade::receive_gates<gateway_nic>::of(can, true, true);
    plumb();
    frame(octets, segments);
    protect();
    open();
  }
  double protect() {
    for (listed_frame& f : frames_) set_words(f);
    std::size_t out = 0;
    const double spent = timed(trouble_, "the NIC did not send", [this, &out](std::size_t first, std::size_t n) {
      out_->send(chain(first, n), [&out](const esplanade::net_buffer&) noexcept { ++out; }, [](esplanade::net_buffer_list&) noexcept {});
      return out == first + n;
    });
    return spent;
  }
  double open() {
    const double spent = timed(trouble_, "", [this](std::size_t first, std::size_t n) {
      (*in_)(chain(first, n), gates_);
      return true;
    });
    for (const listed_frame& f : frames_) {
      const auto said = esplanade::get_oob<esplanade::receive_ipsec>(f.list);
      if (trouble_.empty() && (!said.done || said.status != esplanade::crypto_status::success)) trouble_ = "the NIC did not open";
    }
    return spent;
  }
  std::span<listed_frame> packets() { return frames_; }
  /// Payloads are in clear, between headers that nobody touched.
  bool restored() {
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      std::vector<esplanade::octet> now = esplanade::testing::octets_of(static_cast<const esplanade::net_buffer&>(frames_[i]));
      const auto& was = made_[i];
      if (now.size() != was.size()) return false;
      for (const std::size_t from : {std::size_t{0}, std::size_t{36}})  // but for the IV, and the ICV at the end
        if (!std::equal(was.begin() + static_cast<std::ptrdiff_t>(from), was.begin() + static_cast<std::ptrdiff_t>(from == 0 ? 28 : was.size() - 16), now.begin() + static_cast<std::ptrdiff_t>(from))) return false;
    }
    return true;
  }
  const std::string& trouble() const { return trouble_; }

 private:
  void plumb() {
    const auto sa = benched_sa<gateway>();
    std::vector<esplanade::octet> key(sa.key.begin(), sa.key.end());
    key.insert(key.end(), sa.salt.begin(), sa.salt.end());
    esplanade::sa_request r;
    r.version = esplanade::family::ipv4;
    r.source = sa.source;
    r.destination = sa.destination;
    auto& e = r.elements[0];
    e.transform = esplanade::transform_named(sa.suite);
    e.spi = sa.spi;
    e.encryption_key = key;
    e.esn = true;
    const auto sending = nic_->add_sa(r);
    r.inbound = true;
    const auto receiving = nic_->add_sa(r);
    if (!sending || !receiving) trouble_ = "the NIC has no SA";
    else handle_ = *sending;
  }
  /// What an inline host would have sent, opened again: frames with everything but IV, ciphertext and ICV.
  void frame(std::size_t octets, std::size_t segments) {
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      const auto inner = inner_packet(size_of(octets, i), i);
      const std::size_t pad = (0 - (inner.size() + 2)) & 3, total = 36 + inner.size() + pad + 2 + 16;
      std::vector<esplanade::octet> f(total);
      const auto sa = benched_sa<gateway>();
      esplanade::store_be16(&f[0], 0x4500);
      esplanade::store_be16(&f[2], static_cast<std::uint16_t>(total));
      f[8] = 64, f[9] = 50;
      std::memcpy(&f[12], sa.source.value, 4);
      std::memcpy(&f[16], sa.destination.value, 4);
      esplanade::store_be16(&f[10], esplanade::internet_checksum({f.data(), 20}));
      esplanade::store_be32(&f[20], sa.spi);
      esplanade::store_be32(&f[24], static_cast<std::uint32_t>(i + 1));
      std::memcpy(&f[36], inner.data(), inner.size());
      for (std::size_t k = 0; k < pad; ++k) f[36 + inner.size() + k] = static_cast<esplanade::octet>(k + 1);
      f[total - 18] = static_cast<esplanade::octet>(pad);
      f[total - 17] = 4;
      pads_[i] = static_cast<std::uint8_t>(pad);
      const auto pieces = segments == 1 ? std::vector<std::size_t>{total} : equal_cut(total, segments);
      if (!frames_[i].place(shared_arena.octets[i], total, pieces)) trouble_ = "no room for a frame";
      esplanade::copy_in(static_cast<esplanade::net_buffer&>(frames_[i]), 0, f.data(), f.size());
      made_.push_back(std::move(f));
    }
  }
  void set_words(listed_frame& f) {
    const auto words = esplanade::send_oob(f.list);
    words.set(esplanade::send_ipsec{handle_.word});
    words.set(esplanade::send_headers{4, pads_[static_cast<std::size_t>(&f - frames_.data())], 0, 20});
  }
  esplanade::net_buffer_list* chain(std::size_t first, std::size_t n) {
    for (std::size_t i = first; i < first + n; ++i) frames_[i].list.link(i + 1 == first + n ? nullptr : &frames_[i + 1].list);
    return &frames_[first].list;
  }

  std::unique_ptr<Crypto> crypto_ = std::make_unique<Crypto>();
  std::unique_ptr<adapter> nic_ = std::make_unique<adapter>(*crypto_);
  std::unique_ptr<send_queue> out_ = std::make_unique<send_queue>(*nic_);
  std::unique_ptr<receive_queue> in_ = std::make_unique<receive_queue>(typename receive_queue::resources{.store = nic_->store(), .crypto = *crypto_});
  esplanade::receive_gates<gateway_nic> gates_{};
  esplanade::offload_handle handle_{};
  std::vector<listed_frame> frames_ = std::vector<listed_frame>(packets_in_round);
  std::vector<std::uint8_t> pads_ = std::vector<std::uint8_t>(packets_in_round);
  std::vector<std::vector<esplanade::octet>> made_;
  std::string trouble_;
};

}  // namespace bench
