// expect: a device is told that a packet is framed and nothing else
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/boundary.hpp>

using namespace esplanade;

#ifdef GOOD
inline constexpr auto entrance = from_host<fact::framed>;
#else
inline constexpr auto entrance = from_host<fact::device_sealed>;
#endif
