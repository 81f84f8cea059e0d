// expect: be callable, noexcept, with current_config_changed
#include <esplanade/offload/report_filter.hpp>

using namespace esplanade;

struct host {
  void operator()(const current_config_changed&) noexcept {}
  void operator()(const hardware_capabilities_changed&) noexcept {}
#ifdef GOOD
  void operator()(const encapsulation_changed&) noexcept {}
#endif
};
void use(const report_filter<host>& filter);
