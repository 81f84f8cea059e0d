// What a crypto engine cannot do by itself, supplied by copying: one adapter for each missing ability.
//
//   Available     gathered<C>   texts of several segments, for an engine that takes contiguous memory only
//                 staged<C>     in place, for an engine that writes only where it does not read
//                 adapt<C, P>   C in exactly those of them that packets of type P need
//   When to use   name the adapter where the provider is named: datapath<my_profile, my_packet, my_store, adapt<my_engine, my_packet>>.
//                 `explain` prints what it copies
//   Not provided  for asynchronous engines: the copies would have to outlive the call, in a number that only the caller can
//                 bound. mixed_keys and appended_input: an engine without them loses what it is used for
#pragma once

#include <esplanade/buffer/packet.hpp>
#include <esplanade/crypto/provider.hpp>
#include <esplanade/crypto/stand_ins.hpp>

#include <type_traits>

namespace esplanade {
inline namespace v0 {

namespace detail {

template <class C> concept Adapted = requires { C::adapted; };
template <class C> consteval const char* name_of_provider() noexcept {
  if constexpr (requires { C::name; }) return C::name;
  else return "a provider of the caller";
}

/// What both adapters pass on, and how they walk a list. `Derived` says which jobs it replaces, by what, and how results return.
template <class Derived, class C> class adapter {
 public:
  using provider_type = std::remove_reference_t<C>;
  static constexpr const char* name = name_of_provider<provider_type>();
  template <class S> static constexpr bool supports = provider_type::template supports<S>;

  /// Room for stand-ins: 64 KiB and a bit.
  struct workspace {
    typename provider_type::workspace inner{};
    stand_ins batch{};
  };

  /// Makes the provider, or with `C` = `my_engine&` refers to one.
  template <class... Arguments>
    requires std::is_constructible_v<C, Arguments...>
  explicit adapter(Arguments&&... arguments) : provider_(static_cast<Arguments&&>(arguments)...) {}
  adapter(const adapter&) = delete;
  adapter& operator=(const adapter&) = delete;

  [[nodiscard]] provider_type& provider() noexcept { return provider_; }
  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept { return provider_.add_key(sizes, key); }
  void remove_key(std::uint32_t schedule) noexcept { provider_.remove_key(schedule); }

 protected:
  template <class Work, class Finish> static void walk(workspace& w, job_list jobs, Work work, Finish finish) noexcept {
    const auto flush = [&] {
      if (w.batch.empty()) return;
      work(w.batch.list());
      w.batch.finish(finish);
    };
    for (job* j : jobs) {
      const bool replaced = Derived::replaces(*j);
      if (replaced && (j->length >= stand_ins::scratch_octets || octets_of_text(*j) != j->length)) {
        j->status = job_status::failed;
        continue;
      }
      if (!w.batch.has_room(replaced ? j->segments : 0, replaced ? j->length : 0)) flush();
      if (replaced) Derived::stand_in(w.batch, *j);
      else w.batch.pass(*j);
    }
    flush();
  }
  static void sealed(const job& j, const octet* result) noexcept {
    if (j.status == job_status::done) copy_back(j, result);
  }
  static void opened(const job& j, const octet* result, on_forged mode) noexcept {
    if (j.status == job_status::done) copy_back(j, result);
    else if (j.status == job_status::forged && mode == on_forged::scrub) zero_text(j);
  }

  C provider_;
};

}  // namespace detail

/// `C` with texts of several segments: they are copied together in the workspace, worked on there, and copied back. Texts of
/// one segment pass untouched.
///   Cost     two copies of every text that is cut; one to verify or recheck it
///   Errors   as C; a job whose pieces do not add up to its length is failed
template <class C> class gathered : public detail::adapter<gathered<C>, C> {
  using base = detail::adapter<gathered<C>, C>;
  friend base;
  using inner = typename base::provider_type;
  static_assert(CryptoProvider<inner>);
  static_assert(!inner::abilities.asynchronous, "gathered<C>: an asynchronous engine would outlive the copies: give it packets of one segment");
  static_assert(inner::abilities.in_place, "gathered<C>: what is gathered is worked on in place: write gathered<staged<C>>");

 public:
  using base::base;
  using typename base::workspace;
  static constexpr provider_abilities abilities = [] {
    provider_abilities a = inner::abilities;
    a.scatter_gather = true;
    return a;
  }();
  /// What is copied, for `explain`.
  static constexpr const char* adapted = detail::Adapted<inner>
      ? "gathered: a text of several segments is copied into the workspace and back; staged: a text that is worked on in place is copied back once more"
      : "gathered: a text of several segments is copied into the workspace and back";

  void seal(workspace& w, job_list jobs) noexcept {
    base::walk(w, jobs, [&](job_list list) { this->provider_.seal(w.inner, list); },
               [](const job& j, const job& other) { base::sealed(j, other.source->data); });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    base::walk(w, jobs, [&](job_list list) { this->provider_.open(w.inner, list, mode); },
               [mode](const job& j, const job& other) { base::opened(j, other.source->data, mode); });
  }
  void verify(workspace& w, job_list jobs) noexcept {
    base::walk(w, jobs, [&](job_list list) { this->provider_.verify(w.inner, list); }, [](const job&, const job&) {});
  }
  void recheck(workspace& w, job_list jobs) noexcept {
    base::walk(w, jobs, [&](job_list list) { this->provider_.recheck(w.inner, list); }, [](const job&, const job&) {});
  }

 private:
  static bool replaces(const job& j) noexcept { return j.segments > 1; }
  static void stand_in(detail::stand_ins& batch, job& j) noexcept {
    job& other = batch.replace(j);
    segment* const piece = batch.take_pieces(1);
    *piece = {batch.take_octets(j.length), j.length};
    detail::copy_text(piece->data, j.source, j.segments);
    other.source = other.destination = piece;
    other.segments = 1;
  }
};

/// `C` in place: the result is written to the workspace and copied over the text. Jobs with a destination of their own, verify
/// and recheck pass untouched.
///   Cost     one copy of every text
///   Errors   as C; a job whose pieces do not add up to its length is failed. The text of a failed job is as it was
template <class C> class staged : public detail::adapter<staged<C>, C> {
  using base = detail::adapter<staged<C>, C>;
  friend base;
  using inner = typename base::provider_type;
  static_assert(CryptoProvider<inner>);
  static_assert(!inner::abilities.asynchronous, "staged<C>: an asynchronous engine would outlive the copies: give it a destination of its own");
  static_assert(inner::abilities.out_of_place, "staged<C>: the engine works neither in place nor out of place");

 public:
  using base::base;
  using typename base::workspace;
  static constexpr provider_abilities abilities = [] {
    provider_abilities a = inner::abilities;
    a.in_place = true;
    return a;
  }();
  /// What is copied, for `explain`.
  static constexpr const char* adapted = "staged: the result of working in place is copied from the workspace over the text";

  void seal(workspace& w, job_list jobs) noexcept {
    base::walk(w, jobs, [&](job_list list) { this->provider_.seal(w.inner, list); },
               [](const job& j, const job& other) { base::sealed(j, result_of(other)); });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    base::walk(w, jobs, [&](job_list list) { this->provider_.open(w.inner, list, mode); },
               [mode](const job& j, const job& other) { base::opened(j, result_of(other), mode); });
  }
  void verify(workspace& w, job_list jobs) noexcept { this->provider_.verify(w.inner, jobs); }
  void recheck(workspace& w, job_list jobs) noexcept { this->provider_.recheck(w.inner, jobs); }

 private:
  static bool replaces(const job& j) noexcept {
    return j.source == j.destination || (j.segments != 0 && j.source->data == j.destination->data);
  }
  static void stand_in(detail::stand_ins& batch, job& j) noexcept {
    job& other = batch.replace(j);
    segment* const pieces = batch.take_pieces(j.segments);
    octet* at = batch.take_octets(j.length);
    for (std::size_t i = 0; i < j.segments; at += j.source[i++].size) pieces[i] = {at, j.source[i].size};
    other.destination = pieces;
  }
  static const octet* result_of(const job& other) noexcept { return other.segments != 0 ? other.destination->data : nullptr; }
};

namespace detail {
template <class C, std::size_t SegmentsMax> struct adapt {
  static constexpr provider_abilities can = std::remove_reference_t<C>::abilities;
  template <bool Needed, template <class> class Adapter, class T> struct in { using type = T; };
  template <template <class> class Adapter, class T> struct in<true, Adapter, T> { using type = Adapter<T>; };
  using type = typename in<(SegmentsMax > 1 && !can.scatter_gather), gathered, typename in<!can.in_place, staged, C>::type>::type;
};
}  // namespace detail

/// `C` in exactly the adapters that packets of type `P` need, which may be none; `C` may be a reference to an engine that others
/// own. Which it is: `explain`, or the type's name.
template <class C, Packet P> using adapt = typename detail::adapt<C, segments_max_of<P>>::type;

}  // namespace v0
}  // namespace esplanade
