#include "run.hpp"

#include "key_log.hpp"
#include "passes.hpp"
#include "refusal.hpp"
#include "stop_signal.hpp"

namespace capture_tunnel {
namespace {

namespace fs = std::filesystem;

/// Every file of a run has a name of its own.
void check_names(const fs::path& capture, std::initializer_list<fs::path> written) {
  for (auto a = written.begin(); a != written.end(); ++a) {
    std::error_code ignored;  // what is not there yet is nobody else's
    if (fs::equivalent(*a, capture, ignored)) throw refusal("{} is the capture itself; choose another folder", a->string());
    for (auto b = written.begin(); b != a; ++b)
      if (fs::absolute(*a).lexically_normal() == fs::absolute(*b).lexically_normal()) throw refusal("{} would be written twice", a->string());
  }
}

/// What must be so for the run to have passed.
std::vector<expectation> expectations_of(const outcome& result, const impairments& asked) {
  using esplanade::verdict;
  const esplanade::counters_snapshot& in = result.inbound.counters;
  if (result.offload.lies)  // losses, and nothing worse
    return {{"packets restored that differ or should not be there", 0, result.compared.different},
            {"the NIC lied (1) or not (0)", 1, result.offload.lies_told != 0},
            {"packets came through (1) or none (0)", 1, result.compared.equal != 0}};
  const std::uint64_t named = in[verdict::forwarded] + in[verdict::icv_mismatch] + in[verdict::replayed] + in[verdict::absorbed];
  return {{"icv_mismatch", asked.corrupt, in[verdict::icv_mismatch]},
          {"replayed", asked.replay, in[verdict::replayed]},
          {"out_of_order", asked.reorder, result.out_of_order},
          {"packets refused inbound for another reason", 0, in.total() - named},
          {"lists that the NIC could not send", 0, result.offload.lost_below},
          {"packets restored octet for octet", result.compared.expected, result.compared.equal},
          {"packets restored that differ or should not be there", 0, result.compared.different}};
}

}  // namespace

outcome run(const options& asked, const choice& what) {
  outcome result;
  result.protected_file = asked.out / "protected.pcap";
  result.restored_file = asked.out / "restored.pcap";
  result.key_file = asked.key_file.value_or(asked.out / "esp_sa");
  const std::uint64_t input_octets = capture_reader(asked.capture).size();  // unreadable input is refused before anything is made
  check_names(asked.capture, {result.protected_file, result.restored_file, result.key_file});

  note_stop_signals();
  output_folder folder(asked.out);
  output_file protected_file(result.protected_file, 0666), restored_file(result.restored_file, 0666);
  key_log_gate key_log(result.key_file);

  chance from(asked.seed);
  address_pairs talking;
  if (what.mode == esplanade::mode::beet) talking = pairs_in(asked.capture, most_sas);
  result.pairs_left_out = talking.others;
  const sa_list sas = draw_sas(what, talking, from);
  key_log.write(sas, what);
  for (const sa_material& sa : sas) result.sas.push_back({sa.spi, sa.traffic, sa.inside});

  const std::unique_ptr<engine> path = what.nic != nullptr ? what.profile.make_over(asked.batch, *what.nic) : what.profile.make(asked.batch);
  for (const sa_material& sa : sas) path->install(parameters_of(sa, what));
  result.outbound.plan = path->outbound_plan();
  result.inbound.plan = path->inbound_plan();

  progress_bar bar(!asked.json && worth_a_bar(input_octets));
  wire line(asked.wire, what.profile.window, from);
  session shared{asked, what, *path, bar, result};
  protect_capture(shared, protected_file, line);
  open_protected(shared, protected_file, restored_file);
  compare_with_capture(shared, restored_file);
  bar.clear();
  result.offload = path->offload();
  result.expectations = expectations_of(result, asked.wire);

  protected_file.keep();
  restored_file.keep();
  key_log.keep();
  folder.keep();
  return result;
}

}  // namespace capture_tunnel
