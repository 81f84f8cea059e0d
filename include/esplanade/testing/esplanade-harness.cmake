# Fuzz targets and benchmarks over a configuration of one's own. Part of the component `testing`.
#
#   esplanade_add_fuzz_targets(<name> HEADER <file> CONFIGURATION <type>
#                              [LIBRARIES <target>…] [CORPUS <folder>] [PROPERTIES <property>…])
#   esplanade_add_benchmarks(<name> HEADER <file> CONFIGURATION <type> [LIBRARIES <target>…])
#
# HEADER defines CONFIGURATION, a TestConfiguration; LIBRARIES is what HEADER needs besides esplanade.
#
# Per property, the fuzz function makes
#   <name>.<property>          a fuzz target: linked with $LIB_FUZZING_ENGINE when the environment names one, else with
#                              libFuzzer when the compiler has it, else not made. Sanitizers are those of the build.
#   <name>.<property>.replay   the same property over files and folders, with any compiler and without libFuzzer
# and a ctest of the second name and the label `fuzz`, which replays CORPUS/<property> when there is such a folder, else
# CORPUS, else the inputs that the replay program makes up itself.
#
# The bench function makes the program <name>, which takes the options of Google Benchmark.

# Each of these is `template <class Configuration> int esplanade::testing::fuzz::<property>(const std::uint8_t* data,
# std::size_t size)` of esplanade/testing/fuzz_harness.hpp.
set(ESPLANADE_FUZZ_PROPERTIES
  open_never_overreads
  round_trip_at_any_cut
  cuts_do_not_matter
  window_equals_set_model
  header_walk_bounded
  resigned_inputs
  pipelines_agree
  CACHE INTERNAL "what esplanade_add_fuzz_targets makes when PROPERTIES does not choose")

# Reads the arguments that both functions share into arg_* of the caller.
macro(esplanade_harness_arguments function single multi)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADER;CONFIGURATION;${single}" "LIBRARIES;${multi}")
  if(NOT arg_HEADER OR NOT arg_CONFIGURATION OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${function}(<name> HEADER <file> CONFIGURATION <type> …): "
      "HEADER and CONFIGURATION are needed; not understood: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  get_filename_component(header "${arg_HEADER}" ABSOLUTE)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/esplanade-harness)
endmacro()

function(esplanade_add_fuzz_targets name)
  esplanade_harness_arguments(esplanade_add_fuzz_targets CORPUS PROPERTIES)
  if(NOT arg_PROPERTIES)
    set(arg_PROPERTIES ${ESPLANADE_FUZZ_PROPERTIES})
  endif()

  if(NOT DEFINED ENV{LIB_FUZZING_ENGINE})
    include(CheckCXXSourceCompiles)
    set(CMAKE_REQUIRED_FLAGS -fsanitize=fuzzer)
    set(CMAKE_REQUIRED_QUIET TRUE)
    check_cxx_source_compiles("#include <cstddef>
      extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, std::size_t);
      extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, std::size_t) { return 0; }" ESPLANADE_HAS_LIBFUZZER)
  endif()

  file(CONFIGURE OUTPUT ${generated}/replay.cpp @ONLY CONTENT [[
#include <esplanade/testing/replay_main.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) { return esplanade::testing::replay_main(argc, argv, LLVMFuzzerTestOneInput); }
]])

  foreach(property IN LISTS arg_PROPERTIES)
    set(target ${name}.${property})
    set(entry ${generated}/${target}.cpp)
    file(CONFIGURE OUTPUT ${entry} @ONLY CONTENT [[
#include "@header@"

#include <esplanade/testing/fuzz_harness.hpp>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return esplanade::testing::fuzz::@property@<@arg_CONFIGURATION@>(data, size);
}
]])

    add_executable(${target}.replay ${entry} ${generated}/replay.cpp)
    target_link_libraries(${target}.replay PRIVATE esplanade::testing ${arg_LIBRARIES})

    if(DEFINED ENV{LIB_FUZZING_ENGINE})
      add_executable(${target} ${entry})
      target_link_libraries(${target} PRIVATE esplanade::testing ${arg_LIBRARIES} $ENV{LIB_FUZZING_ENGINE})
    elseif(ESPLANADE_HAS_LIBFUZZER)
      add_executable(${target} ${entry})
      target_link_libraries(${target} PRIVATE esplanade::testing ${arg_LIBRARIES})
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer)
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    endif()

    set(inputs "")
    if(arg_CORPUS)
      get_filename_component(inputs "${arg_CORPUS}" ABSOLUTE)
      if(IS_DIRECTORY ${inputs}/${property})
        set(inputs ${inputs}/${property})
      endif()
    endif()
    add_test(NAME ${target}.replay COMMAND ${target}.replay ${inputs})
    set_tests_properties(${target}.replay PROPERTIES LABELS fuzz)
  endforeach()
endfunction()

function(esplanade_add_benchmarks name)
  esplanade_harness_arguments(esplanade_add_benchmarks "" "")
  find_package(benchmark QUIET)
  if(NOT TARGET benchmark::benchmark)
    message(FATAL_ERROR "esplanade_add_benchmarks(${name}) needs Google Benchmark (Debian: libbenchmark-dev)")
  endif()
  file(CONFIGURE OUTPUT ${generated}/${name}.cpp @ONLY CONTENT [[
#include "@header@"

#include <esplanade/testing/bench_harness.hpp>

#include <benchmark/benchmark.h>

int main(int argc, char** argv) {
  esplanade::testing::bench::register_all<@arg_CONFIGURATION@>("@name@");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
]])
  add_executable(${name} ${generated}/${name}.cpp)
  target_link_libraries(${name} PRIVATE esplanade::testing benchmark::benchmark ${arg_LIBRARIES})
endfunction()
