// The properties that a fuzzer tries to break in a configuration of one's own. Each is a function of an input, deterministic and
// without a memory: `fuzz::open_never_overreads<my_configuration>(data, size)` returns 0, or calls `fuzz::failed` and is over.
//
//   open_never_overreads      nothing is read beyond a packet, nothing is delivered that was not sealed
//   round_trip_at_any_cut     what goes out comes back, and is what the RFCs say
//   cuts_do_not_matter        where a packet is cut changes nothing
//   window_equals_set_model   the replay window answers as a set of numbers does
//   header_walk_bounded       walking headers and options costs bounded work
//   resigned_inputs           what lies behind a correct ICV
//   pipelines_agree           two pipelines composed differently agree
//   reassembly_like_octets    IP reassembly says what octets in a map say (by name only; the same for every configuration)
//   aggregation_round_trip    IP-TFS payloads hold what was put into them, and give it back (likewise)
//   nbl_operations            buffer lists leave what octets in vectors say, and take back what they took (by name only; likewise)
//   large_sends               segments are what a plain reading of their template says (likewise)
//   oob_words                 a NIC takes any word beside any frame (by name only; for profiles with esp_aes_gcm_16<128>)
//   sa_records                a NIC does what a plain reading of SA records says (likewise)
//   ah_like_a_plain_reading   AH covers what RFC 4302 says (by name only; for profiles whose suites are all of AH)
//   offload_differential      a host and its NIC are an inline datapath (by name only; for suites that a NIC has names for, nothing drawn)
//   offload_records           records of offload configuration say what their octets say (by name only; the same for every one)
//   v1_requests               requests of version 1 likewise, and nothing is left that nobody answers for (likewise)
//
// esplanade_add_fuzz_targets (esplanade-harness.cmake) makes a fuzz target and a replay program of each. What is run is
// `fuzz_configuration_of<Configuration>`. Its lanes are esplanade::lane, its profile has one level; properties that put the list
// in another shape (header_walk_bounded, pipelines_agree) need stages that are templates over the context.
#pragma once

#include <esplanade/testing/fuzz/aggregation_round_trip.hpp>
#include <esplanade/testing/fuzz/ah_like_a_plain_reading.hpp>
#include <esplanade/testing/fuzz/cuts_do_not_matter.hpp>
#include <esplanade/testing/fuzz/header_walk_bounded.hpp>
#include <esplanade/testing/fuzz/offload_differential.hpp>
#include <esplanade/testing/fuzz/offload_records.hpp>
#include <esplanade/testing/fuzz/large_sends.hpp>
#include <esplanade/testing/fuzz/nbl_operations.hpp>
#include <esplanade/testing/fuzz/oob_words.hpp>
#include <esplanade/testing/fuzz/open_never_overreads.hpp>
#include <esplanade/testing/fuzz/pipelines_agree.hpp>
#include <esplanade/testing/fuzz/reassembly_like_octets.hpp>
#include <esplanade/testing/fuzz/resigned_inputs.hpp>
#include <esplanade/testing/fuzz/round_trip_at_any_cut.hpp>
#include <esplanade/testing/fuzz/sa_records.hpp>
#include <esplanade/testing/fuzz/v1_requests.hpp>
#include <esplanade/testing/fuzz/window_equals_set_model.hpp>
