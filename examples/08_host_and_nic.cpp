// Lesson 8: host and NIC. The host owns policy, numbers and windows; the NIC seals and opens. What is on the wire is what one
// datapath would send.
#include "lesson.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/offload.hpp>

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
struct card : gateway {  // what the NIC was built with: a NIC that offloads at all does tunnels
  static constexpr auto modes = esplanade::mode::tunnel | esplanade::mode::transport;
};
using host_side = esplanade::host<gateway, esplanade::net_buffer, esplanade::flat_store<16>, esplanade::botan>;
using adapter = esplanade::nic<card, esplanade::net_buffer_list, esplanade::botan, 32>;
using path = esplanade::datapath<gateway, esplanade::flat_packet, esplanade::flat_store<16>, esplanade::botan>;

namespace {

/// A packet in one piece of memory, and the buffer list that it travels in.
struct owned {
  esplanade::octet memory[256]{};
  esplanade::mdl piece;
  esplanade::net_buffer packet;
  esplanade::net_buffer_list list;
  explicit owned(esplanade::const_octets content) {
    std::memcpy(memory + 64, content.data(), content.size());
    piece.address = memory;
    piece.count = sizeof memory;
    packet.assign(&piece, 64, content.size());
    list.set_first_buffer(&packet);
  }
  [[nodiscard]] esplanade::const_octets content() const { return {memory + packet.data_offset(), packet.length()}; }
};

/// The wire: one frame at a time.
struct wire {
  esplanade::octet memory[256]{};
  std::size_t size = 0;
  void operator()(const esplanade::net_buffer& frame) noexcept {
    size = frame.length();
    esplanade::copy_out(frame, 0, memory, size);
  }
  [[nodiscard]] esplanade::const_octets content() const { return {memory, size}; }
};

}  // namespace

int main() {
  // Each side has a provider of its own: keys go from one to the other in requests alone.
  esplanade::botan crypto, crypto_of_card;
  host_side::inbound_store inbound_sas;
  host_side::outbound_store outbound_sas;
  host_side host{{inbound_sas, outbound_sas, crypto}};

  // The NIC runs, does all that it was built with, and its frames start with IP: no link header in this lesson.
  adapter nic{crypto_of_card};
  if (const auto runs = nic.run_with(esplanade::capabilities_of<card>(32), esplanade::link_framing::none); !runs) return lesson::give_up(runs.why());
  adapter::send_queue out{nic};
  adapter::receive_queue in{nic};

  // SAs are added to the host, and from there to the NIC. One that it does not take stays in software.
  const auto sending = outbound_sas.add(crypto, lesson::tunnel());
  const auto receiving = inbound_sas.add(crypto, lesson::tunnel());
  if (!sending) return lesson::give_up(sending.why());
  if (!receiving) return lesson::give_up(receiving.why());
  esplanade::offloader<host_side, adapter> placing{inbound_sas, outbound_sas, nic};
  for (const auto& placed : {placing.offload(*sending, lesson::tunnel()), placing.offload(*receiving, lesson::tunnel())})
    if (!placed) return lesson::give_up(placed.why());

  // Out: the host frames, words beside the packet say what is to be done, the NIC does it and the frame leaves.
  wire cable;
  const auto send = [&](owned& one) {
    esplanade::net_buffer* packets[] = {&one.packet};
    esplanade::verdict verdicts[1];
    const esplanade::outbound_handle handles[] = {*sending};
    esplanade::send_words words[1];
    if (host.outbound({packets, verdicts, handles}, words) == 1) {
      esplanade::put_words(one.list, words[0]);
      out.send(&one.list, cable, [](esplanade::net_buffer_list& list) noexcept { std::printf("completed: %s\n", list.status() == esplanade::nbl_status::success ? "success" : "failed"); });
      host.completed(words);  // the NIC has it no more
    }
    std::printf("sealed by the %s: %s\n", words[0] ? "NIC" : "host", esplanade::describe(verdicts[0]));
  };
  owned first(lesson::hello);
  send(first);
  lesson::show("on the wire", cable.content());

  // The inline datapath, from the same parameters.
  path::inbound_store inline_inbound;
  path::outbound_store inline_outbound;
  path p{{inline_inbound, inline_outbound, crypto}};
  const auto alone = inline_outbound.add(crypto, lesson::tunnel());
  if (!alone) return lesson::give_up(alone.why());
  esplanade::octet memory[256];
  std::memcpy(memory + 64, lesson::hello, sizeof lesson::hello);
  esplanade::flat_packet flat(memory, 64, sizeof lesson::hello), *flats[] = {&flat};
  esplanade::verdict verdict[1];
  const esplanade::outbound_handle handle[] = {*alone};
  p.outbound({flats, verdict, handle});
  const bool same = flat.length() == cable.size && std::memcmp(flat.data(), cable.memory, cable.size) == 0;
  std::printf("the inline datapath sends the same octets: %s\n", same ? "yes" : "no");

  // In: the NIC opens in place and strips nothing; the host believes it, and does window, trailer and selectors.
  const auto receive = [&](owned& one) {
    esplanade::receive_words words[1];
    in.receive(
        &one.list, {}, [&](esplanade::net_buffer_list* lists, esplanade::receive_flags) noexcept { words[0] = esplanade::words_of(*lists); }, [](esplanade::net_buffer_list&) noexcept {});
    esplanade::net_buffer* packets[] = {&one.packet};
    esplanade::verdict verdicts[1];
    host.inbound({packets, verdicts}, words);
    std::printf("opened by the %s: %s\n", words[0].ipsec.done ? "NIC" : "host", esplanade::describe(verdicts[0]));
    in.give_back(&one.list, [](esplanade::net_buffer_list&) noexcept {});
  };
  owned arrived(cable.content()), forged(cable.content()), again(cable.content());
  forged.memory[64 + 50] ^= 0x10;
  receive(forged);
  receive(arrived);
  lesson::show("delivered", arrived.content());
  receive(again);

  // Back to software, while traffic flows: the host numbers, so nothing is lost or used twice.
  for (const auto& done : {placing.withdraw(*sending), placing.withdraw(*receiving)})
    if (!done) return lesson::give_up(done.why());
  while (placing.tend() != 0) nic.reclaim();
  owned second(lesson::hello);
  send(second);
  owned last(cable.content());
  receive(last);
}
