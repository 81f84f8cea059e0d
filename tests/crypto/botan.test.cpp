#include "crypto/gcm_reference.hpp"

using namespace esplanade;
using jobs::bytes;
using jobs::random_bytes;
using jobs::task;

TEST_CASE("botan_aead: a workspace never takes one provider's key for another's") {
  botan_aead::workspace w;
  for (std::size_t i = 0; i < 4; ++i) {
    botan_aead provider(1);  // every time at the same place, with the same schedule
    const bytes key = random_bytes(16, 20 + i);
    const task plain = jobs::some_task(40, i);
    jobs::check_same(provider, w, *provider.add_key(esp_aes_gcm_16<128>::sizes, key), plain, jobs::whole_packet(key).seal(plain));
  }
}
