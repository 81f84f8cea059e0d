// Random numbers for the packet path out of Botan's: keystream under a key that its generator gave.
#pragma once

#include <esplanade/base/random.hpp>
#include <esplanade/crypto/botan/words.hpp>

#include <botan/auto_rng.h>
#include <botan/block_cipher.h>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// A random source of one lane: AES-256 of counters under a key that Botan's generator drew, 4 KiB at a time. The last octets of
/// every filling are the next key, and take the place of the one before at once, so that whoever sees this memory learns nothing
/// of numbers that were drawn before.
///   Cost     next(): two nanoseconds with AES instructions; no lock, heap or system call. Making one asks the operating system
///   Errors   the constructor throws what Botan throws when there is no generator
///   Threads  one
class botan_random {
  static constexpr std::size_t key_octets = 32, octets = 4096, blocks = (octets + key_octets) / 16;

 public:
  static constexpr const char* name = "botan_random";
  botan_random() : cipher_(Botan::BlockCipher::create_or_throw("AES-256")) {
    Botan::AutoSeeded_RNG seed;
    seed.randomize(numbers_, key_octets);
    cipher_->set_key(numbers_, key_octets);
    fill();
  }
  botan_random(const botan_random&) = delete;
  botan_random& operator=(const botan_random&) = delete;
  ~botan_random() { wipe(numbers_, sizeof numbers_); }

  [[nodiscard]] std::uint64_t next() noexcept {
    if (used_ == octets) [[unlikely]] fill();
    std::uint64_t number;
    std::memcpy(&number, numbers_ + used_, 8);
    std::memset(numbers_ + used_, 0, 8);
    used_ += 8;
    return number;
  }

 private:
  ESPLANADE_COLD void fill() noexcept {
    for (std::size_t i = 0; i < blocks; ++i) {
      store_be64(numbers_ + 16 * i, 0);
      store_be64(numbers_ + 16 * i + 8, i);
    }
    cipher_->encrypt_n(numbers_, numbers_, blocks);
    cipher_->set_key(numbers_ + octets, key_octets);
    wipe(numbers_ + octets, key_octets);
    used_ = 0;
  }
  std::unique_ptr<Botan::BlockCipher> cipher_;
  std::size_t used_ = 0;
  alignas(64) octet numbers_[octets + key_octets]{};
};
static_assert(RandomSource<botan_random>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
