// expect: NetBufferList: entry and put reach an out-of-band slot and who wrote it, noexcept
#include <esplanade/buffer/nbl.hpp>
#include <esplanade/buffer/nbl_copy_oob.hpp>

using namespace esplanade;

struct my_list : private net_buffer_list {
  using net_buffer_type = net_buffer;
  my_list* next() const noexcept { return nullptr; }
  void link(my_list*) noexcept {}
  using net_buffer_list::first_buffer, net_buffer_list::flags, net_buffer_list::set_flags, net_buffer_list::status, net_buffer_list::set_status, net_buffer_list::scratch,
      net_buffer_list::set_scratch;
#ifdef GOOD
  using net_buffer_list::entry, net_buffer_list::put;
#endif
};

void copy(my_list& to, const my_list& from) { copy_send_oob(to, from); }
