#include <array>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/testing/crypto_laws.hpp>
#include <esplanade/testing/lookaside.hpp>

using namespace esplanade;
using namespace esplanade::testing;

namespace {

using device_type = lookaside<mixing_crypto, 16>;
constexpr suite_sizes sizes = esp_aes_gcm_16<128>::sizes;

// One job of one segment, in place.
struct small_job {
  explicit small_job(std::uint32_t schedule) {
    memory.fill(0x11);
    work.source = work.destination = &piece;
    work.length = 64;
    work.schedule = schedule;
    work.icv = memory.data() + 64;
    work.icv_length = 16;
    work.aad = memory.data();  // any eight octets
    work.aad_length = 8;
    work.salt_length = 4;
    work.iv_length = 8;
  }
  small_job(const small_job&) = delete;
  small_job& operator=(const small_job&) = delete;
  [[nodiscard]] bool untouched() const {
    for (const octet o : memory)
      if (o != 0x11) return false;
    return true;
  }
  std::array<octet, 80> memory{};
  segment piece{memory.data(), 64};
  job work{};
};

struct house {
  device_type device{};
  device_type::workspace w{};
  std::vector<std::unique_ptr<small_job>> all{};
  std::vector<job*> list{};
  explicit house(std::size_t jobs) {
    const std::uint32_t schedule = *device.add_key(sizes, std::vector<octet>(16));
    for (std::size_t i = 0; i < jobs; ++i) {
      all.emplace_back(new small_job(schedule));
      list.push_back(&all.back()->work);
    }
  }
  std::vector<std::size_t> reaped() {
    std::vector<std::size_t> order;
    job* back[3];
    while (const std::size_t n = device.reap(w, back))
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < list.size(); ++k)
          if (list[k] == back[i]) order.push_back(k);
    return order;
  }
};

// A device of which every reap finishes all that waits, the newest first.
struct driven : lookaside<mixing_crypto> {
  std::size_t reap(workspace& w, std::span<job*> back) noexcept {
    while (w.waiting() != 0) complete(w, w.waiting() - 1);
    return lookaside::reap(w, back);
  }
};

}  // namespace

TEST_CASE("lookaside: a job is worked on when it is completed and not before, and comes back in that order [class 35]") {
  house h(5);
  h.device.submit_seal(h.w, h.list);
  CHECK(h.w.waiting() == 5);
  CHECK(h.reaped().empty());
  for (const auto& one : h.all) CHECK((one->untouched() && one->work.status == job_status::pending));
  h.device.complete(h.w, 3);
  h.device.complete(h.w, 3);  // the fourth of those left: number 4
  h.device.complete(h.w, 0);
  CHECK(h.w.waiting() == 2);
  CHECK(h.reaped() == std::vector<std::size_t>{3, 4, 0});
  CHECK_FALSE(h.all[3]->untouched());
  CHECK(h.all[1]->untouched());
  h.device.complete_all(h.w);
  CHECK(h.reaped() == std::vector<std::size_t>{1, 2});
  for (const auto& one : h.all) CHECK(one->work.status == job_status::done);
}

TEST_CASE("lookaside: a cancelled job comes back failed and untouched, and so does what finds no place [class 39]") {
  house h(20);
  h.device.submit_seal(h.w, h.list);
  CHECK(h.w.waiting() == 16);
  CHECK(h.reaped() == std::vector<std::size_t>{16, 17, 18, 19});
  h.device.cancel(h.w, 7);
  CHECK(h.reaped() == std::vector<std::size_t>{7});
  h.device.complete(h.w, 0);
  h.device.cancel_all(h.w);
  CHECK(h.w.waiting() == 0);
  CHECK(h.reaped().size() == 15);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(h.all[i]->work.status == (i == 0 ? job_status::done : job_status::failed));
    CHECK(h.all[i]->untouched() == (i != 0));
  }
}

TEST_CASE("lookaside: driven from first to last it keeps the crypto laws") {
  driven device;
  std::string all;
  for (const broken_law& one : find_broken_async_crypto_laws(device, sizes)) all += one.law + " — " + one.where + "; ";
  CHECK(all == "");
}
