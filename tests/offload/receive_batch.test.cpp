#include "support/receiving_nic.hpp"

using namespace support;

TEST_CASE("receive_batch: frames in one piece and in several go through together, each under its own list [class 49]") {
  receiving_nic<> nic;
  peer other;
  const bundle_form form = esp_bundle();
  nic.add(form);
  std::vector<bytes> frames;
  std::vector<testing::packet_form> forms;
  for (std::size_t i = 0; i < 50; ++i) frames.push_back(i % 4 == 1 ? plain(form, i + 20) : other.seal(form, mode::transport, plain(form, i + 20), i + 1));
  for (std::size_t i = 0; i < 50; ++i) forms.push_back({.content = frames[i], .segments = i % 3 == 0 ? testing::cut{} : testing::cut{i % 5 + 18, 11, frames[i].size() - i % 5 - 29}});
  const auto all = nic.receive(forms);
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(all[i].ipsec == receive_ipsec{.done = i % 4 != 1});
    if (i % 4 == 1) CHECK(all[i].frame == frames[i]);
    else CHECK(all[i].words[1] == slot_12(17, static_cast<unsigned>((4 - (8 + i + 22) % 4) % 4)));
  }
}

TEST_CASE("receive_batch: what is not in reach is handed up as it is") {
  receiving_nic<> nic;
  nic.add(esp_bundle());
  mdl piece{nullptr, 100};
  piece.unmapped = true;
  net_buffer frame;
  REQUIRE(frame.assign(&piece, 0, 100));
  net_buffer_list list;
  list.set_first_buffer(&frame);
  const auto gates = receive_gates<receiving_profile>::of(nic.current, true, true);
  (*nic.queue)(&list, gates);
  CHECK(list.entry(oob_slot::ipsec) == oob_entry{0, oob_direction::receive});
  CHECK(nic.queue->snapshot()[verdict::beyond_device] == 1);
}
