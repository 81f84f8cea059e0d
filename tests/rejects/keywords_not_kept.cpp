// expect: KeywordStore: give it void write
#include <esplanade/capability/offload_settings.hpp>

using namespace esplanade;

struct keywords {
  void write(const char*, std::uint32_t) noexcept {}
#ifdef GOOD
  std::uint32_t read(const char*, std::uint32_t fallback) noexcept { return fallback; }
#endif
};
offload_settings start(keywords& k) { return settings_from(k); }
