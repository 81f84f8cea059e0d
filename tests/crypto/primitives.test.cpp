// Known answers of Wycheproof, NIST, Linux, strongSwan and VPP through the provider that has every suite. The files are not part
// of this repository; the environment variable ESPLANADE_VECTORS names the folder that has them below third-party.
#include "crypto/primitives.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/botan.hpp>

#include <cstdio>
#include <memory>

using namespace esplanade;
using jobs::answers;
using jobs::bytes;
using jobs::hex;
using jobs::primitive;
using json = nlohmann::json;

namespace {

class runner {
 public:
  void operator()(primitive p) { jobs::run_primitive(*provider_, *w_, std::move(p), all_); }
  /// With a MAC that `name` names, over `text`.
  void mac(const std::string& name, const std::string& id, bytes key, bytes text, bytes icv, bool valid = true) {
    const auto is = [&]<class Mac>() { (*this)({id, esp_null<Mac>::sizes, {}, key, {}, {}, text, text, icv, valid}); };
    if (name == "sha1") is.operator()<hmac_sha1_96>();
    else if (name == "sha256") is.operator()<hmac_sha2_256_128>();
    else if (name == "sha384") is.operator()<hmac_sha2_384_192>();
    else if (name == "sha512") is.operator()<hmac_sha2_512_256>();
    else if (name == "md5") is.operator()<legacy::hmac_md5_96>();
    else if (name == "cmac") is.operator()<aes_cmac_96>();
    else if (name == "xcbc") is.operator()<aes_xcbc_96>();
    else ++all_.other_sizes[name];
  }
  void say(const char* source, std::size_t at_least) {
    std::string skipped;
    for (const auto& [what, count] : all_.other_sizes) skipped += (skipped.empty() ? "; of sizes ESP does not have: " : ", ") + std::to_string(count) + " " + what;
    std::printf("botan: %s: %zu sealed, %zu opened, %zu refused%s\n", source, all_.sealed, all_.opened, all_.forged, skipped.c_str());
    for (const std::string& one : all_.wrong) FAIL_CHECK(one);
    CHECK(all_.opened + all_.forged >= at_least);
  }
  void skip(const char* what) { ++all_.other_sizes[what]; }

 private:
  std::unique_ptr<botan_all> provider_ = std::make_unique<botan_all>(4);
  std::unique_ptr<botan_all::workspace> w_ = std::make_unique<botan_all::workspace>();
  answers all_;
};

json parsed(const std::string& path) {
  const std::string text = jobs::read_file(path);
  REQUIRE_MESSAGE(!text.empty(), path);
  return json::parse(text);
}
bytes field(const json& from, const char* name) {
  const auto found = from.find(name);
  return found == from.end() || found->is_null() ? bytes{} : hex(found->get<std::string>());
}
/// A number, or its digits; 0 where there is none.
std::size_t number_of(const json& from, const char* name) {
  const auto found = from.find(name);
  if (found == from.end() || found->is_null()) return 0;
  return found->is_string() ? static_cast<std::size_t>(std::atoi(found->get<std::string>().c_str())) : found->get<std::size_t>();
}
std::string id_of(const char* file, const json& one) { return std::string(file) + " " + one.at("tcId").dump(); }

#define WITH_VECTORS(folder)                                     \
  const auto found = jobs::third_party();                        \
  if (!found) {                                                  \
    std::puts("botan: skipped: ESPLANADE_VECTORS is not set");   \
    return;                                                      \
  }                                                              \
  const std::string folder = *found

}  // namespace

TEST_CASE("primitives: Wycheproof's AEADs [class 29]") {
  WITH_VECTORS(folder);
  for (const char* name : {"aes_ccm", "chacha20_poly1305", "aes_gcm"}) {
    runner run;
    const json all = parsed(folder + "wycheproof/" + name + "_test.json");
    for (const json& group : all.at("testGroups"))
      for (const json& one : group.at("tests")) {
        const bytes key = field(one, "key"), tag = field(one, "tag");
        const std::size_t icv = tag.size() == 8 || tag.size() == 12 ? tag.size() : 16;
        const suite_sizes suite = name[0] == 'c' ? esp_chacha20_poly1305::sizes : name[4] == 'c' ? jobs::ccm_of(key.size(), icv) : jobs::gcm_of(key.size(), icv);
        if (group.at("tagSize").get<unsigned>() != 8 * tag.size() && one.at("result") == "valid") FAIL("a tag of another size");
        if (tag.size() > 16) run.skip("ICV");
        else run({id_of(name, one), suite, key, {}, field(one, "iv"), field(one, "aad"), field(one, "msg"), field(one, "ct"), tag, one.at("result") == "valid"});
      }
    run.say((std::string("Wycheproof ") + name).c_str(), 18);
  }
}

TEST_CASE("primitives: Wycheproof's MACs and CBC [class 29]") {
  WITH_VECTORS(folder);
  const auto file = [&](const char* name) { return parsed(folder + "wycheproof/" + name + "_test.json"); };
  for (const char* name : {"aes_cmac", "hmac_sha1", "hmac_sha256", "hmac_sha384", "hmac_sha512"}) {
    runner run;
    const json all = file(name);
    for (const json& group : all.at("testGroups"))
      for (const json& one : group.at("tests"))
        run.mac(name[0] == 'a' ? "cmac" : name + 5, id_of(name, one), field(one, "key"), field(one, "msg"), field(one, "tag"), one.at("result") == "valid");
    run.say((std::string("Wycheproof ") + name).c_str(), 50);
  }
  {
    runner run;
    const json all = file("aes_gmac");
    for (const json& group : all.at("testGroups"))
      for (const json& one : group.at("tests")) {
        const bytes key = field(one, "key"), text = field(one, "msg");
        run({id_of("aes_gmac", one), jobs::gmac_of(key.size()), key, {}, field(one, "iv"), {}, text, text, field(one, "tag"), one.at("result") == "valid"});
      }
    run.say("Wycheproof aes_gmac", 200);
  }
  runner run;
  const json all = file("aes_cbc_pkcs5");
  for (const json& group : all.at("testGroups"))
    for (const json& one : group.at("tests")) {
      if (one.at("result") != "valid") {
        run.skip("padding that is not ESP's");
        continue;
      }
      const bytes key = field(one, "key");
      bytes text = field(one, "msg");
      const std::size_t pad = 16 - text.size() % 16;
      text.insert(text.end(), pad, static_cast<octet>(pad));
      run({id_of("aes_cbc_pkcs5", one), jobs::cbc_of(key.size()), key, {}, field(one, "iv"), {}, text, field(one, "ct"), {}});
    }
  run.say("Wycheproof aes_cbc_pkcs5", 60);
}

TEST_CASE("primitives: Linux's testmgr [class 29]") {
  WITH_VECTORS(folder);
  runner run;
  const json all = parsed(folder + "linux_testmgr/testmgr_ipsec.json");
  for (const json& group : all.at("groups")) {
    const std::string name = group.at("name");
    const auto is = [&](const char* begins) { return name.rfind(begins, 0) == 0; };
    for (const json& one : group.at("cases")) {
      const std::string id = name + " " + one.at("n").dump();
      bytes key = field(one, "key");
      if (group.at("kind") == "mac") {
        run.mac(is("aes_cmac") ? "cmac" : is("aes_xcbc") ? "xcbc" : name.substr(5, name.find('_', 5) - 5), id, key, field(one, "msg"), field(one, "mac"));
        continue;
      }
      if (group.at("kind") == "cipher") {
        bytes nonce = field(one, "iv");
        if (is("aes_ctr")) {
          const bytes salt = jobs::take_back(key, 4);
          nonce.insert(nonce.begin(), salt.begin(), salt.end());
        }
        run({id, is("aes_ctr") ? jobs::ctr_of(key.size()) : jobs::cbc_of(key.size()), key, {}, nonce, {}, field(one, "pt"), field(one, "ct"), {}});
        continue;
      }
      const auto number = [&](const char* name_of_it) { return number_of(one, name_of_it); };
      if (number("setkey_error") != 0 || number("setauthsize_error") != 0 || number("crypt_error") != 0) {
        run.skip("error of their interface");
        continue;
      }
      bytes sealed = field(one, "ct_tag"), aad = field(one, "aad"), nonce = field(one, "iv");
      const std::size_t tag = number("tag_len");
      if (sealed.size() < tag) {
        run.skip("without a tag");
        continue;
      }
      const bytes icv = jobs::take_back(sealed, tag);
      primitive p{id, {}, {}, {}, nonce, aad, field(one, "pt"), sealed, icv, number("novrfy") == 0};
      if (is("hmac_")) {  // a length of the cipher's key, the MAC's key, the cipher's key
        const std::size_t cipher = static_cast<std::size_t>(key.at(6) << 8 | key.at(7));
        key.erase(key.begin(), key.begin() + 8);
        p.cipher_key = jobs::take_back(key, cipher);
        p.mac_key = key;
        const suite_sizes alone = name.find("aes_cbc") != std::string::npos ? jobs::cbc_of(cipher) : name.find("des3") != std::string::npos ? jobs::triple_des : suite_sizes{cipher_family::null, 0, 0, 0, 0, 4};
        p.suite = is("hmac_sha1") ? jobs::with<hmac_sha1_96>(alone) : is("hmac_sha256") ? jobs::with<hmac_sha2_256_128>(alone) : jobs::with<hmac_sha2_512_256>(alone);
      } else {
        const bool esp = name.find("rfc4106") != std::string::npos || name.find("rfc4309") != std::string::npos || is("rfc7539esp");
        const std::size_t salt = esp || name.find("rfc4543") != std::string::npos ? (name.find("rfc4309") != std::string::npos ? 3u : 4u) : 0u;
        const bytes its = jobs::take_back(key, salt);
        p.nonce.insert(p.nonce.begin(), its.begin(), its.end());
        if (esp) p.aad.resize(p.aad.size() - 8);  // Linux hands over the IV behind it
        p.cipher_key = key;
        const std::size_t size = tag == 8 || tag == 12 ? tag : 16;
        p.suite = is("rfc7539") ? esp_chacha20_poly1305::sizes : name.find("rfc4543") != std::string::npos ? jobs::gmac_of(key.size()) : is("aes_ccm") ? jobs::ccm_of(key.size(), size) : jobs::gcm_of(key.size(), size);
      }
      run(p);
    }
  }
  run.say("Linux testmgr", 90);
}

TEST_CASE("primitives: strongSwan's [class 29]") {
  WITH_VECTORS(folder);
  runner run;
  const json all = parsed(folder + "crypto_misc/strongswan_crypto_vectors.json");
  for (const auto& [group, cases] : all.at("groups").items())
    for (const json& one : cases) {
      const std::string id = one.at("id"), kind = one.at("kind"), alg = one.at("alg");
      bytes key = field(one, "key"), nonce = field(one, "iv");
      if (kind == "signer" || kind == "prf") {
        const std::string mac = group == "aes_cmac" ? "cmac" : group == "aes_xcbc" ? "xcbc" : group == "sha1_hmac" ? "sha1" : "sha" + id.substr(id.find("sha") + 3, 3);
        run.mac(mac, id, key, field(one, kind == "prf" ? "seed" : "data"), field(one, kind == "prf" ? "out" : "mac"));
        continue;
      }
      const std::size_t salt = group == "aes_ctr" ? 4 : number_of(one, "salt_size");
      if (kind == "aead") key.resize(number_of(one, "key_size") + salt);  // what stands behind is not used
      const bytes its = jobs::take_back(key, salt);
      nonce.insert(nonce.begin(), its.begin(), its.end());
      bytes sealed = field(one, "cipher"), icv;
      suite_sizes suite = group == "aes_ctr" ? jobs::ctr_of(key.size()) : group == "3des_cbc" ? jobs::triple_des : jobs::cbc_of(key.size());
      if (kind == "aead") {
        const std::size_t at = alg.find("ICV");
        const std::size_t size = at == std::string::npos ? 16 : static_cast<std::size_t>(std::atoi(alg.c_str() + at + 3));
        icv = jobs::take_back(sealed, size);
        suite = group == "aes_ccm" ? jobs::ccm_of(key.size(), size) : group == "aes_gcm" ? jobs::gcm_of(key.size(), size) : esp_chacha20_poly1305::sizes;
      }
      run({id, suite, key, {}, nonce, field(one, "adata"), field(one, "plain"), sealed, icv});
    }
  run.say("strongSwan", 80);
}

TEST_CASE("primitives: VPP's [class 29]") {
  WITH_VECTORS(folder);
  runner run;
  const json all = parsed(folder + "vpp/vpp_crypto_unittest.json");
  for (const json& one : all.at("cases")) {
    const std::string alg = one.at("alg"), id = one.at("id");
    const auto has = [&](const char* part) { return alg.find(part) != std::string::npos; };
    bytes key = field(one, "key"), nonce = field(one, "iv");
    const bytes plain = field(one, "plaintext"), sealed = field(one, "ciphertext");
    const std::size_t aad_at = alg.find("_AAD");
    const bool lacks_aad = aad_at != std::string::npos && field(one, "aad").size() != static_cast<std::size_t>(std::atoi(alg.c_str() + aad_at + 4));
    if (lacks_aad || (!one.contains("plaintext") && !has("GMAC"))) run.skip("text or AAD that is not in the file");
    else if (has("_CTR")) {
      if (nonce.size() != 16 || jobs::part(nonce, 12, 4) != bytes{0, 0, 0, 1}) run.skip("counter that does not begin with 1");
      else FAIL_CHECK(id << ": begins as ESP does: run it");
    } else if (has("_CBC_SHA")) {
      const std::size_t cipher = 16;
      const bytes mac_key(key.begin() + static_cast<std::ptrdiff_t>(cipher), key.end());
      key.resize(cipher);
      run({id, has("SHA1") ? jobs::with<hmac_sha1_96>(jobs::cbc_of(16)) : jobs::with<hmac_sha2_256_128>(jobs::cbc_of(16)), key, mac_key, nonce, field(one, "aad"), plain, sealed, field(one, "digest")});
    } else if (has("_CBC")) run({id, jobs::cbc_of(key.size()), key, {}, nonce, {}, plain, sealed, {}});
    else if (has("CHACHA")) run({id, esp_chacha20_poly1305::sizes, key, {}, nonce, field(one, "aad"), plain, sealed, field(one, "tag")});
    else if (has("NULL_GMAC")) run({id, jobs::gmac_of(key.size()), key, {}, nonce, field(one, "aad"), plain, plain, field(one, "tag")});
    else if (has("_GCM") && !key.empty()) run({id, jobs::gcm_of(key.size(), 16), key, {}, nonce, field(one, "aad"), plain, sealed, field(one, "tag")});
    else run.skip("text or key that is not in the file");
  }
  run.say("VPP", 100);
}

TEST_CASE("primitives: NIST's, as BoringSSL and mbedTLS carry them [class 29]") {
  WITH_VECTORS(folder);
  const auto text = [&](const char* name) {
    const std::string all = jobs::read_file(folder + "nist/" + name);
    REQUIRE_MESSAGE(!all.empty(), name);
    return all;
  };
  using jobs::value_of;
  {
    runner run;
    for (const char* name : {"boringssl_aes_128_cbc.txt", "boringssl_aes_192_cbc.txt", "boringssl_aes_256_cbc.txt", "boringssl_tdes_cbc.txt"})
      jobs::each_block(text(name), [&](const auto& b) {
        const bytes key = value_of(b, "key");
        if (key.empty()) return;
        run({name, name[10] == 't' ? jobs::triple_des : jobs::cbc_of(key.size()), key, {}, value_of(b, "iv"), {}, value_of(b, "plaintext"), value_of(b, "ciphertext"), {}});
      });
    run.say("NIST CBC", 2000);
  }
  {
    runner run;
    jobs::each_block(text("boringssl_chacha20_poly1305_tests.txt"), [&](const auto& b) {
      if (b.count("key") == 0) return;
      run({"chacha20_poly1305", esp_chacha20_poly1305::sizes, value_of(b, "key"), {}, value_of(b, "nonce"), value_of(b, "ad"), value_of(b, "in"), value_of(b, "ct"), value_of(b, "tag")});
    });
    run.say("BoringSSL ChaCha20-Poly1305", 20);
  }
  {
    runner run;
    for (const char* name : {"boringssl_aes_128_gcm_tests.txt", "boringssl_aes_192_gcm_tests.txt", "boringssl_aes_256_gcm_tests.txt"})
      jobs::each_block(text(name), [&](const auto& b) {
        const bytes key = value_of(b, "key");
        if (!key.empty()) run({name, jobs::gcm_of(key.size(), 16), key, {}, value_of(b, "nonce"), value_of(b, "ad"), value_of(b, "in"), value_of(b, "ct"), value_of(b, "tag")});
      });
    run.say("NIST GCM", 20);
  }
  {
    runner run;
    jobs::each_block(text("boringssl_hmac_tests.txt"), [&](const auto& b) {
      const auto hash = b.find("hmac");
      if (hash == b.end()) return;
      const std::string& h = hash->second;
      run.mac(h == "MD5" ? "md5" : h == "SHA1" ? "sha1" : h == "SHA256" ? "sha256" : h == "SHA384" ? "sha384" : h == "SHA512" ? "sha512" : h, "hmac " + h, value_of(b, "key"), value_of(b, "input"), value_of(b, "output"));
    });
    run.say("NIST HMAC", 10);
  }
  {
    runner run;
    jobs::each_block(text("boringssl_cavp_aes128_cmac_tests.txt"), [&](const auto& b) {
      if (b.count("mac") == 0) return;
      const bool empty = b.at("mlen") == "0";
      run.mac("cmac", "cmac " + b.at("count"), value_of(b, "key"), empty ? bytes{} : value_of(b, "msg"), value_of(b, "mac"), b.at("result")[0] == 'P');
    });
    run.say("NIST CMAC", 20);
  }
  runner run;
  const std::string all = text("mbedtls_test_suite_ccm.data.gz");
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    const std::string line = all.substr(at, end - at);
    at = end + 1;
    const bool opens = line.rfind("mbedtls_ccm_auth_decrypt:MBEDTLS_CIPHER_ID_AES:", 0) == 0;
    if (!opens && line.rfind("mbedtls_ccm_encrypt_and_tag:MBEDTLS_CIPHER_ID_AES:", 0) != 0) continue;
    std::vector<std::string> fields;
    for (std::size_t from = line.find('"'); from != std::string::npos;) {
      const std::size_t to = line.find('"', from + 1);
      fields.push_back(line.substr(from + 1, to - from - 1));
      from = line.find('"', to + 1);
    }
    REQUIRE(fields.size() >= (opens ? 4u : 5u));
    // encrypt: key, message, IV, AAD, result.  decrypt: key, message, IV, AAD, tag length, "FAIL" or "" or result
    const bytes key = hex(fields[0]);
    bytes sealed = hex(opens ? fields[1] : fields[4]), plain = opens ? (fields.size() > 4 && fields[4] != "FAIL" ? hex(fields[4]) : bytes{}) : hex(fields[1]);
    std::size_t tag = sealed.size() - plain.size();
    if (opens) {
      std::size_t colon = line.find(fields[3] + "\":") + fields[3].size() + 2;
      tag = static_cast<std::size_t>(std::atoi(line.c_str() + colon));
    }
    if ((tag != 8 && tag != 12 && tag != 16) || hex(fields[2]).size() != 11) {
      run.skip("nonce or ICV");
      continue;
    }
    const bytes icv = jobs::take_back(sealed, tag);
    const bool valid = !(opens && line.find("FAIL") != std::string::npos);
    run({"ccm " + fields[0], jobs::ccm_of(key.size(), tag), key, {}, hex(fields[2]), hex(fields[3]), plain, sealed, icv, valid});
  }
  run.say("NIST CCM", 1);
}

namespace {

/// The test groups of a file of NIST's ACVP, unpacked by Python's bz2: nothing else here reads that form.
json acvp_groups(const std::string& path) {
  const std::string command = "python3 -c 'import bz2, sys; sys.stdout.buffer.write(bz2.open(sys.argv[1]).read())' '" + path + "'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(popen(command.c_str(), "r"), pclose);
  REQUIRE(output != nullptr);
  std::string text;
  char piece[1 << 16];
  for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, output.get())) > 0;) text.append(piece, got);
  REQUIRE_MESSAGE(!text.empty(), path);
  const json all = json::parse(text);
  for (const json& one : all)
    if (one.contains("testGroups")) return one.at("testGroups");
  FAIL(path << ": no groups");
  return {};
}

}  // namespace

TEST_CASE("primitives: NIST's, as ACVP asks and answers them [class 29]") {
  WITH_VECTORS(folder);
  // Each question and its answer, which a file of its own has.
  const auto each = [&](const std::string& name, auto visit) {
    const json questions = acvp_groups(folder + "nist/acvp_" + name + "_vectors.json.bz2"), answers = acvp_groups(folder + "nist/acvp_" + name + "_expected.json.bz2");
    REQUIRE(questions.size() == answers.size());
    for (std::size_t g = 0; g < questions.size(); ++g) {
      const json &asked = questions[g].at("tests"), &answered = answers[g].at("tests");
      REQUIRE(asked.size() == answered.size());
      for (std::size_t i = 0; i < asked.size(); ++i) {
        REQUIRE(asked[i].at("tcId") == answered[i].at("tcId"));
        json one = asked[i];
        one.update(answered[i]);
        visit(name + " " + std::to_string(one.at("tcId").get<std::size_t>()), number_of(questions[g], "tagLen") / 8, one, one.value("testPassed", true));
      }
    }
  };
  {
    runner run;
    each("ACVP-AES-GCM", [&](const std::string& id, std::size_t tag, const json& one, bool valid) {
      if (tag != 8 && tag != 12 && tag != 16) return run.skip("ICV");
      const bytes key = field(one, "key"), sealed = field(one, "ct");
      run({id, jobs::gcm_of(key.size(), tag), key, {}, field(one, "iv"), field(one, "aad"), field(one, "pt"), sealed, field(one, "tag"), valid});
    });
    run.say("ACVP GCM", 18);
  }
  {
    runner run;
    each("ACVP-AES-GMAC", [&](const std::string& id, std::size_t tag, const json& one, bool valid) {
      if (tag != 16) return run.skip("ICV");
      const bytes key = field(one, "key");
      run({id, jobs::gmac_of(key.size()), key, {}, field(one, "iv"), field(one, "aad"), {}, {}, field(one, "tag"), valid});
    });
    run.say("ACVP GMAC", 90);
  }
  {
    runner run;
    each("ACVP-AES-CCM", [&](const std::string& id, std::size_t tag, const json& one, bool valid) {
      const bytes key = field(one, "key"), nonce = field(one, "iv");
      if (nonce.size() != 11 || (tag != 8 && tag != 12 && tag != 16)) return run.skip("nonce or ICV");
      bytes sealed = field(one, "ct");
      const bytes icv = jobs::take_back(sealed, tag);
      run({id, jobs::ccm_of(key.size(), tag), key, {}, nonce, field(one, "aad"), field(one, "pt"), sealed, icv, valid});
    });
    run.say("ACVP CCM", 0);  // all have nonces of 13 octets and ICVs of 4
  }
  runner run;
  each("CMAC-AES", [&](const std::string& id, std::size_t, const json& one, bool valid) { run.mac("cmac", id, field(one, "key"), field(one, "message"), field(one, "mac"), valid); });
  for (const auto& [name, hash] : {std::pair{"HMAC-SHA-1", "sha1"}, std::pair{"HMAC-SHA2-256", "sha256"}, std::pair{"HMAC-SHA2-384", "sha384"}, std::pair{"HMAC-SHA2-512", "sha512"}})
    each(name, [&, hash = hash](const std::string& id, std::size_t, const json& one, bool) { run.mac(hash, id, field(one, "key"), field(one, "msg"), field(one, "mac")); });
  run.say("ACVP CMAC and HMAC", 10);
}
