#include "key_log.hpp"

#include "refusal.hpp"
#include "standard_streams.hpp"

#include <esplanade/format.hpp>

#include <sys/stat.h>

namespace capture_tunnel {
namespace {

void put_octets(std::FILE* to, esplanade::const_octets first, esplanade::const_octets behind) {
  if (first.size() + behind.size() != 0) std::fputs("0x", to);
  for (const esplanade::const_octets some : {first, behind})
    for (const esplanade::octet o : some) std::fprintf(to, "%02x", o);
}

/// What Wireshark calls a cipher and a MAC; "" where it knows none.
std::string cipher_words(const esplanade::suite_sizes& suite) {
  using esplanade::cipher_family;
  switch (suite.family) {
    case cipher_family::aes_gcm: return fmt::format("AES-GCM with {} octet ICV [RFC4106]", suite.icv);
    case cipher_family::aes_cbc: return "AES-CBC [RFC3602]";
    case cipher_family::aes_ctr: return "AES-CTR [RFC3686]";
    case cipher_family::null: return "NULL";
    case cipher_family::des_cbc: return "DES-CBC [RFC2405]";
    case cipher_family::triple_des_cbc: return "TripleDES-CBC [RFC2451]";
    default: return "";
  }
}
std::string mac_words(const esplanade::suite_sizes& suite) {
  using esplanade::mac_family;
  switch (suite.mac) {
    case mac_family::none: return "NULL";
    case mac_family::hmac_sha1: return "HMAC-SHA-1-96 [RFC2404]";
    case mac_family::hmac_sha2_256: return "HMAC-SHA-256-128 [RFC4868]";
    case mac_family::hmac_sha2_384: return "HMAC-SHA-384-192 [RFC4868]";
    case mac_family::hmac_sha2_512: return "HMAC-SHA-512-256 [RFC4868]";
    case mac_family::hmac_md5: return "HMAC-MD5-96 [RFC2403]";
    default: return "";
  }
}

}  // namespace

void key_log_gate::write(const sa_list& sas, const choice& what) {
  std::FILE* to = file_.take_stream();
  ::fchmod(::fileno(to), 0600);  // whatever the umask took away
  for (const sa_material& sa : sas) {
    const bool tunnel = has_outer_header(what.mode);
    const bool ipv4 = (tunnel ? what.outer : sa.traffic) == esplanade::family::ipv4;
    const tunnel_ends ends = ends_of(what.outer);
    const std::string source = tunnel ? fmt::format("{}", ends.source) : "*", destination = tunnel ? fmt::format("{}", ends.destination) : "*";
    const std::string cipher = cipher_words(sa.suite), mac = mac_words(sa.suite);
    // A suite that Wireshark does not have, or one of AH, would spoil its whole table: that line is a comment.
    if (cipher.empty() || mac.empty() || sa.suite.protocol == esplanade::protocol_kind::ah) fmt::print(to, "# Wireshark does not know {}: ", sa.traffic == esplanade::family::ipv4 ? what.profile.suite_names.front() : what.profile.suite_names.back());
    // "protocol","source","destination","SPI","encryption","key","authentication","key"
    fmt::print(to, R"("{}","{}","{}","0x{:08x}","{}",")", ipv4 ? "IPv4" : "IPv6", source, destination, sa.spi, cipher);
    // Key and salt together are what RFC 4106 8.1 and RFC 3686 5.1 call KEYMAT, and what Wireshark asks for.
    put_octets(to, sa.key_octets().first(sa.suite.cipher_key()), sa.salt_octets());
    fmt::print(to, R"(","{}",")", mac);
    put_octets(to, sa.key_octets().last(sa.suite.mac_key), {});
    fmt::print(to, "\"\n");
  }
  const bool written = std::fflush(to) == 0 && std::ferror(to) == 0;
  if (std::fclose(to) != 0 || !written) throw refusal("cannot write {}: it could not be written whole", file_.name().string());
}

void key_log_gate::keep() {
  file_.keep();
  say("warning: {} holds the keys of this run; whoever reads it reads the traffic\n", file_.name().string());
}

}  // namespace capture_tunnel
