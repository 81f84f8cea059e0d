// One datapath for each group of suites, and the provider's own call beside it.
#pragma once

#include "raw.hpp"

namespace bench {

/// The gateway with one suite, and Botan's numbers for the IVs of CBC.
template <class Suite> struct gateway_with : esplanade::profile {
  static constexpr auto suites = esplanade::suites<Suite>;
  static constexpr auto esn = esplanade::always;
  using replay = esplanade::window<1024>;
  using random = esplanade::botan_random;
};
template <class Suite, class Crypto> using gateway_with_over = esplanade::testing::default_configuration<gateway_with<Suite>, arena_packets<flat_packet>, esplanade::flat_store<64>, Crypto>;

/// The provider's own call on jobs that were prepared before, as the stages would have: nothing of IPsec is in the time.
template <class Suite, class Crypto> class family_raw_rounds : public provider_calls<Crypto> {
  static constexpr esplanade::suite_sizes suite = Suite::sizes;
  static constexpr std::size_t front = 24;  // octets: the longest AAD, which stands in front of the text as in a packet

 public:
  family_raw_rounds(std::size_t octets, std::size_t) : octets_(octets), packets_(octets, 1) {
    const auto sa = benched_sa<gateway_with<Suite>>();
    const auto schedule = crypto_->add_key(sa.suite, sa.key);
    if (!schedule) {
      trouble_ = "the provider has no key";
      return;
    }
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      flat_packet& p = *packets_.list[i];
      const std::size_t text = octets + esplanade::esp_padding(octets, suite.alignment) + 2;
      if (!esplanade::packet_traits<flat_packet>::retreat(p, front)) trouble_ = "no room in front";
      if (!esplanade::packet_traits<flat_packet>::extend(p, text - octets + suite.icv)) trouble_ = "no room behind";
      esplanade::job& j = jobs_[i];
      text_[i] = {p.data() + front, text};
      j.source = j.destination = &text_[i];
      j.length = static_cast<std::uint32_t>(text);
      j.icv = p.data() + front + text;
      j.icv_length = suite.icv;
      j.schedule = *schedule;
      j.salt_length = suite.salt;
      j.iv_length = static_cast<std::uint8_t>(suite.iv + suite.implicit_iv);
      if (suite.salt != 0) std::memcpy(j.salt_memory + esplanade::salt_max - suite.salt, sa.salt.data(), suite.salt);
      esplanade::store_be64(j.iv_memory, 1 + i);
      const bool mac = suite.form() == esplanade::job_form::mac;
      j.aad_length = static_cast<std::uint16_t>(mac ? 8u + suite.iv : suite.aead() ? 12u : 20u);
      j.appended_length = mac ? 4 : 0;
      esplanade::octet* const aad = p.data() + front - j.aad_length;
      esplanade::store_be32(aad, sa.spi);
      esplanade::store_be32(aad + 4, static_cast<std::uint32_t>(1 + i));
      j.aad = aad;
      list_[i] = &j;
    }
    calls::protect();
    calls::open();
  }
  bool restored() {
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      esplanade::packet_traits<flat_packet>::advance(*packets_.list[i], front);
      esplanade::packet_traits<flat_packet>::trim(*packets_.list[i], jobs_[i].length - octets_ + suite.icv);
    }
    return packets_.restored();
  }
  std::span<flat_packet*> packets() { return packets_.list; }

 private:
  using calls = provider_calls<Crypto>;
  using calls::crypto_, calls::jobs_, calls::list_, calls::trouble_;

  std::size_t octets_;
  packets_in_arena<flat_packet> packets_;
  std::vector<esplanade::segment> text_ = std::vector<esplanade::segment>(packets_in_round);
};

/// The groups that are measured, one suite of each.
template <class Visit> void for_each_family(Visit visit) {
  using namespace esplanade;
  visit.template operator()<esp_aes_gcm_16<128>>("aes_gcm");
  visit.template operator()<esp_null_aes_gmac<128>>("aes_gmac");
  visit.template operator()<esp_aes_ccm_16<128>>("aes_ccm");
  visit.template operator()<esp_chacha20_poly1305>("chacha20_poly1305");
  visit.template operator()<esp_aes_ctr<128, hmac_sha2_256_128>>("aes_ctr_sha256");
  visit.template operator()<esp_aes_cbc<128, hmac_sha1_96>>("aes_cbc_sha1");
  visit.template operator()<esp_aes_cbc<128, hmac_sha2_256_128>>("aes_cbc_sha256");
  visit.template operator()<esp_aes_cbc<256, hmac_sha2_512_256>>("aes_cbc_sha512");
  visit.template operator()<esp_null<aes_cmac_96>>("null_cmac");
  visit.template operator()<esp_null<aes_xcbc_96>>("null_xcbc");
}

}  // namespace bench
