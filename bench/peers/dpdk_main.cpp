// The questions that DPDK answers beside us.
#include "dpdk.hpp"

namespace {

using namespace bench;
using namespace bench::dpdk;

constexpr std::size_t many = 16384;

device direct, behind_queue;  // aesni_gcm and openssl

associations& one_sa(const device& of, passage way) {
  static std::map<std::pair<int, passage>, std::unique_ptr<associations>> made;
  auto& one = made[{of.id, way}];
  if (!one) one = std::make_unique<associations>(of, way, 1);
  return *one;
}

void add_rounds(const std::string& name, direction way, std::size_t octets, const device& of, passage passing, std::size_t count, associations& (*sas)(const device&, passage)) {
  add_row(name, [=](benchmark::State& state) {
    rounds r{octets, sas(of, passing), of, passing, count};
    run_rounds(state, r, way, octets);
  });
}

void cipher_rows() {
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      add_rounds(row_name("dpdk/cpu/aesni_gcm", way, 1, octets), way, octets, direct, passage::cpu, 1, one_sa);
      add_rounds(row_name("dpdk/lookaside/aesni_gcm", way, 1, octets), way, octets, direct, passage::queue, 1, one_sa);
      if (behind_queue.sessions != nullptr)
        add_rounds(row_name("dpdk/lookaside/openssl", way, 1, octets), way, octets, behind_queue, passage::queue, 1, one_sa);
    }
  }
}

associations& many_sas(const device& of, passage way) {
  static associations all{of, way, many};
  return all;
}

void many_rows() {
  for (const direction way : {direction::outbound, direction::inbound})
    add_rounds(std::string("many_sas/dpdk/cpu/") + (way == direction::outbound ? "outbound" : "inbound") + "/octets:64" + pages_part() + "/sas:16384",
               way, 64, direct, passage::cpu, many, many_sas);
}

// A SAD alone: keys in random order, 32 at a time, and two lines of what was found.
class sad_alone {
 public:
  sad_alone(std::size_t count, int kind) : kind_(kind), spis_(random_spis(count)), walk_(count) {
    rte_ipsec_sad_conf configuration{};
    configuration.socket_id = static_cast<int>(rte_socket_id());
    configuration.max_sa[kind] = static_cast<std::uint32_t>(count < 8 ? 8 : count);
    sad_ = rte_ipsec_sad_create(("alone" + std::to_string(count) + "_" + std::to_string(kind)).c_str(), &configuration);
    records_ = static_cast<touched_record*>(rte_zmalloc(nullptr, count * sizeof(touched_record), 64));
    if (sad_ == nullptr || records_ == nullptr) {
      trouble = "no memory for a SAD of " + std::to_string(count);
      return;
    }
    for (std::size_t i = 0; i < count && trouble.empty(); ++i) {
      const rte_ipsec_sad_key key = key_of(i);
      records_[i].first[0] = spis_[i];
      if (rte_ipsec_sad_add(sad_, &key, kind_, &records_[i]) != 0) trouble = "the SAD is full";
    }
  }
  double trip() {
    if (!trouble.empty()) return 0;
    static std::vector<std::uint32_t> order(looked_up_in_trip);
    static std::vector<rte_ipsec_sad_key> keys(looked_up_in_trip);
    walk_.next(order.data(), order.size());
    for (std::size_t i = 0; i < order.size(); ++i) keys[i] = key_of(order[i]);
    std::uint64_t sum = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t first = 0; first < order.size(); first += burst) {
      const rte_ipsec_sad_key* list[burst];
      void* found[burst];
      for (std::size_t i = 0; i < burst; ++i) list[i] = &keys[first + i];
      rte_ipsec_sad_lookup(sad_, list, found, burst);
      for (void* one : found) {
        rte_prefetch0(one);
        rte_prefetch0(static_cast<char*>(one) + 64);
      }
      for (void* one : found) sum += static_cast<touched_record*>(one)->first[0] + static_cast<touched_record*>(one)->second[0];
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    for (const std::uint32_t i : order) sum -= spis_[i];
    if (sum != 0) trouble = "the SAD found another SA";
    return seconds;
  }
  std::string trouble;

 private:
  rte_ipsec_sad_key key_of(std::size_t i) const {
    rte_ipsec_sad_key key{};
    key.v4.spi = spis_[i];
    key.v4.dip = kind_ == RTE_IPSEC_SAD_SPI_ONLY ? 0 : 0xc0000202;
    return key;
  }
  int kind_;
  std::vector<std::uint32_t> spis_;
  random_walk walk_;
  rte_ipsec_sad* sad_ = nullptr;
  touched_record* records_ = nullptr;
};

void lookup_rows() {
  for (const int kind : {int{RTE_IPSEC_SAD_SPI_ONLY}, int{RTE_IPSEC_SAD_SPI_DIP}}) {
    const std::string name = kind == RTE_IPSEC_SAD_SPI_ONLY ? "lookup/dpdk_sad/spi" : "lookup/dpdk_sad/spi_destination";
    for (const std::size_t count : sa_counts)
      add_row(name + pages_part() + "/sas:" + std::to_string(count), [=](benchmark::State& state) {
        static std::map<std::pair<std::size_t, int>, std::unique_ptr<sad_alone>> made;
        auto& one = made[{count, kind}];
        if (!one) one = std::make_unique<sad_alone>(count, kind);
        measure_trips(state, looked_up_in_trip, one->trouble, [&one] { return one->trip(); });
      });
  }
}

std::string begin() {
  std::string trouble = bench::dpdk::start("dpdk", 8192);
  direct = open_device("crypto_aesni_gcm", 4 * many, trouble);
  std::string no_matter;
  if (trouble.empty()) behind_queue = open_device("crypto_openssl", 64, no_matter);
  return trouble;
}

}  // namespace

int main(int argc, char** argv) {
  static constexpr question questions[] = {{"cipher", cipher_rows}, {"lookup", lookup_rows}, {"many_sas", many_rows}};
  return answer(argc, argv, questions, begin);
}
