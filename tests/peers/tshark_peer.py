#!/usr/bin/env python3
"""What we send, opened by tshark with its ICV check on, and its headers judged by tshark.

  tshark_peer.py PEER --sample FILE [--capture-tunnel PROGRAM --capture FILE]

Two kinds of captures: packets that PEER, the program peer.cpp, seals in every suite; and, with PROGRAM, the main job of the
examples in every profile, decrypted with the key file that the run wrote. tshark 4.0 knows no ESN: there Scapy stands in.
"""
# class 54: every suite is opened by a second implementation
# class 48: lengths and checksums of every protected packet, as tshark sees them
# class 3, 26: padding and keys as another implementation understands them
# row 87: with the key file of a run tshark opens its capture
# class 17, 55: one flipped bit is found in exactly its packet, a spoilt header in exactly its frame
import argparse
import itertools
import random
import socket
import sys
import tempfile
from pathlib import Path

import captures
import main_job
import packets
from our_end import Association, OurEnd
from suites import Suite
from tally import Tally, shown
from wireshark import Tshark

SIZES = [*range(65), 255, 1400, 9000, 65000]   # octets behind the TCP, UDP or ICMP header
OPTIONS, EXTENSIONS = list(packets.IPV4_OPTIONS), list(packets.IPV6_EXTENSIONS)
NO_ESN = "with ESN: tshark 4.0 knows only 32-bit numbers; Scapy and the vectors cover it"
IP_IN_IP = {4: 4, 6: 41}
UDP_HEADER = 8
AGGFRAG = 144   # the next header of IP-TFS


def beet_payload(packet):
    """What BEET carries of an IP packet beside fields of its header: the protocol, and what stands behind the fixed header and options."""
    return (packet[9], packet[(packet[0] & 15) * 4:]) if packets.version_of(packet) == 4 else (packet[6], packet[40:])


def restored(wire, text, mode, alignment):
    """The packet that was protected, from the octets tshark decrypted; what is wrong with them instead, in words."""
    if len(text) < 2 or text[-2] > len(text) - 2:
        return "no trailer"
    end = len(text) - 2 - text[-2]
    if len(text) % alignment or text[-2] >= alignment or text[end:-2] != bytes(range(1, text[-2] + 1)):
        return f"padding {text[end:-2].hex()}, pad length {text[-2]}"
    if mode == "beet":
        return text[-1], text[:end]
    if mode == "transport":
        at = packets.Headers(wire)
        return packets.with_payload(wire, at.size, at.protocol_at, text[-1], text[:end])
    if not end or text[-1] != IP_IN_IP.get(text[0] >> 4):
        return f"next header {text[-1]}"
    return text[:captures.said_length(text)]   # behind it is what hides its length (RFC 4303 2.7)


class Examination:
    """One capture of protected packets: `plain[n]` is what wire[n] protects."""

    def __init__(self, tally, tshark, words, capture, key_file, plain, mode, alignment=4, padded=False):
        """`mode`, `alignment`: of every packet, or a list that says it of each. `padded`: their length is hidden."""
        self.tally, self.tshark, self.words = tally, tshark, words
        self.capture, self.key_file, self.plain = capture, key_file, list(plain)
        self.mode, self.alignment = (value if isinstance(value, list) else [value] * len(plain) for value in (mode, alignment))
        self.padded = padded
        self.link, self.frames = captures.read(capture)
        self.wire = captures.ip_packets(capture)

    def run(self):
        complete = len(self.wire) == len(self.frames) == len(self.plain)
        self.tally.case(complete, f"{self.words}: {len(self.wire)} IP packets in {len(self.frames)} frames for {len(self.plain)} to protect")
        if complete:
            hidden = self.inner_packets()
            self.tally.case(bool(hidden) == self.padded, f"{self.words}: behind {hidden} packets stands something else")
            self.headers()

    def inner_packets(self):
        """How many of them have something behind them."""
        seen = self.tshark.opened(self.capture, self.key_file)
        hidden = 0
        for n, (plain, mode, alignment, wire, opened) in enumerate(zip(self.plain, self.mode, self.alignment, self.wire, seen, strict=True)):
            got = restored(wire, opened.text, mode, alignment) if opened and opened.authentic else f"no good ICV: {opened}"
            sent = beet_payload(plain) if mode == "beet" else plain
            self.tally.case(got == sent, lambda n=n, got=got: f"{self.words}: frame {n + 1}: tshark found {shown(got)}")
            hidden += bool(opened) and mode == "tunnel" and len(opened.text) - 2 - opened.text[-2] > len(plain)
        return hidden

    def headers(self):
        # Transport mode keeps the header, and so whatever tshark has to say about its options and its hop limit.
        before = [set()] * len(self.plain)
        if "transport" in self.mode:
            original = self.capture.with_name("plain.pcap")
            captures.write(original, captures.RAW, self.plain)
            before = self.tshark.complaints(original)
        for n, (found, old) in enumerate(zip(self.tshark.complaints(self.capture), before, strict=True)):
            new = found - old if self.mode[n] == "transport" else found
            if self.mode[n] == "beet":   # the hop limit is the inner packet's
                new = {words for words in new if not words.startswith('"Time To Live" only')}
            self.tally.case(not new, lambda n=n, new=new: f"{self.words}: frame {n + 1}: {sorted(new)}; {self.wire[n].hex()}")

    def spoilt_bits(self, chosen, chance):
        """One bit of each chosen frame, anywhere from the sequence number to the end: tshark must name these and no others."""
        frames = list(self.frames)
        for n in chosen:
            at = packets.Headers(self.wire[n])
            esp = captures.ip_at(self.link, frames[n]) + at.size + (UDP_HEADER if at.protocol == socket.IPPROTO_UDP else 0)
            frames[n] = packets.flipped(frames[n], chance.randrange(esp + 4, len(frames[n])), chance.randrange(8))
        spoilt = self.capture.with_name("spoilt.pcap")
        captures.write(spoilt, self.link, frames)
        for n, opened in enumerate(self.tshark.opened(spoilt, self.key_file)):
            self.tally.case(opened.forged if n in chosen else opened.authentic,
                            lambda n=n, o=opened: f"{self.words}: frame {n + 1}: {'spoilt' if n in chosen else 'not spoilt'}, but {o}")


def comparison_can_fail(tally, sound):
    """Two packets that changed places are two that are not found again."""
    silent = Tally(shown=0)
    mixed_up = Examination(silent, sound.tshark, sound.words, sound.capture, sound.key_file, sound.plain, sound.mode, sound.alignment)
    mixed_up.plain[0], mixed_up.plain[1] = mixed_up.plain[1], mixed_up.plain[0]
    mixed_up.inner_packets()
    tally.case(silent.failed == 2, f"two packets changed places: {silent.failed} differ")


def spoilt_headers(tally, tshark, folder, sent):
    """One field spoilt in one frame; the frames around it are the twins without the fault. `sent`: for 4 and 6, four packets
    each that follow each other on one SA."""
    def changed(packet, at, difference):
        value = int.from_bytes(packet[at:at + 2], "big") + difference
        return packet[:at] + (value & 0xFFFF).to_bytes(2, "big") + packet[at + 2:]

    def summed(packet):
        cleared = packet[:10] + bytes(2) + packet[12:20]
        return packet[:10] + packets.checksum(cleared).to_bytes(2, "big") + packet[12:]

    faults = {
        "header checksum one too high": (4, lambda p: changed(p, 10, 1)),
        "total length 4 too high": (4, lambda p: summed(changed(p, 2, 4))),
        "total length 4 too low": (4, lambda p: summed(changed(p, 2, -4))),
        "payload length 4 too high": (6, lambda p: changed(p, 4, 4)),
        "payload length 4 too low": (6, lambda p: changed(p, 4, -4)),
    }
    for words, (version, spoil) in faults.items():
        following = {4: iter(sent[4]), 6: iter(sent[6])}
        frames = [next(following[v]) for v in (4, 6, version, 4, 6)]
        frames[2] = spoil(frames[2])
        capture = Path(folder) / "fault.pcap"
        captures.write(capture, captures.RAW, frames)
        found = [n + 1 for n, wrong in enumerate(tshark.complaints(capture)) if wrong]
        tally.case(found == [3], f"{words} in frame 3: tshark complains of {found or 'nothing'}")


def key_row(sa, outer):
    source, destination = ([socket.inet_ntop(socket.AF_INET if outer == 4 else socket.AF_INET6, end) for end in sa.ends] or ["*", "*"])
    cipher, key, mac, mac_key = Suite(sa.suite).tshark(sa.key, sa.salt)
    cipher_words, mac_words = (f'"{name}","{"0x" + octets.hex() if octets else ""}"' for name, octets in ((cipher, key), (mac, mac_key)))
    return f'"IPv{outer}","{source}","{destination}","0x{sa.spi:08x}",{cipher_words},{mac_words}\n'


def forms_of(tally, ours):
    """(suite, mode, outer IP version, sizes): AES-GCM in every form, the other suites that tshark has in two each, taking turns."""
    forms = list(itertools.product(("tunnel", "transport"), (4, 6)))
    turns = itertools.cycle(forms)
    for turn, suite in enumerate(map(Suite, ours.suites())):
        if suite.protocol == "ah":
            continue   # tshark verifies no AH
        if not suite.tshark(bytes(suite.key), bytes(suite.salt)):
            tally.skip(f"{suite.of_any_key}: tshark has no such suite")
        elif suite.name.startswith("aes-gcm"):
            yield from ((suite, *form, SIZES) for form in forms)
        else:
            yield from ((suite, *next(turns), [size for size in SIZES if size > 64 or size % 3 == turn % 3]) for _ in range(2))


def every_suite(tally, tshark, ours, sample, folder):
    """All suites in one capture: modes, families, sizes, options, extension headers, and packets that programs sent."""
    chance = random.Random("every suite")
    recorded = captures.ip_packets(sample)
    wires, plain, modes, alignments, rows = [], [], [], [], []
    for suite, mode, outer, sizes in forms_of(tally, ours):
        sa = Association(suite=suite.name, mode=mode, key=chance.randbytes(suite.key), salt=chance.randbytes(suite.salt),
                         spi=chance.randint(256, 2**32 - 1), ends=packets.GATEWAYS[outer] if mode == "tunnel" else ())
        rows.append(key_row(sa, outer))
        versions = (4, 6) if mode == "tunnel" else (outer,)
        to_send = [packets.packet_of(version, size, turn, OPTIONS if version == 4 else EXTENSIONS)
                   for version in versions for turn, size in enumerate(sizes)]
        to_send += [p for p in recorded if packets.version_of(p) in versions and (mode == "tunnel" or not packets.Headers(p).fragment)]
        for number, packet in enumerate(to_send, start=1):
            verdict, wire = ours.seal(sa, number, packet, packets.cuts_of(len(packet), number))
            tally.case(verdict == "forwarded", f"every suite: sealing said {verdict} to {packet.hex()}")
            if verdict == "forwarded":
                wires.append(wire)
                plain.append(packet)
                modes.append(mode)
                alignments.append(suite.alignment)
    capture, key_file = Path(folder) / "every_suite.pcap", Path(folder) / "every_suite.keys"
    captures.write(capture, captures.RAW, wires)
    key_file.write_text("".join(rows), encoding="ascii")
    looked_at = Examination(tally, tshark, "every suite", capture, key_file, plain, modes, alignments)
    looked_at.run()
    looked_at.spoilt_bits(set(chance.sample(range(len(wires)), len(wires) // 4)), chance)
    looked_at.spoilt_bits({chance.randrange(len(wires))}, chance)
    comparison_can_fail(tally, looked_at)
    spoilt_headers(tally, tshark, folder, {version: [w for w, mode in zip(wires, modes) if mode == "tunnel" and packets.version_of(w) == version][:4]
                                           for version in (4, 6)})


def payloads(tally, tshark, done):
    """Packets that travel together (RFC 9347), which tshark does not take apart: every payload is authentic, says what it is,
    and has the size of the others."""
    seen = tshark.opened(done.protected_file, done.key_file)
    tally.case(len(seen) > 1000, f"main job, {done.words}: {len(seen)} payloads")
    for n, opened in enumerate(seen):
        sound = opened and opened.authentic and opened.text[-1] == AGGFRAG and len(opened.text) == len(seen[0].text)
        tally.case(sound, lambda n=n, o=opened: f"main job, {done.words}: frame {n + 1}: {shown(o and o.text)}")


def main_job_runs(tally, tshark, program, capture, folder):
    for profile in main_job.profiles(program):
        if "wesp" in profile["encapsulation"]:
            tally.skip(f"main job, --profile {profile['name']}: tshark knows no WESP")
            continue
        unknown = [name for name in profile["suites"] if Suite(name).tshark(bytes(96), bytes(4)) is None]
        if unknown:
            tally.skip(f"{unknown[0].partition('/')[0]}: tshark has no such suite")
            continue
        for mode in profile["modes"]:
            if profile["esn"] != "off":
                tally.skip(f"main job, --profile {profile['name']} --mode {mode} {NO_ESN}")
            if profile["esn"] == "always":
                continue
            for family in ("4", "6") if mode != "transport" else ("4",):
                options = ["--profile", profile["name"], "--mode", mode, *(["--family", family] if mode != "transport" else [])]
                out = Path(folder) / f"{profile['name']}-{mode}-{family}"
                done = main_job.run(program, capture, out, *options)
                if profile["aggregates"]:
                    payloads(tally, tshark, done)
                    continue
                looked_at = Examination(tally, tshark, f"main job, {done.words}", done.protected_file, done.key_file, done.plain, done.mode,
                                        Suite(profile["suites"][0]).alignment, padded="tfc" in profile["name"])
                looked_at.run()
                if profile["esn"] != "off" or mode == "transport":
                    chance = random.Random(done.words)
                    looked_at.spoilt_bits({chance.randrange(len(done.plain))}, chance)


def run():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("peer")
    words.add_argument("--sample", type=Path, required=True)
    words.add_argument("--capture-tunnel")
    words.add_argument("--capture")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:   # holds keys
        settings = Path(folder) / "settings"
        settings.mkdir()
        tshark = Tshark(settings)
        if not tshark.program:
            print("cannot run here: no tshark (Debian: tshark)")
            return 77
        print(tshark.version)
        tally = Tally()
        with OurEnd(asked.peer) as ours:
            every_suite(tally, tshark, ours, asked.sample, folder)
        if asked.capture_tunnel and Path(asked.capture_tunnel).exists():
            main_job_runs(tally, tshark, asked.capture_tunnel, asked.capture, folder)
        else:
            tally.skip("the main job: it is not built here")
        return tally.close()


if __name__ == "__main__":
    sys.exit(run())
