#!/usr/bin/env python3
"""Packets exchanged with Scapy's IPsec layer, both ways, every octet compared.

  scapy_peer.py PEER [--capture-tunnel PROGRAM --capture FILE]
  scapy_peer.py PEER --self-test     checks that an end of ours with a fault is found out

PEER is the program peer.cpp. With PROGRAM, the main job of the examples, what it writes with ESN is opened by Scapy as
well: tshark knows no ESN. Scapy has no replay window and infers no ESN: it is told the high half, we are not.
"""
# class 54: what we send is opened by somebody else, and what somebody else sends is opened by us
# class 48: outer headers are those that Scapy fills in; their lengths and checksums by a checker of its own
# class 3, 25, 26: padding, ESN and keys as another implementation understands them
# class 28: packets in segments are the same on the wire
# class 13: ESP in UDP over both families, from any source port
# class 17, 55: every refusal is asserted by its reason, and the twin without the fault is accepted
import argparse
import itertools
import logging
import random
import socket
import sys
import tempfile
import warnings
from pathlib import Path

import main_job
import packets
from our_end import Association, OurEnd
from suites import Suite
from tally import Tally, shown

logging.getLogger("scapy").setLevel(logging.ERROR)
warnings.simplefilter("ignore")
try:
    from scapy import VERSION
    from scapy.config import conf
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.ipsec import ESP, IPSecIntegrityError, SecurityAssociation
except ImportError as missing:
    print(f"cannot run here: {missing} (Debian: python3-scapy)")
    sys.exit(77)
if not conf.crypto_valid:
    print("cannot run here: Scapy finds no cryptography (Debian: python3-cryptography)")
    sys.exit(77)

SIZES = [*range(65), 255, 511, 1400, 9000]   # octets behind the TCP, UDP or ICMP header
SHORT_ICV_SIZES = [0, 1, 2, 3, 64, 1400]
GCM = ("aes-gcm-16/128", "aes-gcm-16/192", "aes-gcm-16/256")
OPTIONS, EXTENSIONS = list(packets.IPV4_OPTIONS), list(packets.IPV6_EXTENSIONS)

PLACEMENT = ("the same octets in transport mode: Scapy leaves destination options in front of ESP where no routing header "
             "stands, we protect them; RFC 4303 3.1.1 has both")
ESN_AND_MAC = "ESN with a MAC of its own: Scapy leaves the high half out of what the MAC covers; the kernel part and the vectors have it"
SHORT_ICV = "Scapy opens our ICVs of 8 and 12 octets: its AES-GCM has 16 and no others; compared with the front of its own instead"


class Form:
    """One way of talking: suite, mode, families, ESN."""

    def __init__(self, suite, mode, outer, inner, esn, sizes=None, udp=()):
        self.suite, self.mode, self.outer, self.inner, self.esn = Suite(suite), mode, outer, inner, esn
        chance = random.Random(repr((suite, mode, outer, inner, esn)))
        self.sa = Association(suite=suite, mode=mode, key=chance.randbytes(self.suite.key), salt=chance.randbytes(self.suite.salt),
                              spi=chance.randint(256, 2**32 - 1), esn=esn, ends=packets.GATEWAYS[outer] if mode == "tunnel" else (), udp=udp)
        self.udp, self.around = udp, 8 if udp else 0   # octets between IP and ESP
        families = f"IPv{inner} in IPv{outer}" if mode == "tunnel" else f"IPv{inner}"
        self.words = f"{suite}, {mode}, {families}, {'' if esn else 'no '}ESN{', in UDP' if udp else ''}"
        self.first = 2**32 - 30 if esn else 1   # with ESN, the exchange crosses 2^32
        self.last = 2**64 - 1 if esn else 2**32 - 1
        # Scapy finds UDP by the header right in front of it.
        self.extras = ["none"] if udp else OPTIONS if inner == 4 else EXTENSIONS
        self.sizes = list(enumerate(SIZES)) if sizes is None else sizes

    def packet(self, size, turn, extras=None):
        return packets.packet_of(self.inner, size, turn, extras)

    def largest(self):
        """Data octets of the largest UDP packet that still fits when protected. Around the text of ESP, which ends with two
        trailer octets, stand SPI, number, IV and ICV."""
        outer_ipv4 = 20 if self.outer == 4 else 0   # IPv4 counts its own header, IPv6 does not
        room = packets.LONGEST - outer_ipv4 - self.around - 8 - self.suite.iv - self.suite.icv
        text = room // self.suite.alignment * self.suite.alignment - 2
        inner_header = 0 if self.mode == "transport" else 20 if self.inner == 4 else 40
        return text - inner_header - 8


def third(turn):
    """Of all small sizes, and all large ones."""
    return [(n, size) for n, size in enumerate(SIZES) if size > 64 or size % 3 == turn % 3]


def every_form(suites):
    """AES-GCM in every form, each key size with a third of the small sizes; the other suites in three forms each, taking turns."""
    tunnels = [("tunnel", outer, inner) for outer in (4, 6) for inner in (4, 6)]
    forms = itertools.cycle([form for two in itertools.zip_longest(tunnels, [("transport", 4, 4), ("transport", 6, 6)]) for form in two if form])
    for turn, suite in enumerate(suites):
        if suite in GCM:
            for esn, form in itertools.product((False, True), [*tunnels, ("transport", 4, 4), ("transport", 6, 6)]):
                yield Form(suite, *form, esn, third(GCM.index(suite)))
            continue
        for esn in (False, False, True):
            yield Form(suite, *next(forms), esn, third(turn))
            turn += 1
    # In UDP, where a NAT has chosen the source port.
    for turn, suite in enumerate(name for name in suites if name in GCM):
        for mode, outer, inner in (*tunnels, ("transport", 4, 4), ("transport", 6, 6)):
            yield Form(suite, mode, outer, inner, turn % 2 == 1, third(turn), (4500 + 17 * turn, 4500))


class ScapyEnd:
    """The other end. `changed` says in what its SA differs from ours."""

    def __init__(self, form, **changed):
        sa, self.form = form.sa, form
        algorithms = form.suite.scapy(changed.get("key", sa.key), changed.get("salt", sa.salt))
        self.sa = SecurityAssociation(ESP, spi=changed.get("spi", sa.spi), tunnel_header=IP() if form.mode == "tunnel" else None,
                                      nat_t_header=UDP(sport=sa.udp[0], dport=sa.udp[1]) if sa.udp else None,
                                      esn_en=changed.get("esn", form.esn), **algorithms)

    def outer_header(self, inner, number):
        """What RFC 4301 5.1.2 and RFC 6040 4.1 ask of us; the identification is the sender's choice. Scapy does the rest."""
        form = self.form
        names = [socket.inet_ntop(socket.AF_INET if form.outer == 4 else socket.AF_INET6, end) for end in form.sa.ends]
        tos = inner[1] if form.inner == 4 else int.from_bytes(inner[:2], "big") >> 4 & 0xFF
        if form.outer == 6:
            label = int.from_bytes(inner[1:4], "big") & 0xFFFFF if form.inner == 6 else 0
            return IPv6(src=names[0], dst=names[1], tc=tos, fl=label, hlim=64)
        whole = form.inner == 6 or inner[6] & 0x40
        return IP(src=names[0], dst=names[1], tos=tos, id=number & 0xFFFF, flags="DF" if whole else 0, ttl=64)

    def seal(self, packet, number, iv):
        if self.form.mode == "tunnel":
            self.sa.tunnel_header = self.outer_header(packet, number)
        self.sa.esn, self.sa.seq_num = number >> 32, number & 0xFFFFFFFF
        wire = bytes(self.sa.encrypt(self.dissected(packet), seq_num=number & 0xFFFFFFFF, iv=iv))
        if self.form.udp:   # Scapy up to 2.6 says 8 in the UDP header, as if nothing followed; later ones say what is put here
            at = packets.Headers(wire).size
            wire = wire[:at + 4] + (len(wire) - at).to_bytes(2, "big") + wire[at + 6:]
        return wire

    def open(self, wire, high):
        """The packet, or the name of what Scapy raises."""
        self.sa.esn = high
        at = packets.Headers(wire)
        try:
            if self.form.mode == "transport" and (at.kinds or self.form.udp):
                # Scapy names what it put back by the next header of the first header, not of the last, and behind UDP over IPv6
                # not at all: the layer below is right.
                esp = self.dissected(wire)[ESP]
                self.sa.check_spi(esp)
                self.sa.auth_algo.verify(esp, self.sa.auth_key)
                text = self.sa.crypt_algo.decrypt(self.sa, esp, self.sa.crypt_key, self.form.suite.icv, esn_en=self.sa.esn_en, esn=high)
                return packets.with_payload(wire, at.size, at.protocol_at, text.nh, bytes(text.data))
            return bytes(self.sa.decrypt(self.dissected(wire)))
        except (IPSecIntegrityError, TypeError) as refused:
            return type(refused).__name__

    @staticmethod
    def dissected(packet):
        return (IP if packets.version_of(packet) == 4 else IPv6)(packet)


class Exchange:
    """All that is tried in one form."""

    def __init__(self, tally, ours, form):
        self.tally, self.ours, self.form, self.sa = tally, ours, form, form.sa
        self.scapy, self.chance = ScapyEnd(form), random.Random(form.words)

    def run(self, sizes):
        form = self.form
        for turn, size in sizes:
            self.both_ways(form.packet(size, turn, form.extras), form.first + turn, turn)
        fits = form.packet(form.largest(), 0)
        self.both_ways(fits, form.last, turn=0)
        self.both_ways(fits, form.last - 1, turn=1)
        self.too_long(form.packet(form.largest() + 1, 0))
        if form.suite.name in GCM and not form.udp:
            for icv, (turn, size) in itertools.product((8, 12), enumerate(SHORT_ICV_SIZES)):
                self.short_icv(form.packet(size, turn), form.first + turn, turn, icv)
        self.flipped_bits()
        self.wrong_associations()

    def case(self, holds, packet, number, words):
        self.tally.case(holds, lambda: f"{self.form.words}, number {number:#x}: {words()}; the packet is {packet.hex()}")

    def sealed(self, sa, packet, number, turn):
        """Ours, or None when it was refused."""
        verdict, wire = self.ours.seal(sa, number, packet, packets.cuts_of(len(packet), turn))
        wrong = packets.wrong_in_header(wire)
        self.case(verdict == "forwarded" and not wrong, packet, number, lambda: f"sealing said {verdict}; wrong: {wrong or 'nothing'}")
        return wire if verdict == "forwarded" else None

    def accepted(self, sa, packet, number, turn, theirs):
        """What they sent is opened: in order after a gap, or late."""
        late = (0, 1, 40)[turn % 3]
        highest = min(number + late, self.form.last) if turn % 2 else max(number - 1 - turn % 7, 0)
        verdict, inner, after = self.ours.open(sa, highest, theirs, packets.cuts_of(len(theirs), turn + 1))
        self.case((verdict, inner, after) == ("forwarded", packet, max(highest, number)), packet, number,
                  lambda: f"we opened {shown(theirs)} as {verdict}, {shown(inner)}, with the window at {after:#x} after {highest:#x}")

    def refused(self, sa, packet, number, theirs, reason):
        """What they sent is not opened, for this reason, and nothing of it comes to light."""
        verdict, left, after = self.ours.open(sa, number, theirs)
        bare = packet[-16:] in left and self.form.suite.name.split("+")[0] != "null"
        self.case(verdict == reason and not bare and after == number, packet, number,
                  lambda: f"we said {verdict} instead of {reason} to {shown(theirs)}{' and left plaintext' if bare else ''}")

    def both_ways(self, packet, number, turn):
        # 1 ours is opened by Scapy
        wire = self.sealed(self.sa, packet, number, turn)
        if wire is None:
            return
        opened = self.scapy.open(wire, number >> 32)
        self.case(opened == packet, packet, number, lambda: f"Scapy opened {shown(wire)} as {shown(opened)}")
        esp = packets.Headers(wire).size + self.form.around
        iv, expected = wire[esp + 8:esp + 8 + self.form.suite.iv], self.form.suite.expected_iv(number)
        self.case(expected in (None, iv), packet, number, lambda: f"the IV is {iv.hex()} instead of {expected.hex()}")
        # 2 with the same IV, Scapy sends the same octets
        kinds = packets.Headers(packet).kinds
        if self.form.mode == "transport" and packets.DESTINATION in kinds and packets.ROUTING not in kinds:
            self.tally.skip(PLACEMENT)
        else:
            same = self.scapy.seal(packet, number, iv)
            self.case(same == wire, packet, number, lambda: f"we sent {shown(wire)}, Scapy {shown(same)}")
        # 3 Scapy's is opened by us, the IV being any
        self.accepted(self.sa, packet, number, turn, self.scapy.seal(packet, number, self.chance.randbytes(self.form.suite.iv)))

    def too_long(self, packet):
        verdict, left = self.ours.seal(self.sa, self.form.first, packet)
        self.case(verdict == "too_long" and left == packet, packet, self.form.first, lambda: f"one octet too many: sealing said {verdict}")

    def short_icv(self, packet, number, turn, icv):
        """A shorter ICV (RFC 4106 6) is the front of the long one: GCM's tag does not depend on how much of it is sent."""
        sa = Association(**{**vars(self.sa), "suite": self.sa.suite.replace("aes-gcm-16", f"aes-gcm-{icv}")})
        wire = self.sealed(sa, packet, number, turn)
        whole = self.scapy.seal(packet, number, number.to_bytes(8, "big"))
        theirs = packets.with_right_length(whole[:len(whole) - (16 - icv)])
        self.case(wire == theirs, packet, number, lambda: f"ICV of {icv}: we sent {shown(wire)}, Scapy {shown(theirs)}")
        self.accepted(sa, packet, number, turn, theirs)
        self.tally.skip(SHORT_ICV)

    def flipped_bits(self):
        """One bit in every octet that the ICV covers, and in the ICV."""
        number = self.form.first + 1000
        packet = self.form.packet(16, 1)
        theirs = self.scapy.seal(packet, number, self.chance.randbytes(self.form.suite.iv))
        wire = self.sealed(self.sa, packet, number, turn=0)
        esp = packets.Headers(theirs).size + self.form.around
        for at in range(esp + 4, len(theirs)):
            bit = self.chance.randrange(8)
            self.refused(self.sa, packet, number, packets.flipped(theirs, at, bit), "icv_mismatch")
            opened = self.scapy.open(packets.flipped(wire, at, bit), number >> 32)
            self.case(opened == "IPSecIntegrityError", packet, number,
                      lambda at=at, bit=bit, opened=opened: f"bit {bit} of octet {at} flipped: Scapy opened it as {shown(opened)}")
        # The twins
        self.accepted(self.sa, packet, number, 1, theirs)
        opened = self.scapy.open(wire, number >> 32)
        self.case(opened == packet, packet, number, lambda: f"Scapy opened {shown(wire)} as {shown(opened)}")

    def wrong_associations(self):
        """The two ends agree on all but one thing."""
        form, sa, number = self.form, self.sa, self.form.first + 100
        packet = form.packet(33, 2)
        wire = self.sealed(sa, packet, number, turn=0)
        disagreements = [
            ("the key", {"key": packets.flipped(sa.key, len(sa.key) - 1)}, 0, "icv_mismatch", "IPSecIntegrityError"),   # the MAC's, if there is one
            ("the SPI", {"spi": sa.spi ^ 1}, 0, "no_sa", "TypeError"),
        ]
        if form.suite.mac is None:
            disagreements += [("the salt", {"salt": packets.flipped(sa.salt, 0)}, 0, "icv_mismatch", "IPSecIntegrityError"),
                              ("ESN", {"esn": not form.esn}, 0, "icv_mismatch", "IPSecIntegrityError")]
        if form.esn:
            disagreements += [("the high half", {}, step, "icv_mismatch", "IPSecIntegrityError") for step in (1, -1)]
        for what, changed, step, ours, theirs in disagreements:
            other = ScapyEnd(form, **changed)
            sent = other.seal(packet, number + step * 2**32, self.chance.randbytes(self.form.suite.iv))
            verdict, _, after = self.ours.open(sa, number, sent)
            self.case((verdict, after) == (ours, number), packet, number, lambda what=what, v=verdict: f"{what} differs: we said {v}")
            opened = other.open(wire, (number >> 32) + step)
            self.case(opened == theirs, packet, number, lambda what=what, o=opened: f"{what} differs: Scapy opened it as {shown(o)}")
        self.accepted(sa, packet, number, 0, self.scapy.seal(packet, number, self.chance.randbytes(self.form.suite.iv)))


def main_job_with_esn(tally, program, capture):
    """What the main job writes with ESN, opened by Scapy; its numbers begin with 1, so the high half is 0."""
    for profile in main_job.profiles(program):
        if profile["esn"] == "off":
            continue
        others = [name for name in profile["suites"] if not name.startswith("aes-gcm")]
        if others:
            tally.skip(f"main job, --profile {profile['name']}, with ESN: {Suite(others[0]).of_any_key} is compared packet by packet only")
            continue
        for mode in profile["modes"]:
            with tempfile.TemporaryDirectory() as folder:
                done = main_job.run(program, capture, folder, "--profile", profile["name"], "--mode", mode, "--esn")
                keys = done.keys()
            tally.case(len(done.protected) == len(done.plain), f"main job, {done.words}: {len(done.protected)} packets of {len(done.plain)}")
            for number, (packet, wire) in enumerate(zip(done.plain, done.protected)):
                spi = int.from_bytes(wire[packets.Headers(wire).size:][:4], "big")
                key, salt = keys[spi].octets[:-4], keys[spi].octets[-4:]
                suite = f"aes-gcm-{keys[spi].icv}/{8 * len(key)}"
                if Suite(suite).scapy(key, salt) is None:
                    tally.skip(SHORT_ICV)
                    continue
                form = Form(suite, mode, packets.version_of(wire), packets.version_of(packet), True)
                form.sa = Association(suite=suite, mode=mode, key=key, salt=salt, spi=spi)
                opened = ScapyEnd(form).open(wire, 0)
                tally.case(opened == packet, lambda n=number, o=opened, w=done.words: f"main job, {w}: packet {n} opened as {shown(o)}")


def known(ours, tally):
    """Those suites of ours that Scapy has."""
    both = []
    for name in ours.suites():
        suite = Suite(name)
        if suite.protocol == "ah":
            continue   # scapy_ah.py
        if suite.scapy(bytes(suite.key), bytes(suite.salt)):
            both.append(name)
        elif not name.startswith("aes-gcm"):   # those stand beside AES-GCM with an ICV of 16
            tally.skip(f"{suite.of_any_key}: Scapy has no such suite")
    return both


class FaultyEnd:
    """Our end with one fault in what it answers."""

    def __init__(self, ours, fault):
        self.ours, self.fault, self.plain = ours, fault, b""

    def seal(self, sa, number, packet, cuts=None):
        self.plain = packet
        verdict, wire = self.ours.seal(sa, number, packet, cuts)
        faults = {"the ICV": packets.flipped(wire, len(wire) - 1),
                  "the length": packets.with_right_length(wire + b"\0")[:-1],
                  "the hop limit": packets.with_right_length(packets.flipped(wire, 8 if packets.version_of(wire) == 4 else 7)),
                  "the number": self.ours.seal(sa, number ^ 1, packet, cuts)[1],
                  "an IP packet too long": wire}
        if self.fault == "an IP packet too long":
            verdict = "forwarded"
        return verdict, faults.get(self.fault, wire)

    def open(self, sa, highest, packet, cuts=None):
        verdict, inner, after = self.ours.open(sa, highest, packet, cuts)
        if verdict == "forwarded":
            return verdict, packets.flipped(inner, len(inner) - 1) if self.fault == "an inner octet" else inner, after
        faults = {"a forged packet accepted": ("forwarded", inner, after),
                  "plaintext left": (verdict, self.plain, after),
                  "the window moved": (verdict, inner, after + 1),
                  "another reason": ("bad_padding", inner, after)}
        return faults.get(self.fault, (verdict, inner, after))


def self_test(ours):
    form, missed = Form("aes-gcm-16/128", "tunnel", 4, 6, True), []
    for fault in (None, "the ICV", "the length", "the hop limit", "the number", "an IP packet too long", "an inner octet",
                  "a forged packet accepted", "plaintext left", "the window moved", "another reason"):
        tally = Tally(shown=0)
        Exchange(tally, FaultyEnd(ours, fault), form).run(form.sizes[:3])
        if (tally.failed > 0) != (fault is not None) or tally.passed == 0:
            missed.append(f"{fault or 'no fault'}: {tally.passed} passed, {tally.failed} failed")
    print("\n".join(missed) if missed else "every fault is found")
    return 1 if missed else 0


def run():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("peer")
    words.add_argument("--self-test", action="store_true")
    words.add_argument("--capture-tunnel")
    words.add_argument("--capture")
    asked = words.parse_args()
    print(f"Scapy {VERSION}")
    tally = Tally()
    with OurEnd(asked.peer) as ours:
        if asked.self_test:
            return self_test(ours)
        for form in every_form(known(ours, tally)):
            if form.esn and form.suite.mac:
                tally.skip(ESN_AND_MAC)
            else:
                Exchange(tally, ours, form).run(form.sizes)
    if asked.capture_tunnel and Path(asked.capture_tunnel).exists():
        main_job_with_esn(tally, asked.capture_tunnel, asked.capture)
    else:
        tally.skip("the main job with ESN: it is not built here")
    return tally.close()


if __name__ == "__main__":
    sys.exit(run())
