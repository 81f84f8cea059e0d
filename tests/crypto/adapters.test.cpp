#include "crypto/jobs.hpp"

#include <doctest/doctest.h>

#include <esplanade/buffer/chain_packet.hpp>
#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/crypto/adapters.hpp>
#include <esplanade/crypto/botan.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/crypto_laws.hpp>

#include <string>

using namespace esplanade;
using testing::contiguous_crypto;
using testing::mixing_crypto;
using testing::out_of_place_crypto;

namespace {

constexpr suite_sizes sizes = esp_aes_gcm_16<128>::sizes;

// Neither several segments nor in place: the least that an engine can do.
using least = contiguous_crypto<out_of_place_crypto<mixing_crypto>>;
using contiguous = contiguous_crypto<mixing_crypto>;
using out_of_place = out_of_place_crypto<mixing_crypto>;
static_assert(ContiguousPacket<flat_packet> && segments_max_of<chain_packet<4>> == 4);

static_assert(std::is_same_v<adapt<botan, chain_packet<4>>, botan>, "an engine that can everything is not wrapped");
static_assert(std::is_same_v<adapt<null_crypto, flat_packet>, null_crypto>);
static_assert(std::is_same_v<adapt<contiguous, flat_packet>, contiguous>, "one segment is all it gets");
static_assert(std::is_same_v<adapt<contiguous, chain_packet<4>>, gathered<contiguous>>);
static_assert(std::is_same_v<adapt<out_of_place, flat_packet>, staged<out_of_place>>);
static_assert(std::is_same_v<adapt<out_of_place, chain_packet<4>>, staged<out_of_place>>);
static_assert(std::is_same_v<adapt<least, flat_packet>, staged<least>>);
static_assert(std::is_same_v<adapt<least, chain_packet<4>>, gathered<staged<least>>>);
static_assert(std::is_same_v<adapt<least&, chain_packet<4>>, gathered<staged<least&>>>, "an engine of others is referred to");
static_assert(std::is_same_v<adapt<testing::delayed_crypto<botan>, chain_packet<4>>, testing::delayed_crypto<botan>>);

static_assert(gathered<contiguous>::abilities.scatter_gather && gathered<contiguous>::abilities.appended_input && !contiguous::abilities.scatter_gather);
static_assert(staged<out_of_place>::abilities.in_place && !out_of_place::abilities.in_place);
static_assert(!staged<least>::abilities.scatter_gather);
static_assert(gathered<contiguous_crypto<botan>>::supports<esp_aes_gcm_8<192>> && !gathered<contiguous_crypto<botan>>::supports<testing::nonce_of_16>);

template <class C> void keeps_the_laws(C&& provider, const suite_sizes& suite = sizes) {
  for (const testing::broken_law& one : testing::find_broken_crypto_laws(provider, suite)) FAIL_CHECK(one.law << " — " << one.where);
}

// Writes down the text memory that each job came with.
class watching_crypto : public mixing_crypto {
 public:
  static constexpr provider_abilities abilities{.scatter_gather = false, .appended_input = true};
  static constexpr const char* name = "watching";
  void seal(workspace& w, job_list jobs) noexcept {
    lists.push_back(jobs.size());
    for (const job* j : jobs) texts.push_back(j->source->data);
    mixing_crypto::seal(w, jobs);
  }
  std::vector<std::size_t> lists;
  std::vector<const octet*> texts;
};

}  // namespace

TEST_CASE("gathered: keeps the laws of providers, cuts among them [class 28]") {
  keeps_the_laws(gathered<contiguous>{});
  keeps_the_laws(gathered<contiguous_crypto<botan>>{}, esp_aes_gcm_12<256>::sizes);
}

TEST_CASE("staged: keeps the laws of providers, in place among them") {
  keeps_the_laws(staged<out_of_place>{});
  keeps_the_laws(staged<out_of_place_crypto<botan>>{}, esp_aes_gcm_8<192>::sizes);
}

TEST_CASE("gathered and staged: together keep the laws of providers over the least engine [class 28]") {
  keeps_the_laws(gathered<staged<least>>{});
  keeps_the_laws(gathered<staged<contiguous_crypto<out_of_place_crypto<botan>>>>{});
}

TEST_CASE("adapters: without them the least engine fails what it cannot") {
  least engine;
  least::workspace w;
  jobs::task t{jobs::bytes(12), jobs::bytes(8), jobs::bytes(64), jobs::bytes(16)};
  CHECK(jobs::seal(engine, w, *engine.add_key(sizes, jobs::bytes(16)), t) == job_status::failed);
  gathered<staged<least>> supplied;
  gathered<staged<least>>::workspace v;
  CHECK(jobs::seal(supplied, v, *supplied.add_key(sizes, jobs::bytes(16)), t) == job_status::done);
}

TEST_CASE("adapters: refer to an engine of others when asked to") {
  least engine;
  const std::uint32_t schedule = *engine.add_key(sizes, jobs::bytes(16));
  adapt<least&, chain_packet<4>> one{engine}, another{engine};
  adapt<least&, chain_packet<4>>::workspace w;
  CHECK(&one.provider().provider() == &engine);
  jobs::task t{jobs::bytes(12), jobs::bytes(8), jobs::bytes(64), jobs::bytes(16)};
  CHECK(jobs::seal(one, w, schedule, t) == job_status::done);
  CHECK(jobs::open(another, w, schedule, t) == job_status::done);
  CHECK(t.text == jobs::bytes(64));
  one.remove_key(schedule);
  CHECK(jobs::open(another, w, schedule, t) == job_status::failed);
}

TEST_CASE("adapters: say what they copy") {
  CHECK(std::string(gathered<contiguous>::adapted).starts_with("gathered: "));
  CHECK(std::string(gathered<contiguous>::adapted).find("staged") == std::string::npos);
  CHECK(std::string(staged<out_of_place>::adapted).starts_with("staged: "));
  CHECK(std::string(gathered<staged<least>>::adapted).starts_with("gathered: "));
  CHECK(std::string(gathered<staged<least>>::adapted).find("; staged: ") != std::string::npos);
  CHECK(std::string(gathered<contiguous_crypto<botan>>::name) == "contiguous");
}

TEST_CASE("gathered: texts of one segment pass untouched, others through the workspace, in lists of up to 32") {
  gathered<watching_crypto> c;
  const std::unique_ptr<gathered<watching_crypto>::workspace> w(new gathered<watching_crypto>::workspace);
  const std::uint32_t schedule = *c.add_key(sizes, jobs::bytes(16));
  const jobs::bytes nonce(12), aad(8);
  constexpr std::size_t count = 70;
  std::vector<jobs::bytes> texts(count, jobs::bytes(100)), icvs(count, jobs::bytes(16));
  std::vector<std::array<segment, 2>> pieces(count);
  std::vector<job> all(count);
  std::vector<job*> list;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t front = i % 2 == 0 ? 100 : 60;
    pieces[i] = {segment{texts[i].data(), front}, segment{texts[i].data() + front, 100 - front}};
    jobs::fill(all[i], schedule, nonce, aad.data(), 8, pieces[i][0], icvs[i].data(), 16);
    all[i].segments = i % 2 == 0 ? 1 : 2;
    all[i].length = 100;
    list.push_back(&all[i]);
  }
  c.seal(*w, list);
  CHECK(std::string(c.name) == "watching");
  CHECK(c.provider().lists == std::vector<std::size_t>{32, 32, 6});
  REQUIRE(c.provider().texts.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(all[i].status == job_status::done);
    CHECK((c.provider().texts[i] == texts[i].data()) == (i % 2 == 0));
    CHECK(texts[i] == texts[0]);
    CHECK(icvs[i] == icvs[0]);
  }
}

TEST_CASE("gathered: the workspace is bounded, and holds the longest text in 255 segments") {
  gathered<contiguous> c;
  const std::unique_ptr<gathered<contiguous>::workspace> w(new gathered<contiguous>::workspace);
  const std::uint32_t schedule = *c.add_key(sizes, jobs::bytes(16));
  const jobs::bytes nonce(12), aad(8), plain = jobs::random_bytes(65'535, 1);
  jobs::task whole{nonce, aad, plain, jobs::bytes(16)};
  REQUIRE(jobs::seal(c, *w, schedule, whole) == job_status::done);

  std::vector<jobs::bytes> texts(3, plain), icvs(3, jobs::bytes(16));
  std::vector<std::vector<segment>> pieces(3);
  std::vector<job> all(3);
  std::vector<job*> list;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 255; ++k) pieces[i].push_back({texts[i].data() + 257 * k, 257});
    jobs::fill(all[i], schedule, nonce, aad.data(), 8, pieces[i][0], icvs[i].data(), 16);
    all[i].segments = 255;
    all[i].length = 65'535;
    list.push_back(&all[i]);
  }
  c.seal(*w, list);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(all[i].status == job_status::done);
    CHECK(texts[i] == whole.text);
    CHECK(icvs[i] == whole.icv);
  }
  all[1].length = 65'534;  // does not add up
  c.open(*w, list, on_forged::scrub);
  CHECK(all[0].status == job_status::done);
  CHECK(all[1].status == job_status::failed);
  CHECK(all[2].status == job_status::done);
  CHECK(texts[0] == plain);
  CHECK(texts[1] == whole.text);
  CHECK(sizeof(gathered<contiguous>::workspace) < 80 * 1024);
}

TEST_CASE("staged: a failed job leaves the text as it was") {
  staged<testing::failing_crypto<out_of_place>> c;
  const std::unique_ptr<staged<testing::failing_crypto<out_of_place>>::workspace> w(new staged<testing::failing_crypto<out_of_place>>::workspace);
  const std::uint32_t schedule = *c.add_key(sizes, jobs::bytes(16));
  jobs::task t{jobs::bytes(12), jobs::bytes(8), jobs::random_bytes(64, 1), jobs::bytes(16)};
  c.provider().fail_at(0);
  CHECK(jobs::seal(c, *w, schedule, t) == job_status::failed);
  CHECK(t.text == jobs::random_bytes(64, 1));
  CHECK(jobs::seal(c, *w, schedule, t) == job_status::done);
  const jobs::bytes sealed = t.text;
  c.provider().forge_at(0);
  CHECK(jobs::open(c, *w, schedule, t, on_forged::restore) == job_status::forged);
  CHECK(t.text == sealed);
}
