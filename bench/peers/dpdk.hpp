// DPDK 22.11 as a rival: librte_ipsec over a software crypto device, in the form of testing::bench::round_trips.
#pragma once

#include "../traffic.hpp"
#include "../turns.hpp"

#include <esplanade/testing/bench_harness.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <rte_bus_vdev.h>
#include <rte_cryptodev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ipsec.h>
#include <rte_ipsec_sad.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_version.h>
#pragma GCC diagnostic pop

#include <chrono>
#include <memory>

#include <sys/mman.h>

namespace bench::dpdk {

using namespace esplanade::testing::bench;

/// How packets get to the cipher: a call, or a queue of a device.
enum class passage : std::uint8_t { cpu, queue };

inline constexpr std::uint16_t burst = 32;

/// A crypto device with one queue.
struct device {
  std::uint8_t id = 0;
  rte_mempool* sessions = nullptr;
};

/// Starts the EAL on the processor that the caller runs on. Empty, or what went wrong.
///   Units   MiB of memory, which is reserved and only touched as it is used
std::string start(const char* program, std::size_t memory);
/// The device of that driver with room for so many sessions.
device open_device(const char* name, std::uint32_t sessions, std::string& trouble);

/// One SA one way: what an application keeps beside it, and where packets go.
struct alignas(64) association {
  rte_ipsec_session session{};
};

/// SAs over one device, each with a sending and a receiving end. `keys` of the sample SA, one per number.
class associations {
 public:
  associations(const device& of, passage way, std::size_t count);
  ~associations();
  associations(const associations&) = delete;
  associations& operator=(const associations&) = delete;

  rte_ipsec_session& sending(std::size_t i) { return sending_[i].session; }
  /// Up to 32 packets: those whose SA was found have it in `found`.
  void find(rte_mbuf** packets, void** found) const;
  const std::string& trouble() const { return trouble_; }

 private:
  bool install(association& one, std::uint32_t number, bool outbound);

  device device_;
  passage passage_;
  std::size_t count_;
  association* sending_ = nullptr;
  association* receiving_ = nullptr;
  rte_ipsec_sad* sad_ = nullptr;
  std::string trouble_;
};

/// 1024 packets that travel there and back under `sas`, in random order when there are several.
class rounds {
 public:
  rounds(std::size_t octets, associations& sas, const device& of, passage way, std::size_t count);
  ~rounds();
  rounds(const rounds&) = delete;
  rounds& operator=(const rounds&) = delete;

  double protect();
  double open();
  bool restored();
  std::span<rte_mbuf*> packets() { return packets_; }
  const std::string& trouble() const { return trouble_; }

 private:
  template <class Run> double timed(const char* words, Run run);
  bool through(rte_ipsec_session* session, rte_mbuf** packets, std::uint16_t n);

  std::size_t octets_;
  associations& sas_;
  device device_;
  passage passage_;
  random_walk walk_;
  bool single_;
  std::vector<rte_mbuf*> packets_;
  std::vector<std::uint32_t> order_;
  std::string trouble_;
};

}  // namespace bench::dpdk
