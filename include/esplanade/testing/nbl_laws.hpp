// What a type of buffer list owes those who send and receive it and the concept cannot say.
//
// Each law watches one duty on lists made for it and believes the list in everything else. The net buffers are packets, with
// laws of their own (packet_laws.hpp).
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/packet_form.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_nbl_laws` returns them.
namespace nbl_law {
inline constexpr const char* made = "the factory makes lists";
inline constexpr const char* frames = "shows its net buffers in order";
inline constexpr const char* linked = "the list behind it is the one that was linked";
inline constexpr const char* frames_stay = "linking leaves net buffers with their list";
inline constexpr const char* new_slots = "a new list has no information in any slot";
inline constexpr const char* words = "a slot holds the word that was put there";
inline constexpr const char* directions = "a slot remembers who wrote it";
inline constexpr const char* slots_apart = "slots do not touch each other";
inline constexpr const char* flags = "flags are kept";
inline constexpr const char* exclusions = "flags that exclude each other are refused and change nothing";
inline constexpr const char* read_only = "net buffers of a read-only list may not be written";
inline constexpr const char* status = "the status is kept";
inline constexpr const char* new_scratch = "a new list has a scratch word of 0";
inline constexpr const char* scratch = "the scratch word is kept";
inline constexpr const char* ownership = "a new list is its caller's, and what is noted of its owner is kept";
inline constexpr const char* lists_apart = "two lists share no state";
}  // namespace nbl_law

/// How law functions get lists of somebody's type.
///   Shape    F::list_type     models NetBufferList
///            f.make(frames)   a new list with a net buffer for each form, or nullptr: this type cannot have it
///            f.release(l)     done with it; several lists may be out at a time, and be linked
///   Cost     any; allocates
///   Threads  one
///   Models   owned_lists, foreign_lists
template <class F>
concept TestNblFactory = NetBufferList<typename F::list_type> && requires(F& f, std::span<const packet_form> frames, typename F::list_type* l) {
  { f.make(frames) } -> std::same_as<typename F::list_type*>;
  f.release(l);
};

namespace detail {

template <class L>
concept KeepsOwnership = requires(const L& l) { { nbl_traits<L>::ownership(l) } noexcept -> std::same_as<nbl_ownership>; };

template <class F> class nbl_watch {
 public:
  using L = typename F::list_type;
  using traits = nbl_traits<L>;

  explicit nbl_watch(F& factory) : factory_(factory) {}
  ~nbl_watch() {
    for (L* const one : out_) factory_.release(one);
  }
  nbl_watch(const nbl_watch&) = delete;
  nbl_watch& operator=(const nbl_watch&) = delete;

  std::string made() { return make(0) != nullptr ? "" : "none without net buffers"; }
  std::string frames() {
    for (const std::size_t n : {0u, 1u, 2u, 5u})
      if (L* const l = make(n); l != nullptr && contents(*l) != expected(n)) return std::to_string(n) + " net buffers: others are seen";
    return {};
  }
  std::string linked() {
    L *const a = make(1), *const b = make(1);
    if (a == nullptr || b == nullptr) return {};
    if (traits::next(*a) != nullptr) return "a new one has one behind it";
    traits::link(*a, b);
    if (traits::next(*a) != b || traits::next(*b) != nullptr) return "another one, or none";
    traits::link(*a, nullptr);
    return traits::next(*a) == nullptr ? "" : "it is there when it was unlinked";
  }
  std::string frames_stay() {
    L *const a = make(2), *const b = make(3);
    if (a == nullptr || b == nullptr) return {};
    traits::link(*a, b);
    if (contents(*a).size() != 2 || contents(*b).size() != 3) return "not when it was linked";
    traits::link(*a, nullptr);
    return contents(*a).size() == 2 && contents(*b).size() == 3 ? "" : "not when it was unlinked";
  }
  std::string new_slots() {
    L* const l = make(1);
    for (std::size_t i = 0; l != nullptr && i < oob_slot_count; ++i)
      if (traits::entry(*l, slot(i)) != oob_entry{}) return "slot " + std::to_string(i);
    return {};
  }
  std::string words() {
    L* const l = make(1);
    for (std::size_t i = 0; l != nullptr && i < oob_slot_count; ++i)
      for (const oob_word word : {oob_word{1}, ~oob_word{0}, oob_word{0x80000000u}, oob_word{0}}) {
        traits::put(*l, slot(i), {word, oob_direction::send});
        if (traits::entry(*l, slot(i)).word != word) return "slot " + std::to_string(i);
      }
    return {};
  }
  std::string directions() {
    L* const l = make(1);
    for (std::size_t i = 0; l != nullptr && i < oob_slot_count; ++i)
      for (const oob_direction who : {oob_direction::send, oob_direction::receive, oob_direction::completed, oob_direction::none}) {
        traits::put(*l, slot(i), {7, who});
        if (traits::entry(*l, slot(i)).direction != who) return "slot " + std::to_string(i);
      }
    return {};
  }
  std::string slots_apart() {
    L* const l = make(1);
    for (std::size_t i = 0; l != nullptr && i < oob_slot_count; ++i) {
      for (std::size_t k = 0; k < oob_slot_count; ++k) traits::put(*l, slot(k), {});
      traits::put(*l, slot(i), {9, oob_direction::receive});
      for (std::size_t k = 0; k < oob_slot_count; ++k)
        if (k != i && traits::entry(*l, slot(k)) != oob_entry{}) return "slot " + std::to_string(i) + " changes slot " + std::to_string(k);
    }
    return {};
  }
  std::string flags() {
    L* const l = make(1);
    if (l == nullptr) return {};
    if (!traits::flags(*l).empty()) return "a new one has some";
    for (std::uint32_t bit = 1; bit <= 0x8000; bit <<= 1) {
      nbl_flags some = nbl_flags::from_bits(bit);
      if ((bit & 0xf303) == 0 && bit != 0x800 && bit != 0x1000 && bit != 0x400) continue;  // no flag has this bit
      if (some.has(nbl_flag::tcp) || some.has(nbl_flag::udp)) some = some | nbl_flag::ipv6;
      if (!traits::set_flags(*l, some)) return "some that may stand together are refused";
      if (traits::flags(*l) != some) return "others are there";
    }
    return {};
  }
  std::string exclusions() {
    using enum nbl_flag;
    L* const l = make(1);
    if (l == nullptr || !traits::set_flags(*l, nbl_flag::loopback)) return {};
    for (const nbl_flags bad : {nbl_flags(ipv4) | ipv6, nbl_flags(ipv4) | tcp | udp, nbl_flags(tcp), nbl_flags(udp) | loopback}) {
      if (traits::set_flags(*l, bad)) return "some are taken";
      if (traits::flags(*l) != nbl_flags(nbl_flag::loopback)) return "they are refused, but the flags are others";
    }
    return {};
  }
  std::string read_only() {
    L* const l = make(2);
    if (l == nullptr) return {};
    const auto all = [l](bool writable) {
      for (auto* b = traits::first_buffer(*l); b != nullptr; b = traits::next_buffer(*b))
        if (is_writable(*b) != writable) return false;
      return true;
    };
    for (const nbl_flag one : {nbl_flag::send_read_only, nbl_flag::receive_read_only}) {
      if (!all(true)) return "they may not, though the list is not read-only";
      (void)traits::set_flags(*l, one);
      if (!all(false)) return "one may";
      (void)traits::set_flags(*l, {});
    }
    return all(true) ? "" : "they may not, though the list is read-only no more";
  }
  std::string status() {
    L* const l = make(1);
    if (l == nullptr) return {};
    for (const nbl_status s : {nbl_status::failure, nbl_status::send_aborted, nbl_status::paused, nbl_status::success}) {
      traits::set_status(*l, s);
      if (traits::status(*l) != s) return "another is there";
    }
    return {};
  }
  std::string new_scratch() {
    L* const l = make(1);
    return l == nullptr || traits::scratch(*l) == 0 ? "" : "it has another";
  }
  std::string scratch() {
    L* const l = make(1);
    if (l == nullptr) return {};
    for (const std::uintptr_t word : {~std::uintptr_t{0}, std::uintptr_t{5}}) {
      traits::set_scratch(*l, word);
      traits::set_status(*l, nbl_status::failure);
      (void)traits::set_flags(*l, nbl_flag::ipv4);
      traits::put(*l, oob_slot::ipsec, {1, oob_direction::send});
      if (traits::scratch(*l) != word) return "another is there";
    }
    return {};
  }
  std::string ownership() {
    if constexpr (detail::KeepsOwnership<L>) {
      L* const l = make(1);
      if (l == nullptr) return {};
      if (traits::ownership(*l) != nbl_ownership{}) return "a new one is somebody else's";
      for (const nbl_ownership& one : {nbl_ownership{nbl_owner::device, 0, ~std::uint64_t{0}}, nbl_ownership{nbl_owner::completed, 3, 1}, nbl_ownership{nbl_owner::caller, 0, 0}}) {
        traits::set_ownership(*l, one);
        traits::set_scratch(*l, 0);
        traits::set_status(*l, nbl_status::failure);
        traits::put(*l, oob_slot::ipsec, {1, oob_direction::send});
        if (traits::ownership(*l) != one) return "another is there";
      }
    }
    return {};
  }
  std::string lists_apart() {
    L *const a = make(1), *const b = make(1);
    if (a == nullptr || b == nullptr) return {};
    const nbl_status before = traits::status(*b);
    const nbl_flags flags_before = traits::flags(*b);
    const std::uintptr_t scratch_before = traits::scratch(*b);
    traits::set_status(*a, before == nbl_status::paused ? nbl_status::failure : nbl_status::paused);
    (void)traits::set_flags(*a, nbl_flag::receive_read_only);
    traits::set_scratch(*a, 77);
    for (std::size_t i = 0; i < oob_slot_count; ++i) traits::put(*b, slot(i), {});
    for (std::size_t i = 0; i < oob_slot_count; ++i) traits::put(*a, slot(i), {i, oob_direction::send});
    for (std::size_t i = 0; i < oob_slot_count; ++i)
      if (traits::entry(*b, slot(i)) != oob_entry{}) return "slot " + std::to_string(i);
    if (traits::status(*b) != before) return "the status";
    if (traits::flags(*b) != flags_before) return "the flags";
    return traits::scratch(*b) == scratch_before ? "" : "the scratch word";
  }

 private:
  static constexpr oob_slot slot(std::size_t i) noexcept { return static_cast<oob_slot>(i); }
  static std::vector<std::vector<octet>> expected(std::size_t n) {
    std::vector<std::vector<octet>> all;
    for (std::size_t i = 0; i < n; ++i) all.push_back(counted_octets(i + 3, static_cast<octet>(16 * i)));
    return all;
  }
  L* make(std::size_t n) {
    const auto content = expected(n);
    std::vector<packet_form> forms;
    for (const auto& one : content) forms.push_back({.content = one});
    L* const l = factory_.make(forms);
    if (l != nullptr) out_.push_back(l);
    return l;
  }
  static std::vector<std::vector<octet>> contents(L& l) {
    std::vector<std::vector<octet>> all;
    for (auto* b = traits::first_buffer(l); b != nullptr && all.size() < 100; b = traits::next_buffer(*b)) all.push_back(octets_of(*b));
    return all;
  }

  F& factory_;
  std::vector<L*> out_{};
};

}  // namespace detail

/// The laws that the lists of a factory break; empty = they keep them all.
template <TestNblFactory F> std::vector<broken_law> find_broken_nbl_laws(F& factory) {
  using watch = detail::nbl_watch<F>;
  struct law {
    const char* name;
    std::string (watch::*broken_at)();
  };
  static constexpr law laws[] = {
      {nbl_law::made, &watch::made},
      {nbl_law::frames, &watch::frames},
      {nbl_law::linked, &watch::linked},
      {nbl_law::frames_stay, &watch::frames_stay},
      {nbl_law::new_slots, &watch::new_slots},
      {nbl_law::words, &watch::words},
      {nbl_law::directions, &watch::directions},
      {nbl_law::slots_apart, &watch::slots_apart},
      {nbl_law::flags, &watch::flags},
      {nbl_law::exclusions, &watch::exclusions},
      {nbl_law::read_only, &watch::read_only},
      {nbl_law::status, &watch::status},
      {nbl_law::new_scratch, &watch::new_scratch},
      {nbl_law::scratch, &watch::scratch},
      {nbl_law::ownership, &watch::ownership},
      {nbl_law::lists_apart, &watch::lists_apart},
  };
  std::vector<broken_law> broken;
  for (const law& each : laws) {
    watch watching(factory);
    if (std::string where = (watching.*each.broken_at)(); !where.empty()) broken.push_back({each.name, where});
  }
  return broken;
}

/// The names of the laws that the lists of a factory break; empty = they keep them all.
///   static_assert(esplanade::NetBufferList<my_list>);
///   CHECK(esplanade::testing::check_nbl_laws(my_factory).empty());
template <TestNblFactory F> std::vector<std::string> check_nbl_laws(F& factory) { return names_of(find_broken_nbl_laws(factory)); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
