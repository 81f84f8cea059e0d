// Lesson 5: bring your SA store and your SA struct. A record of yours holds one of our SAs; a table of yours finds it.
#include "lesson.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/esplanade.hpp>

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};

/// A customer of the gateway: what the application knows, and the SA.
template <class Sa> struct customer {
  const char* name = "";
  unsigned euros_per_gigabyte = 0;
  Sa sa;
  Sa& association() noexcept { return sa; }  // how the toolkit finds its part
};

/// Customers by number: ours choose SPIs so that the lower octet is the customer's place in the table.
template <class Sa> struct customer_table {
  using sa_type = customer<Sa>;
  using key_type = std::uint32_t;
  sa_type all[256];

  static key_type key_of(const esplanade::outer_view& outer) noexcept { return outer.spi; }
  struct nothing_to_guard {};
  nothing_to_guard enter() noexcept { return {}; }  // customers are never removed here
  void find(std::span<const key_type> keys, std::span<sa_type*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      sa_type& one = all[keys[i] & 0xff];
      found[i] = one.sa.core().installed && one.sa.core().spi == keys[i] ? &one : nullptr;
    }
  }
};

/// Both stores of a datapath: ours for sending, the table above for receiving.
struct stores {
  using inbound = customer_table<esplanade::inbound_sa<gateway, esplanade::botan>>;
  using outbound = esplanade::slot_table<esplanade::outbound_sa<gateway, esplanade::botan>, 16>;
};
using path = esplanade::datapath<gateway, esplanade::flat_packet, stores, esplanade::botan>;

int main() {
  esplanade::botan crypto;
  path::inbound_store customers;
  path::outbound_store outbound_sas;
  path p{{customers, outbound_sas, crypto}};

  auto& florist = customers.all[0x07];
  florist.name = "florist";
  florist.euros_per_gigabyte = 2;
  esplanade::sa_parameters sa = lesson::tunnel();
  sa.spi = 0x1007;
  if (const auto done = florist.sa.install(crypto, sa); !done) return lesson::give_up(done.why());
  const auto known = outbound_sas.add(crypto, sa);
  sa.spi = 0x1107;  // the florist's place, but not the florist's SPI
  const auto unknown = outbound_sas.add(crypto, sa);
  if (!known) return lesson::give_up(known.why());
  if (!unknown) return lesson::give_up(unknown.why());

  for (const esplanade::outbound_handle handle : {*known, *unknown, *known}) {
    esplanade::octet memory[160];
    std::memcpy(memory + 64, lesson::hello, sizeof lesson::hello);
    esplanade::flat_packet packet(memory, 64, sizeof lesson::hello);
    esplanade::flat_packet* packets[] = {&packet};
    esplanade::verdict verdicts[1];
    p.outbound({packets, verdicts, {&handle, 1}});
    p.inbound({packets, verdicts});
    std::printf("%s\n", esplanade::describe(verdicts[0]));
  }

  const esplanade::sa_traffic& carried = florist.sa.traffic();
  std::printf("%s: %llu packets, %llu octets at %u euros a gigabyte\n", florist.name, static_cast<unsigned long long>(carried.packets.get()),
              static_cast<unsigned long long>(carried.octets.get()), florist.euros_per_gigabyte);
  florist.sa.uninstall(crypto);
}
