// capture_tunnel: a capture through an ESP datapath and back.
#include "refusal.hpp"
#include "report.hpp"
#include "run.hpp"
#include "stop_signal.hpp"

namespace {

using namespace capture_tunnel;

int passed_or_failed(const outcome& result) {
  for (const expectation& one : result.expectations)
    if (!one.kept()) fmt::print(stderr, "failed: {}: expected {}, found {}\n", one.what, one.expected, one.found);
  return result.passed() ? 0 : 1;
}

int work(const options& asked) {
  if (asked.list_profiles) {
    asked.json ? print_profile_json() : print_profile_table();
    return 0;
  }
  const choice what = choose(asked);
  const outcome result = run(asked, what);
  asked.json ? print_json(asked, what, result) : print_text(asked, what, result);
  return passed_or_failed(result);
}

}  // namespace

int main(int count, char** words) {
  try {
    const auto asked = read_options(count, words, {CAPTURE_TUNNEL_CAPTURE, CAPTURE_TUNNEL_OUT});
    return asked ? work(*asked) : 0;
  } catch (const interrupted& stop) {
    end_by(stop.signal);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "capture_tunnel: {}\n", problem.what());
    return 2;
  }
}
