// Memory with pages in front of it and behind it that must not be touched.
#pragma once

#include <esplanade/base/octets.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

namespace jobs {

/// `size` octets that end at a forbidden page, or begin behind one.
class guarded_memory {
 public:
  enum class side { ends_at_guard, begins_at_guard };

  guarded_memory(std::size_t size, side where) : size_(size) {
    const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    inside_ = (size + page - 1) / page * page;
    if (inside_ == 0) inside_ = page;
    mapped_ = inside_ + 2 * page;
    void* const at = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) std::abort();
    base_ = static_cast<esplanade::octet*>(at);
    first_ = base_ + page;
    allow(PROT_READ | PROT_WRITE);
    data_ = where == side::ends_at_guard ? first_ + inside_ - size : first_;
  }
  guarded_memory(const guarded_memory&) = delete;
  guarded_memory& operator=(const guarded_memory&) = delete;
  ~guarded_memory() { munmap(base_, mapped_); }

  /// PROT_READ, PROT_NONE, …
  void allow(int what) {
    if (mprotect(first_, inside_, what) != 0) std::abort();
  }
  [[nodiscard]] esplanade::octet* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_, inside_ = 0, mapped_ = 0;
  esplanade::octet* base_ = nullptr;
  esplanade::octet* first_ = nullptr;
  esplanade::octet* data_ = nullptr;
};

}  // namespace jobs
