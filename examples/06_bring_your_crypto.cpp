// Lesson 6: bring your crypto. An engine that works on batches of jobs; this one wraps another and meters it, as a driver
// for an accelerator would wrap its queue.
#include "lesson.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/esplanade.hpp>

namespace {

/// Any synchronous provider, with a meter for every lane.
template <esplanade::CryptoProvider Engine> class metered {
 public:
  static constexpr esplanade::provider_abilities abilities = Engine::abilities;  // what it can do by itself
  static constexpr const char* name = "metered";
  template <class Suite> static constexpr bool supports = Engine::template supports<Suite>;

  /// What one lane may change. Keys are shared by all lanes and do not change.
  struct workspace {
    typename Engine::workspace engine;
  };
  std::size_t batches = 0, jobs = 0, octets = 0, forged = 0;  // one lane in this lesson

  [[nodiscard]] esplanade::result<std::uint32_t> add_key(const esplanade::suite_sizes& sizes, esplanade::const_octets key) noexcept { return engine_.add_key(sizes, key); }
  void remove_key(std::uint32_t schedule) noexcept { engine_.remove_key(schedule); }

  void seal(workspace& w, esplanade::job_list list) noexcept {
    engine_.seal(w.engine, list);
    note(list);
  }
  void open(workspace& w, esplanade::job_list list, esplanade::on_forged leave) noexcept {
    engine_.open(w.engine, list, leave);
    note(list);
  }
  void verify(workspace& w, esplanade::job_list list) noexcept { engine_.verify(w.engine, list); }
  void recheck(workspace& w, esplanade::job_list list) noexcept { engine_.recheck(w.engine, list); }

 private:
  void note(esplanade::job_list list) noexcept {
    ++batches;
    for (const esplanade::job* one : list) {
      ++jobs;
      octets += one->length;
      if (one->status == esplanade::job_status::forged) ++forged;
    }
  }
  Engine engine_;
};
static_assert(esplanade::CryptoProvider<metered<esplanade::botan>>);

}  // namespace

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using path = esplanade::datapath<gateway, esplanade::flat_packet, esplanade::flat_store<16>, metered<esplanade::botan>>;

int main() {
  metered<esplanade::botan> crypto;
  path::inbound_store inbound_sas;
  path::outbound_store outbound_sas;
  path p{{inbound_sas, outbound_sas, crypto}};
  const auto sending = outbound_sas.add(crypto, lesson::tunnel());
  const auto receiving = inbound_sas.add(crypto, lesson::tunnel());
  if (!sending) return lesson::give_up(sending.why());
  if (!receiving) return lesson::give_up(receiving.why());

  // Forty packets: the datapath works on 32 at a time, so two batches of jobs each way.
  constexpr std::size_t count = 40;
  static esplanade::octet memory[count][160];
  esplanade::flat_packet held[count];
  esplanade::flat_packet* packets[count];
  esplanade::verdict verdicts[count];
  esplanade::outbound_handle handles[count];
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(memory[i] + 64, lesson::hello, sizeof lesson::hello);
    held[i] = esplanade::flat_packet(memory[i], 64, sizeof lesson::hello);
    packets[i] = &held[i];
    handles[i] = *sending;
  }
  const std::size_t sealed = p.outbound({packets, verdicts, handles});
  std::printf("sealed %zu: %zu jobs in %zu batches, %zu octets of text\n", sealed, crypto.jobs, crypto.batches, crypto.octets);
  packets[11]->data()[60] ^= 1;
  const std::size_t opened = p.inbound({packets, verdicts});
  std::printf("opened %zu: %zu jobs in %zu batches, %zu octets of text, %zu forged\n", opened, crypto.jobs, crypto.batches, crypto.octets, crypto.forged);
  std::printf("the provider of the plan: %s\n", esplanade::explain<path::inbound_lane>().provider);
}
