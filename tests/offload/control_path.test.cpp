#include "support/requests.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/control_path.hpp>
#include <esplanade/offload/device_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

#include <functional>
#include <optional>
#include <string_view>

template <> struct doctest::StringMaker<esplanade::ndis_status> {
  static doctest::String convert(esplanade::ndis_status s) { return esplanade::name_of(s); }
};

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace {

struct strict : request_rules {
  using icv_size = icv_in_octets_or_bits;
  using unknown_handles = unknown_handles_refused;
};

template <class Rules = request_rules, std::size_t Slots = 8> struct adapter {
  using store_type = device_store<broad_nic, crypto_type, 4>;
  crypto_type crypto{};
  store_type store{};
  loose_configuration configuration{};
  control_path<store_type, crypto_type, loose_configuration, Rules, Slots> control{store, crypto, configuration};

  offload_handle plumb(const bundle_form& form = {}) {
    issued_request r;
    REQUIRE(control.request(r.add({form}).request) == ndis_status::success);
    CHECK(r.completions == 0);
    REQUIRE(r.handle());
    return r.handle();
  }
};

/// That a request says why it was refused, in these words of its field, and nothing of an earlier use of its memory.
void refused(const issued_request& r, ndis_status status, std::string_view field) {
  CHECK(r.request.status == status);
  CHECK(std::string_view(r.request.why.field) == field);
  CHECK(std::string_view(r.request.why.reason) != "");
  CHECK(std::string_view(r.request.why.accepted) != "");
  CHECK(r.request.bytes_read == 0);
  CHECK(r.request.bytes_needed == 0);
  CHECK(r.request.supported_revision == 0);
}
/// As an earlier use left it.
void used_before(issued_request& r) {
  r.request.bytes_read = 99;
  r.request.bytes_needed = 98;
  r.request.supported_revision = 97;
}
}  // namespace

TEST_CASE("F34: a list of bundles: each that was taken has a handle that is not 0, each that was refused has 0") {
  for (const record_layout layout : {record_layout::of_64_bits, record_layout::of_32_bits}) {
    adapter nic;
    issued_request r;
    r.layout = layout;
    r.add({{.spi = 0x300}, {.spi = 7}, {.spi = 0x301}, {.first = ah_named(offload_integrity::hmac_md5)}, {.spi = 0x302}});
    static_cast<void>(nic.control.request(r.request));
    const bool taken[] = {true, false, true, false, true};
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(static_cast<bool>(r.handle(i)) == taken[i]);
      if (taken[i]) CHECK(nic.store.by_handle(r.handle(i))->esp.core().spi == 0x300 + i / 2);
    }
    CHECK(nic.control.counts().added == 3);
    CHECK(nic.control.counts().refused == 2);
  }
}

TEST_CASE("F35: a list succeeds when one of its bundles was taken, whichever; it fails when none was, for the reason of the first") {
  for (std::size_t good = 0; good < 4; ++good) {
    adapter nic;
    std::vector<bundle_form> forms(4, bundle_form{.spi = 7});
    forms[good].spi = 0x1000;
    issued_request r;
    CHECK(nic.control.request(r.add(forms).request) == ndis_status::success);
  }
  adapter nic;
  issued_request r;
  CHECK(nic.control.request(r.add({{.spi = 7}, {.first = ah_named(offload_integrity::hmac_md5)}}).request) == ndis_status::invalid_data);
  CHECK(nic.control.request(r.add({{.first = ah_named(offload_integrity::hmac_md5)}, {.spi = 7}}).request) == ndis_status::not_supported);
  CHECK(std::string(r.request.why.field) == "transform");
  CHECK(nic.store.size() == 0);
}

TEST_CASE("F34, F36: beyond the capacity bundles have handle 0, and a list of which none fits fails for want of resources") {
  adapter nic;
  nic.configuration.now.sa_capacity = 3;
  issued_request r;
  static_cast<void>(nic.control.request(r.add({{}, {}, {}, {}, {}}).request));
  for (std::size_t i = 0; i < 5; ++i) CHECK(static_cast<bool>(r.handle(i)) == (i < 3));
  CHECK(nic.control.request(r.add({{}, {}}).request) == ndis_status::resources);
  CHECK(!r.handle(0));
  CHECK(!r.handle(1));
}

TEST_CASE("F37: an algorithm that the configuration lost meanwhile costs the bundles that need it, and no other") {
  adapter nic;
  issued_request r;
  nic.configuration.now.encryption = nic.configuration.now.encryption.without(offload_encryption::aes_gcm_128);
  static_cast<void>(nic.control.request(r.add({{}, {.first = gcm_named(offload_encryption::aes_gcm_256)}}).request));
  CHECK(nic.store.size() == 1);
  CHECK(nic.store.by_handle(r.handle(1))->esp.core().icv_octets == 16);
  CHECK(nic.control.request(r.add({{}}).request) == ndis_status::not_supported);
}

TEST_CASE("F47: ADD_SA_EX adds one bundle with its keys where the record says, and follows no link") {
  for (const record_layout layout : {record_layout::of_64_bits, record_layout::of_32_bits}) {
    adapter nic;
    issued_request r;
    r.layout = layout;
    CHECK(nic.control.request(r.add({{.esn = true, .high = 3}}, true).request) == ndis_status::success);
    CHECK(nic.store.by_handle(r.handle())->esp.number_of(1) == (std::uint64_t{3} << 32 | 1));
    CHECK(nic.store.size() == 1);
    CHECK(nic.control.request(r.add({{.spi = 1}}, true).request) == ndis_status::invalid_data);
    CHECK(!r.handle());
    // Keys moved elsewhere in the buffer.
    r.add({{.spi = 0x500}}, true);
    const std::size_t at = detail::add_fields_of(layout, true).key_offset, keys = record_octets_of(direct_oid::add_sa_ex, layout);
    std::copy_n(r.at(0).begin() + static_cast<std::ptrdiff_t>(keys), 20, r.at(0).begin() + 300);
    std::fill_n(r.at(0).begin() + static_cast<std::ptrdiff_t>(keys), 20, octet{0});
    detail::store_le(r.at(0).data() + at, 4, 300);
    r.request.information_octets = 320;
    CHECK(nic.control.request(r.request) == ndis_status::success);
    const bytes salt(r.at(0).begin() + 316, r.at(0).begin() + 320);
    const auto& core = nic.store.by_handle(r.handle())->esp.core();
    CHECK(bytes(core.salt + salt_max - 4, core.salt + salt_max) == salt);
    r.request.information_octets = 319;
    CHECK(nic.control.request(r.request) == ndis_status::invalid_length);
    CHECK(r.request.bytes_needed == 320);
  }
}

TEST_CASE("F48: a handle stands in its record before the request ends, and names the bundle at once") {
  adapter nic;
  using adapter_type = decltype(nic);
  struct seen_type {
    issued_request r{};
    adapter_type* its = nullptr;
    bool usable = false;
  } seen;
  seen.its = &nic;
  seen.r.add({{}});
  // Ended by another's work, so that it ends by completion: it comes while the first one is being completed.
  issued_request first;
  const offload_handle h = nic.plumb();
  std::optional<decltype(nic.store.enter())> inside(nic.store.enter());
  CHECK(nic.control.request(first.remove({h}).request) == ndis_status::pending);
  first.request.issuer = &seen;
  seen.r.request.issuer = &seen;
  first.request.completed = [](direct_request& r) noexcept {
    auto& s = *static_cast<seen_type*>(r.issuer);
    CHECK(s.its->control.request(s.r.request) == ndis_status::pending);
  };
  seen.r.request.completed = [](direct_request& r) noexcept {
    auto& s = *static_cast<seen_type*>(r.issuer);
    s.usable = s.its->store.by_handle(s.r.handle()) != nullptr;
    ++s.r.completions;
  };
  inside.reset();
  nic.control.poll();
  CHECK(seen.r.completions.load() == 1);
  CHECK(seen.usable);
}

TEST_CASE("F49: a list of handles goes altogether, and its places are free when the request has ended") {
  adapter nic;
  std::vector<offload_handle> handles;
  for (std::uint32_t i = 0; i < 4; ++i) handles.push_back(nic.plumb({.inbound = i % 2 == 0, .spi = 0x300 + i}));
  issued_request r;
  CHECK(nic.control.request(r.remove(handles).request) == ndis_status::success);
  for (const offload_handle h : handles) CHECK(nic.store.by_handle(h) == nullptr);
  CHECK(nic.store.by_spi(0x300, protocol_kind::esp, outside_v4(2)) == nullptr);
  CHECK(nic.crypto.keys() == 0);
  issued_request again;
  CHECK(nic.control.request(again.add({{}, {}, {}, {}}).request) == ndis_status::success);
  for (std::size_t i = 0; i < 4; ++i) CHECK(again.handle(i));
}

TEST_CASE("F50, F52: DELETE_SA pends while a lane may hold the bundle, then ends once with success; its place is free then and not before") {
  adapter nic;
  const offload_handle h = nic.plumb();
  issued_request r, other;
  {
    const auto inside = nic.store.enter();
    auto* const bundle = nic.store.by_handle(h);
    CHECK(nic.control.request(r.remove({h}).request) == ndis_status::pending);
    CHECK(nic.control.waiting());
    CHECK(nic.store.by_handle(h) == nullptr);
    nic.control.poll();
    CHECK(bundle->esp.core().installed);
    CHECK(r.completions == 0);
    static_cast<void>(nic.control.request(other.add({{}, {}, {}, {}}).request));
    CHECK(nic.store.size() == 3);
  }
  CHECK(r.completions == 0);
  nic.control.poll();
  CHECK(r.completions == 1);
  CHECK(r.request.status == ndis_status::success);
  CHECK(r.request.bytes_read != 0);
  CHECK(!nic.control.waiting());
  nic.control.poll();
  CHECK(r.completions == 1);
  nic.plumb();
}

TEST_CASE("F50: a reset ends a waiting DELETE_SA with request_aborted, and new requests are not accepted until it is over") {
  adapter nic;
  const offload_handle h = nic.plumb(), stays = nic.plumb();
  issued_request waits, late;
  std::optional<decltype(nic.store.enter())> inside(nic.store.enter());
  CHECK(nic.control.request(waits.remove({h}).request) == ndis_status::pending);
  nic.control.begin_reset();
  CHECK(waits.completions == 1);
  CHECK(waits.request.status == ndis_status::request_aborted);
  refused(waits, ndis_status::request_aborted, "adapter");
  used_before(late.remove({stays}));
  CHECK(nic.control.request(late.request) == ndis_status::not_accepted);
  refused(late, ndis_status::not_accepted, "adapter");
  CHECK(nic.store.by_handle(stays) != nullptr);
  CHECK(!nic.control.add_sa(bundle_form{}.request()));
  nic.control.end_reset();
  inside.reset();
  nic.control.poll();
  CHECK(waits.completions == 1);
  CHECK(nic.store.by_handle(stays) != nullptr);
  CHECK(nic.control.request(late.remove({stays}).request) == ndis_status::success);
}

TEST_CASE("F51: bundles stay until DELETE_SA, whatever else is asked") {
  adapter nic;
  const offload_handle h = nic.plumb({.esn = true});
  nic.store.by_handle(h)->asked_to_go.store(1, order::relaxed);
  issued_request r;
  static_cast<void>(nic.control.request(r.add({{}, {}, {}, {}, {}}).request));
  CHECK(nic.control.request(r.update({h, protocol_kind::esp, 0x1001, 2}).request) == ndis_status::success);
  nic.configuration.now = {};
  nic.control.begin_reset();
  nic.control.end_reset();
  CHECK(nic.control.cancel(5));
  nic.control.poll();
  CHECK(nic.store.by_handle(h) != nullptr);
  CHECK(nic.control.request(r.remove({h}).request) == ndis_status::success);
  CHECK(nic.store.by_handle(h) == nullptr);
}

TEST_CASE("F53: UPDATE_SA writes the high word of the element that handle, operation and SPI name") {
  for (const record_layout layout : {record_layout::of_64_bits, record_layout::of_32_bits}) {
    adapter nic;
    const offload_handle h = nic.plumb({.first = gcm_named(), .second = ah_named(), .count = 2, .esn = true, .high = 1});
    issued_request r;
    r.layout = layout;
    CHECK(nic.control.request(r.update({h, protocol_kind::ah, 0x2001, 9}).request) == ndis_status::success);
    CHECK(nic.store.by_handle(h)->ah.number_of(0) == std::uint64_t{9} << 32);
    CHECK(nic.store.by_handle(h)->esp.number_of(0) == std::uint64_t{1} << 32);
    CHECK(nic.control.counts().updated == 1);
  }
}

TEST_CASE("F54: UPDATE_SA of what is not there, or has no extended numbers, is an invalid parameter") {
  adapter nic;
  const offload_handle h = nic.plumb({.esn = true}), plain = nic.plumb(), gone = nic.plumb({.esn = true});
  issued_request r;
  CHECK(nic.control.request(r.remove({gone}).request) == ndis_status::success);
  for (const sa_update& u : {sa_update{gone, protocol_kind::esp, 0x1001, 1}, sa_update{{}, protocol_kind::esp, 0x1001, 1}, sa_update{h, protocol_kind::ah, 0x1001, 1}, sa_update{h, protocol_kind::esp, 0x1002, 1},
                             sa_update{plain, protocol_kind::esp, 0x1001, 1}})
    CHECK(nic.control.request(r.update(u).request) == ndis_status::invalid_parameter);
}

TEST_CASE("U-18: UPDATE_SA ends when no packet can be under the old word any more") {
  adapter nic;
  const offload_handle h = nic.plumb({.esn = true});
  issued_request r;
  {
    const auto inside = nic.store.enter();
    CHECK(nic.control.request(r.update({h, protocol_kind::esp, 0x1001, 2}).request) == ndis_status::pending);
    CHECK(nic.store.by_handle(h)->esp.number_of(0) == std::uint64_t{2} << 32);
    nic.control.poll();
    CHECK(r.completions == 0);
  }
  nic.control.poll();
  CHECK(r.completions == 1);
  CHECK(r.request.status == ndis_status::success);
}

TEST_CASE("F56: a cancellation ends the waiting requests with its id, once, and no other; one that matches nothing does nothing") {
  adapter nic;
  const offload_handle a = nic.plumb(), b = nic.plumb(), c = nic.plumb();
  issued_request first, second, third, plain;
  std::optional<decltype(nic.store.enter())> inside(nic.store.enter());
  first.remove({a}).request.id = 7;
  second.remove({b}).request.id = 8;
  third.remove({c}).request.id = 7;
  for (issued_request* r : {&first, &second, &third}) CHECK(nic.control.request(r->request) == ndis_status::pending);
  CHECK(nic.control.cancel(9));
  CHECK(nic.control.cancel(0));
  for (issued_request* r : {&first, &second, &third}) CHECK(r->completions == 0);
  CHECK(nic.control.cancel(7));
  for (issued_request* r : {&first, &third}) {
    CHECK(r->completions == 1);
    refused(*r, ndis_status::request_aborted, "id");
  }
  CHECK(second.completions == 0);
  CHECK(nic.control.cancel(7));
  inside.reset();
  nic.control.poll();
  CHECK(second.completions == 1);
  CHECK(second.request.status == ndis_status::success);
  CHECK(first.completions == 1);
  CHECK(nic.control.counts().aborted == 2);
  CHECK(nic.crypto.keys() == 0);
  CHECK(nic.control.cancel(8));
  plain.add({{}}).request.id = 9;  // what was cancelled before it came is not meant
  CHECK(nic.control.request(plain.request) == ndis_status::success);
}

TEST_CASE("F57: a buffer shorter than its record is an invalid length, and says how long it must be; malformed records are invalid data") {
  for (const record_layout layout : {record_layout::of_64_bits, record_layout::of_32_bits}) {
    adapter nic;
    const offload_handle h = nic.plumb({.esn = true});
    issued_request r;
    r.layout = layout;
    const std::function<void()> forms[] = {[&] { r.add({{}}); }, [&] { r.add({{}}, true); }, [&] { r.remove({h}); }, [&] { r.update({h, protocol_kind::esp, 0x1001, 1}); }};
    for (const auto& form : forms) {
      form();
      const std::uint32_t whole = r.request.information_octets;
      for (std::uint32_t size = 0; size < whole; ++size) {
        form();
        r.request.information_octets = size;
        CHECK(nic.control.request(r.request) == ndis_status::invalid_length);
        CHECK(r.request.bytes_needed > size);
        CHECK(r.request.bytes_needed <= whole);
        CHECK(r.request.bytes_read == 0);
      }
      for (const std::size_t at : {0u, 1u}) {
        form();
        r.at(0)[at] = 0;
        CHECK(nic.control.request(r.request) == ndis_status::invalid_data);
      }
      form();
      r.at(0)[2] = 3;  // of its own size it says too little
      CHECK(nic.control.request(r.request) == ndis_status::invalid_length);
      form();
      r.request.information = 5;
      CHECK(nic.control.request(r.request) == ndis_status::invalid_data);
    }
    CHECK(nic.store.size() == 1);
  }
}

TEST_CASE("F57: records of a later revision, with more octets than ours, are read as ours") {
  adapter nic;
  const offload_handle a = nic.plumb({.esn = true}), b = nic.plumb();
  issued_request r;
  r.update({a, protocol_kind::esp, 0x1001, 2});
  const auto longer = [&](std::size_t i) {
    r.at(i)[1] = 2;
    detail::store_le(r.at(i).data() + 2, 2, 100);
    r.request.information_octets = 100;
  };
  longer(0);
  CHECK(nic.control.request(r.request) == ndis_status::success);
  CHECK(nic.store.by_handle(a)->esp.number_of(0) == std::uint64_t{2} << 32);
  r.remove({a, b});
  longer(0), longer(1);
  CHECK(nic.control.request(r.request) == ndis_status::success);
  CHECK(nic.store.size() == 0);
  r.remove({a});
  longer(0);
  r.request.information_octets = 99;
  CHECK(nic.control.request(r.request) == ndis_status::invalid_length);
  CHECK(r.request.bytes_needed == 100);
}

TEST_CASE("F57: a list that goes in a circle or leads nowhere does nothing at all") {
  adapter nic;
  const offload_handle h = nic.plumb();
  issued_request r;
  for (const std::uint64_t next : {issued_request::base, std::uint64_t{1}, ~std::uint64_t{0}, issued_request::base + 100000}) {
    r.add({{}, {}});
    detail::store_le(r.at(1).data() + detail::add_fields_of(r.layout, false).next, sizeof(void*), next);
    CHECK(nic.control.request(r.request) == ndis_status::invalid_data);
    r.remove({h, h});
    detail::store_le(r.at(1).data() + detail::delete_fields_of(r.layout).next, sizeof(void*), next);
    CHECK(nic.control.request(r.request) == ndis_status::invalid_data);
  }
  CHECK(nic.store.size() == 1);
  CHECK(nic.store.by_handle(h) != nullptr);
}

TEST_CASE("F57: keys of a later record that reach beyond the issuer's memory cost that record alone") {
  adapter nic;
  issued_request r;
  r.add({{}, {}, {}});
  detail::store_le(r.at(1).data() + detail::add_fields_of(r.layout, false).key_length, 4, 0xfffffff0);
  static_cast<void>(nic.control.request(r.request));
  CHECK(nic.store.size() == 2);
  CHECK(nic.store.by_handle(r.handle(0)) != nullptr);
  CHECK(nic.store.by_handle(r.handle(2)) != nullptr);
}

TEST_CASE("F58, F126: when the adapter is gone what waits ends, nothing more is accepted, and all bundles are gone") {
  adapter nic;
  const offload_handle a = nic.plumb(), b = nic.plumb();
  issued_request waits, late;
  std::optional<decltype(nic.store.enter())> inside(nic.store.enter());
  CHECK(nic.control.request(waits.remove({a}).request) == ndis_status::pending);
  nic.control.adapter_gone();
  CHECK(waits.completions == 1);
  refused(waits, ndis_status::not_accepted, "adapter");
  CHECK(nic.store.by_handle(b) == nullptr);
  used_before(late.add({{}}));
  CHECK(nic.control.request(late.request) == ndis_status::not_accepted);
  refused(late, ndis_status::not_accepted, "adapter");
  CHECK(nic.control.request(late.remove({b}).request) == ndis_status::not_accepted);
  CHECK(!nic.control.add_sa(bundle_form{}.request()));
  nic.control.begin_reset();
  nic.control.end_reset();
  CHECK(nic.control.request(late.remove({b}).request) == ndis_status::not_accepted);
  inside.reset();
  nic.control.poll();
  CHECK(nic.crypto.keys() == 0);
  CHECK(late.completions == 0);
}

TEST_CASE("control_path: what is taken in an adapter's next life is not wiped with the one before [class 38]") {
  adapter nic;
  const offload_handle before = nic.plumb();
  struct life {
    adapter<>& nic;
    issued_request next{};
    ndis_status answer = ndis_status::success;
  } over{nic};
  issued_request waits;
  {
    const auto inside = nic.store.enter();
    waits.remove({before});
    waits.request.issuer = &over;
    waits.request.completed = [](direct_request& r) noexcept {
      auto& l = *static_cast<life*>(r.issuer);
      l.nic.control.adapter_gone();
      l.nic.control.adapter_starts();
      l.answer = l.nic.control.request(l.next.add({{}}).request);
    };
    REQUIRE(nic.control.request(waits.request) == ndis_status::pending);
  }
  nic.control.poll();
  CHECK(over.answer == ndis_status::pending);
  CHECK(over.next.completions == 1);
  REQUIRE(over.next.request.status == ndis_status::success);
  CHECK(nic.store.by_handle(over.next.handle()) != nullptr);
  CHECK(nic.store.size() == 1);
}

TEST_CASE("F59: an OID that is not one of the direct ones, or a question, is not supported") {
  adapter nic;
  issued_request r;
  for (const std::uint32_t oid : {0u, 0xFC01020Cu, 0xFC01020Bu, 0xFC01020Du, 0x0101010Au, 0xFC030201u, 0xFC030206u, 0xFC010202u, 0xffffffffu}) {
    r.add({{}}).request.oid = oid;
    used_before(r);
    CHECK(nic.control.request(r.request) == ndis_status::not_supported);
    refused(r, ndis_status::not_supported, "oid");
  }
  r.add({{}}).request.query = true;
  used_before(r);
  CHECK(nic.control.request(r.request) == ndis_status::not_supported);
  refused(r, ndis_status::not_supported, "query");
  CHECK(r.completions == 0);
  CHECK(nic.store.size() == 0);
}

TEST_CASE("F60: success says the revision that is supported and how much was read; failure says neither") {
  for (const record_layout layout : {record_layout::of_64_bits, record_layout::of_32_bits}) {
    adapter nic;
    issued_request r;
    r.layout = layout;
    const auto ends = [&](ndis_status expected, std::size_t read) {
      CHECK(nic.control.request(r.request) == expected);
      CHECK(r.request.status == expected);
      CHECK(r.request.supported_revision == (read != 0 ? 1 : 0));
      CHECK(r.request.bytes_read == read);
    };
    r.add({{.esn = true}});
    ends(ndis_status::success, r.request.information_octets);
    const offload_handle h = r.handle();
    r.add({{}}, true);
    ends(ndis_status::success, r.request.information_octets);
    r.update({h, protocol_kind::esp, 0x1001, 1});
    ends(ndis_status::success, r.request.information_octets);
    r.update({h, protocol_kind::esp, 0x1002, 1});
    ends(ndis_status::invalid_parameter, 0);
    r.remove({h});
    ends(ndis_status::success, r.request.information_octets);
    r.add({{.spi = 1}});
    ends(ndis_status::invalid_data, 0);
  }
}

TEST_CASE("F61: keys are the NIC's own when the request ends: the issuer wipes and reuses its buffer") {
  adapter nic;
  issued_request r;
  CHECK(nic.control.request(r.add({{.first = {protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_cbc_128, 0}}, {}}).request) == ndis_status::success);
  const offload_handle handles[] = {r.handle(0), r.handle(1)};
  const bytes salt(nic.store.by_handle(handles[1])->esp.core().salt, nic.store.by_handle(handles[1])->esp.core().salt + salt_max);
  const auto icv_under = [&](offload_handle h) {
    const detail::sa_core& core = nic.store.by_handle(h)->esp.core();
    bytes text(32, 1), icv(core.icv_octets);
    segment one{text.data(), text.size()};
    job j{};
    j.schedule = core.schedule;
    j.source = j.destination = &one;
    j.length = 32;
    j.icv = icv.data();
    j.icv_length = core.icv_octets;
    job* const list[] = {&j};
    crypto_type::workspace w{};
    nic.crypto.seal(w, list);
    CHECK(j.status == job_status::done);
    return icv;
  };
  const bytes before[] = {icv_under(handles[0]), icv_under(handles[1])};
  std::fill(r.memory.begin(), r.memory.end(), octet{0xaa});
  CHECK(icv_under(handles[0]) == before[0]);
  CHECK(icv_under(handles[1]) == before[1]);
  CHECK(bytes(nic.store.by_handle(handles[1])->esp.core().salt, nic.store.by_handle(handles[1])->esp.core().salt + salt_max) == salt);
}

TEST_CASE("U-9: DELETE_SA passes over a handle that names nothing and counts it; a strict one removes nothing and fails") {
  adapter nic;
  const offload_handle a = nic.plumb(), b = nic.plumb();
  issued_request r;
  CHECK(nic.control.request(r.remove({{7}, a, a, {0}, b}).request) == ndis_status::success);
  CHECK(nic.store.size() == 0);
  CHECK(nic.control.counts().deleted == 2);
  CHECK(nic.control.counts().unknown_handles == 3);
  adapter<strict> other;
  const offload_handle c = other.plumb();
  CHECK(other.control.request(r.remove({c, {7}}).request) == ndis_status::invalid_parameter);
  CHECK(other.store.by_handle(c) != nullptr);
  CHECK(other.control.counts().unknown_handles == 1);
  CHECK(other.control.request(r.remove({c}).request) == ndis_status::success);
}

TEST_CASE("U-3: an ICV in bits is taken where the rules say so, and refused where they do not") {
  issued_request r;
  adapter nic;
  adapter<strict> other;
  CHECK(nic.control.request(r.add({{.first = gcm_named(offload_encryption::aes_gcm_128, 96)}}).request) == ndis_status::invalid_data);
  CHECK(other.control.request(r.add({{.first = gcm_named(offload_encryption::aes_gcm_128, 96)}}).request) == ndis_status::success);
  CHECK(other.store.by_handle(r.handle())->esp.core().icv_octets == 12);
}

TEST_CASE("U-8: a second inbound bundle with the same destination, SPI and protocol is an invalid parameter") {
  adapter nic;
  nic.plumb({.inbound = true});
  issued_request r;
  CHECK(nic.control.request(r.add({{.inbound = true}}).request) == ndis_status::invalid_parameter);
  CHECK(nic.control.request(r.add({{.inbound = false}}).request) == ndis_status::success);
}

TEST_CASE("U-7: a handle that a 32-bit record cannot hold is taken back, and the record says 0") {
  adapter nic;
  issued_request r;
  r.layout = record_layout::of_32_bits;
  // Generations rise until the word needs more than 32 bits: that takes 2^29 bundles here, so the check is made on the parts.
  bytes record(12);
  record_writer w(record, record_layout::of_32_bits);
  w.word(8, std::uint64_t{1} << 32);
  CHECK(!w.complete());
  CHECK(nic.control.request(r.add({{}}).request) == ndis_status::success);
  CHECK(r.handle());
}

TEST_CASE("control_path: typed requests do at once what records do, and are busy while another is at work") {
  adapter nic;
  bundle_form form{.esn = true};
  const auto h = nic.control.add_sa(form.request());
  REQUIRE(h);
  CHECK(nic.control.update_sa({*h, protocol_kind::esp, 0x1001, 4}));
  CHECK(nic.store.by_handle(*h)->esp.number_of(0) == std::uint64_t{4} << 32);
  using adapter_type = decltype(nic);
  struct busy_type {
    adapter_type* its = nullptr;
    bool busy = false;
  } seen{&nic, false};
  issued_request r;
  const offload_handle other = nic.plumb();
  {
    const auto inside = nic.store.enter();
    CHECK(nic.control.request(r.remove({other}).request) == ndis_status::pending);
  }
  r.request.issuer = &seen;
  r.request.completed = [](direct_request& done) noexcept {
    auto& s = *static_cast<busy_type*>(done.issuer);
    s.busy = s.its->control.delete_sa({1}).why().kind == fault_kind::busy;
  };
  nic.control.poll();
  CHECK(seen.busy);
  CHECK(nic.control.delete_sa(*h));
  CHECK(nic.control.delete_sa(*h).why().kind == fault_kind::not_found);
  CHECK(nic.crypto.keys() == 0);
}

TEST_CASE("control_path: a full ring refuses for want of resources, and the request has not begun") {
  adapter<request_rules, 2> nic;
  const offload_handle h = nic.plumb();
  using adapter_type = decltype(nic);
  struct chain_type {
    adapter_type* its = nullptr;
    issued_request more[3]{};
    ndis_status said[3]{};
  } chain;
  chain.its = &nic;
  issued_request r;
  {
    const auto inside = nic.store.enter();
    CHECK(nic.control.request(r.remove({h}).request) == ndis_status::pending);
  }
  r.request.issuer = &chain;
  r.request.completed = [](direct_request& done) noexcept {
    auto& c = *static_cast<chain_type*>(done.issuer);
    for (issued_request& more : c.more) used_before(more.add({{}}));
    for (int i = 0; i < 3; ++i) c.said[i] = c.its->control.request(c.more[i].request);
  };
  nic.control.poll();
  CHECK(chain.said[0] == ndis_status::pending);
  CHECK(chain.more[0].completions == 1);
  CHECK(chain.said[1] == ndis_status::pending);
  CHECK(chain.more[1].completions == 1);
  CHECK(chain.said[2] == ndis_status::resources);
  refused(chain.more[2], ndis_status::resources, "control");
  CHECK(chain.more[2].completions == 0);
  CHECK(nic.store.size() == 2);
}

TEST_CASE("F56: a cancellation that finds no place says so, and is made again") {
  adapter<request_rules, 2> nic;
  const offload_handle a = nic.plumb(), b = nic.plumb();
  struct chain_type {
    decltype(nic)* its = nullptr;
    issued_request more[2]{};
    bool cancelled = true;
  } chain;
  chain.its = &nic;
  issued_request first, waits;
  std::optional<decltype(nic.store.enter())> before(nic.store.enter());
  CHECK(nic.control.request(first.remove({a}).request) == ndis_status::pending);
  waits.remove({b}).request.id = 7;
  CHECK(nic.control.request(waits.request) == ndis_status::pending);
  first.request.id = 6;
  first.request.issuer = &chain;
  first.request.completed = [](direct_request& done) noexcept {  // its thread is at work, so nobody takes anything out
    auto& c = *static_cast<chain_type*>(done.issuer);
    for (issued_request& more : c.more) static_cast<void>(c.its->control.request(more.add({{}}).request));
    c.cancelled = c.its->control.cancel(7);
  };
  CHECK(nic.control.cancel(6));
  CHECK_FALSE(chain.cancelled);
  CHECK(waits.completions == 0);
  CHECK(nic.control.cancel(7));
  CHECK(waits.completions == 1);
  CHECK(waits.request.status == ndis_status::request_aborted);
  before.reset();
  nic.control.poll();
}
