// capture_tunnel: a capture through an ESP datapath and back.
#include "refusal.hpp"
#include "report.hpp"
#include "run.hpp"
#include "standard_streams.hpp"
#include "stop_signal.hpp"

#include <system_error>

namespace {

using namespace capture_tunnel;

int passed_or_failed(const outcome& result) {
  for (const expectation& one : result.expectations)
    if (!one.kept()) say("failed: {}: expected {}, found {}\n", one.what, one.expected, one.found);
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
  hold_standard_streams();
  try {
    const auto asked = read_options(count, words, {CAPTURE_TUNNEL_CAPTURE, CAPTURE_TUNNEL_OUT});
    const int status = asked ? work(*asked) : 0;
    finish_output();
    return status;
  } catch (const interrupted& stop) {
    end_by(stop.signal);
  } catch (const std::system_error& problem) {
    // fmt does not say of which file it speaks.
    say("capture_tunnel: {}{}\n", std::ferror(stdout) != 0 ? "standard output: " : "", problem.what());
    return 2;
  } catch (const std::exception& problem) {
    say("capture_tunnel: {}\n", problem.what());
    return 2;
  }
}
