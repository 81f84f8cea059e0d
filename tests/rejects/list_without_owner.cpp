// expect: OwnedBufferList: nbl_ownership ownership\(\) and set_ownership\(nbl_ownership\), noexcept, keep who has the list
#include <esplanade/testing/nbl_archetypes.hpp>

using namespace esplanade;

#ifdef GOOD
using list = testing::archetype::owned_buffer_list;
#else
using list = testing::archetype::net_buffer_list;
#endif
bool sends(list& l) { return static_cast<bool>(hand_over(l)); }
