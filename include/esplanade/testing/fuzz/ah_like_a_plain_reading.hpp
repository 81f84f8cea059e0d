// AH covers what a plain reading of RFC 4302 says, of headers that are likely and of headers that are not.
//
//   1  the input's own headers are muted for both ends: the octets are the plain reading's, or both refuse them
//   2  packets are sent, cut where the input says: AH stands where it must, and its ICV is over the plain coverage
//   3  they arrive with up to two octets changed, cut elsewhere: the ICV holds exactly when the plain coverage is still the same
//
//   input   SA (4) · headers: kind (1), octets: 4 … 40 of IPv4 options, or kinds and lengths of IPv6 extension headers ·
//           up to four times: how many changes (1) · a packet · borders · changes (3 each) · borders when received
#pragma once

#include <esplanade/net/ah_muting.hpp>
#include <esplanade/testing/fuzz/plain_receiver.hpp>
#include <esplanade/testing/plain_ah.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {

/// Headers that lead to AH: an IPv4 header whose options are the input's, or IPv6 extension headers of the kinds that AH knows.
inline bytes take_ah_headers(input& in) {
  const unsigned kind = in.take_octet();
  bytes headers;
  if ((kind & 1) == 0) {
    const std::size_t words = (kind >> 1) % 11u;
    append_be(headers, 0x45u + words, 1);
    append(headers, in.take_exactly(19));
    headers[9] = 51;
    append(headers, in.take_exactly(4 * words));
    return headers;
  }
  headers = in.take_exactly(40);
  headers[0] = 0x60;
  std::size_t named_at = 6;
  for (unsigned left = (kind >> 1) % 8u; left != 0; --left) {
    constexpr octet kinds[] = {0, 43, 44, 60};
    const unsigned which = in.take_octet();
    headers[named_at] = kinds[which % 4];
    named_at = headers.size();
    bytes extension = in.take_exactly(which % 4 == 2 ? 8u : 8u + 8u * (which / 4 % 5));
    if (which % 4 != 2 && which < 200) extension[1] = static_cast<octet>(which / 4 % 5);
    append(headers, extension);
  }
  headers[named_at] = 51;
  return headers;
}

inline void mute_plainly(const bytes& headers) {
  for (const bool sends : {false, true}) {
    const std::unique_ptr<octet[]> block(new octet[headers.size()]);
    std::copy(headers.begin(), headers.end(), block.get());
    const muted_headers muted = mute_headers(block.get(), headers.size(), sends ? ah_end::sender : ah_end::receiver);
    const auto plainly = plain_ah_coverage(headers, sends);
    if ((muted.status == verdict::forwarded) != plainly.has_value()) failed("ah_like_a_plain_reading", std::string("muting says ") + name_of(muted.status));
    if (plainly && bytes(block.get(), block.get() + muted.size) != *plainly) failed("ah_like_a_plain_reading", "muting covers other octets");
  }
}

template <class C> class ah_trip {
  using profile = typename C::profile;
  static constexpr std::size_t most = segments_max_of<typename C::packet_type>;

 public:
  explicit ah_trip(input& in) : on_("ah_like_a_plain_reading", in) {}

  void run(input& in) {
    mute_plainly(take_ah_headers(in));
    for (unsigned left = 4; left != 0 && !in.empty(); --left) one(in);
  }

 private:
  /// What the ICV is computed over: headers, AH with zeros where the ICV stands, all that follows. Nothing where there is no AH of this SA.
  std::optional<bytes> covered(const bytes& wire, bool sends) {
    const sa_parameters& sa = on_.sa().parameters;
    const plain_headers h = read_headers(wire);
    if (h.said != verdict::forwarded || h.fragment || h.protocol != 51 || h.end > profile::ah_headers) return std::nullopt;
    const std::size_t unit = ah_padding_of<profile>::alignment(h.version == 4 ? family::ipv4 : family::ipv6);
    const std::size_t data = std::size_t{sa.suite.iv} + sa.suite.icv, size = (12 + data + unit - 1) / unit * unit;
    if (h.total < h.end + size || wire[h.end + 1] != size / 4 - 2 || (be16_at(wire, h.end + 4) << 16 | be16_at(wire, h.end + 6)) != sa.spi) return std::nullopt;
    auto all = plain_ah_coverage(part_of(wire, 0, h.end), sends);
    if (!all) return std::nullopt;
    bytes rest = part_of(wire, h.end, h.total - h.end);
    std::fill_n(rest.begin() + 12 + sa.suite.iv, sa.suite.icv, octet{0});
    append(*all, rest);
    return all;
  }
  bytes icv_in(const bytes& wire) {
    const suite_sizes& suite = on_.sa().parameters.suite;
    return part_of(wire, read_headers(wire).end + 12 + suite.iv, suite.icv);
  }
  /// The ICV of these octets by the provider alone.
  bytes icv_of(const bytes& covered, std::uint64_t number) {
    const sa_parameters& sa = on_.sa().parameters;
    const auto schedule = on_.provider().add_key(sa.suite, sa.key);
    if (!schedule) on_.fail("the provider refuses a key");
    octet icv[icv_max]{};
    job j;
    j.schedule = *schedule;
    j.icv = icv;
    j.icv_length = sa.suite.icv;
    // Headers and AH are the AAD, what follows is the text.
    j.aad = covered.data();
    j.aad_length = static_cast<std::uint16_t>(split_);
    bytes text = part_of(covered, split_, covered.size() - split_);
    segment piece{text.data(), text.size()};
    j.source = j.destination = &piece;
    j.length = static_cast<std::uint32_t>(text.size());
    j.salt_length = sa.suite.salt;
    std::copy(sa.salt.begin(), sa.salt.end(), j.salt_memory + (salt_max - sa.salt.size()));
    j.iv_length = sa.suite.iv;
    for (std::size_t i = 0; i < sa.suite.iv; ++i) j.iv_memory[i] = static_cast<octet>(number >> (8 * (7 - i)));
    if (sa.esn) {
      j.appended_length = 4;
      store_be32(j.appended, static_cast<std::uint32_t>(number >> 32));
    }
    job* const one[] = {&j};
    typename C::crypto::workspace work{};
    on_.provider().seal(work, one);
    on_.provider().remove_key(*schedule);
    if (j.status != job_status::done) on_.fail("the provider cannot sign");
    return bytes(icv, icv + sa.suite.icv);
  }

  void one(input& in) {
    const unsigned changes = in.take_octet() % 3u;
    const bytes inner = take_packet(in);
    batch_of<C> leaving(on_.configuration());
    const cut segments = in.take_cut(inner.size(), most);
    if (!leaving.add({.content = inner, .segments = segments, .headroom = room_in_front, .tailroom = room_behind}, on_.pair().sending)) return;
    on_.send(leaving);
    if (leaving.of(0) != verdict::forwarded) {
      ++refused_;
      return;
    }
    const bytes wire = leaving.read(0);
    const auto sealed = covered(wire, true);
    if (!sealed) on_.fail("what is sent is no AH packet of its SA");
    const plain_headers h = read_headers(wire);
    const sa_parameters& sa = on_.sa().parameters;
    if (h.version == 4 && ones_sum(wire, h.end) != 0xffff) on_.fail("the outer header's checksum is wrong");
    // A packet whose headers AH refuses late has spent its number.
    std::uint64_t number = ++used_ + sa.sequence_start;
    const std::size_t on_the_wire = be16_at(wire, h.end + 8) << 16 | be16_at(wire, h.end + 10);
    for (; refused_ != 0 && on_the_wire != (number & 0xffffffff); --refused_) number = ++used_ + sa.sequence_start;
    if (on_the_wire != (number & 0xffffffff)) on_.fail("another number than the next");
    split_ = sealed->size() - (wire.size() - h.end) + (wire[h.end + 1] + 2u) * 4u;
    if (icv_of(*sealed, number) != icv_in(wire)) on_.fail("the ICV is not over what RFC 4302 covers");

    bytes changed = wire;
    for (unsigned k = 0; k < changes; ++k) take_change(in, changed);
    const cut again = in.take_cut(changed.size(), most);
    batch_of<C> arriving(on_.configuration());
    if (!arriving.add_received(changed, again)) return;
    on_.receive(arriving);
    const verdict said = arriving.of(0);
    const auto seen = covered(changed, false);
    const bool holds = seen && *seen == *sealed && icv_in(changed) == icv_in(wire);
    switch (said) {
      case verdict::forwarded: case verdict::bad_next_header: case verdict::bad_inner_packet: case verdict::bad_ecn: case verdict::wrong_selectors:
        if (!holds) on_.fail(std::string("a packet that nobody sealed passes the ICV: ") + name_of(said));
        break;
      case verdict::icv_mismatch:
        if (holds) on_.fail("a sealed packet is refused by its ICV");
        break;
      default:
        if (holds && said != verdict::replayed && said != verdict::too_old && !is_of_the_user(said)) on_.fail(std::string("a sealed packet is refused: ") + name_of(said));
        break;
    }
  }

  ground<C> on_;
  std::uint64_t used_ = 0, refused_ = 0;
  std::size_t split_ = 0;  ///< octets of what is covered that stand in front of the payload
};
}  // namespace detail

/// For configurations whose suites are all of AH.
template <class Configuration> int ah_like_a_plain_reading(const std::uint8_t* data, std::size_t size) {
  using configuration = fuzz_configuration_of<Configuration>;
  static_assert(has_ah<typename configuration::profile> && !has_esp<typename configuration::profile>, "this property is for profiles whose suites are all of AH");
  input in{data, size};
  detail::ah_trip<configuration> trip(in);
  trip.run(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
