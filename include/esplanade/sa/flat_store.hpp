// The default stores: an open-addressed inbound SAD and a slot table for outbound SAs, both of fixed size and in place.
#pragma once

#include <esplanade/sa/sad.hpp>

namespace esplanade {
inline namespace v0 {

/// Inbound SAD: a table of SPIs over a slab of SAs.
///   Shape    index: 2 × Capacity entries (power of two) of 8 octets, probed linearly, at most half full of live SAs; under
///            epoch twice, so that one can be made anew while the other is read
///   Cost     one index line and the SA's own lines per key; loads of a batch overlap
///   Errors   add: besides what install refuses already_exists, no_space, and under epoch busy: the index is full of removed
///            SAs and lanes have not left the other one yet
///   Threads  as Reclaim says
///   Bring    a struct of yours around inbound_sa as `Record`
template <class Record, std::size_t Capacity, class Key = by_spi, ReclaimPolicy Reclaim = single_core>
class flat_sad : public detail::sad<Record, Key, slab<Record, Capacity, Reclaim>, detail::fixed_spi_arrays<std::bit_ceil(2 * Capacity), Reclaim>, Reclaim> {
 public:
  static constexpr const char* name = "flat_store";
};

/// Outbound SAs by handle.
///   Cost     the SA's own lines per handle, and one for its generation
///   Threads  as Reclaim says
template <class Record, std::size_t Capacity, ReclaimPolicy Reclaim = single_core>
class slot_table : public detail::outbound_table<Record, slab<Record, Capacity, Reclaim>, Reclaim> {
 public:
  static constexpr const char* name = "slot_table";
};

/// The default store of a datapath: `Capacity` SAs each way, for one core or, with epoch<Lanes>, for several and a control thread.
template <std::size_t Capacity, class Key = by_spi, ReclaimPolicy Reclaim = single_core> struct flat_store {
  template <class Sa> using inbound = flat_sad<Sa, Capacity, Key, Reclaim>;
  template <class Sa> using outbound = slot_table<Sa, Capacity, Reclaim>;
};

}  // namespace v0
}  // namespace esplanade
