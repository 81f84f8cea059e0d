#include "support/ip.hpp"

#include <esplanade/buffer/nbl_pool.hpp>
#include <esplanade/offload/receive_intake.hpp>
#include <esplanade/testing/packet_form.hpp>

#include <doctest/doctest.h>

#include <memory>

using namespace support;
using namespace esplanade;

namespace {
using pool_type = nbl_pool<nbl_pool_shape{.lists = 4, .buffers = 4, .blocks = 4, .block_size = 600, .bare_mdls = 0, .parameters = {.net_buffer = true, .data_size = 600}}>;
static_assert(ReceivePool<pool_type, net_buffer_list>);

std::vector<bytes> frames_of(const taken_in<net_buffer_list>& made) {
  std::vector<bytes> all;
  for (net_buffer_list* l = made.chain; l != nullptr; l = l->next()) {
    REQUIRE(l->first_buffer() != nullptr);
    CHECK(l->first_buffer()->next() == nullptr);
    all.push_back(testing::octets_of(static_cast<const net_buffer&>(*l->first_buffer())));
  }
  return all;
}
}  // namespace

TEST_CASE("receive_intake: every frame is the one net buffer of its list, in the order of the wire") {
  auto pool = std::make_unique<pool_type>();
  const bytes frames[] = {counted(60, 1), counted(600, 2), counted(1, 3)};
  const const_octets wire[] = {frames[0], frames[1], frames[2]};
  const auto made = take_in<net_buffer_list>(wire, *pool);
  CHECK(made.frames == 3);
  CHECK(made.lost == 0);
  CHECK(made.flags.empty());
  CHECK(frames_of(made) == std::vector<bytes>{frames[0], frames[1], frames[2]});
}

TEST_CASE("receive_intake: an empty pool asks for its lists back, and what it had no list for is counted") {
  auto pool = std::make_unique<pool_type>();
  const bytes frame = counted(60, 1), longer = counted(601, 2);
  const const_octets wire[] = {frame, longer, frame, frame, frame, frame, frame};
  const auto made = take_in<net_buffer_list>(wire, *pool);
  CHECK(made.frames == 4);
  CHECK(made.lost == 3);
  CHECK(made.flags.has(receive_flag::resources));
  CHECK(frames_of(made) == std::vector<bytes>(4, frame));
  CHECK(take_in<net_buffer_list>({}, *pool).chain == nullptr);
}
