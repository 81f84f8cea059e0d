// A product that knows nothing of esplanade but its contracts: buffers in C with their pool, an SA table of its own, and a
// cipher card that answers later. `configuration` at the end is what the harnesses drive.
#pragma once

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/configuration.hpp>

#include <cstdlib>
#include <list>
#include <map>

// --- buffers, as a C library brings them -----------------------------------------------------------------------------------
struct vbuf {
  enum { octets = 2304 };
  vbuf* next;
  vbuf* next_free;
  unsigned start, size;  ///< of what is in `space`
  unsigned whole;        ///< of the chain; kept in its first buffer
  unsigned char space[octets];
};

struct vbuf_pool {
  vbuf* all;
  vbuf* free;
};
inline void vbuf_pool_init(vbuf_pool* pool, unsigned count) {
  pool->all = static_cast<vbuf*>(std::calloc(count, sizeof(vbuf)));
  pool->free = nullptr;
  for (unsigned i = 0; i < count; ++i) {
    pool->all[i].next_free = pool->free;
    pool->free = &pool->all[i];
  }
}
inline void vbuf_pool_exit(vbuf_pool* pool) { std::free(pool->all); }
inline vbuf* vbuf_get(vbuf_pool* pool, unsigned start) {
  vbuf* const b = pool->free;
  if (b == nullptr || start > vbuf::octets) return nullptr;
  pool->free = b->next_free;
  b->next = nullptr;
  b->start = start;
  b->size = b->whole = 0;
  return b;
}
inline void vbuf_put(vbuf_pool* pool, vbuf* b) {
  while (b != nullptr) {
    vbuf* const next = b->next;
    b->next_free = pool->free;
    pool->free = b;
    b = next;
  }
}

/// A chain of them as a packet.
template <> struct esplanade::packet_traits<vbuf> {
  static constexpr std::size_t segments_max = 6;
  template <class B, class Octet> struct cursor {
    B* at;
    std::span<Octet> operator*() const noexcept { return {at->space + at->start, at->size}; }
    cursor& operator++() noexcept {
      at = at->next;
      return *this;
    }
    explicit operator bool() const noexcept { return at != nullptr; }
  };
  static auto first(vbuf& b) noexcept { return cursor<vbuf, octet>{&b}; }
  static auto first(const vbuf& b) noexcept { return cursor<const vbuf, const octet>{&b}; }
  static std::size_t length(const vbuf& b) noexcept { return b.whole; }
  static bool retreat(vbuf& b, std::size_t n) noexcept {
    if (n > b.start) return false;
    b.start -= static_cast<unsigned>(n);
    b.size += static_cast<unsigned>(n);
    b.whole += static_cast<unsigned>(n);
    return true;
  }
  static void advance(vbuf& b, std::size_t n) noexcept {
    b.whole -= static_cast<unsigned>(n);
    for (vbuf* at = &b; n != 0; at = at->next) {
      const unsigned here = n < at->size ? static_cast<unsigned>(n) : at->size;
      at->start += here;
      at->size -= here;
      n -= here;
    }
  }
  static bool extend(vbuf& b, std::size_t n) noexcept {
    vbuf* last = &b;
    while (last->next != nullptr) last = last->next;
    if (n > vbuf::octets - last->start - last->size) return false;
    last->size += static_cast<unsigned>(n);
    b.whole += static_cast<unsigned>(n);
    return true;
  }
  static void trim(vbuf& b, std::size_t n) noexcept {
    b.whole -= static_cast<unsigned>(n);
    unsigned left = b.whole;
    for (vbuf* at = &b; at != nullptr; at = at->next) {
      if (at->size > left) at->size = left;
      left -= at->size;
    }
  }
};

namespace appliance {

using namespace esplanade;

struct branch_office : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr std::size_t burst = 16;
  using replay = window<128>;
};

// --- SAs ---------------------------------------------------------------------------------------------------------------
/// What the product keeps of a tunnel, each direction.
template <class Esp> struct tunnel {
  Esp esp;
  std::uint64_t customer = 0;
  auto& association() noexcept { return esp; }
};

/// Tunnels by SPI; in a tree, because there are few.
template <class Crypto> class tunnels_in {
 public:
  using sa_type = tunnel<inbound_sa<branch_office, Crypto>>;
  using key_type = std::uint32_t;
  static key_type key_of(const outer_view& outer) noexcept { return outer.spi; }
  struct guard {};
  guard enter() noexcept { return {}; }  // the product changes its tunnels between batches only
  void find(std::span<const key_type> keys, std::span<sa_type*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto at = by_spi_.find(keys[i]);
      found[i] = at == by_spi_.end() ? nullptr : &at->second;
    }
  }
  result<void> add(Crypto& card, const sa_parameters& p) {
    if (by_spi_.count(p.spi) != 0) return fault{fault_kind::already_exists, "spi", "a tunnel has it already", "another SPI"};
    if (auto done = by_spi_[p.spi].esp.install(card, p); !done) {
      by_spi_.erase(p.spi);
      return done;
    }
    return {};
  }

 private:
  std::map<std::uint32_t, sa_type> by_spi_{};
};

/// Tunnels to send through, numbered as they are added.
template <class Crypto> class tunnels_out {
 public:
  using sa_type = tunnel<outbound_sa<branch_office, Crypto>>;
  using key_type = outbound_handle;
  struct guard {};
  guard enter() noexcept { return {}; }
  void find(std::span<const outbound_handle> handles, std::span<sa_type*> found) noexcept {
    for (std::size_t i = 0; i < handles.size(); ++i) {
      found[i] = nullptr;
      std::uint32_t number = 0;
      for (sa_type& one : all_)
        if (number++ == handles[i].slot && handles[i].generation == epoch) found[i] = &one;
    }
  }
  result<outbound_handle> add(Crypto& card, const sa_parameters& p) {
    sa_type& made = all_.emplace_back();
    if (auto done = made.esp.install(card, p); !done) {
      all_.pop_back();
      return done.why();
    }
    return outbound_handle{static_cast<std::uint32_t>(all_.size() - 1), epoch};
  }

 private:
  static constexpr std::uint32_t epoch = 7;
  std::list<sa_type> all_{};
};

// --- the card ----------------------------------------------------------------------------------------------------------
/// Takes jobs into a ring and gives them back in turn, a few at a time. What it does to a text is no cipher, but it can tell
/// a changed packet.
class cipher_card {
 public:
  static constexpr provider_abilities abilities{.appended_input = false, .asynchronous = true, .lanes = 8};
  static constexpr const char* name = "cipher_card";
  template <class> static constexpr bool supports = true;

  class workspace {
    friend class cipher_card;
    struct order {
      job* of;
      bool seals;
    };
    std::list<order> ring{};
  };

  result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (key.size() != sizes.key || used_ == 64) return fault{fault_kind::not_supported, "key", "the card has no place for it", "64 keys of the suite's size"};
    std::uint64_t sum = 1;
    for (const octet one : key) sum = (sum ^ one) * 0x100000001b3u;
    keys_[used_] = sum;
    return used_++;
  }
  void remove_key(std::uint32_t) noexcept {}

  void submit_seal(workspace& w, job_list jobs) noexcept {
    for (job* j : jobs) w.ring.push_back({j, true});
  }
  void submit_open(workspace& w, job_list jobs, on_forged) noexcept {
    for (job* j : jobs) w.ring.push_back({j, false});
  }
  std::size_t reap(workspace& w, std::span<job*> back) noexcept {
    std::size_t n = 0;
    while (n < back.size() && n < abilities.lanes && !w.ring.empty()) {
      const workspace::order next = w.ring.front();
      w.ring.pop_front();
      work(*next.of, next.seals);
      back[n++] = next.of;
    }
    return n;
  }

 private:
  void work(job& j, bool seals) const noexcept {
    std::uint64_t mask = keys_[j.schedule];
    for (const octet one : j.nonce()) mask = (mask ^ one) * 0x100000001b3u;
    std::uint64_t sum = mask;
    for (std::size_t i = 0; i < j.aad_length; ++i) sum = (sum ^ j.aad[i]) * 0x100000001b3u;
    for (std::size_t i = 0; i < j.segments; ++i)
      for (std::size_t k = 0; k < j.source[i].size; ++k) {
        const octet in = j.source[i].data[k], out = static_cast<octet>(in ^ (mask >> 32));
        sum = (sum ^ (seals ? out : in)) * 0x100000001b3u;
        j.destination[i].data[k] = out;
      }
    octet icv[icv_max]{};
    store_be64(icv, sum);
    store_be64(icv + 8, ~sum);
    j.status = job_status::done;
    if (seals) {
      std::memcpy(j.icv, icv, j.icv_length);
    } else if (std::memcmp(j.icv, icv, j.icv_length) != 0) {
      for (std::size_t i = 0; i < j.segments; ++i) std::memset(j.destination[i].data, 0, j.destination[i].size);
      j.status = job_status::forged;
    }
  }

  std::uint64_t keys_[64]{};
  std::uint32_t used_ = 0;
};

// --- what the harnesses drive ------------------------------------------------------------------------------------------
template <class Crypto, unsigned Buffers> class basic_configuration {
 public:
  using profile = branch_office;
  using crypto = Crypto;
  using packet_type = vbuf;
  /// The card cannot be fuzzed: something that works at once stands in for it.
  using fuzz_configuration = basic_configuration<testing::mixing_crypto, 64>;

  basic_configuration() {
    vbuf_pool_init(&buffers_, Buffers);
    reset();
  }
  ~basic_configuration() { vbuf_pool_exit(&buffers_); }
  basic_configuration(const basic_configuration&) = delete;
  basic_configuration& operator=(const basic_configuration&) = delete;

  vbuf* make(const testing::packet_form& form) {
    const testing::cut sizes = form.segments.empty() ? testing::uncut(form.content.size()) : form.segments;
    if (sizes.size() > segments_max_of<vbuf> || !form.writable) return nullptr;
    vbuf* whole = nullptr;
    vbuf** link = &whole;
    std::size_t from = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::size_t room = (i == 0 ? form.headroom : 0) + (i + 1 == sizes.size() ? form.tailroom : 0);
      vbuf* const b = room + sizes[i] > vbuf::octets ? nullptr : vbuf_get(&buffers_, i == 0 ? static_cast<unsigned>(form.headroom) : 0);
      if (b == nullptr) {
        vbuf_put(&buffers_, whole);
        return nullptr;
      }
      if (sizes[i] != 0) std::memcpy(b->space + b->start, form.content.data() + from, sizes[i]);
      b->size = static_cast<unsigned>(sizes[i]);
      *link = b;
      link = &b->next;
      from += sizes[i];
    }
    whole->whole = static_cast<unsigned>(from);
    return whole;
  }
  void release(vbuf* b) { vbuf_put(&buffers_, b); }

  result<testing::sa_pair> add_pair(const sa_parameters& p) {
    const auto sending = house_->out.add(house_->card, p);
    if (!sending) return sending.why();
    if (auto done = house_->in.add(house_->card, p); !done) return done.why();
    return testing::sa_pair{*sending, {}};
  }
  void reset() { house_.emplace(); }
  auto& path() { return house_->path; }

 private:
  struct stores {
    using inbound = tunnels_in<Crypto>;
    using outbound = tunnels_out<Crypto>;
  };
  struct house {
    Crypto card{};
    tunnels_in<Crypto> in{};
    tunnels_out<Crypto> out{};
    datapath<branch_office, vbuf, stores, Crypto> path{{in, out, card}};
  };
  vbuf_pool buffers_{};
  std::optional<house> house_{};
};

using configuration = basic_configuration<cipher_card, 4096>;
static_assert(testing::TestConfiguration<configuration>);

}  // namespace appliance
