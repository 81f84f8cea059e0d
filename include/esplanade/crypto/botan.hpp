// The provider for everyone who has Botan: one engine for each group of suites, composed as the profile needs. A leaf: no other
// header includes this one.
//
//   botan             AES-GCM and nothing else
//   botan_for<P>      the engines that the suites of profile P need: with GCM alone it is `botan`
//   botan_all         all of them
//   crypto_families<…> those that are named
//
//   engine                     suites                                            file
//   botan_gcm                  AES-GCM                                           botan/gcm.hpp
//   botan_gmac                 AES-GMAC in ESP and AH                            botan/gmac.hpp
//   botan_ccm                  AES-CCM                                           botan/ccm.hpp
//   botan_chacha20_poly1305    ChaCha20-Poly1305                                 botan/chacha20_poly1305.hpp
//   botan_cipher_mac           AES-CBC, AES-CTR, NULL and AH with a MAC          botan/cipher_mac.hpp
//   botan_legacy               what has DES, 3DES or MD5                         botan/cipher_mac.hpp
//   botan_aead                 AES-GCM by Botan's public AEAD, slower            botan/aead.hpp
//
// With Botan 3, `botan` is botan_aead and there is no GMAC, because GHASH is not public there. Botan 3 is untested.
#pragma once

#include <esplanade/crypto/botan/aead.hpp>
#include <esplanade/crypto/botan/ccm.hpp>
#include <esplanade/crypto/botan/chacha20_poly1305.hpp>
#include <esplanade/crypto/botan/cipher_mac.hpp>
#include <esplanade/crypto/botan/gcm.hpp>
#include <esplanade/crypto/botan/gmac.hpp>
#include <esplanade/crypto/botan/random.hpp>
#include <esplanade/crypto/families.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

#if BOTAN_VERSION_MAJOR >= 3
using botan = botan_aead;
#else
using botan = botan_gcm;

/// Every engine.
using botan_all = crypto_families<basic_botan_gcm, basic_botan_gmac, basic_botan_ccm, basic_botan_chacha20_poly1305, botan_cipher_mac_engine, botan_legacy_engine>;
static_assert(CryptoProvider<botan_all>);

/// The engines that profile `P` needs, and no others.
template <class P>
using botan_for = typename detail::provider_of_engines<decltype(detail::choose_engines<std::remove_cv_t<decltype(P::suites)>, detail::engine_list<>, basic_botan_gcm, basic_botan_gmac, basic_botan_ccm,
                                                                       basic_botan_chacha20_poly1305, botan_cipher_mac_engine, botan_legacy_engine>())>::type;
#endif

}  // namespace ESPLANADE_BOTAN_TAG
using ESPLANADE_BOTAN_TAG::botan;
using ESPLANADE_BOTAN_TAG::botan_aead;
using ESPLANADE_BOTAN_TAG::botan_ccm;
using ESPLANADE_BOTAN_TAG::botan_chacha20_poly1305;
using ESPLANADE_BOTAN_TAG::botan_cipher_mac;
using ESPLANADE_BOTAN_TAG::botan_legacy;
using ESPLANADE_BOTAN_TAG::botan_random;
#if BOTAN_VERSION_MAJOR < 3
using ESPLANADE_BOTAN_TAG::botan_all;
using ESPLANADE_BOTAN_TAG::botan_for;
using ESPLANADE_BOTAN_TAG::botan_gcm;
using ESPLANADE_BOTAN_TAG::botan_gmac;
#endif
}  // namespace v0
}  // namespace esplanade
