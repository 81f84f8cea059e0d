// A control path that lies about the ends of its requests: they are lost, late, told twice, or in another order.
#pragma once

#include <esplanade/offload/direct_request.hpp>
#include <esplanade/testing/lies.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// Between whoever makes direct requests and a NIC's control path. What is asked is done, whatever is said of it.
///   Shape    Control        request(r), poll(), as control_path
///            request, poll  the same, with lies: poll() tells some of what is late
///            tell_all()     what is late, and what was lost too
///   Errors   an end may be told twice, at once; a request whose end is lost stays its issuer's memory until tell_all()
///   Threads  one
template <class Control> class lying_control {
 public:
  lying_control(Control& honest, liar& teller) noexcept : honest_(honest), liar_(teller) {}
  lying_control(const lying_control&) = delete;
  lying_control& operator=(const lying_control&) = delete;

  [[nodiscard]] ndis_status request(direct_request& r) noexcept {
    under_way_.push_back(std::make_unique<one>(one{r, &r, this}));
    one& mine = *under_way_.back();
    mine.made.issuer = &mine;
    mine.made.completed = [](direct_request& done) noexcept {
      one& it = *static_cast<one*>(done.issuer);
      it.self->ended(it);
    };
    if (honest_.request(mine.made) != ndis_status::pending) ended(mine);
    return ndis_status::pending;
  }
  void poll() noexcept {
    honest_.poll();
    tell(due_);
    std::vector<one*> now;
    for (one*& o : late_)
      if (liar_.numbers().below(4) == 0) now.push_back(std::exchange(o, nullptr));
    std::erase(late_, nullptr);
    liar_.swap_some(now, &lies::swap_ends);
    tell(now);
  }
  void tell_all() noexcept {
    honest_.poll();
    tell(due_);
    tell(late_);
    tell(lost_);
  }
  /// Requests whose issuers wait.
  [[nodiscard]] std::size_t kept() const noexcept { return due_.size() + late_.size() + lost_.size(); }

 private:
  struct one {
    direct_request made;
    direct_request* of;
    lying_control* self;
    bool twice = false;
  };
  void ended(one& o) noexcept {
    if (liar_.tells(&lies::lose_end)) lost_.push_back(&o);
    else if (liar_.tells(&lies::late_end)) late_.push_back(&o);
    else {
      o.twice = liar_.tells(&lies::double_end);
      due_.push_back(&o);
    }
  }
  void tell(std::vector<one*>& which) noexcept {
    for (one* o : std::exchange(which, {})) {
      direct_request& r = *o->of;
      r.status = o->made.status;
      r.bytes_read = o->made.bytes_read;
      r.bytes_needed = o->made.bytes_needed;
      r.supported_revision = o->made.supported_revision;
      r.why = o->made.why;
      const bool twice = o->twice;
      std::erase_if(under_way_, [o](const auto& kept) { return kept.get() == o; });
      r.completed(r);
      if (twice) r.completed(r);
    }
  }

  Control& honest_;
  liar& liar_;
  std::vector<std::unique_ptr<one>> under_way_{};
  std::vector<one*> due_{}, late_{}, lost_{};
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
