#include "../rivals/crowd.hpp"
#include "rows.hpp"

#include <esplanade/sa/indexed_store.hpp>
#include <esplanade/sa/longest_match_store.hpp>

namespace {

using namespace bench;

/// A store alone: keys in random order, 32 at a time, and two lines of what was found.
template <class Store, std::size_t Count, esplanade::sa_identifier Identifier = esplanade::sa_identifier::of_store> class store_alone {
  using sa = esplanade::inbound_sa<gateway, esplanade::null_crypto>;
  using table = typename Store::template inbound<sa>;
  static_assert(sizeof(touched_record) == 512 && sizeof(sa) <= 512, "rivals' records are as large as ours");

 public:
  store_alone() {
    keys_of_all_.reserve(Count);
    [[maybe_unused]] esplanade::testing::seeded numbers{Count};
    for (std::size_t i = 0; i < Count && trouble.empty(); ++i) {
      auto p = benched_sa<gateway>();
      p.identifier = Identifier;
      if constexpr (requires { table_->choose_spi(numbers); }) {
        const auto chosen = table_->choose_spi(numbers);
        if (!chosen) trouble = chosen.why().reason;
        else spis_[i] = *chosen;
      }
      p.spi = spis_[i];
      if (const auto added = table_->add(crypto_, p); !added) trouble = added.why().reason;
      keys_of_all_.push_back(table::key_of({spis_[i], p.destination.version, p.source.value, p.destination.value}));
    }
  }
  double trip() {
    if (!trouble.empty()) return 0;
    walk_.next(order_.data(), order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) keys_[i] = keys_of_all_[order_[i]];
    std::uint64_t sum = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t first = 0; first < order_.size(); first += 32) {
      typename table::sa_type* found[32];
      const auto guard = table_->enter();
      table_->find({keys_.data() + first, 32}, found);
      for (auto* one : found) sum += association(*one).core().spi + association(*one).traffic().packets.get();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    for (const std::uint32_t i : order_) sum -= spis_[i];
    if (sum != 0) trouble = "the store found another SA";
    return seconds;
  }
  std::string trouble;

 private:
  std::vector<std::uint32_t> spis_ = random_spis(Count);
  random_walk walk_{Count};
  esplanade::null_crypto crypto_;
  std::unique_ptr<table> table_ = std::make_unique<table>();
  std::vector<typename table::key_type> keys_of_all_, keys_ = std::vector<typename table::key_type>(looked_up_in_trip);
  std::vector<std::uint32_t> order_ = std::vector<std::uint32_t>(looked_up_in_trip);
};

template <std::size_t Count> class plain_alone {
 public:
  double trip() {
    walk_.next(order_.data(), order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) keys_[i] = spis_[order_[i]];
    std::uint64_t sum = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t first = 0; first < order_.size(); first += 32) {
      touched_record* found[32];
      table_.find({keys_.data() + first, 32}, found);
      for (const touched_record* one : found) sum += one->first[0] + one->second[0];
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    for (const std::uint32_t spi : keys_) sum -= spi;
    if (sum != 0) trouble = "the table found another SA";
    return seconds;
  }
  std::string trouble;

 private:
  std::vector<std::uint32_t> spis_ = random_spis(Count);
  random_walk walk_{Count};
  plain_table table_{spis_};
  std::vector<std::uint32_t> order_ = std::vector<std::uint32_t>(looked_up_in_trip), keys_ = std::vector<std::uint32_t>(looked_up_in_trip);
};

template <class Alone> void add_alone(const std::string& name, std::size_t count) {
  add_row("lookup/" + name + pages_part() + "/sas:" + std::to_string(count), [](benchmark::State& state) {
    Alone& one = kept<Alone>();
    measure_trips(state, looked_up_in_trip, one.trouble, [&one] { return one.trip(); });
  });
}

template <std::size_t Count> void add_count() {
  add_alone<plain_alone<Count>>("plain_table/spi", Count);
  add_alone<store_alone<esplanade::flat_store<Count>, Count>>("flat_store/spi", Count);
  add_alone<store_alone<esplanade::flat_store<Count, esplanade::by_spi_and_destination>, Count>>("flat_store/spi_destination", Count);
  add_alone<store_alone<esplanade::indexed_store<Count>, Count>>("indexed_store/spi", Count);
  add_alone<store_alone<esplanade::longest_match_store<Count>, Count, esplanade::sa_identifier::spi>>("longest_match_store/spi", Count);
  add_alone<store_alone<esplanade::longest_match_store<Count>, Count, esplanade::sa_identifier::spi_and_destination>>("longest_match_store/spi_destination", Count);
}

}  // namespace

void bench::lookup_rows() {
  add_count<1>();
  add_count<10000>();
  add_count<100000>();
  add_count<1000000>();
}
