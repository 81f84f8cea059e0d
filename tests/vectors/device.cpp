// The same cases through a NIC's receive side: what others sealed opens in place, what they damaged has its status and is as it came.
#include "verdicts.hpp"
#include "wire.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/crypto/botan.hpp>
#include <esplanade/offload/device_store.hpp>
#include <esplanade/offload/receive_queue.hpp>
#include <esplanade/testing/net_buffers.hpp>

#include <cstdio>
#include <exception>
#include <memory>

namespace {

using namespace esplanade;
using namespace vectors;

/// Those of the suites that the offload model has a name for.
template <class... Chosen> constexpr auto named(suite_list<>, suite_list<Chosen...> chosen) { return chosen; }
template <class S, class... Others, class... Chosen> constexpr auto named(suite_list<S, Others...>, suite_list<Chosen...>) {
  constexpr offload_transform t = transform_named(S::sizes);
  if constexpr (!(t.integrity.empty() && t.encryption.empty()) && botan_all::template supports<S>) return named(suite_list<Others...>{}, suite_list<Chosen..., S>{});
  else return named(suite_list<Others...>{}, suite_list<Chosen...>{});
}

struct nothing_random {
  std::uint64_t next() noexcept { return 0; }  // receiving draws none
};
struct card : profile {
  static constexpr auto suites = named(both(esp_suites, esplanade::suites<ah<hmac_sha1_96>, ah<hmac_sha2_256_128>, ah<legacy::hmac_md5_96>, ah_aes_gmac<128>, ah_aes_gmac<192>, ah_aes_gmac<256>>), suite_list<>{});
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr bool legacy_algorithms = true;
  static constexpr bool encryption_without_integrity = true;
  static constexpr std::size_t levels = 2;
  using random = nothing_random;
};
using store_type = device_store<card, botan_all, 8>;
using queue_type = receive_queue<card, net_buffer_list, store_type, botan_all>;

struct told {
  receive_ipsec ipsec;
  receive_headers headers;
  octets_held frame;
};

class nic_of_one {
 public:
  told receive(const sa_request& request, const octets_held& wire, const testing::cut& segments) {
    auto handle = store_->add(crypto_, request);
    if (!handle) throw unreadable(joined("the NIC does not take the SA: ", handle.why().field, ": ", handle.why().reason));
    testing::owned_net_buffer frame({.content = wire, .segments = segments});
    net_buffer_list list;
    list.set_first_buffer(&frame);
    device_capabilities all;
    all.framings = link_framing::none;
    all.ipv6 = all.ipv4_options = all.ipv6_extension_headers = all.ah = all.esp = all.ah_and_esp = all.transport = all.tunnel = all.transport_in_tunnel = all.esn = true;
    all.udp_esp = all_udp_esp_layouts;
    all.integrity = all_offload_integrity;
    all.encryption = all_offload_encryption;
    all.sa_capacity = 8;
    const auto gates = receive_gates<card>::of(all, true, true);
    (*queue_)(&list, gates);
    static_cast<void>(store_->remove(*handle));
    store_->reclaim(crypto_);
    return {get_oob<receive_ipsec>(list), get_oob<receive_headers>(list), testing::octets_of(static_cast<const net_buffer&>(frame))};
  }

 private:
  botan_all crypto_{8};
  nothing_random random_{};
  std::unique_ptr<store_type> store_ = std::make_unique<store_type>();
  std::unique_ptr<queue_type> queue_ = std::make_unique<queue_type>(queue_type::resources{.store = *store_, .crypto = crypto_, .random = random_});
};

bool offered(const esp_case& c) { return card::suites.has(c.suite); }
/// AH that is a multiple of 8 over IPv4 is for profiles that say so.
bool offered(const ah_case& c) { return card::suites.has(c.suite) && (!is_ipv4(c.wire) || c.alignment == 4); }
address destination_of(const octets_held& wire) { return is_ipv4(wire) ? address::from(family::ipv4, wire.data() + 16) : address::from(family::ipv6, wire.data() + 24); }

/// Keys where the model has them: key ‖ salt in one blob, or cipher's and MAC's apart.
template <class Case> sa_request request_of(const Case& c, octets_held& blob) {
  sa_request r;
  r.inbound = true;
  r.destination = destination_of(c.wire);
  r.source.version = r.version = r.destination.version;
  offload_element& e = r.elements[0];
  e.transform = transform_named(c.suite);
  e.spi = c.spi;
  e.esn = c.esn;
  e.high = c.esn ? c.esn_high : 0;
  blob = c.key;
  blob.insert(blob.end(), c.salt.begin(), c.salt.end());
  const const_octets whole(blob);
  if (c.suite.salt != 0) (e.transform.encryption.empty() || c.suite.family == cipher_family::aes_gmac || c.suite.mac == mac_family::aes_gmac ? e.integrity_key : e.encryption_key) = whole;
  else e.encryption_key = whole.first(c.suite.cipher_key()), e.integrity_key = whole.subspan(c.suite.cipher_key());
  return r;
}

std::vector<testing::cut> cuts_of(std::size_t size) {
  std::vector<testing::cut> all{{}};
  for (const std::size_t at : {std::size_t{1}, std::size_t{21}, size / 2, size - 1})
    if (at != 0 && at < size) all.push_back({at, size - at});
  if (size > 60) all.push_back({27, 2, 7, size - 49, 13});
  return all;
}

bool status_is(crypto_status s, std::initializer_list<crypto_status> any) {
  for (const crypto_status one : any)
    if (s == one) return true;
  return false;
}

std::string judge(const esp_case& c, const told& t, const allowed& may) {
  const crypto_status said = t.ipsec.status;
  using enum crypto_status;
  if (may.has(verdict::no_sa)) return t.ipsec.done || t.frame != c.wire ? "a stranger's packet was worked on" : "";
  if (!t.ipsec.done) return c.wire.size() < look_at(c.wire).esp_at + 4 && t.frame == c.wire ? "" : "it was not worked on";  // without an SPI it is nobody's
  if (may.has(verdict::icv_mismatch)) {
    if (!status_is(said, {transport_esp_failed, tunnel_esp_failed, invalid_packet_syntax})) return joined("status ", static_cast<unsigned>(said), ", not that of an ICV or of lengths");
    return t.frame != c.wire ? "it is not as it came" : t.headers.set ? "a trailer is told of a packet that did not open" : "";
  }
  if (may.has(verdict::bad_padding) && said == invalid_packet_syntax) return t.frame != c.wire ? "it is not as it came" : "";
  if (said != success) return joined("status ", static_cast<unsigned>(said), ", not success");
  if (t.frame.size() != c.wire.size()) return "its length changed";
  if (!t.headers.set) return "no trailer is told";
  if (!may.has(verdict::forwarded)) return "";  // the rest is the host's
  const wire_view seen = look_at(c.wire);
  const std::size_t text = seen.esp_at + 8 + c.suite.iv, header = c.tunnel ? 0 : seen.esp_at;  // transport mode leaves in front of ESP what was there
  if (!std::equal(c.wire.begin(), c.wire.begin() + static_cast<std::ptrdiff_t>(text), t.frame.begin())) return "its headers changed";
  if (c.tunnel && t.headers.next_header != (is_ipv4(c.plaintext) ? 4 : 41)) return "another next header than the tunnel's";
  const std::size_t payload = c.plaintext.size() - header;
  if (payload > t.frame.size() - text || !std::equal(c.plaintext.begin() + static_cast<std::ptrdiff_t>(header), c.plaintext.end(), t.frame.begin() + static_cast<std::ptrdiff_t>(text))) return "the text differs";
  return "";
}
std::string judge(const ah_case& c, const told& t, const allowed& may) {
  using enum crypto_status;
  if (t.frame != c.wire) return "AH packets stay as they came";
  if (t.headers.set) return "AH has no trailer to tell of";
  if (may.has(verdict::no_sa)) return t.ipsec.done ? "a stranger's packet was worked on" : "";
  if (may.has(verdict::icv_mismatch)) return status_is(t.ipsec.status, {transport_ah_failed, tunnel_ah_failed, invalid_packet_syntax}) ? "" : joined("status ", static_cast<unsigned>(t.ipsec.status), ", not that of an ICV");
  return t.ipsec.done && t.ipsec.status == success ? "" : joined("status ", static_cast<unsigned>(t.ipsec.status), ", not success");
}

struct tally {
  std::size_t cases = 0, runs = 0, not_offered = 0, wrong = 0;
};

template <class Case> void run(const std::vector<Case>& cases, nic_of_one& nic, tally& sum) {
  for (const Case& c : cases) {
    if (!offered(c)) {
      ++sum.not_offered;
      continue;
    }
    const expectation* const row = expectation_of(c.expect, c.tag);
    if (row == nullptr) continue;
    ++sum.cases;
    octets_held blob;
    const sa_request request = request_of(c, blob);
    for (const testing::cut& segments : cuts_of(c.wire.size())) {
      ++sum.runs;
      const std::string wrong = judge(c, nic.receive(request, c.wire, segments), row->padding_ignored);
      if (wrong.empty()) continue;
      std::printf("%s: %s\n", c.id.c_str(), wrong.c_str());
      ++sum.wrong;
      break;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  tally sum;
  try {
    nic_of_one nic;
    for (int i = 1; i < argc; ++i) {
      const corpus file = read_corpus(argv[i]);
      run(file.cases, nic, sum);
      run(file.ah, nic, sum);
    }
  } catch (const std::exception& e) {
    std::printf("%s\n", e.what());
    return 2;
  }
  std::printf("%zu cases, %zu runs through a NIC, %zu of suites or paddings that this NIC has not, %zu wrong\n", sum.cases, sum.runs, sum.not_offered, sum.wrong);
  return sum.wrong != 0 || sum.cases == 0 ? 1 : 0;
}
