// A NIC that writes an UPDATE_SA into the element that its operation names, whatever SPI it says.
#pragma once

#include <esplanade/testing/fuzz/sa_records.hpp>

namespace planted {

struct spi_unchecked {
  struct record_store : esplanade::testing::fuzz::detail::record_store {
    [[nodiscard]] esplanade::result<void> update(esplanade::sa_update u) noexcept {
      if (auto* const bundle = by_handle(u.handle)) u.spi = (u.protocol == esplanade::protocol_kind::ah ? bundle->ah : bundle->esp).core().spi;
      return esplanade::testing::fuzz::detail::record_store::update(u);
    }
  };
};

}  // namespace planted
