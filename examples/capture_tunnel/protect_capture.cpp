#include "packet_headers.hpp"
#include "passes.hpp"
#include "refusal.hpp"
#include "stop_signal.hpp"

namespace capture_tunnel {
namespace {

/// Fills the batch with the next IP packets of the capture, whole ones only; how many there are, and where in the capture.
std::vector<std::size_t> read_batch(session& s, capture_reader& from, std::span<parcel> batch) {
  std::vector<std::size_t> numbers;
  while (numbers.size() < batch.size() && from.next(batch[numbers.size()].head)) {
    parcel& next = batch[numbers.size()];
    ++s.result.captured;
    s.result.captured_octets += next.head.octets.size();
    s.carried.push_back(false);
    if (next.head.snap_truncated()) {
      ++s.result.excluded["snap_truncated"];
    } else if (const auto at = find_ip(from.form().link, next.head.octets)) {
      next.unpack(*at);
      numbers.push_back(s.carried.size() - 1);
    } else {
      ++s.result.excluded["non_ip"];
    }
  }
  return numbers;
}

}  // namespace

void protect_capture(session& s, output_file& into, wire& line) {
  capture_reader reader(s.asked.capture);
  const capture_form form = s.result.form = reader.form();
  capture_writer writer(into.take_stream(), form);
  s.path.begin(form);
  std::vector<parcel> batch(s.asked.batch);
  direction_outcome& sent = s.result.outbound;
  const auto send = [&](parcel& p) {
    p.ordinal = sent.packets++;
    name_family(form.link, p.link, version_of(p.packet));
    if (s.asked.wire.any()) line.take(p);
    else writer.write(p.head, p.link, p.packet);
  };
  s.bar.begin("protecting", reader.size());
  for (;;) {
    stop_if_asked();
    const std::vector<std::size_t> numbers = read_batch(s, reader, batch);
    if (numbers.empty()) break;
    const std::span<parcel> packets(batch.data(), numbers.size());
    sent.spent += s.path.protect(packets);
    for (std::size_t i = 0; i < packets.size(); ++i) {
      parcel& p = packets[i];
      const bool absorbed = s.what.profile.aggregates && p.verdict == esplanade::verdict::absorbed;
      if (p.verdict != esplanade::verdict::forwarded && !absorbed) {
        ++s.result.excluded[esplanade::name_of(p.verdict)];
        continue;
      }
      const auto original = esplanade::const_octets(p.head.octets).subspan(p.link.size());
      const auto clear = without_padding(original);
      if (clear.size() != original.size()) ++s.result.link_padded;
      s.carried[numbers[i]] = true;
      sent.octets += clear.size();
      if (!absorbed) send(p);
    }
    for (parcel& p : s.path.made()) send(p);
    s.bar.at(reader.position());
  }
  sent.spent += s.path.flush();
  for (parcel& p : s.path.made()) send(p);
  if (s.asked.wire.any()) {
    line.impair();
    for (const parcel& p : line.packets()) writer.write(p.head, p.link, p.packet);
    s.arrivals = line.arrivals();
  }
  if (!writer.close()) throw refusal("cannot write {}: it could not be written whole", into.name().string());
  s.corrupted.assign(sent.packets, false);
  s.delivered.assign(sent.packets, false);
  for (const arrival& one : s.arrivals)
    if (one.what == arrival::corrupted) s.corrupted[one.ordinal] = true;
  sent.counters = s.path.outbound_counters();
}

}  // namespace capture_tunnel
