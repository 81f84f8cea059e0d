// intel-ipsec-mb's own header, without its macros of everyday names, and what its engines share.
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/crypto/engine.hpp>
#include <esplanade/crypto/provider.hpp>

#include <memory>

// Without it the header defines macros of everyday names (GCM, DES, CBC …), at which Botan's headers break.
#ifndef NO_COMPAT_IMB_API_053
#define NO_COMPAT_IMB_API_053
#include <intel-ipsec-mb.h>
#undef NO_COMPAT_IMB_API_053
#else
#include <intel-ipsec-mb.h>
#endif

#if IMB_VERSION_NUM >= IMB_VERSION(2, 0, 0)
#define ESPLANADE_IPSEC_MB_TAG ipsec_mb_2
#else
#define ESPLANADE_IPSEC_MB_TAG ipsec_mb_1
#endif

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_IPSEC_MB_TAG {

/// A manager of the library's: the functions for a kind of processor, and the jobs of one thread.
class manager {
 public:
  /// Takes the memory for one; `set_up` makes it work.
  manager() noexcept : memory_(alloc_mb_mgr(0)) {}
  manager(const manager&) = delete;
  manager& operator=(const manager&) = delete;
  ~manager() {
    if (memory_ != nullptr) free_mb_mgr(memory_);
  }

  /// With the library's code for that kind of processor, or for this one. False where it does not run. Takes no memory.
  bool set_up(IMB_ARCH which) noexcept {
    const struct {
      IMB_ARCH arch;
      std::uint64_t needs;
      void (*set_up)(IMB_MGR*);
    } known[] = {{IMB_ARCH_NONE, IMB_CPUFLAGS_SSE, [](IMB_MGR* m) { init_mb_mgr_auto(m, nullptr); }},
                 {IMB_ARCH_SSE, IMB_CPUFLAGS_SSE, init_mb_mgr_sse},
                 {IMB_ARCH_AVX, IMB_CPUFLAGS_AVX, init_mb_mgr_avx},
                 {IMB_ARCH_AVX2, IMB_CPUFLAGS_AVX2, init_mb_mgr_avx2},
                 {IMB_ARCH_AVX512, IMB_CPUFLAGS_AVX512, init_mb_mgr_avx512}};
    runs_ = false;
    if (memory_ == nullptr) return false;
    for (const auto& one : known) {
      if (one.arch != which) continue;
      if ((imb_get_feature_flags() & one.needs) != one.needs) return false;
      one.set_up(memory_);
      runs_ = imb_get_errno(memory_) == 0 && memory_->gcm128_pre != nullptr && memory_->gcm128_enc != nullptr;
    }
    return runs_;
  }
  [[nodiscard]] bool runs() const noexcept { return runs_; }
  [[nodiscard]] IMB_MGR* get() const noexcept { return memory_; }

 private:
  IMB_MGR* memory_;
  bool runs_ = false;
};

/// Keys in memory of their own.
template <class Slot, std::uint32_t Tag> class owned_keys {
 public:
  explicit owned_keys(std::size_t capacity) : memory_(new Slot[capacity]), next_(new std::uint32_t[capacity]), keys_(memory_.get(), next_.get(), capacity) {}
  [[nodiscard]] engine_keys<Slot, Tag>* operator->() noexcept { return &keys_; }

 private:
  std::unique_ptr<Slot[]> memory_;
  std::unique_ptr<std::uint32_t[]> next_;
  engine_keys<Slot, Tag> keys_;
};

/// A key of AES-GCM or AES-GMAC.
struct alignas(64) gcm_key {
  octet key[offsetof(gcm_key_data, ghash_keys) + sizeof(gcm_key_data::ghash_keys)];  // not sizeof: a macro of the library's adds alignment
  job_shape shape{};
  std::uint8_t calls = 0;  // which of three sets: for 128, 192 and 256 bits
  bool live = false;
  [[nodiscard]] gcm_key_data* get() noexcept { return reinterpret_cast<gcm_key_data*>(key); }
  [[nodiscard]] const gcm_key_data* get() const noexcept { return reinterpret_cast<const gcm_key_data*>(key); }
  void clear() noexcept { wipe(key, sizeof key); }
};

inline fault does_not_run() noexcept {
  return {fault_kind::not_supported, "provider", "intel-ipsec-mb does not run here: the processor lacks AES-NI, PCLMULQDQ or what was asked for, or there was no memory",
          "a processor that has them, or another provider"};
}

// The library does nothing, and does not say so to us, where it is given no memory: such a job must not pass for done.
ESPLANADE_INLINE bool stands_somewhere(const job& j) noexcept {
  const auto piece_stands = [&j](std::size_t i) { return (j.source[i].data != nullptr && j.destination[i].data != nullptr) || j.source[i].size == 0; };
  if ((j.icv == nullptr && j.icv_length != 0) || (j.aad == nullptr && j.aad_length != 0)) return false;
  if (j.segments == 1) [[likely]] return piece_stands(0);
  for (std::size_t i = 0; i < j.segments; ++i)
    if (!piece_stands(i)) return false;
  return true;
}

}  // namespace ESPLANADE_IPSEC_MB_TAG
}  // namespace v0
}  // namespace esplanade
