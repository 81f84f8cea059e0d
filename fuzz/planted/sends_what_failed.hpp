// A NIC whose frames leave as they are when their list failed.
#pragma once

#include "../configurations.hpp"

#include <esplanade/testing/fuzz/oob_words.hpp>

namespace planted {

struct sends_what_failed : fuzzed::gateway {
  template <class Adapter> class send_queue {
   public:
    template <class Pool> send_queue(Adapter& of, Pool& pool) : queue_(of, pool) {}
    template <class Wire, class Done> void send(esplanade::net_buffer_list* chain, Wire on_wire, Done completed) noexcept {
      queue_.send(chain, on_wire, [&](esplanade::net_buffer_list& list) noexcept {
        if (list.status() != esplanade::nbl_status::success)
          for (auto* b = list.first_buffer(); b != nullptr; b = b->next()) on_wire(*b);
        completed(list);
      });
    }

   private:
    typename Adapter::send_queue queue_;
  };
};

}  // namespace planted
