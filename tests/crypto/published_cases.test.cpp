// Wycheproof's AES-GCM cases through the providers: C2SP/wycheproof, testvectors_v1/aes_gcm_test.json (Apache-2.0). The file is
// not part of this repository; the environment variable ESPLANADE_VECTORS names the folder that has it below third-party.
#include "crypto/gcm_reference.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace esplanade;

TEST_CASE_TEMPLATE("gcm: answers Wycheproof's AES-GCM cases as they say [class 26, 29] [row 1, 2]", C, GCM_PROVIDERS) {
  const char* folder = std::getenv("ESPLANADE_VECTORS");
  if (folder == nullptr) {
    std::printf("%s: 316 cases of Wycheproof skipped: ESPLANADE_VECTORS is not set\n", C::name);
    return;
  }
  const std::string path = std::string(folder) + "/third-party/wycheproof/aes_gcm_test.json";
  std::ifstream file(path);
  REQUIRE_MESSAGE(file.good(), path);
  const nlohmann::json all = nlohmann::json::parse(file);

  C provider;
  typename C::workspace w;
  std::size_t valid = 0, invalid = 0, other_sizes = 0;
  for (const auto& group : all.at("testGroups")) {
    // ESP's nonce has 96 bits and its longest ICV 128 (RFC 4106 4 and 6); the provider has no other.
    const bool ours = group.at("ivSize") == 96 && group.at("tagSize") == 128;
    for (const auto& one : group.at("tests")) {
      if (!ours) {
        ++other_sizes;
        continue;
      }
      const int number = one.at("tcId");
      CAPTURE(number);
      const auto octets_of = [&one](const char* field) { return jobs::hex(one.at(field).get<std::string>()); };
      suite_sizes suite = esp_aes_gcm_16<128>::sizes;
      suite.key = static_cast<std::uint8_t>(octets_of("key").size());
      const result<std::uint32_t> schedule = provider.add_key(suite, octets_of("key"));
      REQUIRE(schedule);
      jobs::task sealed{octets_of("iv"), octets_of("aad"), octets_of("ct"), octets_of("tag")};
      const bool good = one.at("result") == "valid";
      const jobs::bytes ciphertext = sealed.text;
      CHECK(jobs::open(provider, w, *schedule, sealed, on_forged::restore) == (good ? job_status::done : job_status::forged));
      CHECK(sealed.text == (good ? octets_of("msg") : ciphertext));
      if (good) {
        jobs::task plain{octets_of("iv"), octets_of("aad"), octets_of("msg"), jobs::bytes(16)};
        CHECK(jobs::seal(provider, w, *schedule, plain) == job_status::done);
        CHECK(plain.text == ciphertext);
        CHECK(plain.icv == octets_of("tag"));
      }
      ++(good ? valid : invalid);
      provider.remove_key(*schedule);
    }
  }
  CHECK(valid > 100);
  CHECK(invalid > 50);
  std::printf("%s: %zu valid and %zu invalid cases of Wycheproof, %zu with other nonces or ICVs skipped\n", C::name, valid, invalid, other_sizes);
}
