#include "report.hpp"
#include "words.hpp"

#include <esplanade/format.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace capture_tunnel {
namespace {

using json = nlohmann::ordered_json;

void print(const json& what) { fmt::print("{}\n", what.dump(2, ' ', false, json::error_handler_t::replace)); }

json verdicts_of(const esplanade::counters_snapshot& counters) {
  json table = json::object();
  for (std::size_t v = 0; v < esplanade::verdict_count; ++v)
    table[esplanade::name_of(static_cast<esplanade::verdict>(v))] = counters.by_verdict[v];
  return table;
}

json plan_of(const plan_facts& plan) {
  json stages = json::array();
  for (const esplanade::plan_row& row : plan.rows)
    stages.push_back({{"pass", row.pass}, {"stage", row.stage}, {"runs_on", row.runs_on}, {"works", row.works}, {"because", row.because}});
  return {{"provider", plan.provider}, {"adapters", plan.adapters}, {"stages", stages}};
}

json direction_of(const direction_outcome& d) {
  return {{"plan", plan_of(d.plan)},   {"verdicts", verdicts_of(d.counters)},
          {"packets", d.packets},      {"octets", d.octets},
          {"seconds", d.seconds()},    {"packets_per_second", d.per_second(d.packets)},
          {"octets_per_second", d.per_second(d.octets)}};
}

json spis_of(const outcome& result) {
  json all = json::object();
  for (const outcome::named_sa& sa : result.sas) {
    if (sa.inside) all["pairs"].push_back({{"source", fmt::format("{}", sa.inside->source)}, {"destination", fmt::format("{}", sa.inside->destination)}, {"spi", sa.spi}});
    else if (result.sas.size() == 1) all["all"] = sa.spi;
    else all[sa.traffic == esplanade::family::ipv4 ? "ipv4" : "ipv6"] = sa.spi;
  }
  if (result.pairs_left_out != 0) all["pairs_left_out"] = result.pairs_left_out;
  return all;
}

json offload_of(const offload_facts& o) {
  json made{{"nic", o.nic}, {"report", json::array()}, {"requests", json::array()}, {"placements", json::array()}, {"crypto_status", json::object()}};
  for (const auto& f : o.report) made["report"].push_back({{"field", f.name}, {"hardware", f.hardware}, {"current", f.current}});
  for (const auto& one : o.oids) made["requests"].push_back({{"oid", one.name}, {"about", one.about}, {"status", one.status}});
  for (const auto& sa : o.placed) made["placements"].push_back({{"spi", sa.spi}, {"direction", sa.inbound ? "inbound" : "outbound"}, {"offloaded", sa.offloaded}, {"because", sa.because}});
  for (std::size_t s = 0; s < o.statuses.size(); ++s) made["crypto_status"][esplanade::describe(static_cast<esplanade::crypto_status>(s))] = o.statuses[s];
  made["lies_told"] = o.lies ? json(o.lies_told) : json(nullptr);
  made["completed_twice"] = o.completed_twice;
  made["never_completed"] = {{"frames", o.never_completed}, {"requests", o.never_ended}};
  made["indications"] = o.indications;
  made["outbound"] = {{"framed", o.framed}, {"large_sends", o.large}, {"large_segments", o.large_segments}, {"large_cut_on_host", o.cut_here}, {"sealed_on_host", o.sealed_here}, {"lists_failed", o.lost_below}, {"verdicts", verdicts_of(o.sending)}};
  made["inbound"] = {{"believed", o.believed}, {"opened_on_host", o.opened_here}, {"rechecked", o.rechecked}, {"verdicts", verdicts_of(o.receiving)}};
  return made;
}

json profile_of(const profile_entry& one) {
  json made{{"name", one.name}, {"suites", one.suite_names}, {"modes", json::array()}, {"esn", words_for(one.esn)}, {"window", one.window}, {"packet", one.packet},
            {"encapsulation", words_for(one.encapsulation)}, {"aggregates", one.aggregates}, {"nic", one.make_over != nullptr}};
  const auto add = [&](esplanade::mode mode, esplanade::family outer, const char* words) {
    if (!one.modes.has(mode)) return;
    const overhead octets = overhead_of(one, mode, outer);
    made["overhead"][words] = {{"least", octets.least}, {"most", octets.most}, {"inner_mtu_of_1500", octets.inner_mtu}};
  };
  for (const esplanade::mode mode : every_mode)
    if (one.modes.has(mode)) made["modes"].push_back(words_for(mode));
  add(esplanade::mode::tunnel, esplanade::family::ipv4, "tunnel_ipv4");
  add(esplanade::mode::tunnel, esplanade::family::ipv6, "tunnel_ipv6");
  add(esplanade::mode::transport, esplanade::family::ipv4, "transport");
  add(esplanade::mode::beet, esplanade::family::ipv4, "beet_ipv4");
  add(esplanade::mode::beet, esplanade::family::ipv6, "beet_ipv6");
  for_each_configuration(one, [&](const char* suite, esplanade::mode mode, esplanade::family outer, const overhead& octets) {
    made["configurations"].push_back({{"suite", suite}, {"mode", words_for(mode)}, {"family", static_cast<unsigned>(outer)}, {"least", octets.least},
                                      {"most", octets.most}, {"inner_mtu_of_1500", octets.inner_mtu}});
  });
  return made;
}

}  // namespace

void print_json(const options& asked, const choice& what, const outcome& result) {
  json expectations = json::array();
  for (const expectation& one : result.expectations)
    expectations.push_back({{"what", one.what}, {"expected", one.expected}, {"found", one.found}, {"kept", one.kept()}});
  print({
      {"result", result.passed() ? "passed" : "failed"},
      {"capture", {{"file", asked.capture.string()}, {"link", words_for(result.form.link)},
                   {"time_stamps", result.form.nanoseconds ? "nanoseconds" : "microseconds"},
                   {"packets", result.captured}, {"octets", result.captured_octets}}},
      {"deployment", what.nic != nullptr ? "host and NIC" : "inline"},
      {"offload", result.offload.any() ? offload_of(result.offload) : json(nullptr)},
      {"profile", profile_of(what.profile)},
      {"mode", words_for(what.mode)},
      {"family", has_outer_header(what.mode) ? json(static_cast<unsigned>(what.outer)) : json(nullptr)},
      {"esn", what.esn},
      {"window", what.profile.window},
      {"batch", asked.batch},
      {"keys", asked.seed ? "seed" : "random"},
      {"seed", asked.seed ? json(*asked.seed) : json(nullptr)},
      {"spis", spis_of(result)},
      {"outbound", direction_of(result.outbound)},
      {"inbound", direction_of(result.inbound)},
      {"asked", {{"corrupt", asked.wire.corrupt}, {"replay", asked.wire.replay}, {"reorder", asked.wire.reorder}}},
      {"icv_mismatch", result.inbound.counters[esplanade::verdict::icv_mismatch]},
      {"replayed", result.inbound.counters[esplanade::verdict::replayed]},
      {"out_of_order", result.out_of_order},
      {"excluded", result.excluded.empty() ? json::object() : json(result.excluded)},
      {"link_padded", result.link_padded},
      {"comparison", {{"expected", result.compared.expected}, {"equal", result.compared.equal}, {"different", result.compared.different},
                      {"missing", result.compared.missing}, {"lost", result.compared.lost}, {"first_bad", result.compared.first_bad}}},
      {"expectations", expectations},
      {"files", {{"protected", result.protected_file.string()}, {"restored", result.restored_file.string()}, {"keys", result.key_file.string()}}},
  });
}

void print_profile_json() {
  json all = json::array();
  for (const profile_entry& one : profiles()) all.push_back(profile_of(one));
  print(all);
}

}  // namespace capture_tunnel
