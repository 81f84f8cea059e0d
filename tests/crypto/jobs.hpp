// Jobs with memory of their own, for the tests of this room.
#pragma once

#include <esplanade/crypto/provider.hpp>
#include <esplanade/testing/seeded.hpp>

#include <string_view>
#include <vector>

namespace jobs {

using namespace esplanade;
using bytes = std::vector<octet>;

inline bytes hex(std::string_view digits) {
  const auto value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); };
  bytes all;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) all.push_back(static_cast<octet>(value(digits[i]) << 4 | value(digits[i + 1])));
  return all;
}
inline bytes random_bytes(std::size_t size, std::uint64_t seed) {
  testing::seeded numbers{seed};
  bytes all(size);
  for (octet& o : all) o = static_cast<octet>(numbers.next());
  return all;
}

/// What one packet's job is made of.
struct task {
  bytes nonce;  ///< salt and IV
  bytes aad;
  bytes text;
  bytes icv;    ///< of the size it shall have
};

/// A job that points to `at` for its text, in place, and to memory given for the rest; `piece` is its list of segments.
inline void fill(job& j, std::uint32_t schedule, const bytes& nonce, const octet* aad, std::size_t aad_size, const segment& piece, octet* icv,
                 std::size_t icv_size) {
  j.source = j.destination = &piece;
  j.segments = 1;
  j.length = static_cast<std::uint32_t>(piece.size);
  j.schedule = schedule;
  j.aad = aad;
  j.aad_length = static_cast<std::uint16_t>(aad_size);
  j.icv = icv;
  j.icv_length = static_cast<std::uint8_t>(icv_size);
  j.salt_length = 4;
  j.iv_length = static_cast<std::uint8_t>(nonce.size() - 4);
  for (std::size_t i = 0; i < 4; ++i) j.salt_memory[i] = nonce[i];
  for (std::size_t i = 4; i < nonce.size(); ++i) j.iv_memory[i - 4] = nonce[i];
}

/// A job of any suite over memory given for its pieces, in place; salt, IV and appended octets are zeros.
inline job job_over(const suite_sizes& sizes, std::uint32_t schedule, const segment& piece, octet* icv, const octet* aad, std::size_t aad_size) {
  job j;
  j.source = j.destination = &piece;
  j.length = static_cast<std::uint32_t>(piece.size);
  j.schedule = schedule;
  j.icv = icv;
  j.icv_length = sizes.icv;
  j.aad = aad;
  j.aad_length = static_cast<std::uint16_t>(aad_size);
  j.salt_length = sizes.salt;
  j.iv_length = static_cast<std::uint8_t>(sizes.iv + sizes.implicit_iv);
  return j;
}

/// Runs one task in place through a provider; text and ICV are what it left.
template <class C, class Call> job_status run(task& t, std::uint32_t schedule, Call call) {
  const segment piece{t.text.data(), t.text.size()};
  job j;
  fill(j, schedule, t.nonce, t.aad.data(), t.aad.size(), piece, t.icv.data(), t.icv.size());
  job* const list[] = {&j};
  call(job_list(list));
  return j.status;
}
template <class C> job_status seal(C& provider, typename C::workspace& w, std::uint32_t schedule, task& t) {
  return run<C>(t, schedule, [&](job_list list) { provider.seal(w, list); });
}
template <class C> job_status open(C& provider, typename C::workspace& w, std::uint32_t schedule, task& t, on_forged mode = on_forged::scrub) {
  return run<C>(t, schedule, [&](job_list list) { provider.open(w, list, mode); });
}

}  // namespace jobs
