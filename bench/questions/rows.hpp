// Registering rows of rounds.
#pragma once

#include "../questions.hpp"
#include "../rivals/rounds.hpp"
#include "providers.hpp"

namespace bench {

template <class Rounds> void add(const std::string& name, direction way, std::size_t octets, std::size_t segments = 1) {
  register_row<Rounds>(name, way, octets, segments)->Iterations(1);
}

/// A row of rounds that `make()` makes, under a name of its own.
template <class Make> void add_made(const std::string& name, direction way, std::size_t octets, Make make) {
  add_row(name, [=](benchmark::State& state) {
    auto rounds = make();
    run_rounds(state, *rounds, way, mean_size(octets));
  });
}

inline const char* part_of(direction way) { return way == direction::outbound ? "/outbound" : "/inbound"; }

}  // namespace bench
