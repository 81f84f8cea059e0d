#!/usr/bin/env python3
"""Tests of examples/capture_tunnel: capture_tunnel.py PROGRAM SOURCE_DIR [CLASS…]

What the program says of itself is compared with the files it wrote, read here by other code.
"""
# row 87: a key file is written where it was asked for, readable to its owner alone, and keys are printed nowhere else
import json
import os
import pathlib
import pty
import resource
import select
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from ipaddress import ip_address

from captures import (ETHERNET, IPV4, IPV4_ONLY, IPV6, IPV6_ONLY, LINKS, RAW, Packet, checksum, esp_of, ether_type_at, ethernet, frame_of,
                      header_of, ip_length, ip_of, is_ip_fragment, packets_of, read_pcap, udp4, udp6, write_pcap)

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
SOURCE = pathlib.Path(sys.argv[2]).resolve()
MIXED = SOURCE / "examples" / "captures" / "mixed.pcap"
CAPTURES = SOURCE / "tests" / "captures"


def overhead_of(report):
    """Which row of its profile's overhead a run has."""
    return report["mode"] if report["mode"] == "transport" else f"{report['mode']}_ipv{report['family']}"


def pair_of(inner):
    """The addresses of an IP packet: source, destination."""
    size, end = (4, 20) if inner[0] >> 4 == 4 else (16, 40)
    return inner[end - 2 * size:end - size], inner[end - size:end]


def pairs_of(report):
    """The SPIs of a run with an SA for each pair of addresses."""
    return {(ip_address(one["source"]).packed, ip_address(one["destination"]).packed): one["spi"] for one in report["spis"]["pairs"]}


def as_beet_carries(link, packet, family):
    """A captured packet without what BEET loses: IPv4 identification and options, and what the outer family has no field for."""
    size, _ = header_of(link, packet.octets)
    inner = bytearray(ip_of(link, packet.octets))
    if inner[0] >> 4 == 6:
        if family == 4:
            inner[1:4] = bytes([inner[1] & 0xf0, 0, 0])
    else:
        del inner[20:(inner[0] & 15) * 4]
        inner[0], inner[2:6], inner[10:12] = 0x45, len(inner).to_bytes(2, "big") + bytes(2), bytes(2)
        if family == 6:
            inner[6] &= 0xbf  # DF
    return packet.seconds, packet.fraction, packet.octets[:size], bytes(inner)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "out"

    def start(self, *words, **kept):
        return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=300, cwd=self.folder, **kept)

    def run_it(self, *words, status=0):
        """Runs it with --json; the report."""
        done = self.start(*words, "--out", self.out, "--json")
        self.assertEqual(done.returncode, status, done.stderr)
        return json.loads(done.stdout)

    def refused(self, *words, says=(), **kept):
        """Exit 2, one line on stderr with these words on it, nothing on stdout."""
        done = self.start(*words, **kept)
        self.assertEqual(done.returncode, 2, done.stderr or done.stdout)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in says:
            self.assertIn(word, done.stderr)
        return done.stderr

    def left(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))

    def written(self):
        return read_pcap(self.out / "protected.pcap"), read_pcap(self.out / "restored.pcap")

    def carried(self, capture, report):
        """The packets that should be in both files, and the reasons of the others, found here and not by the program."""
        overhead = report["profile"]["overhead"][overhead_of(report)]
        carried, excluded = [], {}
        for packet in capture.packets:
            reason = None
            inner = ip_of(capture.link, packet.octets)
            if len(packet.octets) < packet.length:
                reason = "snap_truncated"
            elif inner is None:
                reason = "non_ip"
            elif report["mode"] == "beet" and pair_of(inner) not in pairs_of(report):
                reason = "no_policy"
            elif report["mode"] != "tunnel" and is_ip_fragment(inner):
                reason = "ip_fragment"
            elif len(inner) + overhead["most"] > 65535:
                reason = "too_long"
            if reason:
                excluded[reason] = excluded.get(reason, 0) + 1
            else:
                size, _ = header_of(capture.link, packet.octets)
                frame = packet.octets[:size + len(inner)]
                carried.append(Packet(packet.seconds, packet.fraction, frame, len(frame)))
        self.assertEqual(report["excluded"], excluded)
        return carried

    def check_files(self, capture, report):
        """An unimpaired run: restored is the original, protected is ESP around it, under the same link layer and times."""
        sent, restored = self.written()
        carried = self.carried(capture, report)
        self.assertEqual(report["result"], "passed")
        if report["profile"]["aggregates"]:
            return self.check_payloads(capture, carried, sent, restored, report)
        self.assertEqual((sent.link, restored.link), (capture.link, capture.link))
        self.assertEqual((sent.nanoseconds, restored.nanoseconds), (capture.nanoseconds, capture.nanoseconds))
        if report["mode"] == "beet":
            self.assertEqual([as_beet_carries(capture.link, packet, report["family"]) for packet in restored.packets],
                             [as_beet_carries(capture.link, packet, report["family"]) for packet in carried])
            for packet in restored.packets:
                inner = ip_of(capture.link, packet.octets)
                if inner[0] >> 4 == 4:
                    self.assertEqual((inner[0], checksum(inner[:20])), (0x45, 0))
        else:
            self.assertEqual(restored.packets, carried)
        self.assertEqual(len(sent.packets), len(carried))
        tunnel = report["mode"] != "transport"
        numbers = {}
        for before, after in zip(carried, sent.packets):
            self.assertEqual((after.seconds, after.fraction, after.length), (before.seconds, before.fraction, len(after.octets)))
            size, ether_type = header_of(capture.link, before.octets)
            inner, outer = before.octets[size:], after.octets[size:]
            family = (6 if ether_type == IPV6 else 4) if not tunnel else report["family"]
            self.assertEqual(outer[0] >> 4, family)
            self.assertEqual(ip_length(outer), len(outer))
            named = header_of(capture.link, after.octets)
            self.assertEqual(named, (size, IPV4 if family == 4 else IPV6))
            if capture.link != RAW:  # but for the EtherType the link layer's header is the same
                at, _ = ether_type_at(capture.link, before.octets)
                self.assertEqual(after.octets[:at] + after.octets[at + 2:size], before.octets[:at] + before.octets[at + 2:size])
            if family == 4:
                self.assertEqual(checksum(outer[:(outer[0] & 15) * 4]), 0)
            self.assert_overhead(report, inner, outer, family)
            _, spi, number = esp_of(outer)
            self.assertEqual(spi, pairs_of(report)[pair_of(inner)] if report["mode"] == "beet" else report["spis"]["ipv4" if inner[0] >> 4 == 4 else "ipv6"])
            numbers.setdefault(spi, []).append(number)
            if len(inner) >= 64 and not report["profile"]["suites"][0].startswith(("null", "aes-gmac", "ah+")):
                self.assertNotIn(inner[-16:], outer)
        for spi, seen in numbers.items():
            self.assertEqual(seen, list(range(1, len(seen) + 1)))
        return sent, restored

    def check_payloads(self, capture, carried, sent, restored, report):
        """Packets that travel together: every packet on the wire has one size, leaves in its turn, and says nothing of what it holds."""
        self.assertEqual([ip_of(restored.link, packet.octets) for packet in restored.packets], [ip_of(capture.link, packet.octets) for packet in carried])
        outers = [ip_of(sent.link, packet.octets) for packet in sent.packets]
        self.assertEqual({len(outer) for outer in outers}, {1500})
        self.assertEqual({outer[0] >> 4 for outer in outers}, {report["family"]})
        self.assertEqual([esp_of(outer)[1:] for outer in outers], [(report["spis"]["all"], number) for number in range(1, len(outers) + 1)])
        self.assertEqual({outer[1] if report["family"] == 4 else outer[0:4] for outer in outers}, {0 if report["family"] == 4 else b"\x60\0\0\0"})
        times = [packet.seconds * 10**6 + packet.fraction for packet in sent.packets]
        # Never faster than its rate, whatever comes in; turns that were missed are made up for with four payloads at the most.
        for a, b in zip(times, times[5:]):
            self.assertGreaterEqual(b - a, 100)
        row = report["profile"]["overhead"][overhead_of(report)]
        self.assertEqual((row["least"], row["inner_mtu_of_1500"]), (row["most"], len(outers[0]) - row["most"]))
        return sent, restored

    def assert_overhead(self, report, inner, outer, family):
        bounds = report["profile"]["overhead"][overhead_of(report)]
        options = (inner[0] & 15) * 4 - 20 if report["mode"] == "beet" and inner[0] >> 4 == 4 else 0
        self.assertIn(len(outer) - len(inner) + options, range(bounds["least"], bounds["most"] + 1))


class Profiles(Case):
    """Every profile, in every mode, family and ESN use that it has, over the default capture."""

    def test_all(self):
        profiles = json.loads(self.start("--list-profiles", "--json").stdout)
        self.assertGreaterEqual(len(profiles), 8)
        self.assertEqual({one["packet"] for one in profiles}, {"flat", "chain"})
        capture = read_pcap(MIXED)
        for one in profiles:
            for mode in one["modes"]:
                for family in (4, 6) if mode != "transport" else (4,):
                    for esn in {"off": (False,), "always": (True,), "per SA": (False, True)}[one["esn"]]:
                        with self.subTest(profile=one["name"], mode=mode, family=family, esn=esn):
                            report = self.run_it("--profile", one["name"], "--mode", mode, "--family", family, *["--esn"] * esn)
                            self.assertEqual((report["mode"], report["esn"], report["window"]), (mode, esn, one["window"]))
                            taken, opened = report["outbound"]["verdicts"], report["inbound"]["verdicts"]
                            self.assertEqual(taken["absorbed" if one["aggregates"] else "forwarded"], opened["forwarded"])
                            self.assertEqual(report["comparison"]["equal"], report["inbound"]["packets"])
                            self.check_files(capture, report)

    def test_one_sa_for_each_pair_of_addresses(self):
        # Seventy hosts that send once, twice …: the 64 that send most have an SA; one without an address never has.
        frames = [udp4(b"x" * 20, source=bytes((10, 1, 0, host))) for host in range(1, 71) for _ in range(host)]
        frames += [udp4(b"nobody yet", source=bytes(4))] * 100
        write_pcap(self.folder / "hosts.pcap", RAW, packets_of(frames))
        report = self.run_it("hosts.pcap", "--profile", "gcm128-beet")
        self.assertEqual(report["result"], "passed")
        self.assertEqual({source[3] for source, _ in pairs_of(report)}, set(range(7, 71)))
        self.assertEqual(len(set(pairs_of(report).values())), 64)
        self.assertEqual(report["spis"]["pairs_left_out"], 7)
        self.assertEqual(report["excluded"], {"no_policy": 100 + 21})
        self.check_files(read_pcap(self.folder / "hosts.pcap"), report)
        self.assertIn("64, one for each pair of addresses; 7 that talk less", self.start("hosts.pcap", "--out", self.out, "--profile", "gcm128-beet").stdout)

    def test_esn_is_what_the_profile_always_does(self):
        self.assertTrue(self.run_it("--profile", "gcm128-esn")["esn"])

    def test_batches_do_not_matter(self):
        seen = set()
        for batch in (1, 31, 33, 4096):
            self.run_it("--seed", 5, "--batch", batch)
            seen.add((self.out / "protected.pcap").read_bytes())
        self.assertEqual(len(seen), 1)

    def test_table(self):
        done = self.start("--list-profiles")
        self.assertEqual(done.returncode, 0)
        head, default, *_ = done.stdout.splitlines()
        for word in ("profile", "suite", "modes", "ESN", "window", "packet", "overhead in octets"):
            self.assertIn(word, head)
        self.assertTrue(default.startswith("gcm128-tunnel "))
        rows = [line.split() for line in done.stdout.splitlines() if line.startswith("gcm128-tunnel ")]
        self.assertIn(["gcm128-tunnel", "aes-gcm-16/128", "tunnel", "IPv4", "54", "57", "1446"], rows)
        self.assertIn(["gcm128-tunnel", "aes-gcm-16/128", "tunnel", "IPv6", "74", "77", "1426"], rows)

    def test_table_as_json(self):
        done = self.start("--list-profiles", "--json")
        self.assertEqual(done.returncode, 0)
        for profile in json.loads(done.stdout):
            self.assertEqual(len(profile["configurations"]), 2 * len(profile["suites"]) * len(profile["modes"]))
            for one in profile["configurations"]:
                self.assertLessEqual(one["least"], one["most"])
                self.assertGreaterEqual(one["inner_mtu_of_1500"] + one["most"], 1500 - 3)
                self.assertLessEqual(one["inner_mtu_of_1500"] + one["least"], 1500)

    def test_text_report(self):
        done = self.start("--out", self.out, "--profile", "gcm-any", "--corrupt", 2, "--inline")
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in ("outbound plan", "inbound plan", "esp_seal", "check_selectors", "provider botan", "2 icv_mismatch", "packets/s", "octets/s",
                      "non_ip", "all equal", "passed"):
            self.assertIn(words, done.stdout)


class Impairments(Case):
    def sent(self):
        """(SPI, number, packet) of every packet on the wire."""
        capture = read_pcap(self.out / "protected.pcap")
        found = []
        for packet in capture.packets:
            outer = packet.octets[header_of(capture.link, packet.octets)[0]:]
            at, spi, number = esp_of(outer)
            found.append((spi, number, outer[at + 8:]))
        return found

    def counts(self, report, *named):
        self.assertEqual(report["result"], "passed")
        self.assertEqual(report["icv_mismatch"], report["inbound"]["verdicts"]["icv_mismatch"])
        self.assertEqual(report["replayed"], report["inbound"]["verdicts"]["replayed"])
        other = {name: n for name, n in report["inbound"]["verdicts"].items() if n and name not in ("forwarded", "icv_mismatch", "replayed", *named)}
        self.assertEqual(other, {})
        return report["icv_mismatch"], report["replayed"], report["out_of_order"]

    def test_corrupt(self):
        self.run_it("--seed", 1)
        clean = self.sent()
        whole = read_pcap(self.out / "restored.pcap").packets
        for wanted in (1, 7, 500, len(clean)):
            with self.subTest(wanted=wanted):
                report = self.run_it("--seed", 1, "--corrupt", wanted)
                self.assertEqual(self.counts(report), (wanted, 0, 0))
                flipped = []
                for number, (before, after) in enumerate(zip(clean, self.sent(), strict=True)):
                    self.assertEqual(before[:2], after[:2])
                    bits = [(a ^ b).bit_count() for a, b in zip(before[2], after[2], strict=True)]
                    if sum(bits):
                        self.assertEqual(sum(bits), 1)
                        flipped.append(number)
                self.assertEqual(len(flipped), wanted)
                left_out = set(flipped)
                self.assertEqual(read_pcap(self.out / "restored.pcap").packets, [p for n, p in enumerate(whole) if n not in left_out])

    def test_replay(self):
        for profile, wanted in (("gcm128-tunnel", 1), ("gcm128-window64", 900), ("gcm128-esn", 300)):
            with self.subTest(profile=profile):
                report = self.run_it("--profile", profile, "--replay", wanted)
                self.assertEqual(self.counts(report), (0, wanted, 0))
                seen, again, highest = set(), 0, {}
                for packet in self.sent():
                    again += packet in seen
                    seen.add(packet)
                    highest[packet[0]] = max(highest.get(packet[0], 0), packet[1])
                    self.assertLess(highest[packet[0]] - packet[1], report["window"])
                self.assertEqual(again, wanted)

    def test_reorder(self):
        self.run_it("--seed", 4)
        whole = (self.out / "restored.pcap").read_bytes()
        for wanted in (1, 40, 1000):
            with self.subTest(wanted=wanted):
                report = self.run_it("--seed", 4, "--reorder", wanted)
                self.assertEqual(self.counts(report), (0, 0, wanted))
                last, descents = {}, 0
                for spi, number, _ in self.sent():
                    descents += number < last.get(spi, 0)
                    last[spi] = number
                self.assertEqual(descents, wanted)
                self.assertEqual((self.out / "restored.pcap").read_bytes(), whole)

    def test_payloads(self):
        whole = {word: self.run_it("--profile", "gcm128-iptfs", "--seed", 1, *words) for word, words in {"clean": (), "reorder": ("--reorder", 300)}.items()}
        for report in whole.values():
            self.assertEqual((report["result"], report["comparison"]["lost"]), ("passed", 0))
        self.assertEqual(self.counts(whole["reorder"], "absorbed"), (0, 0, 300))
        report = self.run_it("--profile", "gcm128-iptfs", "--seed", 1, "--corrupt", 40, "--replay", 30)
        self.assertEqual(self.counts(report, "absorbed")[:2], (40, 30))
        expected = whole["clean"]["comparison"]["equal"]
        self.assertLess(report["comparison"]["equal"], expected)
        self.assertEqual(report["comparison"]["equal"] + report["comparison"]["lost"], expected)

    def test_together(self):
        for seed, profile in enumerate(("gcm128-tunnel", "gcm128-window64", "gcm192-tunnel", "gcm-any", "gcm128-esn", "gcm256-transport")):
            with self.subTest(profile=profile):
                report = self.run_it("--profile", profile, "--seed", seed, "--corrupt", 200, "--replay", 300, "--reorder", 400)
                self.assertEqual(self.counts(report), (200, 300, 400))
                self.assertEqual(report["comparison"]["expected"], report["outbound"]["packets"] - 200)

    def test_as_much_as_the_capture_allows_and_no_more(self):
        report = self.run_it()
        sent = report["outbound"]["packets"]
        spis = [spi for spi, _, _ in self.sent()]
        pairs = sum(spis.count(spi) // 2 for spi in set(spis))
        for option, most, place in (("--corrupt", sent, 0), ("--replay", sent, 1), ("--reorder", pairs, 2)):
            with self.subTest(option=option):
                self.assertEqual(self.counts(self.run_it(option, most))[place], most)
                fresh = self.folder / "fresh"
                self.refused(option, most + 1, "--out", fresh, says=(f"{option} {most + 1}", f"allows {most}"))
                self.assertFalse(fresh.exists())
        self.refused("--reorder", pairs, "--corrupt", sent - 2 * pairs + 1, says=("--corrupt",))
        self.refused("--corrupt", 5, "--replay", sent - 4, says=("--replay",))


class Nics(Case):
    """Host, broker and NIC instead of the inline datapath: the same packets on the wire, and a report of who did what."""

    MODELS = ("none", "certified", "full", "v1")

    def profiles(self):
        return [one for one in json.loads(self.start("--list-profiles", "--json").stdout) if one["nic"]]

    def test_the_wire_is_that_of_the_inline_datapath(self):
        profiles = self.profiles()
        self.assertGreaterEqual(len(profiles), 10)
        for one in profiles:
            for mode in one["modes"]:
                words = ("--profile", one["name"], "--mode", mode, "--seed", 7)
                report = self.run_it(*words, "--inline")
                self.assertEqual((report["deployment"], report["offload"]), ("inline", None))
                sent = (self.out / "protected.pcap").read_bytes()
                drawn = any("cbc" in suite for suite in one["suites"])  # IVs that nobody can guess, nor repeat
                for model in self.MODELS:
                    with self.subTest(profile=one["name"], mode=mode, nic=model):
                        over = self.run_it(*words, "--nic", model)
                        self.assertEqual((over["result"], over["deployment"], over["offload"]["nic"]), ("passed", "host and NIC", model))
                        self.assertEqual(over["inbound"]["verdicts"], report["inbound"]["verdicts"])
                        if not drawn:
                            self.assertEqual((self.out / "protected.pcap").read_bytes(), sent)
                        self.check_placements(over)

    def check_placements(self, report):
        """What was offloaded was worked on below, and what was not was not; the report gives a reason for each."""
        told = report["offload"]
        packets = report["outbound"]["packets"]
        self.assertEqual(len(told["placements"]), 4)
        self.assertTrue(all(one["because"] for one in told["placements"]))
        below = "rechecked" if report["profile"]["name"] == "gcm128-verified" else "believed"
        self.assertEqual(sum(told["crypto_status"].values()), told["inbound"][below])
        offloaded = {one["spi"] for one in told["placements"] if one["offloaded"]}
        if len(offloaded) == 2:  # but for single packets that the model does not do: options, UDP checksums over what it seals
            self.assertEqual(told["outbound"]["framed"] + told["outbound"]["sealed_on_host"], packets)
            self.assertEqual(told["inbound"][below] + told["inbound"]["opened_on_host"], packets)
            self.assertGreater(told["outbound"]["framed"], packets // 2)
            self.assertGreater(told["inbound"][below], packets // 2)
        if not offloaded:
            self.assertEqual((told["outbound"]["framed"], told["inbound"][below], told["inbound"]["opened_on_host"]), (0, 0, packets))
        added = [one for one in told["requests"] if one["oid"].endswith("IPSEC_ADD_SA" if told["nic"] == "v1" else "V2_ADD_SA_EX")]
        self.assertEqual(sum(one["status"] == "success" for one in added), sum(one["offloaded"] for one in told["placements"]))

    def test_a_certified_nic_does_no_more_than_it_must(self):
        told = self.run_it("--nic", "certified")["offload"]
        self.assertTrue(all(one["offloaded"] for one in told["placements"]))
        told = self.run_it("--nic", "certified", "--profile", "cbc128-sha256-tunnel")["offload"]
        self.assertFalse(any(one["offloaded"] for one in told["placements"]))

    def test_the_report_names_every_offload_and_the_plan_goes_by_it(self):
        for model, where in (("none", ("host",)), ("certified", ("device or host",)), ("full", ("device", "device or host")), ("v1", ("host",))):
            with self.subTest(nic=model):
                report = self.run_it("--nic", model)
                for way, stage in (("outbound", "frame_or_seal"), ("inbound", "take_device_result")):
                    told = {row["stage"]: row for row in report[way]["plan"]["stages"]}
                    self.assertIn(told[stage]["runs_on"], where)
                    self.assertTrue(all(row["runs_on"] == "host" for name, row in told.items() if name != stage))
                row = {one["field"]: (one["hardware"], one["current"]) for one in report["offload"]["report"]}
                sums = ["Checksum." + name for name in ("IPv4Transmit", "IPv4Receive", "IPv6Transmit", "IPv6Receive")]
                for field in ["LsoV1.IPv4", "LsoV2.IPv4", "LsoV2.IPv6", *sums] + ([] if model == "v1" else ["IPsecV1.IPv4AH", "IPsecV1.IPv4ESP"]):
                    self.assertIn(field, row)
                if model != "none":
                    self.assertIn("octets", row["LsoV1.IPv4"][0])
                    self.assertEqual(row["Checksum.IPv4Transmit"][1], "options tcp-options tcp udp ip")
                    self.assertEqual(row["Checksum.IPv6Receive"][1], "options tcp-options tcp udp")

    def test_segments_that_a_nic_would_cut_travel_as_large_sends(self):
        words = ("--profile", "gcm128-transport", "--seed", 7)
        self.run_it(*words, "--inline")
        sent = (self.out / "protected.pcap").read_bytes()
        for model in ("full", "certified"):
            for batch in (1, 7, 32, 200):
                with self.subTest(nic=model, batch=batch):
                    told = self.run_it(*words, "--nic", model, "--batch", batch)["offload"]["outbound"]
                    self.assertEqual((self.out / "protected.pcap").read_bytes(), sent)
                    if batch > 1:
                        self.assertGreater(told["large_sends"], 50)
                        self.assertGreater(told["large_segments"], 4 * told["large_sends"])
                        self.assertGreater(told["framed"], told["large_segments"])
                    else:
                        self.assertEqual((told["large_sends"], told["large_segments"]), (0, 0))
                    self.assertEqual(told["large_cut_on_host"], 0)
        for others in ((*words, "--nic", "v1"), (*words, "--nic", "none"), ("--profile", "gcm128-tunnel", "--nic", "full")):
            with self.subTest(words=others):
                told = self.run_it(*others)["offload"]["outbound"]
                self.assertEqual((told["large_sends"], told["large_segments"], told["large_cut_on_host"]), (0, 0, 0))

    def test_v1_does_3des(self):
        report = self.run_it("--nic", "v1", "--profile", "legacy-3des-sha1-tunnel")
        told = report["offload"]
        self.assertTrue(all(one["offloaded"] for one in told["placements"]))
        self.assertEqual((told["outbound"]["framed"], told["inbound"]["believed"]), (report["outbound"]["packets"],) * 2)
        self.assertFalse(any(one["offloaded"] for one in self.run_it("--nic", "v1")["offload"]["placements"]))

    def test_v1_is_asked_in_version_1(self):
        told = self.run_it("--nic", "v1", "--profile", "legacy-3des-sha1-tunnel")["offload"]
        asked = [(one["oid"], one["status"]) for one in told["requests"]]
        self.assertEqual(asked.count(("OID_TCP_TASK_IPSEC_ADD_SA", "success")), 4)
        self.assertEqual(asked.count(("OID_TCP_TASK_OFFLOAD", "success")), 2)
        self.assertFalse(any("V2" in oid for oid, _ in asked))
        row = {one["field"]: (one["hardware"], one["current"]) for one in told["report"]}
        for field in ("IPv4AH.Sha_1", "IPv4ESP.TripleDes", "IPv4ESP.Tunnel", "IPv4ESP.Send", "IPv4ESP.Receive"):
            self.assertEqual(row[field], ("yes", "yes"), field)
        for field in ("IPv4AH.Send", "IPv4AH.Md5", "IPv4ESP.Des", "IPv4ESP.NullEsp"):
            self.assertEqual(row[field], ("no", "no"), field)
        self.assertIn("octets", row["LsoV1.IPv4"][0])
        self.assertEqual(row["LsoV1.IPv4"][1], "none")  # one of both at a time (V1-30)
        self.assertNotIn("EncryptionAlgorithms", row)

    def test_a_wrong_icv_is_the_nics_to_tell(self):
        report = self.run_it("--corrupt", 9, "--replay", 4)
        told = report["offload"]["crypto_status"]
        self.assertEqual(told["ESP ICV of the tunnel portion wrong"], 9)
        self.assertEqual((report["icv_mismatch"], report["replayed"]), (9, 4))
        self.assertEqual(told["success"], report["inbound"]["packets"] + 4)  # a NIC has no window

    def test_a_nic_that_lies_costs_packets_and_nothing_else(self):
        report = self.run_it("--nic", "flaky", "--profile", "gcm128-verified", "--corrupt", 50)
        self.assertEqual((report["result"], report["comparison"]["different"]), ("passed", 0))
        self.assertGreater(report["offload"]["lies_told"], 100)
        self.assertGreater(report["offload"]["completed_twice"], 0)
        self.assertGreater(report["offload"]["never_completed"]["frames"], 0)  # a leak with a name
        self.assertGreater(report["comparison"]["missing"], 10)
        self.assertGreater(report["comparison"]["equal"], report["comparison"]["expected"] // 2)
        self.refused("--nic", "flaky", "--out", self.out, says=("believes its NIC", "gcm128-verified"))

    def test_refusals(self):
        self.refused("--nic", "best", "--out", self.out, says=("no NIC best", "certified", "full"))
        self.refused("--nic", "full", "--inline", "--out", self.out, says=("--inline", "--nic"))
        inline = next(one for one in json.loads(self.start("--list-profiles", "--json").stdout) if not one["nic"])
        self.refused("--profile", inline["name"], "--nic", "full", "--out", self.out, says=(inline["name"], "inline only", "nearest"))


class Captures(Case):
    # What each file of tests/captures is: None for a good one, or the words of the sentence that refuses it.
    KNOWN = {"cooked.pcap": None, "cooked2.pcap": None, "first.pcapng": None, "no_packets.pcap": None, "padded.pcap": None, "raw.pcap": None,
             "sample.pcap": None, "snapped.pcap": None,
             "empty.pcap": "empty", "foreign_link.pcap": "link layer", "text.pcap": "not a pcap", "truncated.pcap": "truncated",
             "truncated_header.pcap": "truncated", "two_links.pcapng": "type 101"}

    def test_every_file(self):
        there = {path.name for path in CAPTURES.iterdir() if ".pcap" in path.name}
        self.assertEqual(there, set(self.KNOWN))
        for name in sorted(there):
            if self.KNOWN[name] is not None:
                with self.subTest(capture=name):
                    self.refused(CAPTURES / name, "--out", self.out, says=(name, self.KNOWN[name]))
                    self.assertEqual(self.left(), [])
        for name in sorted(there):
            if self.KNOWN[name] is None:
                for words in ((), ("--family", 6), ("--profile", "gcm128-transport"), ("--profile", "gcm256-transport"), ("--profile", "gcm128-12")):
                    with self.subTest(capture=name, words=words):
                        report = self.run_it(CAPTURES / name, *words)
                        if name.endswith(".pcap"):
                            self.check_files(read_pcap(CAPTURES / name), report)

    def test_pcapng_is_the_beginning_of_mixed(self):
        report = self.run_it(CAPTURES / "first.pcapng")
        mixed = read_pcap(MIXED)
        self.check_files(mixed._replace(packets=mixed.packets[:40]), report)

    def test_padding_of_the_link_layer_is_counted(self):
        padded = read_pcap(CAPTURES / "padded.pcap")
        expected = sum(1 for packet in padded.packets if (inner := ip_of(padded.link, packet.octets)) is not None
                       and len(packet.octets) > header_of(padded.link, packet.octets)[0] + len(inner))
        self.assertGreater(expected, 0)
        self.assertEqual(self.run_it(CAPTURES / "padded.pcap")["link_padded"], expected)

    def test_nanoseconds_and_both_byte_orders(self):
        sample = read_pcap(CAPTURES / "sample.pcap").packets
        for nanoseconds in (False, True):
            for order in "<>":
                with self.subTest(nanoseconds=nanoseconds, order=order):
                    fine = [packet._replace(fraction=999_999_999 - n if nanoseconds else n) for n, packet in enumerate(sample)]
                    write_pcap(self.folder / "fine.pcap", ETHERNET, fine, nanoseconds, order)
                    report = self.run_it(self.folder / "fine.pcap")
                    self.assertEqual(report["capture"]["time_stamps"], "nanoseconds" if nanoseconds else "microseconds")
                    self.check_files(read_pcap(self.folder / "fine.pcap"), report)

    def test_nanoseconds_of_pcapng(self):
        # One section, one Ethernet interface with if_tsresol = 9, one enhanced packet.
        for order in ("little", "big"):
            with self.subTest(order=order):
                def word(value, size=4):
                    return value.to_bytes(size, order)

                def block(kind, body):
                    body += bytes(-len(body) % 4)
                    return word(kind) + word(len(body) + 12) + body + word(len(body) + 12)

                frame = ethernet(udp4(b"nanoseconds"))
                stamp = 1_700_000_000_123_456_789
                octets = block(0x0A0D0D0A, word(0x1A2B3C4D) + word(1, 2) + word(0, 2) + b"\xff" * 8)
                octets += block(1, word(ETHERNET, 2) + word(0, 2) + word(0) + word(9, 2) + word(1, 2) + b"\x09\0\0\0" + bytes(4))
                octets += block(6, word(0) + word(stamp >> 32) + word(stamp & 0xFFFFFFFF) + word(len(frame)) * 2 + frame)
                (self.folder / "fine.pcapng").write_bytes(octets)
                self.assertEqual(self.run_it(self.folder / "fine.pcapng")["capture"]["time_stamps"], "nanoseconds")
                _, restored = self.written()
                self.assertTrue(restored.nanoseconds)
                self.assertEqual(restored.packets, [Packet(1_700_000_000, 123_456_789, frame, len(frame))])

    def test_any_number_of_tags(self):
        tags = (0x88A8, 0x8100, 0x8100, 0x9100, 0x8100)
        for link in LINKS:
            frames = [frame_of(link, make(b"x" * 100), tags[:n]) for n in range(6) for make in (udp4, udp6)]
            write_pcap(self.folder / "tags.pcap", link, packets_of(frames))
            for family in (4, 6):
                with self.subTest(link=link, family=family):
                    report = self.run_it(self.folder / "tags.pcap", "--family", family)
                    self.assertEqual(report["inbound"]["packets"], len(frames))
                    self.check_files(read_pcap(self.folder / "tags.pcap"), report)

    def test_raw_ip_of_one_family(self):
        # LINKTYPE_IPV4 and _IPV6 say what the packets are; what the tunnel makes of them may be the other, so LINKTYPE_RAW is written.
        for link, packet in ((IPV4_ONLY, udp4(b"x" * 50)), (IPV6_ONLY, udp6(b"x" * 50))):
            write_pcap(self.folder / "raw.pcap", link, packets_of([packet]))
            for family in (4, 6):
                with self.subTest(link=link, family=family):
                    report = self.run_it(self.folder / "raw.pcap", "--family", family)
                    self.check_files(read_pcap(self.folder / "raw.pcap")._replace(link=RAW), report)

    def test_too_long_after_overhead(self):
        # 54 to 57 octets are added over IPv4: the longest packet that fits, and one octet more than fits.
        frames = [ethernet(udp4(bytes(size - 28))) for size in (65535, 65480, 65479, 65478, 1500)]
        write_pcap(self.folder / "long.pcap", ETHERNET, packets_of(frames))
        report = self.run_it(self.folder / "long.pcap")
        fits = [65535 - 20 - 8 - 8 - 16 >= size + (-(size + 2) % 4) + 2 for size in (65535, 65480, 65479, 65478, 1500)]
        self.assertEqual(report["excluded"], {"too_long": fits.count(False)})
        self.assertEqual(report["outbound"]["verdicts"]["too_long"], fits.count(False))
        sent, restored = self.written()
        self.assertEqual(len(sent.packets), fits.count(True))
        self.assertEqual([packet.octets for packet in restored.packets], [frame for frame, fit in zip(frames, fits) if fit])

    def test_ip_fragments_have_no_transport_mode(self):
        report = self.run_it("--profile", "gcm128-transport")
        mixed = read_pcap(MIXED)
        fragments = sum(1 for packet in mixed.packets if (inner := ip_of(mixed.link, packet.octets)) is not None and is_ip_fragment(inner))
        self.assertGreater(fragments, 0)
        self.assertEqual(report["excluded"]["ip_fragment"], fragments)
        self.assertEqual(report["outbound"]["verdicts"]["ip_fragment"], fragments)

    def test_esp_is_protected_like_anything_else(self):
        self.run_it()
        capture = read_pcap(self.out / "protected.pcap")
        write_pcap(self.folder / "once.pcap", capture.link, capture.packets)
        for profile in ("gcm256-tunnel", "gcm256-transport"):
            with self.subTest(profile=profile):
                report = self.run_it(self.folder / "once.pcap", "--profile", profile)
                self.assertEqual(report["excluded"], {})
                self.check_files(capture, report)

    def test_what_is_not_ip_whatever_it_says(self):
        packet = udp4(b"")
        frames = [ethernet(packet)[:13], ethernet(packet)[:14], bytes(12) + IPV6.to_bytes(2, "big") + packet, bytes(12) + b"\x08\x00" + b"\x75" + packet[1:],
                  bytes(12) + b"\x81\x00\x00"]
        write_pcap(self.folder / "odd.pcap", ETHERNET, packets_of(frames))
        self.assertEqual(self.run_it(self.folder / "odd.pcap")["excluded"], {"non_ip": len(frames)})

    def test_headers_that_lie_are_refused_by_name(self):
        packet = udp4(b"x" * 8)
        frames = [ethernet(packet[:2] + (len(packet) + 1).to_bytes(2, "big") + packet[4:]), ethernet(b"\x44" + packet[1:]), ethernet(packet)[:30]]
        write_pcap(self.folder / "lies.pcap", ETHERNET, packets_of(frames))
        self.assertEqual(self.run_it(self.folder / "lies.pcap")["excluded"], {"runt": 2, "bad_header": 1})


class Refusals(Case):
    def test_what_is_not_compiled_in(self):
        for words, nearest in ((("--mode", "transport"), "gcm128-transport"), (("--profile", "gcm256-tunnel", "--mode", "transport"), "gcm256-transport"),
                               (("--esn",), "gcm128-esn"), (("--window", 64), "gcm128-window64"), (("--window", 70), "gcm128-window64"),
                               (("--profile", "gcm128-transport", "--mode", "tunnel"), "gcm128-tunnel"), (("--esn", "--mode", "transport"), "gcm-any"),
                               (("--profile", "gcm128-tunel"), "gcm128-tunnel"), (("--profile", "gcm128-window65"), "gcm128-window64")):
            with self.subTest(words=words):
                self.refused(*words, "--out", self.out, says=(f"is {nearest}",))
        self.assertEqual(self.left(), [])

    def test_what_a_profile_has_is_selected(self):
        report = self.run_it("--profile", "gcm-any", "--mode", "transport", "--esn", "--window", 1024)
        self.assertEqual((report["mode"], report["esn"], report["family"]), ("transport", True, None))
        self.assertEqual(self.run_it("--window", 64, "--profile", "gcm128-window64")["window"], 64)

    def test_usage(self):
        for words in (("--frobnicate",), ("--batch", 0), ("--batch", 4097), ("--batch", "many"), ("--corrupt", -1), ("--seed", -1), ("--seed", "x"),
                      ("--family", 5), ("--mode", "both"), ("--profile",), (MIXED, MIXED), ("--window", -64), ("--window", "1k"), ("--seed", 10**20)):
            with self.subTest(words=words):
                self.refused(*words)
        done = self.start("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for option in ("CAPTURE", "--out", "--profile", "--list-profiles", "--mode", "--family", "--esn", "--window", "--key-file", "--batch", "--corrupt",
                       "--replay", "--reorder", "--inline", "--json", "--seed"):
            self.assertIn(option, done.stdout)

    def test_input(self):
        (self.folder / "folder").mkdir()
        os.mkfifo(self.folder / "fifo")
        for name, words in (("nothing.pcap", "no such file"), ("folder", "directory"), ("fifo", "regular")):
            with self.subTest(name=name):
                self.refused(name, "--out", self.out, says=(name, words))
        self.assertFalse(self.out.exists())

    def test_every_cut_of_a_capture(self):
        """The file is refused unless it ends between two packets; a file that is refused leaves nothing."""
        padded = read_pcap(CAPTURES / "padded.pcap")
        write_pcap(self.folder / "few.pcap", padded.link, padded.packets[:4])
        octets = (self.folder / "few.pcap").read_bytes()
        borders = {24 + sum(16 + len(packet.octets) for packet in padded.packets[:n]) for n in range(4)}
        for size in range(len(octets)):
            (self.folder / "cut.pcap").write_bytes(octets[:size])
            done = self.start("cut.pcap", "--out", "out")
            self.assertEqual(done.returncode, 0 if size in borders else 2, f"{size}: {done.stderr}")
            if size not in borders:
                self.assertFalse(self.out.exists())
                self.assertEqual(done.stderr.count("\n"), 1)
            else:
                for path in self.out.iterdir():
                    path.unlink()
                self.out.rmdir()

    def test_output(self):
        (self.folder / "file").write_text("")
        (self.folder / "taken" / "protected.pcap").mkdir(parents=True)
        before = self.left()
        self.refused("--out", "file/x", says=("file/x",))
        self.refused("--out", "file", says=("file",))
        self.refused("--out", "taken", says=("taken/protected.pcap", "regular file"))
        self.refused("--out", "deep/er", "--key-file", "nowhere/keys", says=("nowhere/keys",))
        self.refused("--out", "deep", "--key-file", "deep/../deep/restored.pcap", says=("twice",))
        self.assertEqual(self.left(), before)

    def test_the_capture_is_never_overwritten(self):
        self.out.mkdir()
        capture = self.out / "restored.pcap"
        capture.write_bytes((CAPTURES / "sample.pcap").read_bytes())
        self.refused("out/restored.pcap", "--out", "out", says=("the capture itself",))
        self.assertEqual(capture.read_bytes(), (CAPTURES / "sample.pcap").read_bytes())

    def test_what_was_there_stays_when_a_run_is_refused(self):
        self.run_it("--seed", 1)
        before = {path.name: path.read_bytes() for path in self.out.iterdir()}
        self.refused(CAPTURES / "truncated.pcap", "--out", self.out)
        self.refused("--corrupt", 10**6, "--out", self.out)
        self.assertEqual({path.name: path.read_bytes() for path in self.out.iterdir()}, before)

    def test_streams_that_are_closed_or_full(self):
        full = open("/dev/full", "w", encoding="utf-8")
        self.addCleanup(full.close)
        for options, stdout, stderr, status in ((["--help"], full, subprocess.PIPE, 2), (["--list-profiles"], full, subprocess.PIPE, 2),
                                                (["--nonsense"], subprocess.PIPE, full, 2), (["--nic", "best"], subprocess.PIPE, full, 2)):
            with self.subTest(options=options):
                done = subprocess.run([PROGRAM, *options], stdout=stdout, stderr=stderr, text=True, check=False, cwd=self.folder)
                self.assertEqual(done.returncode, status)
                if stdout is full:
                    self.assertIn("standard output", done.stderr)
        done = subprocess.run([PROGRAM, "--out", self.out], stdout=subprocess.DEVNULL, stderr=full, check=False)
        self.assertEqual(done.returncode, 0, "what cannot be said beside a run does not end it")
        closed = ["bash", "-c", 'exec "$@" >&-', "-", PROGRAM, "--out", self.out / "closed"]
        done = subprocess.run(closed, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("standard output", done.stderr)
        closed = ["bash", "-c", 'exec "$@" 2>&-', "-", PROGRAM, "--nonsense"]
        self.assertEqual(subprocess.run(closed, capture_output=True, check=False).returncode, 2)

    def test_a_full_disk(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        self.refused("--out", self.out, says=("protected.pcap",), preexec_fn=limit, restore_signals=False)
        self.assertEqual(self.left(), [])

    def test_a_stopped_run_leaves_nothing(self):
        frames = read_pcap(MIXED).packets * 12
        write_pcap(self.folder / "long.pcap", ETHERNET, frames)
        for stop in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(stop=stop):
                running = subprocess.Popen([PROGRAM, "long.pcap", "--out", "out", "--batch", "1"], cwd=self.folder,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                while running.poll() is None and not list(self.folder.glob("out/*.part")):
                    time.sleep(0.0005)
                running.send_signal(stop)
                self.assertEqual(running.wait(60), -stop)
                self.assertEqual(self.left(), ["long.pcap"])


class Keys(Case):
    def test_mode_and_form(self):
        for umask in (0, 0o077, 0o777):
            with self.subTest(umask=oct(umask)):
                keys = self.folder / f"keys{umask}"
                done = self.start("--out", self.folder, "--key-file", keys, "--profile", "gcm-any", preexec_fn=lambda: os.umask(umask))
                self.assertEqual(stat.S_IMODE(keys.stat().st_mode), 0o600)
                self.assertIn(f"{keys} holds the keys", done.stderr)
                for name in ("protected.pcap", "restored.pcap"):
                    path = self.folder / name
                    self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o666 & ~umask)
                    path.chmod(0o600)
        lines = keys.read_text().splitlines()
        self.assertEqual(len(lines), 2)
        for line, key, icv in zip(lines, (16, 32), (16, 12)):
            fields = json.loads(f"[{line}]")
            self.assertEqual(fields[:3] + fields[4:5] + fields[6:], ["IPv4", "192.0.2.1", "198.51.100.1", f"AES-GCM with {icv} octet ICV [RFC4106]", "NULL", ""])
            self.assertEqual(len(fields[5]), 2 + 2 * (key + 4))

    def test_families_of_the_table(self):
        for words, families in (((), ["IPv4", "IPv4"]), (("--family", 6), ["IPv6", "IPv6"]), (("--profile", "gcm128-transport"), ["IPv4", "IPv6"])):
            report = self.run_it(*words)
            fields = [json.loads(f"[{line}]") for line in (self.out / "esp_sa").read_text().splitlines()]
            self.assertEqual([one[0] for one in fields], families)
            self.assertEqual([int(one[3], 16) for one in fields], [report["spis"]["ipv4"], report["spis"]["ipv6"]])

    def test_keys_are_printed_nowhere_else(self):
        for form in ((), ("--json",)):
            done = self.start("--out", self.out, "--corrupt", 3, *form)
            said = (done.stdout + done.stderr).lower()
            written = (self.out / "protected.pcap").read_bytes() + (self.out / "restored.pcap").read_bytes()
            for line in (self.out / "esp_sa").read_text().splitlines():
                key = json.loads(f"[{line}]")[5][2:]
                for at in range(0, len(key) - 8, 2):
                    self.assertNotIn(key[at:at + 8], said)
                self.assertNotIn(bytes.fromhex(key)[:16], written)

    def test_seed(self):
        def files():
            return [(self.out / name).read_bytes() for name in ("esp_sa", "protected.pcap")]

        words = ("--corrupt", 3, "--replay", 3, "--reorder", 3)
        self.assertEqual(self.run_it("--seed", 7, *words)["keys"], "seed")
        first = files()
        self.run_it("--seed", 7, *words)
        self.assertEqual(files(), first)
        self.run_it("--seed", 8, *words)
        self.assertNotEqual(files()[0], first[0])
        self.assertEqual(self.run_it(*words)["keys"], "random")
        random = files()
        self.run_it(*words)
        self.assertNotEqual(files()[0], random[0])
        for seed, words in ((0, "from --seed 0"), (None, "random")):
            self.assertIn(words, self.start("--out", self.out, *([] if seed is None else ["--seed", seed])).stdout)


class Terminal(Case):
    def on_terminal(self, *words):
        """What a run prints when all its outputs are a terminal."""
        ours, theirs = pty.openpty()
        running = subprocess.Popen([PROGRAM, *map(str, words)], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        said = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        os.close(ours)
        self.assertEqual(running.wait(60), 0)
        return said.decode()

    def long_capture(self):
        packets = read_pcap(MIXED).packets * 6
        write_pcap(self.folder / "long.pcap", ETHERNET, packets)
        return "long.pcap"

    def test_a_bar_on_long_input(self):
        said = self.on_terminal(self.long_capture(), "--out", self.out)
        for words in ("protecting [", "opening    [", "comparing  [", "%", "passed"):  # how full it gets depends on the machine
            self.assertIn(words, said)
        bar, report = said.rsplit("\r\x1b[K", 1)  # the bar is gone before the report begins
        self.assertIn("comparing", bar)
        self.assertNotIn("%", report)

    def test_no_bar_elsewhere(self):
        self.assertNotIn("protecting", self.on_terminal("--out", self.out))
        self.assertNotIn("protecting", self.on_terminal(self.long_capture(), "--out", self.out, "--json"))
        done = self.start("long.pcap", "--out", self.out)
        self.assertNotIn("protecting", done.stdout + done.stderr)
        self.assertNotIn("\r", done.stdout + done.stderr)


class Judgement(Case):
    """A run that went wrong says so: the program's own counting is not taken for granted by the program."""

    def test_expectations_are_listed(self):
        report = self.run_it("--corrupt", 2)
        self.assertEqual([one["kept"] for one in report["expectations"]], [True] * len(report["expectations"]))
        self.assertIn({"what": "icv_mismatch", "expected": 2, "found": 2, "kept": True}, report["expectations"])

    def test_a_capture_with_a_checksum_nobody_computes(self):
        # Transport mode sets the IPv4 checksum right by difference; a header that was wrong before stays as wrong as it was.
        packet = bytearray(udp4(b"x" * 20))
        for value in (0x0000, 0x1234):
            packet[10:12] = value.to_bytes(2, "big")
            write_pcap(self.folder / "sum.pcap", RAW, packets_of([bytes(packet)]))
            self.assertEqual(self.run_it(self.folder / "sum.pcap", "--profile", "gcm128-transport")["comparison"]["equal"], 1)

    def test_a_difference_fails_the_run(self):
        # 0xffff is the other zero of ones' complement arithmetic: no sender writes it, and it comes back as 0x0000.
        packet = bytearray(udp4(b"x" * 20))
        packet[10:12] = b"\xff\xff"
        write_pcap(self.folder / "sum.pcap", RAW, packets_of([bytes(packet)]))
        done = self.start("sum.pcap", "--out", self.out, "--json", "--profile", "gcm128-transport")
        report = json.loads(done.stdout)
        self.assertEqual((done.returncode, report["result"], report["comparison"]["different"], report["comparison"]["first_bad"]), (1, "failed", 1, 1))
        self.assertIn("expected 1, found 0", done.stderr)


if __name__ == "__main__":
    result = unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1, exit=False).result
    sys.exit(0 if result.testsRun and result.wasSuccessful() else 1)
