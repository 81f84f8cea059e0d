// The provider by intel-ipsec-mb, the fastest where the processor has AES-NI: one engine for each group of suites, composed as
// the profile needs. A leaf: no other header includes this one.
//
//   ipsec_mb            AES-GCM and nothing else
//   ipsec_mb_for<P>     the engines that the suites of profile P need: with GCM alone it is `ipsec_mb`
//   ipsec_mb_all        all of them
//   crypto_families<…>  those that are named
//
//   engine            suites                                                                          file
//   ipsec_mb_gcm      AES-GCM                                                                         ipsec_mb/gcm.hpp
//   ipsec_mb_gmac     AES-GMAC in ESP and AH                                                          ipsec_mb/gmac.hpp
//   ipsec_mb_burst    AES-CCM with 128 and 256 bits, ChaCha20-Poly1305; ciphers with a MAC, and AH    ipsec_mb/burst.hpp
//
// AES-CCM with 192 bits is in no engine: the library has none.
#pragma once

#include <esplanade/crypto/families.hpp>
#include <esplanade/crypto/ipsec_mb/burst.hpp>
#include <esplanade/crypto/ipsec_mb/gcm.hpp>
#include <esplanade/crypto/ipsec_mb/gmac.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_IPSEC_MB_TAG {

using ipsec_mb = ipsec_mb_gcm;

/// Every engine.
using ipsec_mb_all = crypto_families<basic_ipsec_mb_gcm, basic_ipsec_mb_gmac, basic_ipsec_mb_burst>;
static_assert(CryptoProvider<ipsec_mb_all>);

/// The engines that profile `P` needs, and no others.
template <class P>
using ipsec_mb_for = typename detail::provider_of_engines<decltype(detail::choose_engines<std::remove_cv_t<decltype(P::suites)>, detail::engine_list<>, basic_ipsec_mb_gcm,
                                                                                          basic_ipsec_mb_gmac, basic_ipsec_mb_burst>())>::type;

}  // namespace ESPLANADE_IPSEC_MB_TAG
using ESPLANADE_IPSEC_MB_TAG::ipsec_mb;
using ESPLANADE_IPSEC_MB_TAG::ipsec_mb_all;
using ESPLANADE_IPSEC_MB_TAG::ipsec_mb_burst;
using ESPLANADE_IPSEC_MB_TAG::ipsec_mb_for;
using ESPLANADE_IPSEC_MB_TAG::ipsec_mb_gcm;
using ESPLANADE_IPSEC_MB_TAG::ipsec_mb_gmac;
}  // namespace v0
}  // namespace esplanade
