// The ciphers that are measured: Botan, and intel-ipsec-mb where it is.
#pragma once

#include <esplanade/crypto/botan.hpp>
#include <esplanade/crypto/null.hpp>
#ifdef BENCH_IPSEC_MB
#include <esplanade/crypto/ipsec_mb.hpp>
#endif

namespace bench {

template <class> inline constexpr const char* name_of = nullptr;
template <> inline constexpr const char* name_of<esplanade::null_crypto> = "null";
template <> inline constexpr const char* name_of<esplanade::botan> = "botan";
#ifdef BENCH_IPSEC_MB
template <> inline constexpr const char* name_of<esplanade::ipsec_mb> = "ipsec_mb";
#endif

/// Calls `visit.template operator()<Crypto>()` for each cipher there is.
template <class Visit> void for_each_cipher(Visit visit) {
#ifdef BENCH_IPSEC_MB
  visit.template operator()<esplanade::ipsec_mb>();
#endif
  visit.template operator()<esplanade::botan>();
}

}  // namespace bench
