#include "address_pairs.hpp"

#include "packet_headers.hpp"
#include "stop_signal.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace capture_tunnel {

address_pairs pairs_in(const std::filesystem::path& capture, std::size_t most) {
  using esplanade::address;
  struct talk {
    address_pair between;
    std::uint64_t packets = 0;
  };
  std::map<std::string, std::size_t> known;  // by both addresses as they stand in the header
  std::vector<talk> all;
  capture_reader reader(capture);
  record one;
  for (std::size_t i = 0; reader.next(one); ++i) {
    if (i % 1024 == 0) stop_if_asked();
    const auto at = find_ip(reader.form().link, one.octets);
    if (!at) continue;
    const auto packet = esplanade::const_octets(one.octets).subspan(at->header);
    if (packet.size() < esplanade::header_octets(at->version)) continue;
    const std::size_t size = address::octets_of(at->version), from = esplanade::header_octets(at->version) - 2 * size;
    const auto addresses = packet.subspan(from, 2 * size);
    const auto [place, is_new] = known.try_emplace(std::string(addresses.begin(), addresses.end()), all.size());
    if (is_new) all.push_back({{address::from(at->version, addresses.data()), address::from(at->version, addresses.data() + size)}, 0});
    ++all[place->second].packets;
  }
  std::stable_sort(all.begin(), all.end(), [](const talk& a, const talk& b) { return a.packets > b.packets; });
  address_pairs found;
  for (const auto& [between, packets] : all) {
    const bool named = !between.source.unspecified() && !between.destination.unspecified();
    if (named && found.busiest.size() < most) found.busiest.push_back(between);
    else ++found.others;
  }
  return found;
}

}  // namespace capture_tunnel
