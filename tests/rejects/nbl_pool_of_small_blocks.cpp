// expect: nbl_pool: data_size needs lists that arrive with a net buffer, and blocks of at least that size
#include <esplanade/buffer/nbl_pool.hpp>

using namespace esplanade;

#ifdef GOOD
inline constexpr nbl_pool_shape shape{.block_size = 2048, .parameters = {.data_size = 1514}};
#else
inline constexpr nbl_pool_shape shape{.block_size = 256, .parameters = {.data_size = 1514}};
#endif
nbl_pool<shape> pool;
