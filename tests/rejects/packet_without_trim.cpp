// expect: trim
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct my_packet {
  flat_packet inside;
  auto first() noexcept { return inside.first(); }
  auto first() const noexcept { return inside.first(); }
  std::size_t length() const noexcept { return inside.length(); }
  bool retreat(std::size_t n) noexcept { return inside.retreat(n); }
  void advance(std::size_t n) noexcept { inside.advance(n); }
  bool extend(std::size_t n) noexcept { return inside.extend(n); }
#ifdef GOOD
  void trim(std::size_t n) noexcept { inside.trim(n); }
#endif
};
template <Packet P> void take(P&) {}
void use(my_packet& p) { take(p); }
