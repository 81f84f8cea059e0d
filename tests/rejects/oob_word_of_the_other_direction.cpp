// expect: this word goes the other way, where the same slot means something else
#include <esplanade/buffer/nbl.hpp>

using namespace esplanade;

bool done(net_buffer_list& received) {
#ifdef GOOD
  return receive_oob(received).get<receive_ipsec>().done;
#else
  return receive_oob(received).get<send_ipsec>().handle != 0;
#endif
}
