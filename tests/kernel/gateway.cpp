// A gateway for a peer that is a whole machine: plain packets on one link, protected ones on the other, a datapath between.
// Both links are Ethernet frames in datagrams of Unix sockets, as QEMU's `-netdev dgram` has them.
//
//   gateway FOLDER   binds FOLDER/plain.ours and FOLDER/wire.ours; the machine is at plain.theirs and wire.theirs
//
// One JSON request a line on stdin, one JSON answer a line on stdout, until stdin ends:
//
//   {"op": "profiles"}      {profile: {"suites": [name, …], "modes": [name, …], "esn": "off" | "per_sa" | "always", "levels": n,
//                            "encapsulations": [name, …], "udp_checksum": name}, …}
//   {"op": "install", "profile": name, "send": [SA, …], "receive": [SA, …]}      {}      innermost first
//      SA        {"suite": name, "mode": "tunnel" | "transport" | "beet", "esn": bool, "spi": n, "key": hex, "salt": hex,
//                 "sequence": n, "source": hex, "destination": hex,    source, …: of the outer header, tunnel and beet only
//                 "inner": [source, destination],              beet only
//                 "encapsulation": name, "ports": [source, destination],
//                 "original": hex}    receive only: the destination that the machine knew, if it was another one
//      "nat": {"inside": hex, "outside": hex}, if there is one on the wire: an IPv4 address of ours and what it is there
//                Whatever was installed before is gone, and counters begin with 0.
//   {"op": "treat", "side": "out" | "in", "how": "hold" | "spoil" | "twice", "frames": n}      {}
//                the next n frames that we put on the wire, or find there: kept, one bit flipped, or there twice
//   {"op": "send", "packets": [hex, …], "frames": n, "within": ms}     {"packets": [hex, …]}
//                as if they had come over the plain link; then waits until n frames were found on the wire, and answers with
//                what came out of them instead of putting it on the plain link
//   {"op": "release", "side": "out" | "in", "frames": n, "within": ms} {"packets": [hex, …]}
//                what was held goes its way; waits and answers like `send`
//   {"op": "counters"}      {"out": {verdict: n}, "in": {verdict: n}, "unsent": n}
//
// {"refused": words} where a request cannot be carried out.
#include "support/every_suite.hpp"
#include "support/hex.hpp"
#include "support/ip.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/packets.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iostream>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

using namespace esplanade;
using nlohmann::json;
using support::from_hex;
using support::to_hex;
using bytes = std::vector<octet>;

// --- profiles --------------------------------------------------------------------------------------------------------

/// One suite, one mode, 32-bit numbers: nothing is left to an SA.
struct gcm_tunnel : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto esn = off;
  using replay = window<64>;
};
/// Every AES-GCM, either mode, either kind of number.
struct every_gcm : profile {
  static constexpr auto suites = support::of_every_key<esp_aes_gcm_16, esp_aes_gcm_12, esp_aes_gcm_8>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto esn = per_sa;
  using replay = window<64>;
};
/// Every other suite of ESP.
struct every_aead : every_gcm {
  static constexpr auto suites = support::together(support::of_every_key<esp_aes_ccm_16, esp_aes_ccm_12, esp_aes_ccm_8, esp_null_aes_gmac>, esplanade::suites<esp_chacha20_poly1305>);
};
struct every_mac : every_gcm {
  static constexpr auto suites = support::every_mac;
  using random = botan_random;
};
struct every_legacy : every_mac {
  static constexpr auto suites = support::every_legacy;
  static constexpr bool legacy_algorithms = true;
};
/// All of them in one datapath.
struct every_suite : every_legacy {
  static constexpr auto suites = support::together(support::every_aead, support::every_mac, support::every_legacy);
};

/// AH, its padding as RFC 4302 has it and as Linux does without being told; and AH or ESP as an SA says.
struct every_ah : every_gcm {
  static constexpr auto suites = support::every_ah;
};
struct ah_to_8 : every_gcm {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha1_96>, ah<hmac_sha2_256_128>>;
  using ah_padding = ah_padding_to_8;
};
struct ah_or_esp : every_gcm {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>, esp_aes_gcm_16<256>>;
};
/// Two SAs on each packet.
struct bundle : every_gcm {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha2_256_128>>;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr std::size_t levels = 2;
  using udp_port = esp_ports<4500, 4501>;
  using policy = linear_policy<2>;
};
/// Lengths that are hidden.
struct gcm_tfc : every_gcm {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel;
  using tfc = tfc_multiple<64>;
};
/// Bound end-to-end tunnels, as they are and in UDP.
struct gcm_beet : every_gcm {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::beet;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  using udp_port = esp_ports<4500, 4501>;
};
/// UDP around ESP, with and without a checksum, and as an SA says.
struct gcm_in_udp : every_gcm {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto encapsulations = encapsulation::udp;
  using udp_port = esp_ports<4500, 4501>;
};
struct gcm_in_udp_zero : gcm_in_udp {
  using udp_checksum = udp_checksum_zero;
};
struct gcm_in_udp_computed : gcm_in_udp {
  using udp_checksum = udp_checksum_computed;
};
struct gcm_in_udp_recomputed : gcm_in_udp {
  using nat_fix = checksum_recomputed;
};
struct gcm_or_udp : gcm_in_udp {
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};

// --- a datapath whose type is forgotten ------------------------------------------------------------------------------

struct refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class T> const result<T>& granted(const result<T>& answer) {
  if (!answer) throw refusal(std::string(answer.why().field) + ": " + answer.why().reason);
  return answer;
}

/// Parameters that own what they point to.
template <class Profile> struct security_association {
  explicit security_association(const json& asked) : key(from_hex(asked.at("key"))), salt(from_hex(asked.at("salt"))) {
    const std::string name = asked.at("suite");
    Profile::suites.for_each([&]<class S>() {
      if (name == S::name) parameters.suite = S::sizes;
    });
    if (parameters.suite == suite_sizes{}) throw refusal("the profile has no suite " + name);
    parameters.key = key;
    parameters.salt = salt;
    parameters.spi = asked.at("spi");
    parameters.esn = asked.at("esn");
    parameters.sequence_start = asked.at("sequence");
    parameters.mode = asked.at("mode") == "tunnel" ? mode::tunnel : asked.at("mode") == "beet" ? mode::beet : mode::transport;
    if (parameters.mode == mode::beet) {
      parameters.inner_source = address_of(asked.at("inner").at(0));
      parameters.inner_destination = address_of(asked.at("inner").at(1));
    }
    if (parameters.mode != mode::transport) {
      parameters.source = address_of(asked.at("source"));
      parameters.destination = address_of(asked.at("destination"));
    }
    if (asked.at("encapsulation") == "udp") {
      parameters.encapsulation = encapsulation::udp;
      parameters.ports = {asked.at("ports").at(0), asked.at("ports").at(1)};
      if (asked.contains("original")) parameters.original_destination = address_of(asked.at("original"));
    }
  }
  static address address_of(const std::string& words) {
    const bytes octets = from_hex(words);
    if (octets.size() != 4 && octets.size() != 16) throw refusal("an address has 4 or 16 octets");
    return address::from(octets.size() == 4 ? family::ipv4 : family::ipv6, octets.data());
  }
  /// What the header in front of it says that follows.
  [[nodiscard]] octet protocol() const {
    if (parameters.encapsulation.has(encapsulation::udp)) return protocol_number::udp;
    return parameters.suite.protocol == protocol_kind::ah ? protocol_number::ah : protocol_number::esp;
  }
  bytes key, salt;
  sa_parameters parameters;
};

class endpoint {
 public:
  virtual ~endpoint() = default;
  /// What is left of these IP packets, in order.
  virtual std::vector<bytes> seal(const std::vector<bytes>& packets) = 0;
  virtual std::vector<bytes> open(const std::vector<bytes>& packets) = 0;
  virtual counters_snapshot sealed() const = 0;
  virtual counters_snapshot opened() const = 0;
};

template <class Profile> class endpoint_of final : public endpoint {
  using provider = botan_for<Profile>;
  using path = datapath<Profile, flat_packet, flat_store<4>, provider>;

 public:
  explicit endpoint_of(const json& request) {
    if (request.at("send").size() != Profile::levels || request.at("receive").size() != Profile::levels) throw refusal("the profile has another number of SAs on a packet");
    for (const json& asked : request.at("receive")) granted(receiving_.add(crypto_, security_association<Profile>(asked).parameters));
    outbound_handle next;
    for (const json& asked : request.at("send")) {
      const security_association<Profile> send(asked);
      next = granted(sending_.add(crypto_, send.parameters)).value();
      handles_.push_back(next);
      protocols_.push_back(send.protocol());
    }
    if constexpr (path::by_policy) {
      // What an SA has made is the packet that the next question is about: the innermost SA takes all that is left.
      for (std::size_t level = handles_.size(); level-- > 0;)
        granted(policy_.add({level == 0 ? traffic_selector::any() : traffic_selector(selector_parameters{.protocol = protocols_[level - 1]}), policy_action::protect, handles_[level]}));
    }
  }
  std::vector<bytes> seal(const std::vector<bytes>& packets) override {
    const std::vector<outbound_handle> handles(path::by_policy ? 0 : packets.size(), handles_.front());
    return processed(packets, [&](std::span<flat_packet*> all, std::span<verdict> verdicts) { return path_.outbound({all, verdicts, handles}); });
  }
  std::vector<bytes> open(const std::vector<bytes>& packets) override {
    return processed(packets, [&](std::span<flat_packet*> all, std::span<verdict> verdicts) { return path_.inbound({all, verdicts}); });
  }
  counters_snapshot sealed() const override { return path_.outbound_counters(); }
  counters_snapshot opened() const override { return path_.inbound_counters(); }

 private:
  typename path::resources resources() {
    if constexpr (path::by_policy) return {receiving_, sending_, crypto_, policy_};
    else if constexpr (std::is_same_v<random_of<Profile>, no_random>) return {receiving_, sending_, crypto_};
    else return {.inbound = receiving_, .outbound = sending_, .crypto = crypto_, .random = random_};
  }

  // In heap blocks of exactly their size, so that a sanitizer sees an access one octet beyond.
  template <class Way> static std::vector<bytes> processed(const std::vector<bytes>& packets, Way way) {
    std::vector<testing::owned_packet> owned;
    for (const bytes& one : packets) owned.emplace_back(testing::packet_form{one, {}, 128, 320});
    std::vector<flat_packet*> all;
    for (testing::owned_packet& one : owned) all.push_back(&one);
    std::vector<verdict> verdicts(all.size(), verdict::pending);
    all.resize(way(std::span<flat_packet*>(all), std::span<verdict>(verdicts)));
    std::vector<bytes> left;
    for (const flat_packet* one : all) left.emplace_back(one->data(), one->data() + one->length());
    return left;
  }

  provider crypto_{4};
  typename path::policy_store policy_{};
  [[no_unique_address]] random_of<Profile> random_;
  typename path::inbound_store receiving_;
  typename path::outbound_store sending_;
  path path_{resources()};
  std::vector<outbound_handle> handles_;  // innermost first
  std::vector<octet> protocols_;          // of what each has made
};

struct entry {
  const char* name;
  std::unique_ptr<endpoint> (*make)(const json&);
  json (*offer)();
};
template <class Profile> constexpr entry entry_of(const char* name) {
  return {name, [](const json& request) -> std::unique_ptr<endpoint> { return std::make_unique<endpoint_of<Profile>>(request); },
          [] {
            json modes = json::array();
            if (modes_of<Profile>.has(mode::tunnel)) modes.push_back("tunnel");
            if (modes_of<Profile>.has(mode::transport)) modes.push_back("transport");
            if (modes_of<Profile>.has(mode::beet)) modes.push_back("beet");
            json encapsulations = json::array();
            if (encapsulations_of<Profile>.has(encapsulation::none)) encapsulations.push_back("none");
            if (encapsulations_of<Profile>.has(encapsulation::udp)) encapsulations.push_back("udp");
            return json{{"suites", Profile::suites.names}, {"modes", modes}, {"encapsulations", encapsulations}, {"levels", Profile::levels},
                        {"udp_checksum", udp_checksum_policy_of<Profile>::name},
                        {"esn", Profile::esn == off ? "off" : Profile::esn == per_sa ? "per_sa" : "always"}};
          }};
}
constexpr entry profiles[] = {
    entry_of<gcm_tunnel>("gcm_tunnel"),
    entry_of<every_gcm>("every_gcm"),
    entry_of<every_aead>("every_aead"),
    entry_of<every_mac>("every_mac"),
    entry_of<every_legacy>("every_legacy"),
    entry_of<every_suite>("every_suite"),
    entry_of<every_ah>("every_ah"),
    entry_of<ah_to_8>("ah_to_8"),
    entry_of<ah_or_esp>("ah_or_esp"),
    entry_of<gcm_tfc>("gcm_tfc"),
    entry_of<gcm_beet>("gcm_beet"),
    entry_of<bundle>("bundle"),
    entry_of<gcm_in_udp>("gcm_in_udp"),
    entry_of<gcm_in_udp_zero>("gcm_in_udp_zero"),
    entry_of<gcm_in_udp_computed>("gcm_in_udp_computed"),
    entry_of<gcm_in_udp_recomputed>("gcm_in_udp_recomputed"),
    entry_of<gcm_or_udp>("gcm_or_udp"),
};

// --- links -----------------------------------------------------------------------------------------------------------

/// One end of a wire. Frames of other protocols than IP, and to groups, are not for us.
class link {
 public:
  link(const std::string& ends, octet station) : station_(station), socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)), theirs_(named(ends + ".theirs")) {
    const sockaddr_un ours = named(ends + ".ours");
    ::unlink(ours.sun_path);
    const timeval patience{2, 0};
    const int room = 1 << 20;
    if (socket_ < 0 || ::bind(socket_, reinterpret_cast<const sockaddr*>(&ours), sizeof ours) != 0 ||
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0 ||
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &room, sizeof room) != 0)
      throw std::runtime_error(ends + ": " + std::strerror(errno));
  }
  link(const link&) = delete;
  link& operator=(const link&) = delete;
  ~link() { ::close(socket_); }

  [[nodiscard]] int socket() const { return socket_; }

  /// An IP packet to the machine; false when it does not take it.
  bool send(const bytes& packet) const {
    const bool v4 = packet.at(0) >> 4 == 4;
    bytes frame{2, 0, 0, 0, 0, station_, 2, 0, 0, 0, 1, station_, static_cast<octet>(v4 ? 0x08 : 0x86), static_cast<octet>(v4 ? 0x00 : 0xdd)};
    frame.insert(frame.end(), packet.begin(), packet.end());
    return ::sendto(socket_, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&theirs_), sizeof theirs_) == static_cast<ssize_t>(frame.size());
  }
  /// The IP packets that have arrived, at most as many as a burst holds.
  [[nodiscard]] std::vector<bytes> receive() const {
    std::vector<bytes> packets;
    octet frame[1 << 16];
    while (packets.size() < 32) {
      const ssize_t size = ::recv(socket_, frame, sizeof frame, MSG_DONTWAIT);
      if (size < 0) break;
      if (size <= 34) continue;
      const bool v4 = frame[12] == 0x08 && frame[13] == 0x00, v6 = frame[12] == 0x86 && frame[13] == 0xdd;
      if ((v4 && frame[30] < 224) || (v6 && size > 54 && frame[38] != 0xff)) packets.emplace_back(frame + 14, frame + size);
    }
    return packets;
  }

 private:
  static sockaddr_un named(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error(path + ": too long for the name of a socket");
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return address;
  }

  octet station_;  ///< last octet of the machine's address on this link
  int socket_;
  sockaddr_un theirs_;
};

/// What happens to protected packets between the datapath and the wire.
class treatment {
 public:
  void begin(const std::string& how, std::size_t packets) {
    if (how != "hold" && how != "spoil" && how != "twice") throw refusal("no treatment " + how);
    how_ = how;
    left_ = packets;
  }
  std::vector<bytes> operator()(std::vector<bytes> packets) {
    std::vector<bytes> out;
    for (bytes& one : packets) {
      const bool now = left_ != 0;
      if (now) --left_;
      if (now && how_ == "hold") {
        held_.push_back(std::move(one));
        continue;
      }
      if (now && how_ == "spoil") one.back() ^= 1;
      if (now && how_ == "twice") out.push_back(one);
      out.push_back(std::move(one));
    }
    return out;
  }
  std::vector<bytes> release() { return std::exchange(held_, {}); }

 private:
  std::string how_;
  std::size_t left_ = 0;
  std::vector<bytes> held_;
};

/// Changes one IPv4 address of ours on the wire; datagrams there have no checksum to be changed with it.
class nat {
 public:
  nat() = default;
  explicit nat(const json& asked) : inside_(from_hex(asked.at("inside"))), outside_(from_hex(asked.at("outside"))) {}
  std::vector<bytes> leaving(std::vector<bytes> packets) const { return changed(std::move(packets), 12, inside_, outside_); }
  std::vector<bytes> arriving(std::vector<bytes> packets) const { return changed(std::move(packets), 16, outside_, inside_); }

 private:
  static std::vector<bytes> changed(std::vector<bytes> packets, std::ptrdiff_t at, const bytes& from, const bytes& to) {
    for (bytes& one : packets)
      if (from.size() == 4 && one.at(0) >> 4 == 4 && std::equal(from.begin(), from.end(), one.begin() + at)) {
        std::copy(to.begin(), to.end(), one.begin() + at);
        support::set_checksum(one);
      }
    return packets;
  }
  bytes inside_, outside_;
};

// --- the gateway -----------------------------------------------------------------------------------------------------

class gateway {
 public:
  explicit gateway(const std::string& folder) : plain_(folder + "/plain", 1), wire_(folder + "/wire", 2) {}

  /// Forwards until there is something to read on stdin.
  void run() {
    pollfd ready[] = {{plain_.socket(), POLLIN, 0}, {wire_.socket(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    while ((ready[2].revents & (POLLIN | POLLHUP)) == 0) {
      ::poll(ready, 3, -1);
      forward();
    }
  }

  json answer(const json& request) {
    const std::string op = request.at("op");
    if (op == "profiles") {
      json all = json::object();
      for (const entry& one : profiles) all[one.name] = one.offer();
      return all;
    }
    if (op == "install") {
      for (const entry& one : profiles)
        if (request.at("profile") == one.name) {
          path_ = nullptr;
          out_ = in_ = {};
          nat_ = request.contains("nat") ? nat(request.at("nat")) : nat();
          unsent_ = 0;
          path_ = one.make(request);
          return json::object();
        }
      throw refusal("no profile " + request.at("profile").get<std::string>());
    }
    if (!path_) throw refusal("nothing is installed");
    if (op == "treat") {
      treated(request).begin(request.at("how"), request.at("frames"));
      return json::object();
    }
    if (op == "send" || op == "release") {
      collecting_ = true;
      found_ = 0;
      collected_ = json::array();
      if (op == "send") {
        std::vector<bytes> packets;
        for (const json& one : request.at("packets")) packets.push_back(from_hex(one));
        to_wire(packets);
      } else if (request.at("side") == "out") {
        put_on(wire_, out_.release());
      } else {
        deliver(path_->open(in_.release()));
      }
      await(request.at("frames"), request.at("within"));
      collecting_ = false;
      return {{"packets", std::move(collected_)}};
    }
    if (op == "counters") return {{"out", words_of(path_->sealed())}, {"in", words_of(path_->opened())}, {"unsent", unsent_}};
    throw refusal("no operation " + op);
  }

 private:
  treatment& treated(const json& request) { return request.at("side") == "out" ? out_ : in_; }

  static json words_of(const counters_snapshot& counts) {
    json words = json::object();
    for (std::size_t v = 0; v < verdict_count; ++v)
      if (counts.by_verdict[v] != 0) words[name_of(static_cast<verdict>(v))] = counts.by_verdict[v];
    return words;
  }

  void forward() {
    const std::vector<bytes> from_plain = plain_.receive(), from_wire = wire_.receive();
    if (!path_) return;
    if (!from_plain.empty()) to_wire(from_plain);
    if (!from_wire.empty()) {
      found_ += from_wire.size();
      deliver(path_->open(in_(nat_.arriving(from_wire))));
    }
  }
  void to_wire(const std::vector<bytes>& packets) { put_on(wire_, out_(nat_.leaving(path_->seal(packets)))); }
  void deliver(const std::vector<bytes>& packets) {
    if (!collecting_) return put_on(plain_, packets);
    for (const bytes& one : packets) collected_.push_back(to_hex(one));
  }
  void put_on(const link& side, const std::vector<bytes>& packets) {
    for (const bytes& one : packets)
      if (!side.send(one)) ++unsent_;
  }
  void await(std::size_t frames, int milliseconds) {
    using std::chrono::steady_clock;
    const auto end = steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (found_ < frames) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now()).count();
      if (left <= 0) return;
      pollfd ready[] = {{plain_.socket(), POLLIN, 0}, {wire_.socket(), POLLIN, 0}};
      ::poll(ready, 2, static_cast<int>(left));
      forward();
    }
  }

  link plain_, wire_;
  std::unique_ptr<endpoint> path_;
  treatment out_, in_;
  nat nat_;
  std::size_t unsent_ = 0;
  bool collecting_ = false;
  std::size_t found_ = 0;
  json collected_;
};

/// A line of stdin. Read octet by octet: what std::cin had read ahead, poll() would not know of.
bool read_line(std::string& line) {
  line.clear();
  for (char c = 0; ::read(STDIN_FILENO, &c, 1) == 1;) {
    if (c == '\n') return true;
    line += c;
  }
  return false;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "usage: gateway FOLDER\n";
    return 2;
  }
  gateway us(words[1]);
  for (std::string line; us.run(), read_line(line);) {
    json answer;
    try {
      answer = us.answer(json::parse(line));
    } catch (const std::exception& why) {
      answer = {{"refused", why.what()}};
    }
    std::cout << answer.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
}
