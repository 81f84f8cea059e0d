// Our NIC as a fuzzed host's device: every packet goes down and comes up in a buffer list of its own.
#pragma once

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/host_words.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/testing/fuzz/input.hpp>
#include <esplanade/testing/net_buffers.hpp>
#include <esplanade/testing/packets.hpp>
#include <esplanade/testing/seeded.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// A NIC with one send queue and one receive queue; frames are bare IP packets. It lacks nothing, until it is told what to provide.
///   Shape    P, Crypto   the host's; any mode, two portions
///            models OffloadDevice; send(packet, words) → false: it does not leave; receive(packet) → its words
///            set_cut(n)        MDLs of n octets; 0 = one; from 128 on up to eight, cut anywhere
///            provide(what)     what it provides from here on
///            happens(event)    of its life
///            ask_to_go(sa)     it wants the place of a receiving SA: the next packet up says so
///            bundles()         that it holds
///   Cost     allocates
///   Errors   works() is false when a list came back twice, or not at all
///   Threads  one
template <class P, class Crypto> class nic_card {
  struct built : P {
    static constexpr auto modes = mode::tunnel | mode::transport;
    static constexpr std::size_t levels = 2;
  };
  using adapter = nic<built, net_buffer_list, Crypto, 16>;

 public:
  static constexpr device_guarantees guarantees = adapter::guarantees;

  nic_card() {
    provide(everything());
    start();
  }
  /// All that there is.
  [[nodiscard]] static device_capabilities everything() noexcept {
    return {.framings = link_framing::none, .ipv6 = true, .ipv4_options = true, .ipv6_extension_headers = true, .ah = true, .esp = true, .ah_and_esp = true, .transport = true, .tunnel = true,
            .transport_in_tunnel = true, .large_send = true, .esn = true, .udp_esp = all_udp_esp_layouts, .integrity = all_offload_integrity, .encryption = all_offload_encryption, .sa_capacity = 16};
  }

  void set_cut(std::size_t n) noexcept {
    cut_ = n;
    cuts_ = {n};
  }
  void provide(const device_capabilities& what) noexcept {
    offload_report hardware{};
    hardware.ipsec = everything();
    offload_activation both;
    const activation_request bare{activation::on, link_framing::none, 0};
    works_ = both.request(hardware, bare, bare) == activation_answer::done && works_;
    adapter_->configure(what, both);
  }
  void happens(adapter_event e) noexcept { works_ = static_cast<bool>(adapter_->happens(e)) && works_; }
  void start() noexcept {
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) happens(e);
  }
  /// Somebody pulled it out; another one is put in.
  void go_away() noexcept { happens(adapter_event::surprise_removal); }
  void come_back() noexcept {
    for (const adapter_event e : {adapter_event::pause, adapter_event::pause_done, adapter_event::halt}) happens(e);
    adapter_->reclaim();
    start();
  }
  bool ask_to_go(offload_handle sa) noexcept { return receiving_->ask_to_go(sa); }
  [[nodiscard]] std::size_t bundles() noexcept {
    adapter_->reclaim();
    return adapter_->store().size();
  }
  [[nodiscard]] bool works() const noexcept { return works_; }

  [[nodiscard]] device_capabilities capabilities() const noexcept { return adapter_->capabilities(); }
  [[nodiscard]] bool active(family version) const noexcept { return adapter_->active(version); }
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept { return adapter_->add_sa(r); }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept { return adapter_->update_sa(u); }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    const auto done = adapter_->delete_sa(h);
    adapter_->reclaim();
    return done;
  }

  template <class Pkt> bool send(Pkt& p, const send_words& w) {
    const bytes before = octets_of(p);
    owned_net_buffer buffer(form_of(before));
    net_buffer_list list;
    list.set_first_buffer(&buffer);
    put_words(list, w);
    bytes wire;
    unsigned back = 0;
    sending_->send(&list, [&wire](const net_buffer& b) noexcept { wire = octets_of(b); }, [&back](net_buffer_list&) noexcept { ++back; });
    works_ = works_ && back == 1;
    if (list.status() != nbl_status::success || wire.size() != before.size()) return false;
    copy_in(p, 0, wire.data(), wire.size());
    return true;
  }
  template <class Pkt> receive_words receive(Pkt& p) {
    const bytes before = octets_of(p);
    owned_net_buffer buffer(form_of(before));
    net_buffer_list list;
    list.set_first_buffer(&buffer);
    unsigned up = 0;
    receive_words said;
    bytes after;
    receiving_->receive(&list, {}, [&](net_buffer_list* l, receive_flags) noexcept {
      ++up;
      said = words_of(*l);
      after = octets_of(static_cast<const net_buffer&>(buffer));
    }, [](net_buffer_list&) noexcept {});
    works_ = works_ && up == 1 && after.size() == before.size();
    if (after.size() == before.size()) copy_in(p, 0, after.data(), after.size());
    receiving_->give_back(&list, [](net_buffer_list&) noexcept {});
    return said;
  }

 private:
  packet_form form_of(const bytes& content) {
    packet_form form{.content = content};
    if (cut_ >= 128) {
      form.segments = random_cut(content.size(), 8, cuts_);
      return form;
    }
    for (std::size_t at = 0; cut_ != 0 && at + cut_ < content.size() && form.segments.size() < 7; at += cut_) form.segments.push_back(cut_);
    if (!form.segments.empty()) form.segments.push_back(content.size() - cut_ * form.segments.size());
    return form;
  }

  Crypto crypto_{};
  [[no_unique_address]] random_of<P> random_{};
  std::unique_ptr<adapter> adapter_ = std::make_unique<adapter>(crypto_);
  std::unique_ptr<typename adapter::send_queue> sending_ = std::make_unique<typename adapter::send_queue>(*adapter_, typename adapter::send_queue::resources{.mtu = 0, .random = random_});
  std::unique_ptr<typename adapter::receive_queue> receiving_ = std::make_unique<typename adapter::receive_queue>(*adapter_, random_reference<random_of<P>>(random_));
  std::size_t cut_ = 0;
  seeded cuts_{0};
  bool works_ = true;
};

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
