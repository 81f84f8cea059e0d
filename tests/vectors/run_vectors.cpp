// Runs cases and replay traces that other programs made through the toolkit's datapaths.
//
//   esplanade.vectors [FILE…]        .json or .json.gz; without FILE: what is committed beside this program, and what
//                                    $ESPLANADE_VECTORS has of other people's
//   esplanade.vectors --committed    what is committed alone
//   esplanade.vectors --third-party  what is below $ESPLANADE_VECTORS alone
//   esplanade.vectors --captures     of that, the captures alone
//
// Prints the cipher that they run over; one line per tag that fails, with the count and the first case; what was skipped, by the feature that is missing; at the
// end `N passed, N failed, N skipped` cases and traces.
// Exit: 0 passed, 1 failed, 2 usage, unreadable input or nothing to run, 77 no $ESPLANADE_VECTORS for --third-party or --captures.
#include "ah_checks.hpp"
#include "bundle_checks.hpp"
#include "capture_checks.hpp"
#include "esp_checks.hpp"
#include "replay_checks.hpp"

#include <cstdio>
#include <set>

namespace {

using namespace vectors;

constexpr const char* committed[] = {"scapy_public.json.gz", "linux_public.json.gz", "strongswan_public.json.gz", "linux_bundle_public.json.gz", "linux_replay_public.json.gz"};

// Other people's cases stay where they are; how many there are is known without them.
constexpr struct {
  const char* path;
  std::size_t cases;
} third_party[] = {{"third-party/esp_kat/rfc_esp.json", 19}, {"third-party/esp_kat/dpdk_ipsec.json", 27}};

class report {
 public:
  void passed() { ++passed_; }
  void failed(const std::string& tag, const std::string& id, const std::string& why) {
    ++failed_;
    failing& one = tags_[tag];
    if (one.count++ == 0) one.first = joined(id, ": ", why);
  }
  void skipped(const std::string& feature, std::size_t count) { missing_[feature] += count; }

  /// The exit code.
  int print() const {
    std::size_t skips = 0;
    for (const auto& [feature, count] : missing_) {
      std::printf("skipped %zu: %s\n", count, feature.c_str());
      skips += count;
    }
    for (const auto& [tag, one] : tags_) std::printf("FAILED %s: %zu, first %s\n", tag.c_str(), one.count, one.first.c_str());
    std::printf("%zu passed, %zu failed, %zu skipped\n", passed_, failed_, skips);
    return failed_ != 0 ? 1 : passed_ == 0 ? 2 : 0;
  }

 private:
  struct failing {
    std::size_t count = 0;
    std::string first;
  };
  std::size_t passed_ = 0, failed_ = 0;
  std::map<std::string, failing> tags_;
  std::map<std::string, std::size_t> missing_;
};

void run_cases(const corpus& from, esp_checks& checks, report& result) {
  const auto key_of = [](const esp_case& c) { return std::string(c.key.begin(), c.key.end()); };
  std::map<std::string, const esp_case*> accepted;  // by key: the whole packet that corruptions were made of
  for (const esp_case& c : from.cases)
    if (c.expect == "accept") accepted.emplace(key_of(c), &c);
  std::set<std::string> flipped;  // one case of each kind: every bit of a small packet
  for (const esp_case& c : from.cases) {
    if (!every_suite::suites.has(c.suite)) {
      result.skipped(joined("a suite that ", cipher_words, " does not have"), 1);
      continue;
    }
    const auto twin = accepted.find(key_of(c));
    std::string wrong;
    try {
      wrong = checks.check(c, twin == accepted.end() ? nullptr : twin->second, from.maker.rfind("Linux", 0) == 0);
      const std::string kind = joined(static_cast<unsigned>(c.suite.family), "/", static_cast<unsigned>(c.suite.mac), "/", c.suite.key, "/", c.suite.icv, c.tunnel ? "t" : "", c.esn ? "e" : "", is_ipv4(c.wire) ? "4" : "6");
      if (wrong.empty() && c.suite.icv != 0 && c.expect == "accept" && c.wire.size() <= 160 && flipped.insert(kind).second) wrong = checks.every_bit(c);
    } catch (const unreadable& e) {
      wrong = e.what();
    }
    if (wrong.empty()) result.passed();
    else result.failed(c.tag, c.id, wrong);
  }
}

void run_ah(const corpus& from, ah_checks& checks, report& result) {
  const auto key_of = [](const ah_case& c) { return std::string(c.key.begin(), c.key.end()); };
  std::map<std::string, const ah_case*> accepted;
  for (const ah_case& c : from.ah)
    if (c.expect == "accept" && c.tag.rfind("ah-mutated", 0) != 0) accepted.emplace(key_of(c), &c);
  std::set<std::string> flipped;
  for (const ah_case& c : from.ah) {
    const auto twin = accepted.find(key_of(c));
    std::string wrong;
    try {
      wrong = checks.check(c, twin == accepted.end() ? nullptr : twin->second);
      const std::string kind = joined(static_cast<unsigned>(c.suite.mac), c.tunnel ? "t" : "", c.esn ? "e" : "", is_ipv4(c.wire) ? "4" : "6", c.alignment);
      if (wrong.empty() && c.expect == "accept" && c.wire.size() <= 160 && flipped.insert(kind).second) wrong = checks.every_bit(c);
    } catch (const unreadable& e) {
      wrong = e.what();
    }
    if (wrong.empty()) result.passed();
    else result.failed(c.tag, c.id, wrong);
  }
}

void run_bundles(const corpus& from, bundle_checks& checks, report& result) {
  for (const bundle_case& c : from.bundles) {
    std::string wrong;
    try {
      wrong = checks.check(c);
    } catch (const unreadable& e) {
      wrong = e.what();
    }
    if (wrong.empty()) result.passed();
    else result.failed(c.tag, c.id, wrong);
  }
}

void run_traces(const corpus& from, replay_checks& checks, report& result) {
  for (const replay_trace& t : from.traces) {
    if (!replay_checks::has_window(t.window)) {
      result.skipped(joined("window of ", t.window), 1);
      continue;
    }
    const std::string wrong = checks.check(t);
    if (wrong.empty()) result.passed();
    else result.failed(joined("replay:", t.style), t.id, wrong);
  }
}

void run_captures(const std::string& folder, report& result) {
  capture_checks checks(folder);
  for (const capture_named& which : captures) {
    if (!checks.can(which)) {
      result.skipped(joined("a suite that ", cipher_words, " does not have"), which.frames);
      continue;
    }
    std::size_t frame = 0;
    for (const std::string& wrong : checks.check(which)) {
      ++frame;
      if (wrong.empty()) result.passed();
      else result.failed(which.file, joined("frame ", frame), wrong);
    }
  }
  const capture_tally& t = checks.tally();
  std::printf("captured frames: %zu opened, %zu of them under two SAs; %zu refused for what is wrong with them, %zu without ESP or AH; first octets of a frame: %zu\n", t.opened, t.of_two, t.refused, t.not_ours,
              t.shortened);
}

int run(const std::vector<std::string>& paths, const std::string& capture_folder, report& result) {
  std::vector<corpus> all;
  for (const std::string& path : paths) all.push_back(read_corpus(path));
  std::printf("over %s\n", cipher_words);
  const auto esp = std::make_unique<esp_checks>();
  const auto ah = std::make_unique<ah_checks>();
  const auto bundles = std::make_unique<bundle_checks>();
  const auto replay = std::make_unique<replay_checks>();
  for (const corpus& one : all) {
    std::printf("%s (%s): %zu to run, %zu skipped\n", one.name.c_str(), one.maker.c_str(), one.cases.size() + one.ah.size() + one.bundles.size() + one.traces.size(), one.skipped());
    run_cases(one, *esp, result);
    run_ah(one, *ah, result);
    run_bundles(one, *bundles, result);
    run_traces(one, *replay, result);
    for (const auto& [feature, count] : one.missing) result.skipped(feature, count);
  }
  const esp_tally& e = esp->tally();
  if (e.runs != 0) std::printf("packets: %zu as recorded, %zu truncated, %zu with one bit flipped\n", e.runs, e.truncated, e.flipped);
  if (e.placed_otherwise != 0) std::printf("sent in another order: %zu with destination options before ESP, which we put behind it (RFC 4303 3.1.1 allows both)\n", e.placed_otherwise);
  if (e.dropped_for_ecn != 0) std::printf("dropped: %zu with outer CE over Not-ECT, accepted once the outer mark is the inner one (RFC 6040 4.2)\n", e.dropped_for_ecn);
  if (e.in_udp != 0) std::printf("in UDP: %zu, each also as the same ESP without\n", e.in_udp);
  if (e.without_twin != 0) std::printf("corrupted without their accepted twin: %zu\n", e.without_twin);
  const ah_tally& a = ah->tally();
  if (a.runs + a.inbound_only != 0) std::printf("AH packets: %zu as recorded, %zu truncated, %zu with one bit flipped; %zu inbound alone, under a reserved SPI\n", a.runs, a.truncated, a.flipped, a.inbound_only);
  if (a.placed_otherwise != 0) std::printf("sent in another order: %zu with destination options before AH, which we put behind it (RFC 4302 3.1.1 allows both)\n", a.placed_otherwise);
  if (a.padded_otherwise != 0) std::printf("padded with something else: %zu, where our padding of AH is zeros (RFC 4302 3.3.3.2.1: arbitrary)\n", a.padded_otherwise);
  if (a.dropped_for_ecn != 0) std::printf("dropped: %zu of AH with outer CE over Not-ECT, accepted once the outer mark is the inner one (RFC 6040 4.2)\n", a.dropped_for_ecn);
  const bundle_tally& b = bundles->tally();
  if (b.runs != 0)
    std::printf("packets under two SAs: %zu as recorded, %zu damaged, %zu sent the same way; not sent: %zu in an atomic fragment, %zu whose AH is padded with something else\n", b.runs, b.damaged, b.sent,
                b.atomic, b.padded_otherwise);
  const replay_tally& r = replay->tally();
  if (r.events != 0) std::printf("replay events: %zu; expected differences: %zu (Linux accepts number 0 under ESN when the window ends at W - 1)\n", r.events, r.expected_differences);
  if (!capture_folder.empty()) run_captures(capture_folder, result);
  return result.print();
}

int usage(const char* why) {
  std::fprintf(stderr, "esplanade.vectors: %s; usage: esplanade.vectors [--committed | --third-party | --captures | FILE…]\n", why);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> paths;
  bool ours = true, others = true, cases = true;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--committed") others = false;
    else if (word == "--third-party") ours = false;
    else if (word == "--captures") ours = cases = false;
    else if (word[0] == '-') return usage(joined("no option ", word).c_str());
    else paths.push_back(word);
  }
  if (!ours && !others) return usage("--committed excludes the others");
  if (!paths.empty() && !(ours && others)) return usage("a FILE stands for itself");

  report result;
  const char* folder = std::getenv("ESPLANADE_VECTORS");
  if (!others) folder = nullptr;
  std::string capture_folder;
  if (paths.empty()) {
    if (!ours && folder == nullptr) {
      std::puts("ESPLANADE_VECTORS is not set");
      return 77;
    }
    if (ours)
      for (const char* file : committed) paths.push_back(joined(ESPLANADE_VECTORS_COMMITTED, "/", file));
    if (folder != nullptr) {
      if (cases)
        for (const auto& file : third_party) paths.push_back(joined(folder, "/", file.path));
      capture_folder = joined(folder, "/third-party/captures");
    } else if (others) {
      for (const auto& file : third_party) result.skipped("ESPLANADE_VECTORS is not set", file.cases);
      for (const capture_named& file : captures) result.skipped("ESPLANADE_VECTORS is not set", file.frames);
    }
  }
  try {
    return run(paths, capture_folder, result);
  } catch (const unreadable& e) {
    std::fprintf(stderr, "esplanade.vectors: %s\n", e.what());
    return 2;
  }
}
