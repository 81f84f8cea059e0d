// Files that are there when a run is through, and not before.
#pragma once

#include <cstdio>
#include <filesystem>
#include <vector>

namespace capture_tunnel {

/// The folder that a run writes to. What of it had to be made is removed again, unless `keep` was called.
class output_folder {
 public:
  explicit output_folder(const std::filesystem::path& folder);
  output_folder(const output_folder&) = delete;
  output_folder& operator=(const output_folder&) = delete;
  ~output_folder();
  void keep() { made_.clear(); }

 private:
  std::vector<std::filesystem::path> made_;  // outermost first
};

/// A file that is written under another name beside its own and renamed by `keep`; removed when that was never called.
///   Errors   refusal, also for a name that is there and no regular file
class output_file {
 public:
  /// `mode` are its permissions, less the umask.
  output_file(std::filesystem::path name, unsigned mode);
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  ~output_file();

  /// The stream to write through. It is handed over: whoever takes it closes it.
  [[nodiscard]] std::FILE* take_stream();
  /// Where the octets are until `keep`.
  [[nodiscard]] const std::filesystem::path& written_to() const { return temporary_; }
  [[nodiscard]] const std::filesystem::path& name() const { return name_; }
  void keep();

 private:
  std::filesystem::path name_, temporary_;
  std::FILE* stream_ = nullptr;
  bool kept_ = false;
};

}  // namespace capture_tunnel
