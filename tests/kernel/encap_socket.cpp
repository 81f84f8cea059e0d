// In the guest: takes UDP-encapsulated ESP for the kernel at a port of either IP version, until somebody ends it.
//
//   encap_socket PORT
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <linux/udp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

bool takes_esp(int version, in_port_t port) {
  const int one = 1, esp_in_udp = UDP_ENCAP_ESPINUDP;
  const int to = ::socket(version, SOCK_DGRAM, 0);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = port;
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = port;
  const void* const name = version == AF_INET ? static_cast<const void*>(&v4) : &v6;
  // Datagrams without a checksum are legal over IPv6 too when the protocol in them says so (RFC 6935, RFC 6936).
  return to >= 0 && (version == AF_INET || (::setsockopt(to, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) == 0 &&
                                             ::setsockopt(to, IPPROTO_UDP, UDP_NO_CHECK6_RX, &one, sizeof one) == 0)) &&
         ::bind(to, static_cast<const sockaddr*>(name), version == AF_INET ? sizeof v4 : sizeof v6) == 0 &&
         ::setsockopt(to, IPPROTO_UDP, UDP_ENCAP, &esp_in_udp, sizeof esp_in_udp) == 0;
}

}  // namespace

int main(int count, char** words) {
  const in_port_t port = htons(static_cast<in_port_t>(count == 2 ? std::atoi(words[1]) : 0));
  if (port == 0 || !takes_esp(AF_INET, port) || !takes_esp(AF_INET6, port)) {
    std::perror("encap_socket PORT");
    return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  for (;;) ::pause();
}
