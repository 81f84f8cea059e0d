// Host and NICs are a datapath whatever numbers, windows, limits and trust a profile has, cut anywhere.
#include "support/offload_walks.hpp"

#include <filesystem>
#include <set>

using namespace offload_walks;

TEST_CASE("differential: every form of numbers and of trust in the examples, over every NIC") {
  walk<gcm128_esn, chain>("gcm128-esn");
  walk<gcm128_window64, flat>("gcm128-window64");
  walk<gcm_any, flat>("gcm-any");
  walk<gcm128_verified, flat>("gcm128-verified");
}

TEST_CASE("differential: every suite that a NIC has, believed or verified, over every NIC [class 28]") {
  walk<of_each, flat>("of-each");
  walk<of_each_verified, chain>("of-each-verified");
}

TEST_CASE("differential: limits, time, events and reasons are those of the datapath") { walk<limited, chain>("limited"); }

TEST_CASE("differential: no profile of the examples is left out") {
  const std::filesystem::path tests = std::filesystem::path(__FILE__).parent_path().parent_path();
  std::string all;
  for (const char* part : {"ciphers", "macs", "modes", "numbers"}) {
    std::FILE* const file = std::fopen((tests / "offload" / (std::string("differential_") + part + ".test.cpp")).c_str(), "rb");
    REQUIRE(file != nullptr);
    char text[8192];
    all.append(text, std::fread(text, 1, sizeof text, file));
    std::fclose(file);
  }
  for (const auto& entry : std::filesystem::directory_iterator(tests.parent_path() / "examples" / "capture_tunnel" / "profiles")) {
    if (entry.path().extension() != ".cpp") continue;
    std::string name = entry.path().stem().string();
    std::replace(name.begin(), name.end(), '_', '-');
    const char* const inline_only[] = {"gmac128-wesp", "gcm128-beet", "gcm128-tfc", "gcm128-iptfs"};  // no device has a share in them
    if (std::find(std::begin(inline_only), std::end(inline_only), name) != std::end(inline_only)) continue;
    CHECK_MESSAGE(all.find('"' + name + '"') != std::string::npos, name);
  }
}
