// Random numbers for the packet path out of Botan's: keystream under a key that its generator gave.
#pragma once

#include <esplanade/base/random.hpp>
#include <esplanade/crypto/botan/words.hpp>

#include <botan/auto_rng.h>
#include <botan/stream_cipher.h>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// A random source of one lane: ChaCha20 under a key that Botan's generator drew, 4 KiB at a time. The first octets of every
/// filling become the next key, so that whoever sees this memory learns nothing of numbers that were drawn before.
///   Cost     next(): a few nanoseconds; no lock, heap or system call. Making one asks the operating system
///   Errors   the constructor throws what Botan throws when there is no generator
///   Threads  one
class botan_random {
  static constexpr std::size_t key_octets = 32, octets = 4096;

 public:
  static constexpr const char* name = "botan_random";
  botan_random() : cipher_(Botan::StreamCipher::create_or_throw("ChaCha(20)")) {
    Botan::AutoSeeded_RNG seed;
    seed.randomize(numbers_, key_octets);
    fill();
  }
  botan_random(const botan_random&) = delete;
  botan_random& operator=(const botan_random&) = delete;
  ~botan_random() { wipe(numbers_, octets); }

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
    static constexpr octet nonce[12]{};
    if (used_ != 0) std::memcpy(numbers_, next_key_, key_octets);
    cipher_->set_key(numbers_, key_octets);
    cipher_->set_iv(nonce, sizeof nonce);
    cipher_->write_keystream(next_key_, key_octets);
    cipher_->write_keystream(numbers_, octets);
    used_ = 0;
  }
  std::unique_ptr<Botan::StreamCipher> cipher_;
  octet next_key_[key_octets]{};
  std::size_t used_ = 0;
  alignas(64) octet numbers_[octets]{};
};
static_assert(RandomSource<botan_random>);

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
