// A host's sending lane that takes large sends: one frame for a device that cuts it, or segments that it cuts itself.
//
//   given      | IP | TCP | payload …                          |   mss beside it
//   framed     | IP | AH, UDP, ESP, 0* | TCP | payload …       |   + words: handle, offsets, next header, large send; no trailer
//   cut here   | IP | TCP | mss octets | × n                       in packets of a pool, each on its way as any packet; all or none
//
// On the wire both are the same octets.
#pragma once

#include <esplanade/offload/host_lane.hpp>
#include <esplanade/offload/host_recipe.hpp>
#include <esplanade/offload/large_frame.hpp>
#include <esplanade/offload/segment_large.hpp>

namespace esplanade {
inline namespace v0 {

/// What came out of a batch with large sends in it.
struct large_outcome {
  std::size_t packets = 0, survivors = 0;
};

/// A host_lane with a second way in. Who sends nothing large through it pays nothing for it.
///   Shape    lane(batch, large, pool, out, words)   as lane(in, out) of a list that splits: `large` has a word for each packet, 0 where
///                                                   it is not large; `out` has room for the batch and all segments
///   Cost     one run of numbers and a few hundred octets for a frame that the device cuts; otherwise a copy of the payload
///   Errors   of a large packet: absorbed, and its segments go on in its place; bad_header (not TCP where the word says it is, or
///            headers that contradict it), runt, not_ip, ip_fragment, too_long; batch_full, no_packet, no_room: nothing was sent, and
///            the pool has back what it gave; else what became of the first segment that was lost, and then none leaves
///   Threads  as host_lane
///   Source   ipsecov2.md 4.5; design.md 1
template <class List, Packet P, SaStore Store, CryptoProvider Crypto, PolicyStore Policy = no_policy_store>
class large_lane : public host_lane<List, P, Store, Crypto, Policy> {
  using base = host_lane<List, P, Store, Crypto, Policy>;
  using config = typename base::profile;
  static constexpr bool by_handle = std::is_same_v<Policy, no_policy_store>;

 public:
  using context = typename base::context;
  using record_type = typename context::record_type;
  using base::base;
  using base::operator();

  /// Packets that leave, some of them large. What comes out is put in `out`, survivors first, each with its words.
  template <PacketPool<P> Pool>
  large_outcome operator()(const batch_view<P>& batch, std::span<const send_large> large, Pool& pool, const batch_view<P>& out, std::span<send_words> words) noexcept {
    const bool fits = batch.template whole<config::overrides>() && large.size() >= batch.size() && out.size() >= batch.size() && out.verdicts.size() >= out.size() && words.size() >= out.size();
    if (!detail::upheld<checks_of<config>>(fits, "a batch with large sends has a word for each of its packets, and what comes out has room for all of them, with a verdict and words each")) return {};
    std::size_t put = 0;
    for (std::size_t i = 0; i < batch.size();) {
      std::size_t n = 0;
      while (i + n < batch.size() && !large[i + n]) ++n;
      if (n != 0) put = pass(batch, i, n, out, put, words);
      i += n;
      if (i == batch.size()) break;
      put = send_one(batch, i, large[i], pool, out, put, words);
      ++i;
    }
    return {put, partition_survivors(out.packets.first(put), out.verdicts.first(put), words.first(put))};
  }

 private:
  // A list with stages of the caller's has more to say of each segment than is known here.
  static constexpr bool usual = std::is_same_v<std::remove_cv_t<List>, std::remove_cv_t<decltype(host_outbound_recipe<config, by_handle>())>>;
  static constexpr bool frames = usual && !pads_traffic<config> && modes_of<config>.has(mode::transport) && LeasesRuns<typename sequence_of<config>::state>;

  std::size_t pass(const batch_view<P>& batch, std::size_t i, std::size_t n, const batch_view<P>& out, std::size_t put, std::span<send_words> words) noexcept {
    for (std::size_t k = 0; k < n; ++k) out.packets[put + k] = batch.packets[i + k];
    base::operator()(part(out, put, n, batch.handles.empty() ? batch.handles : batch.handles.subspan(i, n), batch.options.empty() ? batch.options : batch.options.subspan(i, n)),
                     words.subspan(put, n));
    return put + n;
  }
  static batch_view<P> part(const batch_view<P>& out, std::size_t from, std::size_t n, std::span<const outbound_handle> handles, std::span<const packet_options> options) noexcept {
    return {out.packets.subspan(from, n), out.verdicts.subspan(from, n), handles, options};
  }

  template <class Pool>
  std::size_t send_one(const batch_view<P>& batch, std::size_t i, const send_large& large, Pool& pool, const batch_view<P>& out, std::size_t put, std::span<send_words> words) noexcept {
    P& p = *batch.packets[i];
    const outbound_handle handle = batch.handles.empty() ? outbound_handle{} : batch.handles[i];
    verdict& what = out.verdicts[put];
    out.packets[put] = &p;
    words[put] = {};
    large_send_header plain;
    if (what = plain.read(p, plain_order(large)); what != verdict::forwarded) {
      lose(p, what);
      return put + 1;
    }
    if (what = begin(p, plain, large, handle, words[put]); what != verdict::absorbed) return put + 1;
    const std::size_t from = put + 1, behind = batch.size() - i - 1;
    std::size_t made = 0;
    what = segment_large(p, large, pool, out.packets.subspan(from, out.size() - from - behind), made);
    if (what != verdict::forwarded) {
      lose(p, what);
      return from;
    }
    const packet_options options = batch.options.empty() ? packet_options{} : batch.options[i];
    what = send_segments(out, from, made, handle, options, words);
    if (what == verdict::absorbed) {
      this->counters_.add(verdict::absorbed, 1);
      this->device_.cut_here.add(1);
      return from + made;
    }
    this->completed(words.subspan(from, made));
    for (std::size_t k = 0; k < made; ++k) pool.give(out.packets[from + k]);
    return from;
  }

  /// The verdict of the first that is lost; absorbed when all of them leave.
  verdict send_segments(const batch_view<P>& out, std::size_t from, std::size_t n, outbound_handle handle, const packet_options& like, std::span<send_words> words) noexcept {
    outbound_handle handles[base::burst];
    packet_options options[base::burst];
    for (std::size_t k = 0; k < base::burst; ++k) handles[k] = handle, options[k] = like;
    for (std::size_t k = 0; k < n; ++k) words[from + k] = {};
    for (std::size_t at = 0; at < n; at += base::burst) {
      const std::size_t some = n - at < base::burst ? n - at : base::burst;
      const batch_view<P> now = part(out, from + at, some, {handles, some}, {options, some});
      const std::size_t live = base::operator()(now, words.subspan(from + at, some));
      if (live != some) return now.verdicts[live];
    }
    for (std::size_t k = 0; k < n; ++k) words[from + k].segment = true;
    return verdict::absorbed;
  }

  /// Nothing of it was sent.
  void lose(P& p, verdict why) noexcept {
    fill_one(p, {});
    (void)lost(why);
  }
  void fill_one(P& p, outbound_handle handle) noexcept {
    P* one[] = {&p};
    verdict v[1]{};
    this->fill(this->context_, {one, v, {&handle, 1}, {}}, 0, 1);
    this->context_.device = &this->device_;
  }

  verdict lost(verdict why) noexcept {
    this->context_.verdicts[0] = why;
    this->settle(this->context_);
    return why;
  }

  /// Forwarded: a frame for the device, with its words. Absorbed: it is to be cut here. Else it is lost, and no SA changed.
  verdict begin(P& p, const large_send_header& plain, const send_large& large, outbound_handle handle, [[maybe_unused]] send_words& w) noexcept {
    fill_one(p, handle);
    large_template head(p, plain.octets());
    const ip_layout at = head.layout();
    if (at.status != verdict::forwarded) return lost(at.status);
    if (at.header_length != large.tcp_offset || at.protocol != protocol_number::tcp || at.fragment) return lost(verdict::bad_header);
    if constexpr (usual) {
      [[maybe_unused]] const auto guard = this->enter();
      record_type* const record = select(head, at, handle);
      if (record == nullptr) return verdict::absorbed;  // each segment is told why
      if (association(*record).sequence().left() < plain.segments()) {
        (void)this->context_.enter_level(0, record);
        return lost(verdict::sequence_exhausted);
      }
      if constexpr (frames) {
        detail::large_frame<context> frame(this->context_, p, plain, large);
        const verdict v = frame.make(head, at, record, [this](const large_template& h, const ip_layout& l) noexcept { return select(h, l, {}); }, w);
        if (v == verdict::absorbed) return v;
        if (v != verdict::forwarded) return (void)this->context_.enter_level(0, this->context_.state[0].record), lost(v);
        this->settle(this->context_);
        this->traffic_.packets.add(plain.segments());
        const auto& s = this->context_.state[0];
        for (std::size_t k = 0; k < context::levels; ++k) this->traffic_.template add<config>(association(*s.passed(k)), frame.counted());
        return v;
      }
    }
    return verdict::absorbed;
  }
  [[nodiscard]] record_type* select(const large_template& head, const ip_layout& at, outbound_handle handle) noexcept {
    if constexpr (!by_handle) {
      span_reader read = head.reader();
      const policy_decision decided = this->policy_.decide(flow_of(read, at));
      if (decided.action != policy_action::protect) return nullptr;
      handle = decided.sa_for(this->resources_.number);
    }
    record_type* found = nullptr;
    this->resources_.store.find({&handle, 1}, {&found, 1});
    return found;
  }
};

}  // namespace v0
}  // namespace esplanade
