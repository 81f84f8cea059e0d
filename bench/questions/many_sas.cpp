#include "../rivals/crowd.hpp"
#include "rows.hpp"

namespace {

using namespace bench;

constexpr std::size_t few = 16384, most = 1000000;

template <class Rounds, class Crowd> void add_crowd(const std::string& name) {
  for (const direction way : {direction::outbound, direction::inbound})
    add_made("many_sas/" + name + part_of(way) + "/octets:64" + pages_part() + "/sas:" + std::to_string(Crowd::count), way, 64,
             [] { return std::make_unique<Rounds>(std::size_t{64}); });
}

template <class Crowd> void add_null() {
  add_crowd<table_walk_rounds<Crowd>, Crowd>("null/table_walk");
  add_crowd<crowd_rounds<Crowd>, Crowd>("null/datapath");
}

template <class Crowd> void add_cipher(const std::string& name) {
  add_crowd<raw_crowd_rounds<Crowd>, Crowd>(name + "/raw");
  add_crowd<crowd_rounds<Crowd>, Crowd>(name + "/datapath");
}

}  // namespace

void bench::many_sas_rows() {
  static const std::uint64_t memory = memory_left();  // before the first crowd is made
  add_null<crowd<esplanade::null_crypto, few>>();
  for_each_cipher([]<class Crypto>() { add_cipher<crowd<Crypto, few>>(name_of<Crypto>); });
  if (memory > std::uint64_t{4} << 30) add_null<crowd<esplanade::null_crypto, most>>();
#ifdef BENCH_IPSEC_MB
  if (memory > std::uint64_t{10} << 30) add_cipher<crowd<esplanade::ipsec_mb, most>>("ipsec_mb");
#endif
}
