// expect: a receive queue hands lists up when its call returns, and this provider answers later
#include <esplanade/buffer/nbl.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/testing/ciphers.hpp>

using namespace esplanade;

struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
#ifdef GOOD
using crypto = null_crypto;
#else
using crypto = testing::delayed_crypto<null_crypto>;
#endif
using queue = receive_queue<nic_profile, net_buffer_list, device_store<nic_profile, crypto, 4>, crypto>;
counters_snapshot what(const queue& q) { return q.snapshot(); }
