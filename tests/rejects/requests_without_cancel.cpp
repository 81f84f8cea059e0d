// expect: takes direct requests lets them be cancelled
// F32: one entry without the other
#include <esplanade/offload/registration.hpp>

struct driver {
  void direct_request() {}
#ifdef GOOD
  void cancel_request() {}
#endif
};
static_assert(esplanade::driver_rules<driver>::kept);
