// SAs and SA tables that are not ours: a user's struct around our SA, one that cannot be edited, and a hash table from
// somewhere else.
#pragma once

#include <esplanade/sa/store.hpp>

#include <memory>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// A user's struct around our SA, which it shows by a member function.
template <class Sa> struct tagged_sa {
  std::uint64_t tag = 0;  ///< the user's own
  Sa ours{};
  [[nodiscard]] auto& association() noexcept { return ours; }
};

/// A struct that cannot be edited; `sa_traits` says where our SA is.
template <class Sa> struct foreign_sa {
  char label[24]{};
  Sa inside{};
};

/// An SA table from somewhere else: buckets of chained nodes on the heap, hashed by its own function over its own key of
/// SPI and outer destination. A concrete store: it needs no tag.
///   Threads  one core
template <class Record, std::size_t Capacity> class foreign_table {
 public:
  using sa_type = Record;
  struct key_type {
    std::uint32_t spi = 0;
    std::uint64_t where[2]{};
    std::uint8_t version = 0;
    friend bool operator==(const key_type&, const key_type&) noexcept = default;
  };
  static constexpr const char* name = "foreign_table";

  class visit {
   public:
    explicit visit(foreign_table& of) noexcept : of_(&of) { ++of_->visitors_; }
    visit(visit&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    visit& operator=(visit&&) = delete;
    ~visit() {
      if (of_ != nullptr) --of_->visitors_;
    }

   private:
    foreign_table* of_;
  };

  foreign_table() : slots_(Capacity), buckets_(Capacity, nullptr) {}
  foreign_table(const foreign_table&) = delete;
  foreign_table& operator=(const foreign_table&) = delete;

  [[nodiscard]] static key_type key_of(const outer_view& outer) noexcept { return made_of(outer.spi, address::from(outer.version, outer.destination)); }
  [[nodiscard]] visit enter() noexcept { return visit{*this}; }

  void find(std::span<const key_type> keys, std::span<Record*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const node* n = buckets_[hash(keys[i])];
      while (n != nullptr && !(n->key == keys[i])) n = n->next;
      found[i] = n == nullptr ? nullptr : const_cast<Record*>(&n->record);
    }
  }

  template <class Crypto> [[nodiscard]] result<inbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    const key_type key = made_of(p.spi, p.destination);
    Record* taken[1];
    find(std::span(&key, 1), taken);
    if (taken[0] != nullptr) return fault{fault_kind::already_exists, "spi", "the table has this SPI and destination", "another SPI"};
    for (std::uint32_t at = 0; at < Capacity; ++at) {
      if (slots_[at].held != nullptr) continue;
      auto made = std::make_unique<node>();
      if (auto done = association(made->record).install(crypto, p); !done) return done.why();
      made->key = key;
      node*& bucket = buckets_[hash(key)];
      made->next = bucket;
      bucket = made.get();
      slots_[at].held = std::move(made);
      slots_[at].live = true;
      return inbound_handle{at, ++slots_[at].generation};
    }
    return fault{fault_kind::no_space, "sa", "the table is full", "a larger table, or reclaim() after removing SAs"};
  }
  [[nodiscard]] result<void> remove(inbound_handle h) noexcept {
    if (at(h) == nullptr) return fault{fault_kind::not_found, "handle", "names no SA", "a handle that add() returned"};
    node* const gone = slots_[h.slot].held.get();
    node** link = &buckets_[hash(gone->key)];
    while (*link != gone) link = &(*link)->next;
    *link = gone->next;
    slots_[h.slot].live = false;
    return {};
  }
  [[nodiscard]] Record* at(inbound_handle h) noexcept {
    if (h.slot >= Capacity || !slots_[h.slot].live || slots_[h.slot].generation != h.generation) return nullptr;
    return &slots_[h.slot].held->record;
  }
  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max) noexcept {
    std::size_t done = 0;
    for (slot& s : slots_) {
      if (visitors_ != 0 || done == max) break;
      if (s.live || s.held == nullptr) continue;
      association(s.held->record).uninstall(crypto);
      s.held.reset();
      ++done;
    }
    return done;
  }

 private:
  struct node {
    key_type key{};
    node* next = nullptr;
    Record record{};
  };
  struct slot {
    std::unique_ptr<node> held{};
    std::uint32_t generation = 0;
    bool live = false;
  };

  [[nodiscard]] static key_type made_of(std::uint32_t spi, const address& destination) noexcept {
    key_type key{spi, {}, static_cast<std::uint8_t>(destination.version)};
    std::memcpy(key.where, destination.value, sizeof key.where);
    return key;
  }
  [[nodiscard]] static std::size_t hash(const key_type& key) noexcept {
    std::uint64_t h = 0xcbf29ce484222325u ^ key.version;
    for (const std::uint64_t word : {std::uint64_t{key.spi}, key.where[0], key.where[1]}) h = (h ^ word) * 0x100000001b3u;
    return static_cast<std::size_t>((h ^ (h >> 29)) % Capacity);
  }

  std::vector<slot> slots_;
  std::vector<node*> buckets_;
  std::size_t visitors_ = 0;
};

}  // namespace testing

/// Where our SA is inside a `foreign_sa`.
template <class Sa> struct sa_traits<testing::foreign_sa<Sa>> {
  static auto& association(testing::foreign_sa<Sa>& f) noexcept { return f.inside; }
};

}  // namespace v0
}  // namespace esplanade
