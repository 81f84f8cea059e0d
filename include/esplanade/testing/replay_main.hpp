// Runs a fuzz property over files and folders without libFuzzer: for ctest, gdb, valgrind and every compiler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The entry point of a fuzz target, as libFuzzer calls it.
using fuzz_entry = int (*)(const std::uint8_t* data, std::size_t size);

namespace detail {

/// One run over a copy in a heap block of exactly the input's size, so that a sanitizer sees an over-read of one octet.
inline void replay_input(const std::vector<char>& input, fuzz_entry entry) {
  const std::unique_ptr<std::uint8_t[]> exact{new std::uint8_t[input.size()]};
  for (std::size_t i = 0; i < input.size(); ++i) exact[i] = static_cast<std::uint8_t>(input[i]);
  entry(exact.get(), input.size());
}

/// False, with a sentence on stderr, when the file cannot be read.
inline bool replay_file(const std::filesystem::path& file, fuzz_entry entry) {
  std::ifstream in{file, std::ios::binary};
  const std::vector<char> input{std::istreambuf_iterator<char>{in}, {}};
  if (!in) {
    std::fprintf(stderr, "%s: cannot be read\n", file.string().c_str());
    return false;
  }
  replay_input(input, entry);
  return true;
}

/// Inputs for a property that has no corpus yet: no octets, equal octets, and octets of a fixed generator.
inline std::size_t replay_made_up(fuzz_entry entry) {
  std::size_t runs = 0;
  std::uint32_t state = 1;
  for (const std::size_t size : {0U, 1U, 2U, 3U, 7U, 8U, 20U, 28U, 40U, 64U, 127U, 256U, 1500U, 4096U}) {
    for (const int fill : {0x00, 0xff, -1, -1, -1, -1}) {
      std::vector<char> input(size);
      for (char& octet : input) {
        state = state * 1664525U + 1013904223U;
        octet = static_cast<char>(fill >= 0 ? fill : static_cast<int>(state >> 24));
      }
      replay_input(input, entry);
      ++runs;
    }
  }
  return runs;
}

}  // namespace detail

/// Runs `entry` over each file named, over each file below each folder named, or over made-up inputs when none is named.
///   Errors   2 when a file or folder cannot be read or holds no input. A broken property ends the process itself.
inline int replay_main(int argc, char** argv, fuzz_entry entry) {
  namespace fs = std::filesystem;
  std::size_t runs = argc < 2 ? detail::replay_made_up(entry) : 0;
  for (int i = 1; i < argc; ++i) {
    const fs::path named{argv[i]};
    const std::size_t before = runs;
    std::error_code why;
    if (fs::is_directory(named, why)) {
      for (const fs::directory_entry& found : fs::recursive_directory_iterator{named, why}) {
        if (!found.is_regular_file(why)) continue;
        if (!detail::replay_file(found.path(), entry)) return 2;
        ++runs;
      }
    } else {
      if (!detail::replay_file(named, entry)) return 2;
      ++runs;
    }
    if (runs == before) {
      std::fprintf(stderr, "%s: holds no input\n", argv[i]);
      return 2;
    }
  }
  std::printf("%zu inputs replayed\n", runs);
  return 0;
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
