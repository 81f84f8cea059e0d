#!/usr/bin/env python3
"""AH exchanged with Scapy, both ways, every octet compared, and what may change on the way changed.

  scapy_ah.py PEER
  scapy_ah.py PEER --self-test     checks that an end of ours with a fault is found out

PEER is the program peer.cpp.
"""
# class 54: what we send is verified by somebody else, and what somebody else sends is verified by us
# class 9: fields that routers change do not matter, every other octet does; IPv4 options and IPv6 extension headers by kind
# class 10: AH is padded to 4 octets over IPv4 and to 8 over IPv6
# row 14: alone, in both modes and families
# class 17, 55: every refusal is asserted by its reason, and the twin without the fault is accepted
import argparse
import itertools
import random
import sys

import packets
import scapy_peer
from our_end import OurEnd
from scapy_peer import IP, Form, IPSecIntegrityError, IPv6, ScapyEnd, SecurityAssociation, third
from suites import Suite
from tally import Tally, shown

from scapy.layers.ipsec import AH

NO_MAC = "Scapy has no such MAC; the kernel part and the vectors have it"
NO_SEGMENTS = "signed by Scapy with a routing header that has no segments left: it signs as if there were one to go; it verifies ours"
HEADER = 12   # octets of AH in front of the ICV


class AhEnd(ScapyEnd):
    """The other end."""

    def __init__(self, form):
        self.form = form
        self.sa = SecurityAssociation(AH, spi=form.sa.spi, tunnel_header=IP() if form.mode == "tunnel" else None, esn_en=form.esn,
                                      **form.suite.scapy(form.sa.key, form.sa.salt))

    def sign(self, packet, number):
        if self.form.mode == "tunnel":
            self.sa.tunnel_header = self.outer_header(packet, number)
        self.sa.esn, self.sa.seq_num = number >> 32, number & 0xFFFFFFFF
        return bytes(self.sa.encrypt(self.dissected(packet), seq_num=number & 0xFFFFFFFF))

    def verify(self, wire, high):
        """The packet, or the name of what Scapy raises."""
        self.sa.esn = high
        try:
            whole = self.dissected(wire)
            if self.form.mode == "tunnel":
                return bytes(self.sa.decrypt(whole))
            self.sa.check_spi(whole)
            self.sa.auth_algo.verify(whole, self.sa.auth_key, esn_en=self.sa.esn_en, esn=high)
        except (IPSecIntegrityError, TypeError, IndexError) as refused:
            return type(refused).__name__
        # What Scapy makes of options that it put back is its own; who takes AH out of a verified packet keeps them.
        at = packets.Headers(wire)
        return packets.with_payload(wire, at.size, at.protocol_at, wire[at.size], wire[at.size + 4 * (wire[at.size + 1] + 2):])


def changed_on_the_way(packet):
    """(what, packet): a field in the first header as a router may have left it, its checksum right."""
    version = packets.version_of(packet)
    fields = {4: [("DSCP", 1, 0x80), ("DF", 6, 0x40), ("TTL", 8, 0x1F)], 6: [("DSCP", 0, 0x02), ("flow label", 3, 0x5A), ("hop limit", 7, 0x1F)]}
    for what, at, bits in fields[version]:
        other = packet[:at] + bytes([packet[at] ^ bits]) + packet[at + 1:]
        yield what, packets.with_right_length(other)


class AhExchange:
    """All that is tried in one form."""

    def __init__(self, tally, ours, form):
        self.tally, self.ours, self.form, self.sa, self.scapy = tally, ours, form, form.sa, AhEnd(form)
        unit = 8 if form.outer == 6 else 4
        self.octets = (HEADER + form.suite.icv + unit - 1) // unit * unit

    def run(self, sizes):
        form = self.form
        for turn, size in sizes:
            self.both_ways(form.packet(size, turn, form.extras), form.first + turn, turn)
        largest = packets.LONGEST - (20 if form.outer == 4 else 0) - self.octets - 8
        largest -= 0 if form.mode == "transport" else 20 if form.inner == 4 else 40
        self.both_ways(form.packet(largest, 0), form.last, turn=0)
        verdict, _ = self.ours.seal(self.sa, form.first, form.packet(largest + 1, 0))
        self.case(verdict == "too_long", b"", form.first, lambda: f"one octet too many: sealing said {verdict}")
        self.on_the_way()
        if form.mode == "transport" and form.inner == 6:
            self.routed()
        self.flipped_bits()

    def case(self, holds, packet, number, words):
        self.tally.case(holds, lambda: f"{self.form.words}, number {number:#x}: {words()}; the packet is {packet.hex()}")

    def signed(self, packet, number, turn):
        verdict, wire = self.ours.seal(self.sa, number, packet, packets.cuts_of(len(packet), turn))
        wrong = packets.wrong_in_header(wire)
        self.case(verdict == "forwarded" and not wrong, packet, number, lambda: f"sealing said {verdict}; wrong: {wrong or 'nothing'}")
        return wire

    def accepted(self, packet, number, turn, theirs):
        highest = max(number - 1 - turn % 7, 0)
        got = self.ours.open(self.sa, highest, theirs, packets.cuts_of(len(theirs), turn + 1))
        self.case(got == ("forwarded", packet, number), packet, number, lambda: f"we opened {shown(theirs)} as {got[0]}, {shown(got[1])}, window {got[2]:#x}")

    def both_ways(self, packet, number, turn):
        wire = self.signed(packet, number, turn)
        opened = self.scapy.verify(wire, number >> 32)
        self.case(opened == packet, packet, number, lambda: f"Scapy opened {shown(wire)} as {shown(opened)}")
        length = (wire[packets.Headers(wire).size + 1] + 2) * 4
        self.case(length == self.octets, packet, number, lambda: f"AH of {length} octets instead of {self.octets}")
        theirs = self.scapy.sign(packet, number)
        kinds = packets.Headers(packet).kinds
        if self.form.mode == "transport" and packets.ROUTING in kinds:
            self.tally.skip(NO_SEGMENTS)
            return
        if self.form.mode == "transport" and packets.DESTINATION in kinds and packets.ROUTING not in kinds and theirs != wire:
            self.tally.skip(scapy_peer.PLACEMENT.replace("ESP", "AH").replace("4303", "4302"))
        else:
            self.case(theirs == wire, packet, number, lambda: f"we sent {shown(wire)}, Scapy {shown(theirs)}")
        self.accepted(packet, number, turn, theirs)

    def on_the_way(self):
        """Fields that routers change; in transport mode the receiver gets them as they are then."""
        number = self.form.first + 500
        packet = self.form.packet(21, 0)
        wire, theirs = self.signed(packet, number, 0), self.scapy.sign(packet, number)
        expected = dict(changed_on_the_way(packet)) if self.form.mode == "transport" else {}
        for what, other in changed_on_the_way(wire):
            opened = self.scapy.verify(other, number >> 32)
            wanted = expected.get(what, packet)
            self.case(opened == wanted, packet, number, lambda what=what, opened=opened: f"{what} changed: Scapy opened ours as {shown(opened)}")
        for turn, (what, other) in enumerate(changed_on_the_way(theirs)):
            self.accepted(expected.get(what, packet), number, turn, other)

    def routed(self):
        """A routing header with a segment to go is signed as it will be at the end (RFC 4302 3.3.3.1.2.3)."""
        number = self.form.first + 600
        source, last = packets.HOSTS[6]
        hop = packets.GATEWAYS[6][1]
        body = packets.upper_layer(6, packets.UDP, b"routed")

        def packet(destination, left, address):
            return packets.ipv6(packets.UDP, body, ends=(source, destination), extensions=[(packets.ROUTING, bytes([2, 0, left, 0, 0, 0, 0]) + address)])

        leaving, arriving = packet(hop, 1, last), packet(last, 0, hop)
        wire, theirs = self.signed(leaving, number, 0), self.scapy.sign(leaving, number)
        self.case(wire == theirs, leaving, number, lambda: f"with a segment to go we sent {shown(wire)}, Scapy {shown(theirs)}")
        behind = len(leaving) - len(body)
        arrived = packets.with_right_length(arriving[:40] + bytes([theirs[40]]) + arriving[41:behind] + theirs[behind:])
        opened = self.scapy.verify(arrived, number >> 32)
        self.case(opened == arriving, leaving, number, lambda: f"after its way Scapy opened it as {shown(opened)}")
        self.accepted(arriving, number, 0, arrived)

    def flipped_bits(self):
        """One bit in every octet that the ICV covers, and in the ICV; but not where it makes another packet of it."""
        number, chance = self.form.first + 1000, random.Random(self.form.words)
        packet = self.form.packet(16, 1)
        wire, theirs = self.signed(packet, number, 0), self.scapy.sign(packet, number)
        ah = packets.Headers(theirs).size
        addresses = range(12, 20) if self.form.outer == 4 else range(8, 40)
        identification = (4, 5) if self.form.outer == 4 else ()
        for at in (*identification, *addresses, ah, ah + 2, ah + 3, *range(ah + 8, ah + HEADER + self.form.suite.icv), *range(ah + self.octets, len(theirs))):
            bit = chance.randrange(8)
            verdict, _, after = self.ours.open(self.sa, number, packets.flipped(theirs, at, bit))
            self.case((verdict, after) == ("icv_mismatch", number), packet, number, lambda at=at, v=verdict: f"octet {at} of {shown(theirs)} flipped: we said {v}")
            opened = self.scapy.verify(packets.flipped(wire, at, bit), number >> 32)
            self.case(opened == "IPSecIntegrityError", packet, number, lambda at=at, o=opened: f"octet {at} flipped: Scapy opened it as {shown(o)}")
        # AH says how long it is; what it says is not believed (class 8).
        for words in {*range(256)} - {self.octets // 4 - 2}:
            verdict, _, after = self.ours.open(self.sa, number, theirs[:ah + 1] + bytes([words]) + theirs[ah + 2:])
            self.case(verdict != "forwarded" and after == number, packet, number, lambda words=words, v=verdict: f"AH of {words} + 2 words: we said {v}")
        self.accepted(packet, number, 1, theirs)


def every_form(suites):
    tunnels = [("tunnel", outer, inner) for outer in (4, 6) for inner in (4, 6)]
    for turn, (suite, esn) in enumerate(itertools.product(suites, (False, True))):
        for form in (*tunnels, ("transport", 4, 4), ("transport", 6, 6)):
            yield Form(suite, *form, esn, third(turn))
            turn += 1


class FaultyEnd(scapy_peer.FaultyEnd):
    """Our end with one fault in what it answers."""

    FAULTS = ("the ICV", "the length", "the number", "an inner octet", "a forged packet accepted", "the window moved", "another reason")

    def seal(self, sa, number, packet, cuts=None):
        # Some faults would make too long what just fits.
        return super().seal(sa, number, packet, cuts) if len(packet) < 60000 else self.ours.seal(sa, number, packet, cuts)


def self_test(ours, suite):
    missed = []
    for fault in (None, *FaultyEnd.FAULTS):
        tally, form = Tally(shown=0), Form(suite, "tunnel", 4, 6, True)
        AhExchange(tally, FaultyEnd(ours, fault), form).run(form.sizes[:3])
        if (tally.failed > 0) != (fault is not None) or tally.passed == 0:
            missed.append(f"{fault or 'no fault'}: {tally.passed} passed, {tally.failed} failed")
    print("\n".join(missed) if missed else "every fault is found")
    return 1 if missed else 0


def run():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("peer")
    words.add_argument("--self-test", action="store_true")
    asked = words.parse_args()
    print(f"Scapy {scapy_peer.VERSION}")
    tally = Tally()
    with OurEnd(asked.peer) as ours:
        both = []
        for suite in map(Suite, ours.suites()):
            if suite.protocol == "ah" and suite.scapy(bytes(suite.key), bytes(suite.salt)):
                both.append(suite.name)
            elif suite.protocol == "ah":
                tally.skip(f"{suite.name}: {NO_MAC}")
        if asked.self_test:
            return self_test(ours, both[0])
        for form in every_form(both):
            AhExchange(tally, ours, form).run(form.sizes)
    return tally.close()


if __name__ == "__main__":
    sys.exit(run())
