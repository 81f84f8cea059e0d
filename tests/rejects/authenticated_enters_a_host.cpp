// expect: a host is told that a device has a result and nothing else
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/boundary.hpp>

using namespace esplanade;

#ifdef GOOD
inline constexpr auto entrance = from_device<fact::device_result>;
#else
inline constexpr auto entrance = from_device<fact::authenticated>;
#endif
