#include "options.hpp"

#include "refusal.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace capture_tunnel {
namespace {

/// CLI11 would take -1 for a large number, and what is too large for the largest one.
std::string check_number(const std::string& word) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
  return problem == std::errc{} && end == word.data() + word.size() ? "" : fmt::format("{} is not a number from 0 to {}", word, UINT64_MAX);
}

}  // namespace

std::optional<options> read_options(int count, char** words, const places& defaults) {
  CLI::App app{"Protects every IP packet of a capture with ESP, opens it again from the file it wrote, and compares octet for octet.\n"
               "Writes protected.pcap, restored.pcap and the keys in the form of Wireshark's table esp_sa.\n",
               "capture_tunnel"};
  options asked;
  asked.capture = defaults.capture;
  asked.out = defaults.out;
  std::string mode, family;
  const CLI::Range amount(0, 1'000'000'000);
  const CLI::Validator number(check_number, "");

  app.add_option("CAPTURE", asked.capture, "a pcap or pcapng file: Ethernet with VLAN tags, Linux cooked (v1, v2) or raw IP")->capture_default_str();
  app.add_option("--out", asked.out, "the folder to write to; made when it is not there")->type_name("DIR")->capture_default_str();
  app.add_option("--profile", asked.profile, "the datapath to run, one of --list-profiles [gcm128-tunnel]")->type_name("NAME");
  app.add_flag("--list-profiles", asked.list_profiles, "print what was compiled in");
  app.add_option("--mode", mode, "tunnel, transport or beet, where the profile has several")->type_name("MODE")->check(CLI::IsMember({"tunnel", "transport", "beet"}));
  app.add_option("--family", family, "4 or 6: the outer header of a tunnel, or of BEET [4]")->type_name("N")->check(CLI::IsMember({"4", "6"}));
  app.add_flag("--esn", asked.esn, "64-bit sequence numbers");
  app.add_option("--window", asked.window, "packets of the replay window: the profile must have it compiled in")->type_name("N")->check(number);
  app.add_option("--key-file", asked.key_file, "where the keys are written [DIR/esp_sa]")->type_name("FILE");
  app.add_option("--batch", asked.batch, "packets handed to the datapath at a time, 1 to 4096")->type_name("N")->check(CLI::Range(1, 4096))->capture_default_str();
  app.add_option("--corrupt", asked.wire.corrupt, "flip one bit between IV and ICV end of N packets")->type_name("N")->check(amount);
  app.add_option("--replay", asked.wire.replay, "send N accepted packets again, inside the window")->type_name("N")->check(amount);
  app.add_option("--reorder", asked.wire.reorder, "swap N pairs of neighbours of one SA")->type_name("N")->check(amount);
  app.add_option("--seed", asked.seed, "keys, SPIs and chance from this number: repeatable, and no secret")->type_name("N")->check(number);
  app.add_flag("--json", asked.json, "report for programs");
  auto* const nic = app.add_option("--nic", asked.nic, "run host, broker and this model of NIC: none, certified, full, v1, flaky [full, where the profile has one]")->type_name("NAME");
  app.add_flag("--inline", asked.is_inline, "the datapath alone: everything on the host, in software")->excludes(nic);
  app.footer("Exit status: 0 passed, 1 comparison or counters failed, 2 usage or unreadable input, 77 could not run here.");

  try {
    app.parse(count, words);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return std::nullopt;
  } catch (const CLI::ParseError& problem) {
    std::string words_of_it = problem.what();
    std::replace(words_of_it.begin(), words_of_it.end(), '\n', ' ');
    throw refusal("{}; --help lists the options", words_of_it);
  }
  if (!mode.empty()) asked.mode = mode == "tunnel" ? esplanade::mode::tunnel : mode == "beet" ? esplanade::mode::beet : esplanade::mode::transport;
  if (!family.empty()) asked.family = family == "4" ? esplanade::family::ipv4 : esplanade::family::ipv6;
  return asked;
}

}  // namespace capture_tunnel
