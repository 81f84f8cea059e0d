#include "key_log.hpp"

#include "refusal.hpp"

#include <esplanade/format.hpp>

#include <sys/stat.h>

namespace capture_tunnel {
namespace {

/// Key and salt together are what RFC 4106 8.1 calls KEYMAT, and what Wireshark asks for.
void put_octets(std::FILE* to, esplanade::const_octets octets) {
  for (const esplanade::octet o : octets) std::fprintf(to, "%02x", o);
}

}  // namespace

void key_log_gate::write(const sa_pair& sas, const choice& what) {
  std::FILE* to = file_.take_stream();
  ::fchmod(::fileno(to), 0600);  // whatever the umask took away
  for (const sa_material& sa : sas) {
    const bool tunnel = what.mode == esplanade::mode::tunnel;
    const bool ipv4 = (tunnel ? what.outer : sa.traffic) == esplanade::family::ipv4;
    const tunnel_ends ends = ends_of(what.outer);
    const std::string source = tunnel ? fmt::format("{}", ends.source) : "*", destination = tunnel ? fmt::format("{}", ends.destination) : "*";
    // "protocol","source","destination","SPI","encryption","key","authentication","key"
    fmt::print(to, R"("{}","{}","{}","0x{:08x}","AES-GCM with {} octet ICV [RFC4106]","0x)", ipv4 ? "IPv4" : "IPv6", source, destination, sa.spi, sa.suite.icv);
    put_octets(to, sa.key_octets());
    put_octets(to, sa.salt_octets());
    fmt::print(to, "\",\"NULL\",\"\"\n");
  }
  const bool written = std::fflush(to) == 0 && std::ferror(to) == 0;
  if (std::fclose(to) != 0 || !written) throw refusal("cannot write {}: it could not be written whole", file_.name().string());
}

void key_log_gate::keep() {
  file_.keep();
  fmt::print(stderr, "warning: {} holds the keys of this run; whoever reads it reads the traffic\n", file_.name().string());
}

}  // namespace capture_tunnel
