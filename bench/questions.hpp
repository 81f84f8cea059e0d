// What bench/run asks: each registers the rows that are measured side by side for one question of the report.
#pragma once

#include "turns.hpp"

namespace bench {

void framework_rows();  ///< null cipher: the datapath beside the hand-written loop
void cipher_rows();     ///< each cipher: datapath, hand-written loop, raw call, naive loop, random SAs
void forged_rows();     ///< forged packets beside genuine ones
void lookup_rows();     ///< stores alone
void many_sas_rows();   ///< datapaths with many SAs
void suites_rows();     ///< five suites mixed in a batch
void families_rows();   ///< a suite of each group beside the provider's own call
void imix_rows();       ///< packets of mixed sizes
void lanes_rows();      ///< two cores
void nic_rows();        ///< a NIC's send and receive beside the inline datapath
void lifetimes_rows();  ///< limits that are looked at and never reached

}  // namespace bench
