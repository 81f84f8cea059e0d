// Secrets, and where in all that this process may write they still stand.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/base/wipe.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_SEES_ALL __attribute__((noinline, no_sanitize("address", "undefined")))
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEMORY_SEES_ALL __attribute__((noinline, no_sanitize("address", "undefined")))
#endif
#endif
#ifndef MEMORY_SEES_ALL
#define MEMORY_SEES_ALL __attribute__((noinline))
#endif

namespace memory {

using esplanade::octet;

/// 16 octets of a secret, kept so that they are not found here.
struct needle {
  static constexpr std::size_t size = 16;
  static constexpr octet mask = 0x5a;
  std::array<octet, size> masked{};
  std::size_t group = 0;   ///< whose it is: of several forms of a secret one will do
};

/// Secrets by group.
class haystack {
 public:
  /// A new group, with the words that name it. `must_be_kept` says that whoever has the secret keeps one of its forms.
  void name(std::string words, bool must_be_kept = true) {
    names_.push_back(static_cast<std::string&&>(words));
    kept_.push_back(must_be_kept);
  }
  /// 16 octets at `at`, every one crossed with `with`, for the last group.
  void add(const octet* at, octet with = 0) {
    needle n;
    for (std::size_t i = 0; i < needle::size; ++i) n.masked[i] = static_cast<octet>(at[i] ^ with ^ needle::mask);
    n.group = names_.size() - 1;
    needles_.push_back(n);
  }
  /// Both ends of a secret of 16 octets or more.
  void add_ends(const octet* at, std::size_t size, octet with = 0) {
    add(at, with);
    if (size > needle::size) add(at + size - needle::size, with);
  }
  [[nodiscard]] std::size_t size() const { return names_.size(); }

  /// The groups of which something stands in writable memory, each with a place.
  std::vector<std::string> found() { return look(true); }
  /// The groups that must be kept and of which nothing does.
  std::vector<std::string> missing() { return look(false); }

 private:
  std::vector<std::string> look(bool want_found) {
    for (std::uint16_t& entry : starts_) entry = 0;
    std::vector<std::uint16_t> next(needles_.size() + 1);
    for (std::size_t i = 0; i < needles_.size(); ++i) {
      std::uint16_t& entry = starts_[start_of(needles_[i].masked.data())];
      next[i + 1] = entry;
      entry = static_cast<std::uint16_t>(i + 1);
    }
    std::vector<std::string> where(names_.size());
    if (std::FILE* const maps = std::fopen("/proc/self/maps", "r")) {
      char line[512];
      while (std::fgets(line, sizeof line, maps) != nullptr) {
        unsigned long from = 0, to = 0;
        char rights[8] = {}, name[256] = {};
        if (std::sscanf(line, "%lx-%lx %7s %*s %*s %*s %255s", &from, &to, rights, name) < 3) continue;
        constexpr unsigned long most = 1ul << 30;  // what is larger is a sanitizer's
        if (rights[0] != 'r' || rights[1] != 'w' || to - from > most || std::string(name) == "[vvar]") continue;
        search(reinterpret_cast<const octet*>(from), to - from, next, name, where);
      }
      std::fclose(maps);
    }
    std::vector<std::string> all;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (want_found && !where[i].empty()) all.push_back(names_[i] + " in " + where[i]);
      if (!want_found && where[i].empty() && kept_[i]) all.push_back(names_[i]);
    }
    return all;
  }
  static std::size_t start_of(const octet* masked) { return static_cast<std::size_t>(masked[0]) << 8 | masked[1]; }

  MEMORY_SEES_ALL void search(const octet* at, std::size_t size, const std::vector<std::uint16_t>& next, const char* name, std::vector<std::string>& where) {
    const std::uint16_t* const starts = starts_.data();
    const needle* const needles = needles_.data();
    for (std::size_t i = 0; i + needle::size <= size; ++i) {
      std::uint16_t which = starts[static_cast<std::size_t>(at[i] ^ needle::mask) << 8 | static_cast<std::size_t>(at[i + 1] ^ needle::mask)];
      while (which != 0) {
        const needle& n = needles[which - 1];
        std::size_t same = 0;
        while (same < needle::size && (at[i + same] ^ needle::mask) == n.masked.data()[same]) ++same;
        if (same == needle::size && where[n.group].empty()) where[n.group] = *name != 0 ? name : "anonymous memory";
        which = next[which];
      }
    }
  }

  std::vector<needle> needles_;
  std::vector<std::string> names_;
  std::vector<bool> kept_;
  std::array<std::uint16_t, 65536> starts_{};
};

/// Leaves nothing of what functions before it had on the stack.
[[gnu::noinline]] inline void clear_stack() {
  octet room[65536];
  esplanade::wipe(room, sizeof room);
}

}  // namespace memory
