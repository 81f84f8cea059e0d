// Two pipelines composed differently agree: verdict for verdict, octet for octet, counter for counter.
//
//   1  the one is the configuration's. The other is put together through door 3 for a profile with another burst and the set
//      model as its window, over packets of another type, with stores of its own
//   2  up to four packets are sent through both, cut elsewhere in each
//   3  what was sent, changed, doubled, or signed anew with a text of the input, arrives at both, cut elsewhere in each
//   4  verdicts, octets and counters are the same
//
// The stages of the other are the toolkit's where the configuration's are (or stand in for them: stages its profile trusts);
// a list with stages of the user's is compared with the same stages in the other shape.
//   input   SA (4) · up to four times: packets (1) · the packets · borders twice for each · then for each that left: what (1): 1 a
//           change (3) · 2 doubled · 4 signed anew: size (2), octets · 8 the order is turned · at last borders twice for each arrival
#pragma once

#include <esplanade/pipeline/recipe.hpp>
#include <esplanade/testing/fuzz/plain_receiver.hpp>
#include <esplanade/testing/window_model.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
/// The same profile in another shape. Both bursts hold every batch of this property, so that no verdict may depend on them.
template <class P> struct reshaped : P {
  static constexpr std::size_t burst = P::burst < 200 ? P::burst + 5 : P::burst - 5;
  using replay = std::conditional_t<replay_of<P>::packets == 0, no_window, set_window<replay_of<P>::packets == 0 ? 1 : replay_of<P>::packets>>;
};

template <class Profile, class S> inline constexpr bool stands_for_ours = std::is_base_of_v<esplanade::detail::transform_stage, S> || Profile::trusted::template has<S>;
template <class List, std::size_t... I> consteval bool only_ours(std::index_sequence<I...>) {
  return (stands_for_ours<typename List::profile, typename List::template stage_type<I>> && ...);
}

template <class List, bool Ours, class Indices> struct reshaped_list;
template <class List, std::size_t... I> struct reshaped_list<List, false, std::index_sequence<I...>> {
  using profile = reshaped<typename List::profile>;
  static auto make(const List& from) { return stage_list<profile, List::kind, typename List::template stage_type<I>...>{from.template stage<I>()...}; }
};
template <class List, std::size_t... I> struct reshaped_list<List, true, std::index_sequence<I...>> {
  using profile = reshaped<typename List::profile>;
  static auto make(const List&) {
    if constexpr (List::kind == list_kind::inbound) return inbound_recipe<profile>();
    else return outbound_recipe<profile, !list_has<List, select_sa_stage>()>();
  }
};
template <class List> using other_list = reshaped_list<List, only_ours<List>(std::make_index_sequence<List::size>{}), std::make_index_sequence<List::size>>;

/// The other pipeline.
template <class C> class other_pipeline {
  using profile = reshaped<typename C::profile>;
  using crypto = typename C::crypto;
  using rx_list = typename receiving_lane<C>::list_type;
  using tx_list = typename sending_lane<C>::list_type;
  static constexpr bool by_policy = list_has<tx_list, select_sa_stage>();
  using policy_type = std::conditional_t<by_policy, linear_policy<2>, no_policy_store>;
  using packet = std::conditional_t<ContiguousPacket<typename C::packet_type>, chain_packet<16>, flat_packet>;
  using rx_store = flat_sad<inbound_sa<profile, crypto>, 4>;
  using tx_store = slot_table<outbound_sa<profile, crypto>, 4>;
  using rx_lane = lane<decltype(other_list<rx_list>::make(std::declval<const rx_list&>())), packet, rx_store, crypto>;
  using tx_lane = lane<decltype(other_list<tx_list>::make(std::declval<const tx_list&>())), packet, tx_store, crypto, policy_type>;

 public:
  static constexpr std::size_t segments_max = segments_max_of<packet>;

  other_pipeline(C& first, crypto& provider, const ground<C>& on)
      : provider_(provider), receiving_({inbound_, provider_, nothing_, no_packets_}, other_list<rx_list>::make(first.path().receiving().list())),
        sending_({outbound_, provider_, policies_, no_packets_}, other_list<tx_list>::make(first.path().sending().list())) {
    for (std::size_t i = 0; i < 2; ++i) {
      const auto sending = outbound_.add(provider_, on.sa(i).parameters);
      const auto receiving = inbound_.add(provider_, on.sa(i).parameters);
      if (!sending || !receiving) on.fail("the other pipeline does not take the SA");
      handle_[i] = *sending;
      if constexpr (by_policy) static_cast<void>(policies_.add({on.sa(i).parameters.selector, policy_action::protect, handle_[i]}));
    }
  }

  struct result_of {
    verdict said;
    bytes content;
  };
  /// Runs packets of these forms through one side.
  std::vector<result_of> send(const std::vector<packet_form>& forms) { return run(sending_, forms); }
  std::vector<result_of> receive(const std::vector<packet_form>& forms) { return run(receiving_, forms); }
  [[nodiscard]] counters_snapshot sent() const { return sending_.snapshot(); }
  [[nodiscard]] counters_snapshot received() const { return receiving_.snapshot(); }

 private:
  template <class Lane> std::vector<result_of> run(Lane& lane, const std::vector<packet_form>& forms) {
    std::vector<std::unique_ptr<typename testing::detail::owner_of<packet>::type>> owned;
    std::vector<packet*> packets, in_order;
    for (const packet_form& form : forms) {
      owned.push_back(std::make_unique<typename testing::detail::owner_of<packet>::type>(form));
      packets.push_back(owned.back().get());
    }
    in_order = packets;
    std::vector<verdict> verdicts(forms.size(), verdict::withheld);
    const std::vector<outbound_handle> handles(forms.size(), handle_[0]);
    lane({packets, verdicts, handles});
    std::vector<result_of> all;
    for (packet* p : in_order) {
      std::size_t k = 0;
      while (packets[k] != p) ++k;
      all.push_back({verdicts[k], octets_of(*p)});
    }
    return all;
  }

  crypto& provider_;
  rx_store inbound_{};
  tx_store outbound_{};
  policy_type policies_{};
  no_policy_store nothing_{};
  no_pool no_packets_{};
  outbound_handle handle_[2]{};
  rx_lane receiving_;
  tx_lane sending_;
};

template <class C> void run_both(input& in) {
  constexpr std::size_t most = segments_max_of<typename C::packet_type>;
  ground<C> on("pipelines_agree", in);
  const auto other = std::make_unique<other_pipeline<C>>(on.configuration(), on.provider(), on);
  bool all_compared = true;

  // Both cut as the input says; a form keeps what it points to in `contents`.
  const auto through_both = [&](const std::vector<bytes>& contents, bool leaves) {
    batch_of<C> batch(on.configuration());
    std::vector<packet_form> forms;
    for (const bytes& content : contents) {
      packet_form form{.content = content, .headroom = leaves ? room_in_front : 0, .tailroom = leaves ? room_behind : 0};
      form.segments = in.take_cut(content.size(), most);
      if (!batch.add(form, on.pair().sending)) {
        all_compared = false;
        return std::vector<bytes>{};
      }
      form.segments = in.take_cut(content.size(), other_pipeline<C>::segments_max);
      forms.push_back(form);
    }
    if (leaves) on.send(batch);
    else on.receive(batch);
    const auto others = leaves ? other->send(forms) : other->receive(forms);
    std::vector<bytes> survivors;
    for (std::size_t i = 0; i < forms.size(); ++i) {
      const std::string way = leaves ? "sent: " : "received: ";
      if (batch.of(i) != others[i].said) on.fail(way + name_of(batch.of(i)) + ", by the other pipeline " + name_of(others[i].said));
      const bytes content = batch.read(i);
      if (content != others[i].content) on.fail(way + name_of(batch.of(i)) + ", but with other octets by the other pipeline");
      if (batch.of(i) == verdict::forwarded) survivors.push_back(content);
    }
    return survivors;
  };

  for (unsigned left = 4; left != 0 && !in.empty(); --left) {
    std::vector<bytes> packets;
    const std::size_t n = std::min<std::size_t>(1 + in.take_octet() % 4u, batch_most<C>);
    while (packets.size() < n) packets.push_back(take_packet(in));
    std::vector<bytes> arriving;
    for (bytes wire : through_both(packets, true)) {
      const unsigned what = in.take_octet();
      const plain_headers h = read_headers(wire);
      const bytes destination = h.version == 4 ? part_of(wire, 16, 4) : part_of(wire, 24, 16);
      if ((what & 4) != 0) {
        bytes text = in.take_octets(in.take_be16() % 1500u);
        while (text.size() < 2 || text.size() % on.sa().parameters.suite.alignment != 0) text.push_back(4);
        const std::uint64_t low = be16_at(wire, h.end + 4) << 16 | be16_at(wire, h.end + 6);
        const std::uint64_t next = on.sa().parameters.sequence_start + 1;  // few numbers are spent: the high half is one of two
        std::uint64_t number = (next >> 32) << 32 | low;
        if (on.sa().parameters.esn && number < next) number += std::uint64_t{1} << 32;
        wire = joined(part_of(wire, 0, h.end), h.named_at, 50, on.signs().seal(number, text));
      }
      if ((what & 1) != 0) take_change(in, wire);
      // Which parts of an address a store keys on is its own business.
      if (h.version == 4 && wire.size() >= 20) std::copy(destination.begin(), destination.end(), wire.begin() + 16);
      if (h.version == 6 && wire.size() >= 40) std::copy(destination.begin(), destination.end(), wire.begin() + 24);
      if (arriving.size() < batch_most<C>) arriving.push_back(wire);
      if ((what & 2) != 0 && arriving.size() < batch_most<C>) arriving.push_back(wire);
      if ((what & 8) != 0) std::reverse(arriving.begin(), arriving.end());
    }
    through_both(arriving, false);
  }

  const auto same = [&](const counters_snapshot& one, const counters_snapshot& another, const char* way) {
    for (std::size_t v = 0; v < verdict_count; ++v)
      if (one.by_verdict[v] != another.by_verdict[v]) on.fail(std::string(way) + ": the counters " + name_of(static_cast<verdict>(v)) + " differ");
    if (one.octets != another.octets) on.fail(std::string(way) + ": the counters of octets differ");
  };
  if (!all_compared) return;
  same(on.configuration().path().sending().snapshot(), other->sent(), "sent");
  same(on.configuration().path().receiving().snapshot(), other->received(), "received");
}
}  // namespace detail

template <class Configuration> int pipelines_agree(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  detail::run_both<fuzz_configuration_of<Configuration>>(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
