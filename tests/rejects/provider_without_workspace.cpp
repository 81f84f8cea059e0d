// expect: name the mutable state of one lane: struct workspace
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct my_crypto {
  static constexpr provider_abilities abilities{};
  template <class> static constexpr bool supports = true;
  result<std::uint32_t> add_key(const suite_sizes&, const_octets) noexcept { return std::uint32_t{0}; }
  void remove_key(std::uint32_t) noexcept {}
#ifdef GOOD
  struct workspace {};
  void seal(workspace&, job_list) noexcept {}
  void open(workspace&, job_list, on_forged) noexcept {}
  void verify(workspace&, job_list) noexcept {}
  void recheck(workspace&, job_list) noexcept {}
#endif
};
template <CryptoProvider C> void take(C&) {}
void use(my_crypto& c) { take(c); }
