// The datapath beside its rivals, asked by bench/measure.
#include "questions.hpp"

#include <botan/version.h>
#ifdef BENCH_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

int main(int argc, char** argv) {
  static constexpr bench::question questions[] = {
      {"framework", bench::framework_rows}, {"cipher", bench::cipher_rows}, {"forged", bench::forged_rows}, {"suites", bench::suites_rows}, {"families", bench::families_rows},
      {"imix", bench::imix_rows},           {"lanes", bench::lanes_rows},   {"lifetimes", bench::lifetimes_rows}, {"nic", bench::nic_rows}, {"lookup", bench::lookup_rows}, {"many_sas", bench::many_sas_rows},
  };
  return bench::answer(argc, argv, questions, [] {
    bench::stay_on(bench::all_processors().front());
    benchmark::AddCustomContext("compiler", BENCH_COMPILER);
    benchmark::AddCustomContext("flags", BENCH_FLAGS);
    benchmark::AddCustomContext("botan", Botan::short_version_string());
#ifdef BENCH_IPSEC_MB
    benchmark::AddCustomContext("ipsec_mb", imb_get_version_str());
#endif
    return std::string{};
  });
}
