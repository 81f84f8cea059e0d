// expect: a stage that makes no more than one fragment of a packet fragments nothing
#include <esplanade/esplanade.hpp>
#include <esplanade/transform/fragment_ip.hpp>

#ifdef GOOD
esplanade::fragment_ip<2> stage{.mtu = 1500};
#else
esplanade::fragment_ip<1> stage{.mtu = 1500};
#endif
