#include "dpdk.hpp"

namespace bench::dpdk {

namespace {

rte_mempool* mbufs = nullptr;
rte_mempool* operations = nullptr;

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};

int heap() { return static_cast<int>(rte_socket_id()); }

constexpr std::uint16_t iv_offset = sizeof(rte_crypto_op) + sizeof(rte_crypto_sym_op);

// The heap lies on pages of the kind that ours lies on.
int advise(const rte_memseg_list*, const rte_memseg* part, std::size_t length, void*) {
  madvise(part->addr, length, huge_pages ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  return 0;
}

}  // namespace

std::string start(const char* program, std::size_t memory) {
  std::vector<std::string> words = {program, "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "--log-level=3",
                                    "-m", std::to_string(memory), "-l", std::to_string(all_processors().front())};
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  if (rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) < 0) return std::string("the EAL does not start: ") + rte_strerror(rte_errno);
  rte_memseg_contig_walk(advise, nullptr);
  mbufs = rte_pktmbuf_pool_create("packets", packets_in_round, 0, 0, buffer_octets, heap());
  operations = rte_crypto_op_pool_create("operations", RTE_CRYPTO_OP_TYPE_SYMMETRIC, 1024, 0, 16, heap());
  if (mbufs == nullptr || operations == nullptr) return "no memory for packets";
  benchmark::AddCustomContext("dpdk", rte_version() + 5);  // behind "DPDK "
  return {};
}

device open_device(const char* name, std::uint32_t sessions, std::string& trouble) {
  device d;
  if (!trouble.empty()) return d;
  if (rte_vdev_init(name, "max_nb_queue_pairs=1") != 0) {
    trouble = std::string("no device ") + name;
    return d;
  }
  d.id = static_cast<std::uint8_t>(rte_cryptodev_get_dev_id(name));
  const unsigned size = rte_cryptodev_sym_get_private_session_size(d.id);
  d.sessions = rte_cryptodev_sym_session_pool_create((std::string(name) + " keys").c_str(), sessions, size, 0, 0, heap());
  rte_cryptodev_config configuration{};
  configuration.socket_id = heap();
  configuration.nb_queue_pairs = 1;
  rte_cryptodev_qp_conf queue{};
  queue.nb_descriptors = 2048;
  queue.mp_session = d.sessions;
  if (d.sessions == nullptr || rte_cryptodev_configure(d.id, &configuration) != 0 ||
      rte_cryptodev_queue_pair_setup(d.id, 0, &queue, heap()) != 0 || rte_cryptodev_start(d.id) != 0)
    trouble = std::string(name) + " does not start";
  return d;
}

associations::associations(const device& of, passage way, std::size_t count) : device_(of), passage_(way), count_(count) {
  sending_ = static_cast<association*>(rte_zmalloc(nullptr, count * sizeof(association), 64));
  receiving_ = static_cast<association*>(rte_zmalloc(nullptr, count * sizeof(association), 64));
  rte_ipsec_sad_conf configuration{};
  configuration.socket_id = heap();
  configuration.max_sa[RTE_IPSEC_SAD_SPI_ONLY] = static_cast<std::uint32_t>(count < 8 ? 8 : count);
  static int made = 0;
  sad_ = rte_ipsec_sad_create(("sad" + std::to_string(made++)).c_str(), &configuration);
  if (sending_ == nullptr || receiving_ == nullptr || sad_ == nullptr) {
    trouble_ = "no memory for SAs";
    return;
  }
  for (std::uint32_t i = 0; i < count && trouble_.empty(); ++i) {
    if (!install(sending_[i], i, true) || !install(receiving_[i], i, false)) {
      trouble_ = "no SA " + std::to_string(i);
      return;
    }
    rte_ipsec_sad_key key{};
    key.v4.spi = rte_cpu_to_be_32(0x1000 + i);
    if (rte_ipsec_sad_add(sad_, &key, RTE_IPSEC_SAD_SPI_ONLY, &receiving_[i]) != 0) trouble_ = "the SAD is full";
  }
}

associations::~associations() {
  for (association* list : {sending_, receiving_}) {
    for (std::size_t i = 0; list != nullptr && i < count_; ++i) {
      if (list[i].session.crypto.ses != nullptr) rte_cryptodev_sym_session_free(device_.id, list[i].session.crypto.ses);
      rte_free(list[i].session.sa);
    }
    rte_free(list);
  }
  if (sad_ != nullptr) rte_ipsec_sad_destroy(sad_);
}

bool associations::install(association& one, std::uint32_t number, bool outbound) {
  const esplanade::sa_parameters p = esplanade::testing::sample_sa<gateway>(number);

  rte_crypto_sym_xform cipher{};
  cipher.type = RTE_CRYPTO_SYM_XFORM_AEAD;
  cipher.aead.op = outbound ? RTE_CRYPTO_AEAD_OP_ENCRYPT : RTE_CRYPTO_AEAD_OP_DECRYPT;
  cipher.aead.algo = RTE_CRYPTO_AEAD_AES_GCM;
  cipher.aead.key.data = p.key.data();
  cipher.aead.key.length = static_cast<std::uint16_t>(p.key.size());
  cipher.aead.iv.offset = iv_offset;
  cipher.aead.iv.length = 12;
  cipher.aead.digest_length = 16;
  cipher.aead.aad_length = 12;

  rte_ipv4_hdr outer{};
  outer.version_ihl = 0x45;
  outer.time_to_live = 64;
  outer.next_proto_id = 50;
  std::memcpy(&outer.src_addr, p.source.value, 4);
  std::memcpy(&outer.dst_addr, p.destination.value, 4);

  rte_ipsec_sa_prm parameters{};
  parameters.ipsec_xform.spi = p.spi;
  std::memcpy(&parameters.ipsec_xform.salt, p.salt.data(), 4);
  parameters.ipsec_xform.options.esn = 1;
  parameters.ipsec_xform.direction = outbound ? RTE_SECURITY_IPSEC_SA_DIR_EGRESS : RTE_SECURITY_IPSEC_SA_DIR_INGRESS;
  parameters.ipsec_xform.proto = RTE_SECURITY_IPSEC_SA_PROTO_ESP;
  parameters.ipsec_xform.mode = RTE_SECURITY_IPSEC_SA_MODE_TUNNEL;
  parameters.ipsec_xform.tunnel.type = RTE_SECURITY_IPSEC_TUNNEL_IPV4;
  parameters.ipsec_xform.replay_win_sz = 1024;
  parameters.crypto_xform = &cipher;
  parameters.tun.hdr_len = sizeof outer;
  parameters.tun.next_proto = IPPROTO_IPIP;
  parameters.tun.hdr = &outer;

  const int size = rte_ipsec_sa_size(&parameters);
  if (size <= 0) return false;
  rte_ipsec_session& s = one.session;
  s.sa = static_cast<rte_ipsec_sa*>(rte_zmalloc(nullptr, static_cast<std::size_t>(size), 64));
  if (s.sa == nullptr || rte_ipsec_sa_init(s.sa, &parameters, static_cast<std::uint32_t>(size)) < 0) return false;
  s.type = passage_ == passage::cpu ? RTE_SECURITY_ACTION_TYPE_CPU_CRYPTO : RTE_SECURITY_ACTION_TYPE_NONE;
  s.crypto.ses = static_cast<rte_cryptodev_sym_session*>(rte_cryptodev_sym_session_create(device_.id, &cipher, device_.sessions));
  s.crypto.dev_id = device_.id;
  return s.crypto.ses != nullptr && rte_ipsec_session_prepare(&s) == 0;
}

void associations::find(rte_mbuf** packets, void** found) const {
  rte_ipsec_sad_key keys[burst];
  const rte_ipsec_sad_key* list[burst];
  for (std::size_t i = 0; i < burst; ++i) rte_prefetch0(rte_pktmbuf_mtod(packets[i], void*));
  for (std::size_t i = 0; i < burst; ++i) {
    std::memcpy(&keys[i].v4.spi, rte_pktmbuf_mtod_offset(packets[i], char*, 20), 4);
    list[i] = &keys[i];
  }
  rte_ipsec_sad_lookup(sad_, list, found, burst);
}

rounds::rounds(std::size_t octets, associations& sas, const device& of, passage way, std::size_t count)
    : octets_(octets), sas_(sas), device_(of), passage_(way), walk_(count), single_(count == 1), packets_(packets_in_round), order_(packets_in_round) {
  trouble_ = sas.trouble();
  for (std::size_t i = 0; i < packets_in_round; ++i) {
    rte_mbuf* const p = packets_[i] = rte_pktmbuf_alloc(mbufs);
    if (p == nullptr) {
      trouble_ = "no packet";
      return;
    }
    const std::vector<esplanade::octet> content = inner_packet(octets, i);
    std::memcpy(rte_pktmbuf_append(p, static_cast<std::uint16_t>(octets)), content.data(), octets);
  }
  protect();
  open();
}

rounds::~rounds() {
  for (rte_mbuf* p : packets_) rte_pktmbuf_free(p);
}

template <class Run> double rounds::timed(const char* words, Run run) {
  if (!trouble_.empty()) return 0;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t first = 0; first < packets_in_round; first += burst) {
    if (!run(packets_.data() + first, order_.data() + first)) {
      trouble_ = words;
      return 0;
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Packets of one SA, either way.
bool rounds::through(rte_ipsec_session* session, rte_mbuf** packets, std::uint16_t n) {
  if (passage_ == passage::cpu) return rte_ipsec_pkt_cpu_prepare(session, packets, n) == n && rte_ipsec_pkt_process(session, packets, n) == n;
  rte_crypto_op* list[burst];
  if (rte_crypto_op_bulk_alloc(operations, RTE_CRYPTO_OP_TYPE_SYMMETRIC, list, n) != n) return false;
  if (rte_ipsec_pkt_crypto_prepare(session, packets, list, n) != n) return false;
  if (rte_cryptodev_enqueue_burst(device_.id, 0, list, n) != n) return false;
  for (std::uint16_t done = 0; done < n;) done = static_cast<std::uint16_t>(done + rte_cryptodev_dequeue_burst(device_.id, 0, list + done, static_cast<std::uint16_t>(n - done)));
  rte_ipsec_group groups[burst];
  const std::uint16_t count = rte_ipsec_pkt_crypto_group(const_cast<const rte_crypto_op**>(list), packets, groups, n);
  rte_mempool_put_bulk(operations, reinterpret_cast<void**>(list), n);
  return count == 1 && rte_ipsec_pkt_process(session, packets, n) == n;
}

double rounds::protect() {
  walk_.next(order_.data(), order_.size());
  return timed("a packet was not sent", [this](rte_mbuf** packets, const std::uint32_t* sas) {
    for (std::size_t i = 0; i < burst; ++i) packets[i]->tx_offload = 0;
    if (single_) return through(&sas_.sending(0), packets, burst);
    for (std::size_t i = 0; i < burst; ++i) rte_prefetch0(&sas_.sending(sas[i]));
    for (std::size_t i = 0; i < burst; ++i)
      if (!through(&sas_.sending(sas[i]), packets + i, 1)) return false;
    return true;
  });
}

double rounds::open() {
  return timed("a packet was not delivered", [this](rte_mbuf** packets, const std::uint32_t*) {
    void* found[burst];
    sas_.find(packets, found);
    for (std::size_t i = 0; i < burst; ++i) packets[i]->l3_len = 20;
    if (single_) return found[0] != nullptr && through(&static_cast<association*>(found[0])->session, packets, burst);
    for (std::size_t i = 0; i < burst; ++i) {
      if (found[i] == nullptr) return false;
      rte_prefetch0(found[i]);
    }
    for (std::size_t i = 0; i < burst; ++i)
      if (!through(&static_cast<association*>(found[i])->session, packets + i, 1)) return false;
    return true;
  });
}

bool rounds::restored() {
  for (std::size_t i = 0; i < packets_in_round; ++i) {
    const std::vector<esplanade::octet> wanted = inner_packet(octets_, i);
    const auto* const data = rte_pktmbuf_mtod(packets_[i], const esplanade::octet*);
    if (packets_[i]->data_len != octets_ || !std::equal(wanted.begin(), wanted.end(), data)) return false;
  }
  return true;
}

}  // namespace bench::dpdk
