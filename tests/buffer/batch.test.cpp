#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/batch.hpp>
#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/testing/seeded.hpp>

using namespace esplanade;

namespace {

// Losers carry different verdicts, so that a verdict that lost its packet shows.
verdict loss(std::size_t i) { return static_cast<verdict>(1 + i % (verdict_count - 1)); }

// Partitions packets whose survivors are given and compares with std::stable_partition over (packet, verdict) pairs.
bool partitions_like_the_library(const std::vector<bool>& survives) {
  const std::size_t n = survives.size();
  std::vector<flat_packet> store(n);
  std::vector<flat_packet*> packets(n);
  std::vector<verdict> verdicts(n);
  std::vector<std::pair<flat_packet*, verdict>> model(n);
  for (std::size_t i = 0; i < n; ++i) {
    packets[i] = &store[i];
    verdicts[i] = survives[i] ? verdict::forwarded : loss(i);
    model[i] = {packets[i], verdicts[i]};
  }
  const auto middle = std::stable_partition(model.begin(), model.end(), [](const auto& one) { return one.second == verdict::forwarded; });
  const std::size_t live = partition_survivors<flat_packet>(packets, verdicts);
  if (live != static_cast<std::size_t>(middle - model.begin())) return false;
  for (std::size_t i = 0; i < n; ++i)
    if (packets[i] != model[i].first || verdicts[i] != model[i].second) return false;
  return true;
}

}  // namespace

TEST_CASE("partition_survivors: is stable on both sides, for every pattern of up to 12 packets [class 46]") {
  for (std::size_t n = 0; n <= 12; ++n)
    for (std::size_t pattern = 0; pattern < std::size_t{1} << n; ++pattern) {
      std::vector<bool> survives(n);
      for (std::size_t i = 0; i < n; ++i) survives[i] = (pattern >> i & 1) != 0;
      if (!partitions_like_the_library(survives)) FAIL("n " << n << ", pattern " << pattern);
    }
  CHECK(true);
}

TEST_CASE("partition_survivors: is stable on both sides for large batches and any share of losses [class 46]") {
  testing::seeded numbers{1};
  for (int i = 0; i < 400; ++i) {
    std::vector<bool> survives(1 + numbers.below(700));
    const std::uint64_t share = numbers.below(101);
    for (std::size_t at = 0; at < survives.size(); ++at) survives[at] = numbers.below(100) < share;
    if (!partitions_like_the_library(survives)) FAIL("case " << i);
  }
  for (const std::size_t n : {std::size_t{64}, std::size_t{255}, std::size_t{256}, std::size_t{257}, std::size_t{4096}})
    for (std::size_t lone = 0; lone < n; lone += 1 + n / 64) {
      std::vector<bool> survives(n, true);
      survives[lone] = false;
      CHECK(partitions_like_the_library(survives));
      survives.flip();
      CHECK(partitions_like_the_library(survives));
    }
}

TEST_CASE("partition_survivors: only forwarded survives") {
  for (std::size_t v = 0; v < verdict_count; ++v) {
    flat_packet p;
    flat_packet* packets[] = {&p};
    verdict verdicts[] = {static_cast<verdict>(v)};
    CHECK(partition_survivors<flat_packet>(packets, verdicts) == (verdicts[0] == verdict::forwarded ? 1 : 0));
    CHECK(static_cast<std::size_t>(verdicts[0]) == v);
  }
}

TEST_CASE("batch_view: has the size of its packets") {
  flat_packet a, b;
  flat_packet* packets[] = {&a, &b};
  verdict verdicts[] = {verdict::forwarded, verdict::forwarded};
  const batch_view<flat_packet> batch{packets, verdicts};
  CHECK(batch.size() == 2);
  CHECK(batch.handles.empty());
}

TEST_CASE("sa_handle: names nothing until it is given, differs by slot and generation, and keeps directions apart [class 15, 38]") {
  const outbound_handle none;
  CHECK(none.slot == 0xffffffff);
  CHECK(outbound_handle{1, 2} == outbound_handle{1, 2});
  CHECK_FALSE(outbound_handle{1, 2} == outbound_handle{1, 3});
  CHECK_FALSE(outbound_handle{1, 2} == outbound_handle{2, 2});
  static_assert(!std::is_convertible_v<outbound_handle, inbound_handle>);
}
