// Walking headers and options costs bounded work, stays inside the packet, and says what a plain reading says.
//
//   1  the input is a packet; the walk reads it through a reader that counts and refuses what lies outside
//   2  it says what a table of the headers says, and reads at most twice for each header there may be
//   3  both lanes run over the packet in a type that counts accesses: they stay below a bound that depends on the number of
//      headers alone, and a packet whose headers are refused by the table is refused by the lane with the same verdict
//
//   input   link padding behind the packet (1) · the packet
#pragma once

#include <esplanade/testing/fuzz/counted_packet.hpp>
#include <esplanade/testing/fuzz/plain_receiver.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
struct counting_reader {
  const bytes& data;
  std::size_t reads = 0;
  bool strays = false;
  // What is given lies in a block of its own, so that nothing beyond it can be read either.
  bytes block{};
  const octet* operator()(std::size_t offset, std::size_t n) noexcept {
    ++reads;
    strays = strays || n > 40;
    if (offset > data.size() || n > data.size() - offset) return nullptr;
    block = part_of(data, offset, n);
    block.shrink_to_fit();
    return block.data();
  }
};
static_assert(OctetReader<counting_reader>);

/// Reads that walking so many headers may take: one each, one more to begin with, one for options.
[[nodiscard]] constexpr std::size_t reads_for(std::size_t headers) noexcept { return headers + 3; }
/// Accesses of a whole list to one packet: two walks, outer and inner, and what the stages read and write besides.
[[nodiscard]] constexpr std::size_t accesses_for(std::size_t octets) noexcept {
  return 2 * reads_for(std::min<std::size_t>(octets / 8, extension_headers_max)) + 32;
}

inline void walk_plainly(const bytes& packet) {
  const auto fail = [](const char* how) { failed("header_walk_bounded", how); };
  counting_reader read{packet};
  const ip_layout at = walk_ip(read, packet.size());
  const plain_headers h = read_headers(packet);
  if (read.strays) fail("the walk asks for more than 40 octets at a time");
  if (read.reads > reads_for(std::min<std::size_t>(packet.size() / 8, extension_headers_max))) fail("the walk reads too often");
  if (at.status != h.said) failed("header_walk_bounded", std::string("the walk says ") + name_of(at.status) + " where it must be " + name_of(h.said));
  if (h.said != verdict::forwarded) return;
  const insertion place = insertion_into(packet, h);
  if (static_cast<unsigned>(at.version) != h.version || at.total_length != h.total || at.traffic_class != h.traffic_class) fail("the walk misreads the fixed header");
  if (at.header_length != h.end || at.protocol != h.protocol || at.protocol_at != h.named_at) fail("the walk ends elsewhere");
  if (at.fragment != h.fragment || at.later_fragment != h.later_fragment) fail("the walk misses an IP fragment, or sees one");
  if (at.insert_at != place.at || at.insert_protocol_at != place.named_at || at.insert_protocol != place.next_header) fail("the walk puts ESP elsewhere");
  const std::size_t before = read.reads;
  const flow f = flow_of(read, at);
  if (read.reads > before + 2) fail("reading a flow takes more than two reads");
  if (f.protocol != h.protocol) fail("the flow has another protocol");
}

// Runs one lane over one packet; returns the verdict and says how often the packet was looked at.
template <class Lane> verdict look_at(Lane& lane, const bytes& packet, std::size_t room, outbound_handle handle, std::size_t& accesses) {
  using counted = fuzz::lane_over<Lane, counted_packet>;
  const auto other = std::make_unique<counted>(lane.shared(), lane.list());
  counted_packet one({.content = packet, .headroom = room, .tailroom = 2 * room});
  counted_packet* packets[] = {&one};
  verdict verdicts[] = {verdict::withheld};
  const outbound_handle handles[] = {handle};
  (*other)({packets, verdicts, handles});
  accesses = one.accesses();
  return verdicts[0];
}
}  // namespace detail

template <class Configuration> int header_walk_bounded(const std::uint8_t* data, std::size_t size) {
  using configuration = fuzz_configuration_of<Configuration>;
  input in{data, size};
  const std::size_t padding = in.take_octet() % 64u;
  bytes packet = in.take_rest();
  detail::walk_plainly(packet);
  append(packet, bytes(padding));
  detail::walk_plainly(packet);

  input nothing{nullptr, 0};
  ground<configuration> on("header_walk_bounded", nothing);
  const verdict plainly = read_headers(packet).said;
  const auto judge = [&](verdict said, std::size_t accesses, const char* way) {
    if (is_of_the_user(said)) return;
    if (accesses > detail::accesses_for(packet.size())) on.fail(std::string(way) + " looks at a packet " + std::to_string(accesses) + " times");
    if (plainly != verdict::forwarded && said != plainly) on.fail(std::string(way) + " says " + name_of(said) + " where it must be " + name_of(plainly));
  };
  auto& path = on.configuration().path();
  std::size_t accesses = 0;
  if constexpr (receiving_lane<configuration>::list_type::keeps_count) {
    const verdict said = detail::look_at(path.receiving(), packet, 0, {}, accesses);
    judge(said, accesses, "receiving");
  }
  if constexpr (sending_lane<configuration>::list_type::keeps_count) {
    const verdict said = detail::look_at(path.sending(), packet, 192, on.pair().sending, accesses);
    judge(said, accesses, "sending");
  }
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
