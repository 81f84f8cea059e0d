// A host that believes what its NIC opened under another high word than the one it infers: it does not compute the ICV again.
#pragma once

#include "../configurations.hpp"

namespace planted {

using namespace esplanade;

struct never_rechecks : fuzzed::few_keys {
  void recheck(workspace&, job_list jobs) noexcept {
    for (job* const j : jobs) j->status = job_status::done;
  }
};
using other_epoch_believed = testing::default_configuration<fuzzed::offloading_profile, flat_packet, flat_store<8>, never_rechecks>;

}  // namespace planted
