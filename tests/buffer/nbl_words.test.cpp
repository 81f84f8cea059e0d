#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_words.hpp>

#include <string_view>

using namespace esplanade;

TEST_CASE("nbl_words: bits stand where ipsecov2.md 2.11 and 2.12 have them") {
  CHECK(receive_ipsec{.delete_requested = true}.pack() == 0x1);
  CHECK(receive_ipsec{.done = true}.pack() == 0x2);
  CHECK(receive_ipsec{.next_done = true}.pack() == 0x4);
  CHECK(receive_ipsec{.done = true, .status = crypto_status::tunnel_esp_failed}.pack() == 0x5'0002);
  CHECK(send_headers{.next_header = 6, .pad_length = 3, .ah_offset = 20, .esp_offset = 44}.pack() == 0x0b05'0306);
  CHECK(send_headers{.esp_offset = 1020}.pack() == 0xff00'0000);
  CHECK(receive_headers{.next_header = 4, .pad_length = 2, .set = true}.pack() == 0x1'0204);
  CHECK(send_large{.mss = 1460, .tcp_offset = 54, .version_2 = true, .ipv6 = true}.pack() == (1460u | 54u << 20 | 3u << 30));
  CHECK(completed_large{.tcp_payload = 5000}.pack() == 5000);
  CHECK(completed_large{.tcp_payload = 5000, .version_2 = true}.pack() == 1u << 30);
  CHECK(send_checksum{.ipv4 = true, .tcp = true, .tcp_offset = 34}.pack() == (0x5 | 34u << 16));
  CHECK(receive_checksum{.ip_failed = true, .tcp_right = true}.pack() == 0xc);
}

TEST_CASE("nbl_words: what was packed is read again, and bits of others are not") {
  for (const oob_word w : {oob_word{0}, oob_word{0x5'0007}, oob_word{0x1'0003}, oob_word{0x7'0006}}) CHECK(receive_ipsec::unpack(w).pack() == w);
  CHECK(receive_ipsec::unpack(0xfff8) == receive_ipsec{});  // reserved
  for (const oob_word w : {oob_word{0x0b05'0306}, oob_word{0xffff'ffff}}) CHECK(send_headers::unpack(w).pack() == w);
  CHECK(receive_headers::unpack(0xfffe'0000) == receive_headers{});
  CHECK_FALSE(send_large::unpack(1460u | 1u << 31).ipv6);  // version 1 has no such bit
}

TEST_CASE("F76: any bit of the word for large sends asks for one, and the word 0 for none") {
  CHECK_FALSE(send_large::unpack(0));
  CHECK_FALSE(send_large{});
  for (unsigned bit = 0; bit < 8 * sizeof(oob_word); ++bit) {
    CAPTURE(bit);
    CHECK(send_large::unpack(oob_word{1} << bit));
  }
}

TEST_CASE("nbl_words: every status has words of its own") {
  for (std::size_t a = 0; a < crypto_status_count; ++a)
    for (std::size_t b = 0; b < a; ++b) CHECK(std::string_view(describe(static_cast<crypto_status>(a))) != describe(static_cast<crypto_status>(b)));
  CHECK(std::string_view(describe(static_cast<crypto_status>(crypto_status_count))) == "unknown status");
}
