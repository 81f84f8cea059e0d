#include "support/receiving_nic.hpp"

using namespace support;
using esplanade::testing::mixing_crypto;

namespace {

template <class Crypto = mixing_crypto> struct fixture {
  receiving_nic<receiving_profile, Crypto> nic{};
  peer other{};
  bundle_form esp = esp_bundle(), auth = ah_bundle();

  bytes sealed(const bundle_form& form, esplanade::mode m = mode::transport, std::uint64_t number = 1) { return other.seal(form, m, plain(form), number); }
  crypto_status status(const bytes& frame) { return nic.receive(frame).ipsec.status; }
};

bytes part(const bytes& of, std::size_t from, std::size_t to) { return {of.begin() + static_cast<std::ptrdiff_t>(from), of.begin() + static_cast<std::ptrdiff_t>(to)}; }
// What stands in the text of a transport-mode packet of ours.
bytes text_of(const bundle_form& form, std::size_t alignment) {
  const bytes whole = plain(form), payload(whole.begin() + (form.version == family::ipv4 ? 20 : 40), whole.end());
  const std::size_t padding = (alignment - (payload.size() + 2) % alignment) % alignment;
  return esp_text(payload, padding, padding, 17);
}

// Answers AH and ESP jobs as a test says.
struct answering : mixing_crypto {
  answering() : mixing_crypto(64) {}
  job_status says = job_status::done;
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    mixing_crypto::open(w, jobs, mode);
    for (job* j : jobs) j->status = says;
  }
};

}  // namespace

TEST_CASE("F96: a good ESP packet has its payload in clear, and everything else where it stood [class 49]") {
  const offload_transform gmac{protocol_kind::esp, offload_integrity::aes_gmac_128, offload_encryption::null, 0}, cbc{protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_cbc_128, 0},
      sha{protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::null, 0};
  struct {
    offload_transform named;
    std::size_t iv, icv, alignment;
  } const rows[] = {{gcm_named(), 8, 16, 4}, {gcm_named(offload_encryption::aes_gcm_256), 8, 16, 4}, {gmac, 8, 16, 4}, {cbc, 16, 12, 16}, {sha, 0, 12, 4}};
  for (const auto& row : rows) {
    for (const bool v6 : {false, true}) {
      fixture f;
      bundle_form form = esp_bundle(0x1001, row.named);
      if (v6) form = to(form, outside_v6(1), outside_v6(2));
      f.nic.add(form);
      const bytes frame = f.sealed(form);
      const std::size_t text_at = (v6 ? 40 : 20) + 8 + row.iv, text_end = frame.size() - row.icv;
      for (const std::vector<std::size_t>& pieces : {std::vector<std::size_t>{}, {text_at - 9, 3, frame.size() - text_at + 6}, {30, 1, 1, 20, frame.size() - 57, 5}}) {
        const told t = f.nic.receive(frame, pieces);
        CHECK(t.ipsec == receive_ipsec{.done = true});
        CHECK(part(t.frame, text_at, text_end) == text_of(form, row.alignment));
        CHECK(part(t.frame, 0, text_at) == part(frame, 0, text_at));
        CHECK(part(t.frame, text_end, t.frame.size()) == part(frame, text_end, frame.size()));
      }
    }
  }
}

TEST_CASE("F96: octets of the link behind the packet stay, and are no part of it") {
  fixture f;
  f.nic.add(f.esp);
  bytes frame = f.sealed(f.esp);
  put(frame, {9, 9, 9, 9, 9});
  const told t = f.nic.receive(frame);
  CHECK(t.ipsec == receive_ipsec{.done = true});
  CHECK(t.frame.size() == frame.size());
  CHECK(part(t.frame, t.frame.size() - 21, t.frame.size()) == part(frame, frame.size() - 21, frame.size()));
}

TEST_CASE("F97: a good AH packet goes up as it came, CryptoDone and success") {
  for (const offload_integrity i : {offload_integrity::hmac_sha1, offload_integrity::aes_gmac_128}) {
    for (const bool v6 : {false, true}) {
      fixture f;
      bundle_form form = ah_bundle(0x2001, i);
      if (v6) form = to(form, outside_v6(1), outside_v6(2));
      f.nic.add(form);
      for (const mode m : {mode::transport, mode::tunnel}) {
        const bytes frame = f.sealed(form, m);
        const told t = f.nic.receive(frame, {25, 10, frame.size() - 35});
        CHECK(t.ipsec == receive_ipsec{.done = true});
        CHECK(t.frame == frame);
      }
    }
  }
}

TEST_CASE("F100: the ICV of AH in the transport portion is wrong: status 2") {
  fixture f;
  f.nic.add(f.auth);
  const bytes frame = f.sealed(f.auth);
  CHECK(f.status(changed(frame, 8)) == crypto_status::success);  // the hop limit changes on the way
  for (const std::size_t at : {std::size_t{4}, std::size_t{12}, std::size_t{28}, std::size_t{32}, std::size_t{43}, frame.size() - 1}) CHECK(f.status(changed(frame, at)) == crypto_status::transport_ah_failed);
}

TEST_CASE("F101: the ICV of ESP in the transport portion is wrong: status 3") {
  fixture f;
  f.nic.add(f.esp);
  const bytes frame = f.sealed(f.esp);
  CHECK(f.status(frame) == crypto_status::success);
  for (const std::size_t at : {std::size_t{24}, std::size_t{28}, std::size_t{36}, frame.size() - 17, frame.size() - 1}) CHECK(f.status(changed(frame, at)) == crypto_status::transport_esp_failed);
}

TEST_CASE("F102: the ICV of AH in the tunnel portion is wrong: status 4") {
  fixture f;
  f.nic.add(f.auth);
  CHECK(f.status(end_changed(f.other.seal(f.auth, mode::tunnel, udp_packet(family::ipv4, 30)))) == crypto_status::tunnel_ah_failed);
  CHECK(f.status(end_changed(f.other.seal(f.auth, mode::tunnel, udp_packet(family::ipv6, 30)))) == crypto_status::tunnel_ah_failed);
}

TEST_CASE("F103, U-17: the ICV of ESP in the tunnel portion is wrong: status 5") {
  fixture f;
  f.nic.add(f.esp);
  const bytes frame = f.other.seal(f.esp, mode::tunnel, udp_packet(family::ipv6, 30));
  CHECK(f.status(frame) == crypto_status::success);
  CHECK(f.status(end_changed(frame)) == crypto_status::tunnel_esp_failed);
}

TEST_CASE("receive_open: a packet that does not open counts as what its layout, its headers, its bundle or the configuration say of it") {
  const offload_transform in_clear{protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::null, 0};
  fixture f;
  bundle_form udp_tunnel = esp_bundle(0x1002), udp_transport = esp_bundle(0x1003), readable = esp_bundle(0x1004, in_clear);
  udp_tunnel.udp_esp = udp_esp_layout::tunnel;
  udp_transport.udp_esp = udp_esp_layout::transport;
  for (const bundle_form& form : {f.esp, udp_tunnel, udp_transport, readable}) f.nic.add(form);
  const bytes packet = udp_packet(family::ipv4, 30);
  const auto fails = [&](const bundle_form& form, esplanade::mode m) { return f.status(end_changed(f.other.seal(form, m, m == mode::tunnel ? packet : plain(form)))); };
  CHECK(fails(udp_tunnel, mode::tunnel) == crypto_status::tunnel_esp_failed);
  CHECK(fails(udp_transport, mode::transport) == crypto_status::transport_esp_failed);
  CHECK(fails(readable, mode::tunnel) == crypto_status::tunnel_esp_failed);
  CHECK(fails(readable, mode::transport) == crypto_status::transport_esp_failed);
  CHECK(fails(f.esp, mode::tunnel) == crypto_status::transport_esp_failed);  // nothing of it was ever seen
  CHECK(f.status(f.other.seal(f.esp, mode::tunnel, packet)) == crypto_status::success);
  CHECK(fails(f.esp, mode::tunnel) == crypto_status::tunnel_esp_failed);
  CHECK(f.status(f.sealed(f.esp)) == crypto_status::success);
  CHECK(fails(f.esp, mode::transport) == crypto_status::transport_esp_failed);
  f.nic.current.transport = f.nic.current.transport_in_tunnel = false;
  CHECK(fails(f.esp, mode::tunnel) == crypto_status::tunnel_esp_failed);
}

TEST_CASE("F104: lengths that contradict each other: status 6, and the packet is as it arrived") {
  const offload_transform cbc{protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_cbc_128, 0};
  fixture f;
  const bundle_form chained = esp_bundle(0x1002, cbc), both = ah_esp_bundle(0x1003, 0x2003);
  for (const bundle_form& form : {f.esp, f.auth, chained, both}) f.nic.add(form);
  const auto says = [](bytes frame, std::size_t total) {
    frame[2] = static_cast<octet>(total >> 8), frame[3] = static_cast<octet>(total & 0xff);
    set_checksum(frame);
    return frame;
  };
  const bytes esp = f.sealed(f.esp), auth = f.sealed(f.auth), cbc_frame = f.sealed(chained), nested = f.sealed(both);
  const bytes frames[] = {
      says(esp, esp.size() + 1), says(esp, 27), says(esp, 20), says(esp, 52), says(esp, esp.size() - 1),  // beyond the frame; too little for ESP; no multiple of 4
      says(auth, 31), says(auth, 43), changed(auth, 21), says(auth, 19),                                  // too little for AH; AH's own length
      says(cbc_frame, cbc_frame.size() - 4), says(cbc_frame, 20 + 8 + 16 + 12),                           // no multiple of the block; no block
      says(nested, 20 + 24 + 7)};
  for (const bytes& frame : frames) {
    const told t = f.nic.receive(frame);
    CHECK(t.ipsec == receive_ipsec{.done = true, .status = crypto_status::invalid_packet_syntax});
    CHECK(t.words[1] == 0);
    CHECK(t.frame == frame);
  }
}

TEST_CASE("F104: padding longer than the text: status 6, no trailer, and the packet is as it arrived") {
  fixture f;
  f.nic.add(f.esp);
  f.esp.request();
  const bytes blob = f.esp.keys[0];  // key and salt
  mixing_crypto plain_crypto;
  for (const std::size_t says : {std::size_t{23}, std::size_t{200}, std::size_t{22}}) {
    // Sealed by the peer, padding of 255 said: its trailer is the last of the payload.
    bytes payload = counted(22, 5);
    payload.push_back(static_cast<octet>(says));
    payload.push_back(59);
    bytes out, aad;
    const auto schedule = plain_crypto.add_key(gcm128::sizes, const_octets(blob).first(16)).value();
    put32(out, 0x1001), put32(out, 1), put32(out, 0), put32(out, 1);
    aad = part(out, 0, 8);
    segment piece{payload.data(), payload.size()};
    job j;
    j.source = j.destination = &piece;
    j.length = static_cast<std::uint32_t>(payload.size());
    j.icv = j.icv_memory;
    j.icv_length = 16, j.iv_length = 8, j.salt_length = 4;
    j.aad = aad.data();
    j.aad_length = 8;
    j.schedule = schedule;
    std::copy_n(blob.begin() + 16, 4, j.salt_memory);
    std::copy_n(out.begin() + 8, 8, j.iv_memory);
    job* jobs[] = {&j};
    mixing_crypto::workspace work{};
    plain_crypto.seal(work, jobs);
    put(out, payload);
    out.insert(out.end(), j.icv, j.icv + 16);
    const bytes frame = make_ip({.source = f.esp.source, .destination = f.esp.destination, .protocol = 50, .payload = out});
    const told t = f.nic.receive(frame, {30, frame.size() - 40, 10});
    if (says == 22) {
      CHECK(t.ipsec == receive_ipsec{.done = true});  // all of it is padding
    } else {
      CHECK(t.ipsec == receive_ipsec{.done = true, .status = crypto_status::invalid_packet_syntax});
      CHECK(t.words[1] == 0);
      CHECK(t.frame == frame);
    }
  }
}

TEST_CASE("F106: whatever else goes wrong: status 1") {
  fixture<answering> f;
  const bundle_form both = ah_esp_bundle(0x1003, 0x2003);
  for (const bundle_form& form : {f.esp, f.auth, both}) f.nic.add(form);
  const bytes esp = f.sealed(f.esp), auth = f.sealed(f.auth);
  for (const job_status says : {job_status::failed, job_status::pending}) {
    f.nic.crypto.says = says;
    CHECK(f.status(esp) == crypto_status::generic_error);
    CHECK(f.status(auth) == crypto_status::generic_error);
  }
  f.nic.crypto.says = job_status::done;
  CHECK(f.nic.receive({testing::packet_form{.content = esp, .writable = false}})[0].ipsec == receive_ipsec{.done = true, .status = crypto_status::generic_error});
  // AH of the bundle around ESP that is not the bundle's.
  const bytes stranger = f.other.seal(both, 1, mode::transport, f.sealed(f.esp));
  CHECK(f.status(stranger) == crypto_status::generic_error);
}

TEST_CASE("F107: what failed goes up with the others, in its place and octet for octet") {
  fixture f;
  f.nic.add(f.esp);
  f.nic.add(f.auth);
  std::vector<bytes> frames;
  for (std::uint64_t n = 1; n <= 40; ++n) frames.push_back(n % 3 == 0 ? end_changed(f.sealed(n % 2 == 0 ? f.esp : f.auth, mode::transport, n)) : f.sealed(f.esp, mode::transport, n));
  std::vector<testing::packet_form> forms;
  for (const bytes& frame : frames) forms.push_back({.content = frame, .segments = {40, 8, frame.size() - 48}});
  const auto all = f.nic.receive(forms);
  REQUIRE(all.size() == frames.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(part(all[i].frame, 0, 28) == part(frames[i], 0, 28));
    if ((i + 1) % 3 == 0) CHECK(all[i].frame == frames[i]);
  }
}

TEST_CASE("F97, F112: a replayed packet, or one left of any window, opens like every other") {
  fixture f;
  f.nic.add(f.esp);
  f.nic.add(f.auth);
  for (const bundle_form& form : {f.esp, f.auth}) {
    const bytes late = f.sealed(form, mode::transport, 100'000), early = f.sealed(form, mode::transport, 1);
    for (const bytes& frame : {late, late, early, early, late}) CHECK(f.nic.receive(frame).ipsec == receive_ipsec{.done = true});
  }
}

TEST_CASE("F113, U-18: the ICV is verified under exactly the plumbed high word, the new one once it is updated") {
  fixture f;
  for (bundle_form form : {esp_bundle(), ah_bundle()}) {
    form.esn = true;
    form.high = 3;
    const offload_handle handle = f.nic.add(form);
    const auto under = [&](std::uint64_t high, std::uint64_t low) { return f.status(f.sealed(form, mode::transport, high << 32 | low)) == crypto_status::success; };
    CHECK(under(3, 7));
    CHECK(under(3, 0xffffffff));
    CHECK_FALSE(under(2, 0xfffffff0));
    CHECK_FALSE(under(4, 1));  // what a window would infer across the wrap
    const auto updated = f.nic.store.update({.handle = handle, .protocol = form.first.protocol, .spi = form.spi, .high = 4});
    REQUIRE(static_cast<bool>(updated));
    CHECK(under(4, 1));
    CHECK_FALSE(under(3, 0xffffffff));
  }
}
