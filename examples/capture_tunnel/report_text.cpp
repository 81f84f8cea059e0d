#include "report.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace capture_tunnel {
namespace {

/// 1234567 → "1.23 M".
std::string in_thousands(double value) {
  constexpr const char* units[] = {"", " k", " M", " G"};
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(units)) value /= 1000, ++unit;
  return fmt::format("{:.3g}{}", value, units[unit]);
}

std::string listed(const profile_entry& profile) {
  std::string words;
  for (const char* name : profile.suite_names) append(words, name, " ");
  return words;
}

std::string verdicts_of(const esplanade::counters_snapshot& counters) {
  std::string words;
  for (std::size_t v = 0; v < esplanade::verdict_count; ++v) {
    const auto one = static_cast<esplanade::verdict>(v);
    if (counters[one] == 0) continue;
    append(words, fmt::format("{} {}", counters[one], esplanade::name_of(one)));
    if (one != esplanade::verdict::forwarded) words += fmt::format(" ({})", esplanade::describe(one));
  }
  return words.empty() ? "none" : words;
}

void print_speed(const char* way, const direction_outcome& d) {
  fmt::print("{:<11}{:>10} {:>12} {:>10.6f} {:>11} {:>11}\n", way, d.packets, d.octets, d.seconds(), in_thousands(d.per_second(d.packets)),
             in_thousands(d.per_second(d.octets)));
}

void print_sas(const choice& what, const outcome& result) {
  if (what.mode == esplanade::mode::beet) {
    fmt::print("SAs        {}, one for each pair of addresses", result.sas.size());
    if (result.pairs_left_out != 0) fmt::print("; {} that talk less or have no address yet have none", result.pairs_left_out);
    return fmt::print("\n");
  }
  if (what.profile.aggregates) return fmt::print("SAs        0x{:08x} for all traffic\n", result.sas.front().spi);
  std::string words;
  for (const outcome::named_sa& sa : result.sas) append(words, fmt::format("0x{:08x} for {} traffic", sa.spi, words_for(sa.traffic)));
  fmt::print("SAs        {}\n", words);
}

/// What the NIC reported, what was asked of it, and where each SA's cryptography is done.
void print_offload(const choice& what, const offload_facts& o) {
  fmt::print("NIC        {}: {}\n\n{:<30} {:<44} {}\n", o.nic, what.nic->words, "capability", "hardware", "current");
  for (const auto& f : o.report) fmt::print("{:<30} {:<44} {}\n", f.name, f.hardware, f.current);
  fmt::print("\n{:<43} {:<34} {}\n", "request", "about", "status");
  for (const auto& one : o.oids) fmt::print("{:<43} {:<34} {}\n", one.name, one.about, one.status);
  fmt::print("{} indications of a changed configuration\n\n", o.indications);
  for (const auto& sa : o.placed)
    fmt::print("{:<9} SA 0x{:08x}  {:<9} {}\n", sa.inbound ? "inbound" : "outbound", sa.spi, sa.offloaded ? "offloaded" : "software", sa.because);
}
void print_offload_counters(const offload_facts& o) {
  std::string words;
  for (std::size_t s = 0; s < o.statuses.size(); ++s)
    if (o.statuses[s] != 0) append(words, fmt::format("{} {}", o.statuses[s], esplanade::describe(static_cast<esplanade::crypto_status>(s))));
  fmt::print("NIC        out: {} framed for it, {} of its SAs sealed on the host, {} lists failed\n           in:  {} believed, {} opened on the host, {} rechecked\n", o.framed,
             o.sealed_here, o.lost_below, o.believed, o.opened_here, o.rechecked);
  if (o.large != 0 || o.cut_here != 0)
    fmt::print("           large sends: {} that the NIC cut into {} segments, {} cut on the host\n", o.large, o.large_segments, o.cut_here);
  if (o.lies) fmt::print("           {} lies told; {} lists completed twice, {} frames and {} requests never\n", o.lies_told, o.completed_twice, o.never_completed, o.never_ended);
  fmt::print("           CryptoStatus: {}\n           its verdicts, out: {}\n           its verdicts, in:  {}\n", words.empty() ? "none" : words, verdicts_of(o.sending), verdicts_of(o.receiving));
}

void print_excluded(const outcome& result) {
  if (result.excluded.empty()) return;
  std::string words;
  for (const auto& [why, packets] : result.excluded) append(words, fmt::format("{} {}", packets, why));
  fmt::print("excluded   {}: in neither file, and not compared\n", words);
}

}  // namespace

void print_text(const options& asked, const choice& what, const outcome& result) {
  const profile_entry& profile = what.profile;
  const bool outer = has_outer_header(what.mode);
  fmt::print("capture    {}: {}, {}, {} packets, {} octets\n", asked.capture.string(), words_for(result.form.link),
             result.form.nanoseconds ? "nanoseconds" : "microseconds", result.captured, result.captured_octets);
  fmt::print("profile    {}: {}; {}, {}{}, ESN {}, window {}, {} packets, batches of {}\n", profile.name, listed(profile), what.nic != nullptr ? fmt::format("host over NIC {}", what.nic->name) : "inline", words_for(what.mode),
             outer ? fmt::format(" over {}", words_for(what.outer)) : "", what.esn ? "on" : "off", profile.window, profile.packet, asked.batch);
  fmt::print("keys       {}\n", asked.seed ? fmt::format("from --seed {}: repeatable, and no secret", *asked.seed) : "random, from the system's random device");
  print_sas(what, result);
  if (result.offload.any()) print_offload(what, result.offload);
  fmt::print("\noutbound plan\n{}\ninbound plan\n{}\n", result.outbound.plan.as_text, result.inbound.plan.as_text);
  fmt::print("{:<11}{:>10} {:>12} {:>10} {:>11} {:>11}   inside the datapath, files apart\n", "", "packets", "octets", "seconds", "packets/s", "octets/s");
  print_speed("outbound", result.outbound);
  print_speed("inbound", result.inbound);
  fmt::print("\nverdicts   outbound: {}\n           inbound:  {}\n", verdicts_of(result.outbound.counters), verdicts_of(result.inbound.counters));
  if (result.offload.any()) print_offload_counters(result.offload);
  if (asked.wire.any())
    fmt::print("wire       {} corrupted, {} sent again, {} pairs swapped; {} packets accepted out of order\n", asked.wire.corrupt, asked.wire.replay,
               asked.wire.reorder, result.out_of_order);
  print_excluded(result);
  if (result.link_padded != 0)
    fmt::print("           {} frames go on behind their IP packet: that padding is the link layer's and not carried\n", result.link_padded);
  fmt::print("compared   {} packets octet for octet{}: {}\n", result.compared.expected,
             what.mode == esplanade::mode::beet ? ", but for what BEET does not carry" : "",
             result.compared.equal == result.compared.expected && result.compared.different == 0
                 ? "all equal"
                 : fmt::format("{} equal, {} different, {} missing, the first is packet {}", result.compared.equal, result.compared.different,
                               result.compared.missing, result.compared.first_bad));
  if (result.compared.lost != 0) fmt::print("           {} packets were in corrupted payloads\n", result.compared.lost);
  if (what.profile.aggregates) fmt::print("           of packets that travelled together, IP alone: times and frames are those of what carried them\n");
  if (result.outbound.packets == 0) fmt::print("           there was nothing to protect in this capture\n");
  fmt::print("written    {}\n           {}\n           {} (keys)\n{}\n", result.protected_file.string(), result.restored_file.string(),
             result.key_file.string(), result.passed() ? "passed" : "failed");
}

void print_profile_table() {
  fmt::print("{:<23} {:<28} {:<18} {:<7} {:>6}  {:<7} {}\n", "profile", "suite", "modes", "ESN", "window", "packet", "overhead in octets");
  for (const profile_entry& one : profiles()) {
    std::string cost;
    const auto add = [&](esplanade::mode mode, esplanade::family outer, const char* words) {
      if (!one.modes.has(mode)) return;
      const overhead octets = overhead_of(one, mode, outer);
      append(cost, fmt::format("{} {}-{}", words, octets.least, octets.most));
    };
    add(esplanade::mode::tunnel, esplanade::family::ipv4, "over IPv4");
    add(esplanade::mode::tunnel, esplanade::family::ipv6, "over IPv6");
    add(esplanade::mode::transport, esplanade::family::ipv4, "transport");
    add(esplanade::mode::beet, esplanade::family::ipv4, "beet over IPv4");
    add(esplanade::mode::beet, esplanade::family::ipv6, "beet over IPv6");
    for (std::size_t i = 0; i < one.suite_names.size(); ++i) {
      if (i == 0)
        fmt::print("{:<23} {:<28} {:<18} {:<7} {:>6}  {:<7} {}\n", one.name, one.suite_names[0], words_for(one.modes), words_for(one.esn), one.window, one.packet, cost);
      else
        fmt::print("{:<23} {}\n", "", one.suite_names[i]);
    }
  }
  fmt::print("\n{:<23} {:<28} {:<10} {:<5} {:>5} {:>5}  {}\n", "profile", "suite", "mode", "over", "least", "most", "largest packet that fits 1500 octets");
  for (const profile_entry& one : profiles())
    for_each_configuration(one, [&](const char* suite, esplanade::mode mode, esplanade::family outer, const overhead& octets) {
      fmt::print("{:<23} {:<28} {:<10} {:<5} {:>5} {:>5}  {:>5}\n", one.name, suite, words_for(mode), words_for(outer), octets.least,
                 octets.most, octets.inner_mtu);
    });
}

}  // namespace capture_tunnel
