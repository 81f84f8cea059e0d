// Crypto providers for tests: a cipher that is none, and wrappers that give a provider what hardware has: delay, reordering,
// refusals, faults. None needs a library.
//
//   mixing_crypto            scrambles and detects changes, at speed; anybody can undo it
//   nonce_probe              the same for suites with nonces of 11, 12 and 16 octets; writes down what it was given
//   delayed_crypto<C>        C, asynchronously: jobs come back late and in another order
//                            (in the order that a test asks for: lookaside.hpp)
//   out_of_place_crypto<C>   C that cannot work in place
//   contiguous_crypto<C>     C that cannot work on texts of several segments
//   failing_crypto<C>        C that fails or forges a job on request
#pragma once

#include <esplanade/testing/crypto_wrappers.hpp>
#include <esplanade/testing/mixing_crypto.hpp>
#include <esplanade/testing/nonce_probe.hpp>
