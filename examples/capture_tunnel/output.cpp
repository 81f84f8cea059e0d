#include "output.hpp"

#include "refusal.hpp"

#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace capture_tunnel {

namespace fs = std::filesystem;

output_folder::output_folder(const fs::path& folder) {
  if (folder.empty()) throw refusal("--out needs the name of a folder");
  std::error_code problem;
  const fs::path whole = fs::absolute(folder).lexically_normal();
  fs::path so_far;
  for (const fs::path& part : whole) {
    if (part.empty()) continue;  // behind a last slash
    so_far /= part;
    if (fs::is_directory(so_far, problem)) continue;
    if (!fs::create_directory(so_far, problem)) {
      const std::string words = problem ? problem.message() : "it is there and no folder";
      for (auto made = made_.rbegin(); made != made_.rend(); ++made) fs::remove(*made, problem);
      throw refusal("cannot make the folder {}: {}", folder.string(), words);
    }
    made_.push_back(so_far);
  }
}

output_folder::~output_folder() {
  std::error_code ignored;  // a folder that somebody else put something in stays
  for (auto made = made_.rbegin(); made != made_.rend(); ++made) fs::remove(*made, ignored);
}

output_file::output_file(fs::path name, unsigned mode) : name_(std::move(name)) {
  std::error_code ignored;
  const fs::file_type there = fs::symlink_status(name_, ignored).type();
  if (there != fs::file_type::not_found && there != fs::file_type::regular && there != fs::file_type::none)
    throw refusal("cannot write {}: it is there and no regular file", name_.string());
  temporary_ = name_;
  temporary_ += fmt::format(".{}.part", ::getpid());
  const int file = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, static_cast<mode_t>(mode));
  if (file >= 0) stream_ = ::fdopen(file, "wb");
  if (stream_ == nullptr) throw refusal("cannot write {}: {}", name_.string(), std::strerror(errno));
}

output_file::~output_file() {
  if (stream_ != nullptr) std::fclose(stream_);
  std::error_code ignored;
  if (!kept_) fs::remove(temporary_, ignored);
}

std::FILE* output_file::take_stream() { return std::exchange(stream_, nullptr); }

void output_file::keep() {
  std::error_code problem;
  fs::rename(temporary_, name_, problem);
  if (problem) throw refusal("cannot write {}: {}", name_.string(), problem.message());
  kept_ = true;
}

}  // namespace capture_tunnel
