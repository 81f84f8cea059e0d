// Packets and their factory without their types, as the packet laws ask them: they are compiled once, not once per type.
#pragma once

#include <esplanade/buffer/packet_options.hpp>
#include <esplanade/testing/packet_form.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

// What the laws ask of a packet and of its factory, behind virtual calls: the laws are compiled once, not once per type.
class law_subject {
 public:
  law_subject() = default;
  law_subject(const law_subject&) = delete;
  law_subject& operator=(const law_subject&) = delete;
  virtual ~law_subject() = default;
  virtual bool retreat(std::size_t n) = 0;
  virtual void advance(std::size_t n) = 0;
  virtual bool extend(std::size_t n) = 0;
  virtual void trim(std::size_t n) = 0;
  virtual std::size_t length() const = 0;
  virtual bool writable() const = 0;
  virtual std::vector<octets> segments() const = 0;               // by the writable cursor
  virtual std::vector<const_octets> const_segments() const = 0;   // by the const cursor
  virtual std::string walk_together() const = 0;                  // several cursors at a time: what is wrong, or nothing
  virtual bool has_own_functions() const = 0;
  virtual std::vector<octet> read_by_own_functions() const = 0;
};

class law_factory {
 public:
  law_factory() = default;
  law_factory(const law_factory&) = delete;
  law_factory& operator=(const law_factory&) = delete;
  virtual ~law_factory() = default;
  virtual std::unique_ptr<law_subject> make(const packet_form& form) = 0;
  virtual std::size_t segments_max() const = 0;
};

template <class F> class law_subject_of final : public law_subject {
  using packet_type = typename F::packet_type;
  using traits = packet_traits<packet_type>;

 public:
  law_subject_of(F& factory, packet_type& packet) : factory_(factory), packet_(packet) {}
  ~law_subject_of() override { factory_.release(&packet_); }
  bool retreat(std::size_t n) override { return traits::retreat(packet_, n); }
  void advance(std::size_t n) override { traits::advance(packet_, n); }
  bool extend(std::size_t n) override { return traits::extend(packet_, n); }
  void trim(std::size_t n) override { traits::trim(packet_, n); }
  std::size_t length() const override { return traits::length(packet_); }
  bool writable() const override { return is_writable(static_cast<const packet_type&>(packet_)); }
  std::vector<octets> segments() const override { return walk<octets>(packet_); }
  std::vector<const_octets> const_segments() const override { return walk<const_octets>(static_cast<const packet_type&>(packet_)); }

  std::string walk_together() const override {
    const std::vector<octets> alone = segments();
    const auto is = [](octets a, octets b) { return a.data() == b.data() && a.size() == b.size(); };
    std::size_t at = 0;
    for (auto outer = traits::first(packet_); static_cast<bool>(outer); ++outer, ++at) {
      if (at == alone.size() || !is(*outer, alone[at])) return "one is moved by another";
      std::size_t further = at;
      for (auto copy = outer; static_cast<bool>(copy); ++copy, ++further)
        if (further == alone.size() || !is(*copy, alone[further])) return "a copy does not go on where it was copied";
      if (further != alone.size()) return "a copy ends early";
    }
    return at == alone.size() ? "" : "one ends early when others walk too";
  }

  bool has_own_functions() const override { return reads; }
  std::vector<octet> read_by_own_functions() const override {
    if constexpr (reads) return factory_.read(static_cast<const packet_type&>(packet_));
    else return {};
  }

 private:
  static constexpr bool reads = requires(F& factory, const packet_type& k) { { factory.read(k) } -> std::convertible_to<std::vector<octet>>; };

  // Ends where no sound packet goes on.
  template <class Span, class Q> static std::vector<Span> walk(Q& packet) {
    std::vector<Span> all;
    for (auto c = traits::first(packet); static_cast<bool>(c) && all.size() < 1000; ++c) all.push_back(*c);
    return all;
  }

  F& factory_;
  packet_type& packet_;
};

template <class F> class law_factory_of final : public law_factory {
 public:
  explicit law_factory_of(F& factory) : factory_(factory) {}
  std::unique_ptr<law_subject> make(const packet_form& form) override {
    typename F::packet_type* const made = factory_.make(form);
    if (made == nullptr) return nullptr;
    return std::make_unique<law_subject_of<F>>(factory_, *made);
  }
  std::size_t segments_max() const override { return segments_max_of<typename F::packet_type>; }

 private:
  F& factory_;
};

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
