#include <doctest/doctest.h>

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/host_words.hpp>

using namespace esplanade;

TEST_CASE("host_words: go into a list's slots for sending, and come out of those for receiving") {
  net_buffer_list list;
  const send_words w{{11}, {22}, {4, 2, 20, 44}, {}};
  put_words(list, w);
  CHECK(get_oob<send_ipsec>(list).handle == 11);
  CHECK(get_oob<send_tunnel>(list).handle == 22);
  CHECK(get_oob<send_headers>(list) == w.headers);
  CHECK(words_of(list).ipsec == receive_ipsec{});  // what the host wrote is nothing that a device said
  receive_oob(list).set(receive_ipsec{.done = true, .status = crypto_status::generic_error});
  receive_oob(list).set(receive_headers{.next_header = 4, .pad_length = 1, .set = true});
  CHECK(words_of(list).ipsec == receive_ipsec{.done = true, .status = crypto_status::generic_error});
  CHECK(words_of(list).headers == receive_headers{.next_header = 4, .pad_length = 1, .set = true});
}

TEST_CASE("host_words: a large send says so in slot 2, its offset counted from the link header, and has its list for itself") {
  net_buffer_list list;
  send_words w{.ipsec = {11}, .headers = {6, 0, 0, 20}, .large = static_cast<std::uint32_t>(send_large{1448, 56, true, false}.pack())};
  put_words(list, w, 18);
  CHECK(get_oob<send_large>(list) == send_large{1448, 74, true, false});
  CHECK_FALSE(same_words(w, w));
  CHECK_FALSE(same_words(send_words{}, w));
  net_buffer_list plain;
  w.large = 0;
  put_words(plain, w, 18);
  CHECK_FALSE(static_cast<bool>(get_oob<send_large>(plain)));
  CHECK(same_words(w, w));
  static_assert(sizeof(void*) != 8 || sizeof(send_words) == 64);
}

TEST_CASE("host_words: packets share a list when all that the list says is the same of them") {
  const send_words a{{11}, {}, {4, 2, 0, 20}, {}};
  send_words b = a;
  b.given[0] = {1, 1};
  CHECK(same_words(a, b));
  b.headers.pad_length = 3;
  CHECK_FALSE(same_words(a, b));
  b = a;
  b.tunnel.handle = 1;
  CHECK_FALSE(same_words(a, b));
  CHECK(static_cast<bool>(a));
  CHECK_FALSE(static_cast<bool>(send_words{}));
}
