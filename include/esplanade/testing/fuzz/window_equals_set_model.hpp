// The profile's replay window answers as the set of accepted numbers does, and numbers are inferred as RFC 4303 A2.2 writes it.
//
//   1  window and model start at the number that the input says
//   2  it asks and records numbers near the edges, far away, at block borders, and wire numbers whose high half is inferred
//   3  every answer and the right edge are the model's; the filter agrees with what recording then says and changes nothing
//   4  at last each number the model holds is a replay
//
//   input   start: kind (1), offset (2) · then each: 0 right edge + d · 1 right edge - d · 2 left edge + d · 3 left edge - d ·
//           4 wire number: low half of (right edge + 2^31 + 2^16 × d) · 5 next block border + d · 6 right edge + 2^(d mod 64) · 7 d;
//           8 only ask; 16 the wire number is inferred; then d (2)
#pragma once

#include <esplanade/sa/esn.hpp>
#include <esplanade/testing/fuzz/plain_receiver.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
template <class Window> void window_like_set(input& in) {
  constexpr std::uint32_t packets = Window::packets;
  const auto wrong = [](const char* what, std::uint64_t number, std::uint64_t edge) {
    failed("window_equals_set_model", std::string(what) + " of " + std::to_string(number) + " with the right edge at " + std::to_string(edge));
  };
  const auto window = std::make_unique<Window>();
  window_model model{packets};
  const unsigned kind = in.take_octet();
  const std::uint64_t start = take_start(in, kind, true, packets);
  window->start_at(start);
  model.start_at(start);

  for (unsigned left = 256; left != 0 && !in.empty(); --left) {
    const unsigned what = in.take_octet();
    const std::uint64_t d = in.take_be16(), edge = model.highest();
    std::uint64_t number = 0;
    switch (what % 8) {
      case 0: number = edge + d; break;
      case 1: number = edge - d; break;
      case 2: number = model.left_edge() + d; break;
      case 3: number = model.left_edge() - d; break;
      case 4: number = edge + (std::uint64_t{1} << 31) + (d << 16); break;
      case 5: number = (edge / 64 + 1) * 64 + d; break;
      case 6: number = edge + (std::uint64_t{1} << d % 64); break;
      default: number = d; break;
    }
    if ((what & 16) != 0 || what % 8 == 4) {
      const std::uint32_t low = static_cast<std::uint32_t>(number);
      const auto expected = inferred_number(low, edge, packets);
      number = infer_number(low, edge, packets);
      if (number != expected.value_or(0)) wrong("the inferred number", number, edge);
    }
    const replay_answer asked = window->check(number), expected = model.check(number);
    if (asked != expected) wrong("the filter's answer", number, edge);
    if (window->highest() != edge) wrong("the right edge after asking", number, edge);
    if ((what & 8) != 0) continue;
    if (window->update(number) != expected) wrong("the answer to recording", number, edge);
    model.update(number);
    if (window->highest() != model.highest()) wrong("the right edge after recording", number, edge);
  }
  for (const std::uint64_t number : model.accepted())
    if (window->check(number) != replay_answer::replayed) wrong("the last answer", number, model.highest());
}
}  // namespace detail

template <class Configuration> int window_equals_set_model(const std::uint8_t* data, std::size_t size) {
  using window = replay_of<typename fuzz_configuration_of<Configuration>::profile>;
  input in{data, size};
  if constexpr (window::packets != 0) detail::window_like_set<window>(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
