#include "packet_headers.hpp"
#include "passes.hpp"
#include "refusal.hpp"
#include "resequencer.hpp"
#include "stop_signal.hpp"

namespace capture_tunnel {
namespace {

/// Counts packets that arrive behind a later one of their SA.
class order_watch {
 public:
  /// True when an accepted packet with a higher number was seen before.
  bool overtaken(const esp_place& esp) {
    auto [highest, first] = highest_.try_emplace(esp.spi, esp.number);
    if (first || esp.number > highest->second) {
      highest->second = esp.number;
      return false;
    }
    return true;
  }

 private:
  std::map<std::uint32_t, std::uint32_t> highest_;
};

}  // namespace

void open_protected(session& s, const output_file& from, output_file& into) {
  capture_reader reader(from.written_to());
  capture_writer writer(into.take_stream(), reader.form());
  const link_type link = reader.form().link;
  std::vector<parcel> batch(s.what.profile.aggregates ? 1 : s.asked.batch);
  std::vector<esp_place> places(batch.size());
  direction_outcome& received = s.result.inbound;
  resequencer in_order;
  order_watch watch;
  const auto write = [&writer](const parcel& p) { writer.write(p.head, p.link, p.packet); };
  const auto deliver = [&](parcel& p) {
    ++received.packets;
    received.octets += p.packet.size();
    name_family(link, p.link, version_of(p.packet));
  };
  std::uint64_t arrived = 0;
  s.bar.begin("opening", reader.size());
  for (bool more = true; more;) {
    stop_if_asked();
    std::size_t count = 0;
    while (count < batch.size() && (more = reader.next(batch[count].head))) {
      const auto at = find_ip(link, batch[count].head.octets);
      if (!at) throw refusal("{}: packet {} is not the one that was written", from.name().string(), arrived + count + 1);
      batch[count].unpack(*at);
      places[count] = find_esp(batch[count].packet).value_or(esp_place{});
      ++count;
    }
    received.spent += s.path.open({batch.data(), count});
    for (std::size_t i = 0; i < count; ++i, ++arrived) {
      parcel& p = batch[i];
      const arrival how = s.arrivals.empty() ? arrival{arrived} : s.arrivals[arrived];
      const bool absorbed = s.what.profile.aggregates && p.verdict == esplanade::verdict::absorbed;
      const bool accepted = absorbed || p.verdict == esplanade::verdict::forwarded;
      if (accepted && watch.overtaken(places[i])) ++s.result.out_of_order;
      if (accepted && !absorbed) deliver(p);
      if (how.what == arrival::copy) continue;  // the first of them was delivered; a copy never is
      s.delivered[how.ordinal] = accepted;
      if (s.what.profile.aggregates) continue;  // what was inside comes in the sender's order
      in_order.put(how.ordinal, accepted ? &p : nullptr, write);
    }
    for (parcel& p : s.path.made()) {
      deliver(p);
      write(p);
    }
    s.bar.at(reader.position());
  }
  if (!writer.close()) throw refusal("cannot write {}: it could not be written whole", into.name().string());
  received.counters = s.path.inbound_counters();
}

}  // namespace capture_tunnel
