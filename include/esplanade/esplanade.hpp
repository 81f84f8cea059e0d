// Datapaths, for the impatient: what most are made of. Stages that split, merge or measure are named by who puts them in a list, and so
// are providers over other libraries, fmt, testing; host and NIC are in offload.hpp.
#pragma once

#include <esplanade/base/set_of.hpp>
#include <esplanade/buffer/chain_packet.hpp>
#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/net/tcp_framing.hpp>
#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/pipeline/explain.hpp>
#include <esplanade/pipeline/in_flight.hpp>
#include <esplanade/sa/counted_window.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/sa/growing_store.hpp>
#include <esplanade/sa/indexed_store.hpp>
#include <esplanade/sa/leased_lifetime.hpp>
#include <esplanade/sa/longest_match_store.hpp>
#include <esplanade/sa/policy_table.hpp>
#include <esplanade/sa/restore.hpp>
#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/sharded_store.hpp>
#include <esplanade/sa/shared_window.hpp>
#include <esplanade/sa/tunnel.hpp>
#include <esplanade/transform/dummies.hpp>
#include <esplanade/transform/header_parts.hpp>
#include <esplanade/transform/keep_alives.hpp>
#include <esplanade/transform/payload.hpp>
#include <esplanade/version.hpp>
