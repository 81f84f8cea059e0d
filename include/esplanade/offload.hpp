// Host and NIC: the second umbrella, for who divides a datapath between the two. It has the first one in it, and buffer lists.
#pragma once

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/buffer/nbl_copy_oob.hpp>
#include <esplanade/buffer/nbl_derive.hpp>
#include <esplanade/buffer/nbl_pool.hpp>
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/configuration_broker.hpp>
#include <esplanade/offload/host.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/offload/placement.hpp>
#include <esplanade/offload/receive_scaling.hpp>
#include <esplanade/offload/records_list.hpp>
#include <esplanade/offload/records_read.hpp>
#include <esplanade/offload/records_write.hpp>
#include <esplanade/offload/registration.hpp>
#include <esplanade/offload/report_filter.hpp>
#include <esplanade/offload/report_mux.hpp>
#include <esplanade/offload/v1_control.hpp>
#include <esplanade/offload/v1_host_request.hpp>
#include <esplanade/offload/v1_packets.hpp>
