// A NIC takes any word beside any frame: each list comes back once, and nothing under a handle leaves as it was.
//
//   1  every list that is sent completes once; every list that is received goes up once, or comes back
//   2  octets that are not to be written are as they were
//   3  under a word that names an SA, whichever, no frame leaves as it was given
//   4  a received frame of which the NIC says that it did nothing is as it came
//
//   input   until it ends: what (1: modulo 4; 3 receives; 4 read-only, 8 another list follows, 16 short of buffers) · which slots have
//           words (1: bits 0 to 5, of slots 0, 1, 2, 4, 11, 12; 64 written as received) · each word (1: 0 to 2 a handle that lives,
//           3 one that went, otherwise 4 octets) · frames (1: modulo 3) · each: octets (2: modulo 601), cut, frame
#pragma once

#include <esplanade/offload/nic.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/input.hpp>
#include <esplanade/testing/net_buffers.hpp>

#include <deque>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {

/// Net buffers of one MDL for copies and segments.
class loose_frames {
 public:
  net_buffer* take() noexcept {
    if (out_ == 64) return nullptr;
    ++out_;
    return new owned_net_buffer(packet_form{.headroom = 32, .tailroom = 2048});
  }
  void give(net_buffer* b) noexcept {
    --out_;
    delete static_cast<owned_net_buffer*>(b);
  }
  [[nodiscard]] std::size_t out() const noexcept { return out_; }

 private:
  std::size_t out_ = 0;
};

/// Lists with their frames, as they were given and as they are.
class given_lists {
 public:
  struct one {
    net_buffer_list list{};
    std::vector<std::unique_ptr<owned_net_buffer>> frames{};
    std::vector<bytes> before{};
    bool read_only = false, handled = false;
    unsigned back = 0;
  };

  one& add() {
    one& added = all_.emplace_back();
    if (all_.size() > 1) all_[all_.size() - 2].list.link(&added.list);
    return added;
  }
  net_buffer_list* first() noexcept { return &all_.front().list; }
  one& of(const net_buffer_list& list) {
    for (one& o : all_)
      if (&o.list == &list) return o;
    failed("oob_words", "a list came back that nobody gave");
  }
  std::deque<one>& all() noexcept { return all_; }

 private:
  std::deque<one> all_{};
};

template <class C, class Adapter> struct words_queue_of { using type = typename Adapter::send_queue; };
template <class C, class Adapter>
  requires requires { typename C::template send_queue<Adapter>; }
struct words_queue_of<C, Adapter> {
  using type = typename C::template send_queue<Adapter>;
};

template <class C> class any_words {
  struct built : C::profile {
    static constexpr auto modes = mode::tunnel | mode::transport;
    static constexpr std::size_t levels = 2;
  };
  using crypto_type = typename C::crypto;

 public:
  using adapter = nic<built, net_buffer_list, crypto_type, 8, single_core, loose_frames>;

  explicit any_words(input& in) : in_(in) {
    device_capabilities can = capabilities_of<built>(8);
    can.large_send = true;
    if (!adapter_->run_with(can, link_framing::none)) fail("the NIC does not run");
    for (std::uint32_t spi = 0x1001; spi < 0x1005; ++spi) handles_.push_back(add(spi, false));
    for (std::uint32_t spi = 0x1001; spi < 0x1004; ++spi) (void)add(spi, true);
    if (!adapter_->delete_sa(handles_.back())) fail("an SA cannot be deleted");
    adapter_->reclaim();
  }

  void run() {
    for (unsigned left = 32; left != 0 && !in_.empty(); --left) {
      given_lists given;
      unsigned what;
      bool receives = false, short_of = false;
      do {
        what = in_.take_octet();
        if (given.all().empty()) receives = (what & 3) == 3, short_of = (what & 16) != 0;
        fill(given.add(), what, receives);
      } while ((what & 8) != 0 && given.all().size() < 4 && !in_.empty());
      receives ? receive(given, short_of) : send(given);
      for (const auto& one : given.all())
        if (one.back != 1) fail("a list came back " + std::to_string(one.back) + " times");
      if (pool_.out() != 0) fail("a frame of the pool is still out");
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& how) { failed("oob_words", how); }

  offload_handle add(std::uint32_t spi, bool inbound) {
    sa_request r;
    r.inbound = inbound;
    r.elements[0] = {.transform = {protocol_kind::esp, {}, offload_encryption::aes_gcm_128, 16}, .spi = spi, .encryption_key = key_};
    const auto added = adapter_->add_sa(r);
    if (!added) fail(std::string("an SA is refused: ") + added.why().field);
    return *added;
  }

  void fill(given_lists::one& one, unsigned what, bool receives) {
    static constexpr oob_slot slots[] = {oob_slot::checksum, oob_slot::ipsec, oob_slot::large_send, oob_slot::vlan, oob_slot::ipsec_tunnel, oob_slot::ipsec_headers};
    const unsigned which = in_.take_octet();
    const oob_direction direction = (which & 64) != 0 ? oob_direction::receive : oob_direction::send;
    for (unsigned i = 0; i < 6; ++i) {
      if ((which >> i & 1) == 0) continue;
      const unsigned kind = in_.take_octet();
      oob_word word = 0;
      if (kind < handles_.size()) word = static_cast<oob_word>(handles_[kind].word);
      else word = static_cast<oob_word>(in_.take_be16()) << 16 | in_.take_be16();
      one.list.put(slots[i], {word, direction});
      if (slots[i] == oob_slot::ipsec && direction == oob_direction::send && word != 0) one.handled = true;
    }
    for (unsigned n = 1 + in_.take_octet() % 3u; n != 0; --n) {
      const std::size_t octets = in_.take_be16() % 601u;
      const cut pieces = in_.take_cut(octets, 7);
      one.before.push_back(in_.take_exactly(octets));
      one.frames.push_back(std::make_unique<owned_net_buffer>(packet_form{.content = one.before.back(), .segments = pieces}));
      if (one.frames.size() > 1) one.frames[one.frames.size() - 2]->link(one.frames.back().get());
    }
    one.list.set_first_buffer(one.frames.front().get());
    one.read_only = (what & 4) != 0;
    if (one.read_only) (void)one.list.set_flags(nbl_flags(receives ? nbl_flag::receive_read_only : nbl_flag::send_read_only));
  }

  void send(given_lists& given) {
    std::vector<bytes> wire;
    queue_->send(given.first(), [&wire](const net_buffer& b) noexcept { wire.push_back(octets_of(b)); }, [&given](net_buffer_list& l) noexcept { ++given.of(l).back; });
    for (const auto& one : given.all()) {
      for (std::size_t i = 0; i < one.frames.size(); ++i) {
        if (one.read_only && octets_of(static_cast<const net_buffer&>(*one.frames[i])) != one.before[i]) fail("octets that are not to be written were");
        if (!one.handled) continue;
        for (const bytes& left : wire)
          if (left.size() >= 48 && left == one.before[i] && !given_in_clear(given, left)) fail("a frame under a handle left as it was");
      }
    }
  }
  // Somebody else gave the same octets without a handle.
  static bool given_in_clear(const given_lists& given, const bytes& frame) {
    for (const auto& one : const_cast<given_lists&>(given).all())
      if (!one.handled && std::find(one.before.begin(), one.before.end(), frame) != one.before.end()) return true;
    return false;
  }

  void receive(given_lists& given, bool short_of) {
    std::vector<net_buffer_list*> up;
    const receive_flags flags = short_of ? receive_flags(receive_flag::resources) : receive_flags{};
    const auto back = [&given](net_buffer_list& l) noexcept { ++given.of(l).back; };
    (void)in_queue_->receive(given.first(), flags, [&](net_buffer_list* chain, receive_flags) noexcept {
      for (net_buffer_list* l = chain; l != nullptr; l = l->next()) up.push_back(l);
    }, back);
    for (const net_buffer_list* l : up) {
      const auto& one = given.of(*l);
      if (word_of<receive_ipsec>(l->entry(oob_slot::ipsec)).done) continue;
      for (std::size_t i = 0; i < one.frames.size(); ++i)
        if (octets_of(static_cast<const net_buffer&>(*one.frames[i])) != one.before[i]) fail("a frame to which nothing was done is not as it came");
    }
    if (short_of) return;
    for (net_buffer_list* l : up) {
      l->link(nullptr);
      in_queue_->give_back(l, back);
    }
  }

  input& in_;
  crypto_type crypto_{};
  loose_frames pool_{};
  octet key_[20]{1, 2, 3};
  std::unique_ptr<adapter> adapter_ = std::make_unique<adapter>(crypto_);
  using queue = typename words_queue_of<C, adapter>::type;
  std::unique_ptr<queue> queue_ = std::make_unique<queue>(*adapter_, pool_);
  std::unique_ptr<typename adapter::receive_queue> in_queue_ = std::make_unique<typename adapter::receive_queue>(*adapter_);
  std::vector<offload_handle> handles_{};
};
}  // namespace detail

/// For configurations whose profile has esp_aes_gcm_16<128>. One may name a `send_queue<Adapter>` of its own to be judged.
template <class Configuration> int oob_words(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  detail::any_words<Configuration>(in).run();
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
