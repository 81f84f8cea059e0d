#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: fuzz/corpus/<property>/seed-*, the same octets every time.

  make_seeds.py [FOLDER]     writes below FOLDER (default: corpus beside this file); finds that stand there are left alone
  make_seeds.py --check      exit 1 when a seed on disk is not what this script writes

The layout of an input stands in the head comment of its property (include/esplanade/testing/fuzz/<property>.hpp).
A seed says the least that leads somewhere: what is missing at its end counts as zeros.
"""
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def be16(value):
    return struct.pack(">H", value & 0xffff)


# --- choices that several properties take --------------------------------------------------------------------------------
TRANSPORT, ESN, OUTER_IPV6 = 1, 2, 4
ANY, IPV4_NETS, UDP_PORTS, IPV6_NETS = 0, 8, 16, 24
FROM_0, FROM_D, END_OF_32, SECOND_SUBSPACE, END_OF_THIRD, FAR, END_OF_64, BEHIND_WINDOW = (kind << 5 for kind in range(8))


def sa(wish=0, suite=0, start=0):
    return bytes([suite, wish]) + be16(start)


SAS = {
    "plain": sa(),
    "esn": sa(ESN),
    "esn-high": sa(ESN | SECOND_SUBSPACE, start=9),
    "esn-border": sa(ESN | END_OF_32, start=1),
    "esn-third": sa(ESN | END_OF_THIRD, start=3),
    "last-numbers": sa(END_OF_32, start=2),
    "last-numbers-of-64": sa(ESN | END_OF_64, start=2),
    "outer-ipv6": sa(OUTER_IPV6),
    "selector": sa(IPV4_NETS),
    "ports": sa(UDP_PORTS | ESN),
    "ipv6-nets": sa(IPV6_NETS | OUTER_IPV6),
    "transport": sa(TRANSPORT),
    "transport-esn": sa(TRANSPORT | ESN | SECOND_SUBSPACE, suite=1, start=4),
    "second-suite": sa(ESN, suite=1),
}
IPV6, TCP, ICMP, OTHER, OUTSIDE, EXTRAS, IP_FRAGMENT = 1, 2, 4, 6, 8, 16, 32


def packet(kind=0, payload=8, traffic_class=0, protocol=None, extras=b""):
    """A packet for take_packet()."""
    body = bytes(range(payload % 256)) if isinstance(payload, int) else payload
    out = bytes([kind | (EXTRAS if extras else 0), traffic_class])
    if kind >> 1 & 3 == 3:
        out += bytes([protocol or 0])
    if extras:
        out += bytes([len(extras) // (8 if kind & IPV6 else 4)]) + extras
    return out + be16(len(body)) + body


UDP_PACKET = packet(payload=bytes.fromhex("0fa0003500140000") + b"who is there")
IPV6_PACKET = packet(IPV6, payload=bytes.fromhex("0fa0003500100000") + b"question")
DESTINATION_OPTIONS = bytes.fromhex("1100010400000000")
ROUTING = bytes.fromhex("2b00010400000000") + bytes.fromhex("1100000000000000")


def cut(*borders):
    return bytes([len(borders)]) + b"".join(be16(border) for border in borders)


def change(at, value):
    return be16(at) + bytes([value])


# --- one function per property -------------------------------------------------------------------------------------------
def open_never_overreads():
    as_it_is, changed, shorter, longer, other_spi, twice_changed = 1, 2, 3, 4, 5, 6
    which, lengths_right, burst_ends = 8, 32, 64
    two = bytes([1]) + UDP_PACKET + packet(TCP, 20)
    yield "nothing", SAS["plain"]
    yield "own-octets", SAS["plain"] + two + bytes([0]) + be16(28) + bytes.fromhex("4500001c00000000403200000a0000010a0000020000100000000001")
    yield "as-they-are", SAS["esn"] + two + bytes([as_it_is, 0, as_it_is | which, 0, as_it_is | burst_ends, 0, as_it_is, 0])
    for name, at in ("spi", 23), ("number", 27), ("iv", 35), ("text", 40), ("icv-first", -16), ("icv-last", -1):
        size = 20 + 8 + 8 + 40 + 4 + 16
        yield f"flipped-{name}", SAS["plain"] + bytes([0]) + UDP_PACKET + bytes([changed]) + change(at % size, 1) + bytes([0, as_it_is, 0])
    yield "number-far-ahead", SAS["plain"] + two + bytes([changed | burst_ends]) + change(24, 0x80) + bytes([0, as_it_is, 0])
    yield "number-far-ahead-esn", SAS["esn-high"] + two + bytes([changed | burst_ends]) + change(26, 0x80) + bytes([0, as_it_is, 0])
    yield "shorter", SAS["plain"] + two + bytes([shorter | lengths_right, 1, 0, shorter, 60, 0, shorter | lengths_right, 49, 0])
    yield "longer", SAS["plain"] + two + bytes([longer | lengths_right, 4, 1, 2, 3, 4, 0, longer, 2, 9, 9]) + cut(20, 28)
    yield "other-spi", SAS["plain"] + two + bytes([other_spi, 0, other_spi | which, 0])
    yield "outer-mark", SAS["outer-ipv6"] + bytes([0]) + packet(traffic_class=2) + bytes([changed]) + change(1, 0x30) + bytes([0])
    yield "cut-in-icv", SAS["plain"] + two + bytes([as_it_is]) + cut(30, 90, 95) + bytes([twice_changed]) + change(70, 1) + change(95, 1) + cut(36)
    yield "transport", SAS["transport"] + two + bytes([as_it_is, 0, changed]) + change(9, 3) + bytes([0])


def round_trip_at_any_cut():
    for name, chosen in SAS.items():
        inside = IPV6_PACKET if name == "ipv6-nets" else UDP_PACKET
        yield name, chosen + bytes([2]) + b"".join(bytes([0]) + p + cut(9, 25) for p in (inside, packet(TCP, 40), packet(ICMP, 5))) + cut(1, 30) * 3
    yield "tight-room", SAS["plain"] + bytes([1]) + bytes([1, 36, 22]) + UDP_PACKET + cut() + bytes([1, 35, 21]) + UDP_PACKET + cut()
    yield "options", SAS["transport"] + bytes([1, 0]) + packet(extras=bytes.fromhex("0104020001000000")) + cut(22) + bytes([0]) + packet(extras=b"\x07\x01\x00\x00") + cut()
    for name, extras in ("destination-options", DESTINATION_OPTIONS), ("routing", ROUTING), ("cut-short", b"\x3c\x09" + bytes(6)):
        yield name, SAS["transport"] + bytes([0, 0]) + packet(IPV6, 12, extras=extras) + cut(44)
    yield "ip-fragments", SAS["plain"] + bytes([1, 0]) + packet(IP_FRAGMENT, 16) + cut() + bytes([0]) + packet(IPV6 | IP_FRAGMENT, 16) + cut()
    yield "marks", SAS["plain"] + bytes([2]) + b"".join(bytes([0]) + packet(IPV6 * odd, 9, mark) + cut() for mark, odd in ((3, 0), (0xb9, 1), (1, 0)))
    yield "large", SAS["esn"] + bytes([0, 0]) + packet(payload=bytes(1399)) + cut(1, 400, 800, 1418)
    yield "neighbour", SAS["selector"] + bytes([1, 2]) + UDP_PACKET + cut() + bytes([0]) + packet(OUTSIDE, 8) + cut() + cut() * 4 + be16(1)


def cuts_do_not_matter():
    signed, changed = 1, 2
    for name in "plain", "esn-high", "transport", "outer-ipv6", "second-suite":
        yield name, SAS[name] + bytes([0]) + UDP_PACKET + cut(3, 20, 27) + cut(5, 21, 33, 90)
    yield "single-octets", SAS["plain"] + bytes([0]) + packet(ICMP, 6) + cut(*range(1, 8)) + cut(*range(28, 36))
    yield "in-the-icv", SAS["plain"] + bytes([0]) + packet(ICMP, 6) + cut(0, 26) + cut(60, 61, 70)
    yield "changed", SAS["plain"] + bytes([changed]) + UDP_PACKET + cut(30) + change(50, 4) + cut(50)
    yield "padding-on-a-border", SAS["plain"] + bytes([signed]) + be16(32) + bytes.fromhex("4500001500000000400000000a0100050a020005aa010203040506070809090409"[:64]) + UDP_PACKET + cut() + cut(60, 66)
    yield "no-text-left", SAS["transport"] + bytes([signed]) + be16(4) + bytes.fromhex("01020211") + UDP_PACKET + cut() + cut(36, 38)
    yield "options", SAS["transport"] + bytes([0]) + packet(extras=bytes.fromhex("0104020001000000")) + cut(21, 24) + cut(22, 29)
    yield "extensions", SAS["transport"] + bytes([0]) + packet(IPV6, 12, extras=ROUTING) + cut(41, 47, 50) + cut(39, 44, 60)


def window_equals_set_model():
    right, left_of_right, left, left_of_left, wire, border, far, absolute = range(8)
    ask, inferred = 8, 16

    def of(kind, offset, *events):
        return bytes([kind]) + be16(offset) + b"".join(bytes([what]) + be16(d) for what, d in events)

    yield "in-order", of(0, 0, *[(right, 1)] * 6)
    yield "edges", of(0, 0, (absolute, 0), (absolute, 1), (right, 64), (left, 0), (left, 0), (left_of_left, 1), (left_of_right, 0), (left, 1))
    yield "extra-block", of(1, 6400, (left, 64), (border, 0))
    yield "left-edge", of(1, 640, (left, 0), (left, 1), (right, 1), (border, 0), (left, 0), (left, 1), (left, 2), *[(left_of_right, d) for d in range(0, 70, 9)])
    yield "every-block", of(1, 6400, *[(left, 64 * d) for d in range(20)], (border, 3), *[(left, 64 * d) for d in range(20)], (border, 64), *[(left, 64 * d) for d in range(20)])
    yield "jumps", of(0, 0, (right, 5), (far, 8), (left, 0), (far, 31), (far, 40), (left_of_right, 3), (right, 2000), (left, 5))
    yield "subspace", of(2, 3, *[(right | inferred, 1)] * 8, (left_of_right | inferred, 3), (left | inferred, 0))
    yield "high-half", of(4, 2, (right | inferred, 3), (left | inferred, 0), (wire, 1), (left_of_left | inferred, 1), (wire, 0x7fff))
    yield "no-high-half", of(0, 0, (left_of_right | inferred, 1), (left_of_right | inferred | ask, 3), (wire, 0xffff))
    yield "end", of(6, 2, (right, 1), (right, 1), (right, 1), (left_of_right, 0), (left, 0), (right | inferred, 1))
    yield "restored", of(7, 31, (left, 0), (right, 0), (right, 0), (left_of_left, 1), (border, 0), (left, 3))


def header_walk_bounded():
    def ipv4(options=b"", protocol=17, payload=bytes(8), fragment=0, total=None, source="0a010005"):
        size = 20 + len(options)
        total = size + len(payload) if total is None else total
        return bytes([0x40 | size // 4, 0]) + be16(total) + be16(1) + be16(fragment) + bytes([64, protocol, 0, 0]) + bytes.fromhex(source + "0a020005") + options + payload

    def ipv6(next_header, rest, length=None):
        size = len(rest) if length is None else length
        return bytes.fromhex("60000000") + be16(size) + bytes([next_header, 64]) + bytes.fromhex("20010db8000100000000000000000007" "20010db8000200000000000000000008") + rest

    def options(count, kind=60, last=50, size=0):
        return b"".join(bytes([kind if i + 1 < count else last, size, 1, 4]) + bytes(4 + 8 * size) for i in range(count))

    esp = bytes.fromhex("0000100000000001") + bytes(40)
    packets = {
        "nothing": b"", "version-5": bytes([0x50]) + bytes(39), "ipv4": ipv4(), "ipv4-esp": ipv4(protocol=50, payload=esp),
        "ipv4-short": ipv4()[:19], "ipv4-says-more": ipv4(total=200), "ipv4-says-less": ipv4(total=19),
        "ipv4-options": ipv4(bytes.fromhex("07070400000000019404000000000000")), "ipv4-option-0": ipv4(bytes.fromhex("07000000")),
        "ipv4-option-1": ipv4(bytes.fromhex("01010107")), "ipv4-option-too-long": ipv4(bytes.fromhex("8205000001010101"[:8])),
        "ipv4-fragment": ipv4(fragment=0x2000), "ipv4-later": ipv4(fragment=7, protocol=50, payload=esp),
        "ipv6": ipv6(17, bytes(8)), "ipv6-esp": ipv6(50, esp), "ipv6-short": ipv6(17, b"")[:39], "ipv6-says-more": ipv6(17, b"", 9),
        "one-option": ipv6(60, options(1) + esp), "eight-options": ipv6(60, options(8) + esp), "64-options": ipv6(60, options(64) + esp),
        "65-options": ipv6(60, options(65) + esp), "200-options": ipv6(60, options(200) + esp), "large-option": ipv6(60, options(2, size=7) + esp),
        "hop-by-hop": ipv6(0, options(1) + esp), "late-hop-by-hop": ipv6(60, options(1, last=0) + options(1) + esp),
        "routing": ipv6(60, options(1, last=43) + options(1, last=60) + options(1) + esp), "option-past-the-end": ipv6(60, bytes([50, 9]) + bytes(6)),
        "fragment": ipv6(44, bytes.fromhex("3200000100000001") + esp), "atomic-fragment": ipv6(44, bytes.fromhex("3200000000000001") + esp),
        "later-fragment": ipv6(44, bytes.fromhex("3c00010800000001") + bytes(8)),
    }
    for name, octets in packets.items():
        yield name, bytes([0]) + octets


def resigned_inputs():
    inside, inner_change, trailer, pad_octets, text_change, whole_change, burst_ends, neighbour = (1 << bit for bit in range(8))
    following, ahead, behind, again, half_ahead, subspace_ahead, absolute, left_edge = range(8)
    extra_header, link_padding = 32, 64

    def wire(what=inside, number=following, how=0, d=0, content=UDP_PACKET, rest=b"", borders=cut()):
        return bytes([what, how | number]) + be16(d) + content + rest + borders

    for name, chosen in SAS.items():
        content = IPV6_PACKET if name == "ipv6-nets" else UDP_PACKET
        yield name, chosen + wire(content=content) + wire(content=content, borders=cut(20, 30)) + wire(inside | burst_ends, content=content) + wire(number=again, content=content)
    yield "replay", SAS["plain"] + wire(inside | burst_ends) + wire(number=again) + wire(number=again)
    yield "window", SAS["esn-third"] + b"".join(wire(inside | burst_ends, number, d=d) for number, d in
                                                ((ahead, 70), (behind, 64), (left_edge, 0), (left_edge, 1), (half_ahead, 0), (subspace_ahead, 5), (absolute, 3)))
    yield "window-of-32-bits", SAS["plain"] + b"".join(wire(inside | burst_ends, number, d=d) for number, d in
                                                        ((ahead, 1500), (behind, 1), (left_edge, 0), (left_edge, 1), (behind, 31), (half_ahead, 0), (absolute, 1)))
    yield "forged-ahead", SAS["plain"] + wire(inside | whole_change | burst_ends, ahead, d=900, rest=change(60, 1)) + wire(number=absolute, d=1)
    yield "pad-lengths", SAS["plain"] + b"".join(wire(inside | trailer, rest=bytes([length, 4])) for length in (0, 3, 41, 42, 43, 255))
    yield "pad-length-254", SAS["plain"] + wire(inside | trailer, rest=bytes([254, 4]))
    yield "pad-octets", SAS["plain"] + wire(inside | pad_octets, rest=bytes([10])) + wire(inside | pad_octets, rest=bytes([254])) + wire(inside | text_change, rest=change(40, 1))
    for name in "plain", "transport":
        yield f"next-headers-{name}", SAS[name] + b"".join(wire(inside | trailer, rest=bytes([2, number])) for number in (0, 6, 17, 41, 50, 59, 255))
    for name, at, value in ("version", 0, 0x20), ("ihl-large", 0, 0x0a), ("ihl-small", 0, 0x04), ("total-large", 2, 0x40), ("total-more", 3, 0x40), ("total-less", 3, 0x08):
        yield f"inner-{name}", SAS["plain"] + wire(inside | inner_change, rest=change(at, value))
    yield "inner-ipv6-length", SAS["plain"] + wire(inside | inner_change, content=IPV6_PACKET, rest=change(5, 0x40)) + wire(inside | inner_change, content=IPV6_PACKET, rest=change(4, 1))
    yield "inner-small", SAS["plain"] + b"".join(wire(0, content=be16(size) + bytes([0x45] + [0] * 2 + [size] + [0] * 16)[:size]) for size in (0, 1, 19, 20))
    yield "outside-selectors", SAS["selector"] + wire(content=packet(OUTSIDE, 8)) + wire(content=UDP_PACKET) + wire(content=IPV6_PACKET)
    yield "outside-ports", SAS["ports"] + wire(content=packet(payload=bytes.fromhex("00350fa100080000"))) + wire(content=packet(IP_FRAGMENT, 8)) + wire(content=packet(ICMP, 8))
    for marks in (0, 1), (2, 3):
        yield f"outer-marks-{marks[0]}-{marks[1]}", SAS["plain"] + b"".join(
            wire(how=mark << 3, content=packet(IPV6 * (inner & 1), 8, inner)) for mark in marks for inner in range(4))
    yield "outer-options", SAS["plain"] + wire(how=extra_header) + wire(how=link_padding) + wire(inside | whole_change, rest=change(20, 3))
    yield "outer-options-ipv6", SAS["outer-ipv6"] + wire(how=extra_header | link_padding) + wire(inside | whole_change, rest=change(6, 1))
    yield "two-sas", SAS["esn"] + wire() + wire(inside | neighbour) + wire() + wire(inside | neighbour | whole_change, rest=change(22, 1))


def pipelines_agree():
    changed, doubled, signed, turned = 1, 2, 4, 8
    for name, chosen in SAS.items():
        content = IPV6_PACKET if name == "ipv6-nets" else UDP_PACKET
        two = bytes([1]) + content + packet(TCP, 33) + cut(7, 22) * 4
        yield name, chosen + two + bytes([0, 0]) + cut(21, 50) * 4
    two = bytes([1]) + UDP_PACKET + packet(ICMP | OUTSIDE, 3) + cut(30) * 4
    yield "doubled", SAS["plain"] + two + bytes([doubled, doubled | turned]) + cut(29) * 8
    yield "changed", SAS["esn"] + two + bytes([changed]) + change(50, 1) + bytes([changed]) + change(22, 1) + cut() * 4
    yield "outside-selectors", SAS["selector"] + two + bytes([0, 0])
    yield "signed", SAS["plain"] + bytes([0]) + UDP_PACKET + cut() * 2 + bytes([signed]) + be16(32) + bytes.fromhex("4500001a0000000040000000" "0a0100050a020005" "010203040506" "01020304" "0404") + cut() * 2
    yield "signed-long-padding", SAS["plain"] + bytes([0]) + UDP_PACKET + cut() * 2 + bytes([signed]) + be16(8) + bytes.fromhex("450000140000ff04")


def reassembly_like_octets():
    V6, MORE, FURTHER, NOT_ECT, ECT1, ECT0, CE = 8, 16, 32, 0, 1 << 6, 2 << 6, 3 << 6
    late = 255

    def of(*events):
        return b"".join(bytes([what, at, size, seconds]) + cuts for what, at, size, seconds, cuts in (event if len(event) == 5 else (*event, cut()) for event in events))

    def pieces(what, sizes, order):
        offsets = [sum(sizes[:i]) // 8 for i in range(len(sizes))]
        return [(what | (MORE if i + 1 < len(sizes) else 0), offsets[i], sizes[i], 0) for i in order]

    yield "in-order", of(*pieces(1, [64, 64, 9], (0, 1, 2)))
    yield "last-first", of(*pieces(1 | V6, [8, 16, 1], (2, 1, 0)))
    yield "two-at-once", of(*[one for two in zip(pieces(2, [40, 24, 7], (1, 0, 2)), pieces(3 | V6 | FURTHER, [8, 8, 8], (0, 2, 1))) for one in two])
    yield "options", of(*pieces(1 | FURTHER, [24, 24], (1, 0)))
    yield "duplicate", of(*pieces(1, [64, 64, 9], (0, 0, 1, 1, 2)))
    yield "overlap", of((1 | MORE, 0, 64, 0), (1 | MORE, 4, 64, 0), (1, 12, 9, 0), (1 | MORE, 0, 64, 0))
    yield "overlap-inside", of((1 | V6 | MORE, 0, 64, 0), (1 | V6 | MORE, 1, 8, 0), (1 | V6, 8, 8, 0))
    yield "two-ends", of((1, 8, 8, 0), (1, 8, 7, 0), (1, 4, 8, 0))
    yield "beyond-the-end", of((1, 2, 8, 0), (1 | MORE, 4, 8, 0))
    yield "end-that-follows", of((1 | MORE, 4, 8, 0), (1, 2, 8, 0))
    yield "end-at-a-piece", of((1 | MORE, 0, 8, 0), (1, 0, 8, 0), (1 | MORE, 0, 8, 0))
    yield "too-many-pieces", of(*pieces(1, [8] * 8, range(8)))
    yield "too-many-datagrams", of(*[(which | MORE, 0, 8, 0) for which in range(5)], (1, 1, 8, 0), (4 | MORE, 0, 8, 0), (4, 1, 8, 0))
    yield "late", of((1 | MORE, 0, 8, 0), (1, 1, 8, late), *[(2 | MORE, 0, 8, late)] * 5, (1 | MORE, 0, 8, 0), (1, 1, 8, 0))
    yield "given-up-and-late", of((1 | MORE, 0, 16, 0), (1 | MORE, 1, 8, 0), (1 | MORE, 0, 16, 0), *[(2 | MORE, 0, 8, late)] * 5, *pieces(1, [16, 8], (0, 1)))
    yield "congested", of(*pieces(1 | ECT0, [8], ()), (1 | ECT0 | MORE, 0, 8, 0), (1 | CE, 1, 8, 0), (2 | V6 | CE | MORE, 0, 8, 0), (2 | V6 | ECT1, 1, 8, 0))
    yield "congested-not-ect", of((1 | NOT_ECT | MORE, 0, 8, 0), (1 | CE, 1, 8, 0))
    yield "tiny-odd-none", of((1 | MORE, 0, 7, 0), (1 | MORE, 0, 0, 0), (1, 1, 0, 0), (1 | MORE, 0, 8, 0), (1, 1, 1, 0))
    yield "near-the-end", of((1 | MORE, 255, 248, 0), (1 | V6, 255, 255, 0), (1, 255, 200, 0))
    yield "cuts", of((1 | MORE, 0, 64, 0, cut(1, 20, 25)), (1, 8, 30, 0, cut(0, 49)))
    yield "same-addresses-either-family", of((1 | MORE, 0, 8, 0), (1 | V6, 1, 8, 0), (1, 1, 8, 0), (1 | V6 | MORE, 0, 8, 0))


def aggregation_round_trip():
    CONGESTION, WHOLE, CHANGED, V6, LOST = 1, 2, 4, 64, 64

    def of(octets, kind, least, *events):
        return be16(octets - 30) + bytes([kind, least]) + b"".join(events)

    def put(size, what=0):
        return bytes([what]) + be16(size)

    def leaves(delay=0, what=0, cuts=cut(), change=b""):
        return bytes([128 | what | delay]) + cuts + change

    yield "one", of(100, 0, 0, put(60), leaves())
    yield "many-in-one", of(400, 0, 0, put(60), put(40, V6), put(100), leaves(), leaves())
    yield "parted", of(100, 0, 0, put(250), put(20), *[leaves()] * 4)
    yield "parted-over-many", of(40, 0, 0, put(200, V6), *[leaves()] * 8)
    yield "ends-with-the-payload", of(104, 0, 0, put(100), put(100), put(50), put(50), *[leaves()] * 5)
    yield "short-rest", of(104, 0, 0, put(95), put(60), put(96), put(60), *[leaves()] * 4)
    yield "never-parted", of(104, WHOLE, 0, put(60), put(60), put(101), put(100), *[leaves()] * 4)
    yield "congestion", of(124, CONGESTION, 0, put(60), put(200), *[leaves()] * 4)
    yield "padding-alone", of(100, 0, 0, *[leaves()] * 3, put(60), leaves(), leaves())
    yield "full", of(60, 0, 0, *[put(200)] * 6, *[leaves()] * 12)
    yield "reordered", of(60, 0, 0, put(150), put(150), *[leaves(d) for d in (3, 0, 1, 2, 3, 3, 0, 0)])
    yield "lost", of(60, 0, 0, put(150), put(150), leaves(), leaves(0, LOST), leaves(), *[leaves()] * 5)
    yield "lost-first-and-last", of(60, 0, 0, put(150), put(30), put(150), leaves(0, LOST), *[leaves()] * 4, leaves(0, LOST), leaves())
    yield "lost-many", of(60, 0, 0, put(300), leaves(), *[leaves(0, LOST)] * 5, put(20), leaves(), leaves(2))
    yield "lost-and-reordered", of(60, 0, 0, put(150), put(150), leaves(2), leaves(0, LOST), leaves(3), leaves(), leaves(1), leaves(), leaves(0, LOST), leaves(3), leaves())
    yield "cuts", of(100, 0, 0, put(150), put(20), leaves(0, 0, cut(1, 3, 7)), leaves(0, 0, cut(4, 5, 60)), leaves(0, 0, cut(0, 99)))
    yield "large-fragments-only", of(100, 0, 60, put(50), put(70), put(70), *[leaves()] * 4)
    yield "changed-offset", of(60, CHANGED, 0, put(150), put(150), *[leaves(0, 0, cut(), change(3, v)) for v in (1, 40, 0, 255, 9, 7)])
    yield "changed-kind", of(60, CHANGED, 0, put(50), put(50), put(50), leaves(0, 0, cut(), change(0, 2)), leaves(0, 0, cut(), change(0, 1)), leaves(0, 0, cut(), change(4, 0x50)))
    yield "changed-length", of(60, CHANGED, 0, put(50), put(50, V6), put(50), leaves(0, 0, cut(), change(7, 19)), leaves(0, 0, cut(), change(8, 255)), leaves(0, 0, cut(), change(6, 1)))


def ah_like_a_plain_reading():
    no_headers = bytes([0]) + bytes(19)

    def headers4(options):
        return bytes([len(options) // 4 << 1]) + bytes(range(1, 20)) + options

    def headers6(*extensions):
        return bytes([len(extensions) << 1 | 1]) + bytes(range(40)) + b"".join(bytes([kind | units << 2]) + body.ljust(8 + 8 * units, b"\0") for kind, units, body in extensions)

    def trip(content, *changes, borders=b"\0\0"):
        return bytes([len(changes)]) + content + borders[:1] + b"".join(changes) + borders[1:]

    hop_by_hop, routing, fragment, destination = range(4)
    for name, chosen in SAS.items():
        content = IPV6_PACKET if name == "ipv6-nets" else UDP_PACKET
        yield name, chosen + no_headers + trip(content) + trip(content, change(1, 0x14)) + trip(content, change(4, 1)) + trip(content, change(8, 2), change(60, 1))
    for suite in range(5):
        yield f"suite-{suite}", sa(TRANSPORT, suite) + no_headers + trip(UDP_PACKET) + trip(IPV6_PACKET, change(3, 9)) + trip(UDP_PACKET, change(21, 1)) + trip(UDP_PACKET, change(45, 0x80))
    yield "routes", SAS["transport"] + headers4(bytes.fromhex("830b040a0000010a00000200")) + trip(packet(extras=bytes.fromhex("830b040a0000010a00000200")), change(20, 1))
    yield "options", SAS["transport"] + headers4(bytes.fromhex("94040000070704c0000201015e0400000000")[:16]) + trip(packet(extras=bytes.fromhex("9404000007070400000000015e040000")), change(26, 7))
    yield "options-too-long", SAS["transport"] + headers4(bytes.fromhex("07ff0400"))
    yield "two-routes", SAS["transport"] + headers4(bytes.fromhex("8307040a00000189070401020304" "0000"))
    yield "extensions", SAS["transport"] + headers6((hop_by_hop, 1, bytes.fromhex("00013e0401020304010400")), (destination, 0, bytes.fromhex("00001e0401020304"))) + trip(packet(IPV6, 12, extras=DESTINATION_OPTIONS), change(44, 1))
    yield "routing-header", SAS["transport"] + headers6((routing, 4, bytes.fromhex("00040002") + bytes(range(4, 40)))) + trip(packet(IPV6, 12, extras=ROUTING))
    yield "routing-of-another-type", SAS["transport"] + headers6((routing, 2, bytes.fromhex("00020401")))
    yield "fragment-header", SAS["transport"] + headers6((hop_by_hop, 0, bytes.fromhex("0000010400000000")), (fragment, 0, bytes(8)), (destination, 0, bytes.fromhex("0000010400000000")))


def offload_records():
    def report(revision, size, fill=0x5a, type_=0xa7, octets=None):
        return (bytes([type_, revision]) + struct.pack("<H", size) + bytes((fill + i) & 0xff for i in range(200)))[:size if octets is None else octets]

    def parameters(*values, flags=0, revision=2, size=22, v2=(0, 0), rest=b""):
        first = bytes(values).ljust(11, b"\0")
        return bytes([0x80, revision]) + struct.pack("<H", size) + first + b"\0" + struct.pack("<I", flags) + bytes(v2) + rest

    def activation(ipv4=(0, 0, 0), ipv6=(0, 0, 0), type_=0xa8, size=28):
        return bytes([type_, 1]) + struct.pack("<H6I", size, *ipv4, *ipv6)

    ethernet, tagged, snap = (1, 2, 14), (1, 2, 18), (1, 16, 22)
    for revision, size in (1, 112), (2, 144), (3, 156), (7, 180):
        for knows in 1, 2, 3:
            yield f"report-{revision}-read-as-{knows}", bytes([0, knows]) + report(revision, size)
    for size in 156, 157:
        yield f"report-4-of-{size}", bytes([0, 3]) + report(4, size)
    yield "report-zero", bytes([0, 3]) + report(2, 144)[:4] + bytes(140)
    yield "report-full", bytes([0, 3]) + report(2, 144)[:4] + b"\xff" * 140
    yield "report-short", bytes([0, 3]) + report(2, 143)
    yield "report-cut", bytes([0, 3]) + report(2, 144, octets=143)
    yield "report-of-1-claims-2", bytes([0, 3]) + report(2, 112)
    yield "report-revision-0", bytes([0, 3]) + report(0, 144)
    yield "report-other-type", bytes([0, 3]) + report(2, 144, type_=0x80)
    yield "report-header-alone", bytes([0, 3, 0xa7, 1, 0])
    yield "parameters-1", b"\1" + parameters(4, 3, 2, 1, 0, 2, 4, 1, 2, revision=1, size=20)[:20]
    yield "parameters-2", b"\1" + parameters(4, 3, 2, 1, 0, 2, 4, 1, 2, v2=(4, 3))
    yield "parameters-3", b"\1" + parameters(flags=1, revision=3, size=26, v2=(1, 2), rest=b"\1\2\3\4")
    yield "parameters-too-much", b"\1" + parameters(v2=(5, 0))
    yield "parameters-large-send-3", b"\1" + parameters(0, 0, 0, 0, 0, 3)
    yield "parameters-cut", b"\1" + parameters(v2=(1, 1))[:21]
    yield "activation", b"\2" + activation(ethernet, snap)
    yield "activation-cut", b"\2" + activation(ethernet, snap)[:27]
    yield "activation-odd", b"\2" + activation((9, 0xffffffff, 1), (2, 1, 0xffffffff), size=28)

    def request(what, record):
        return bytes([what, len(record)]) + record

    whole, bare, activates = 0, 1, 128
    yield "requests", b"\3" + request(whole, parameters(v2=(2, 0))) + request(activates, activation(ethernet)) + request(whole, parameters(v2=(1, 0))) + request(activates, activation((2, 0, 0), tagged)) + request(whole, parameters(v2=(4, 0)))
    yield "requests-bare", b"\3" + request(bare, bytes([0] * 5 + [1])) + request(activates | bare, struct.pack("<6I", *ethernet, *ethernet)) + request(bare, bytes(16) + b"\3") + request(activates | bare, struct.pack("<6I", 2, 0, 0, 0, 0, 0))
    yield "requests-refused", b"\3" + request(whole, parameters(v2=(9, 0))) + request(activates, activation((1, 8, 18))) + request(activates, activation((1, 1, 0))) + request(activates, activation(snap, (3, 0, 0))) + request(whole, b"") + request(activates, activation(ethernet)[:20])


def nbl_operations():
    (retreat, packet_retreat, undo, over_and_back, drop, trim, extend, data, copy, clone, fragment, reassemble, complete, push, pop, list_retreat) = range(16)

    def frames(*all):
        return bytes([len(all) - 1]) + b"".join(bytes(one[:3]) + cut(*one[3:]) for one in all)

    def op(which, *arguments, frame=0):
        return bytes([which | frame << 4, *arguments])

    flat, two, many = (40, 20, 16), (60, 8, 8, 14, 34), (50, 0, 0, 1, 2, 3, 20, 40)
    yield "room-in-front", frames(flat) + op(retreat, 20, 0) + op(over_and_back, 14) + op(undo, 0)
    yield "new-memory", frames(two) + op(retreat, 30, 8) + op(over_and_back, 30) + op(undo, 0) + op(retreat, 100, 0) + op(retreat, 9, 3) + op(undo, 0) + op(undo, 0)
    yield "hidden-room", frames(flat) + op(packet_retreat, 50) + op(over_and_back, 50) + op(drop, 53) + op(packet_retreat, 60) + op(undo, 0) + op(drop, 9)
    yield "hidden-in-new-memory", frames(two) + op(retreat, 40, 0) + op(drop, 9) + op(packet_retreat, 50) + op(drop, 70) + op(packet_retreat, 128) + op(undo, 0)
    yield "nothing-left", frames((3, 5, 9, 1)) + op(drop, 3) + op(extend, 9) + op(trim, 9) + op(packet_retreat, 8) + op(undo, 0) + op(retreat, 60, 4) + op(trim, 58) + op(packet_retreat, 30) + op(undo, 0)
    yield "empty", frames((0, 0, 0)) + op(retreat, 8, 0) + op(undo, 0) + op(packet_retreat, 8) + op(drop, 8) + op(extend, 1)
    yield "contiguous", frames(two) + op(data, 10, 0, 0, 0, 0) + op(data, 20, 0, 0, 20, 0) + op(data, 20, 3, 5, 30, 3) + op(data, 20, 0, 0, 19, 0) + op(data, 61, 0, 0, 90, 0)
    yield "copies", frames(two, many, flat) + op(copy, 30, 0, 5, 3) + op(copy, 255, 0, 0, 0, frame=1) + op(copy, 9, 1, 33, 0, frame=2)
    yield "clones", frames(two, many) + op(clone, 0, 0) + op(clone, 1, 0) + op(retreat, 20, 3) + op(clone, 1, 1) + op(undo, 0)
    yield "fragments", frames(two, flat) + op(fragment, 8, 24, 20, 4, 0) + op(fragment, 50, 8, 8, 0, 1) + op(fragment, 0, 16, 39, 23, 0)
    yield "joined", frames(two, flat, (9, 3, 3)) + op(reassemble, 4, 14, 3, 0) + op(reassemble, 9, 0, 0, 1) + op(reassemble, 10, 0, 0, 0)
    yield "too-many-segments", frames(many, many) + op(retreat, 9, 0) + op(packet_retreat, 9) + op(reassemble, 0, 4, 0, 0) + op(list_retreat, 20, 0)
    yield "completed", frames(two, flat) + op(complete, 14) + op(retreat, 30, 0) + op(complete, 40) + op(undo, 0) + op(complete, 0)
    yield "whole-list", frames(two, flat, many, (7, 40, 0)) + op(list_retreat, 25, 2) + op(retreat, 60, 0, frame=1) + op(retreat, 60, 0, frame=3) + op(list_retreat, 100, 0) + op(list_retreat, 128, 0)
    yield "contexts", frames(flat) + op(push, 2, 1) + op(push, 1, 0) + op(push, 11, 3) + op(pop, 0) + op(push, 7, 0) + op(push, 9, 2) + op(pop, 0) * 3


def large_sends():
    V2, SAID_V6, ESP, AH, UDP, ESN, BLOCKS = 1, 2, 4, 8, 16, 32, 64

    def send(what, ip, security=b"", options=b"", payload=300, mss=100, drop=0, link=14, esp=0, ah=0, iv=8, icv=16, high=1, borders=()):
        tcp = struct.pack(">HHIIBBHHH", 1234, 80, 5000, 77, (20 + len(options)) // 4 << 4, 0x99, 512, 0x1234, 0) + options
        frame = bytes(link) + ip + security
        at = len(frame)
        frame += tcp + bytes(i & 0xff for i in range(payload)) + b"\xdd" * drop
        order = bytes([what, link]) + struct.pack(">HHBBBBBB", mss, at, drop, esp // 4, ah // 4, iv, icv, high)
        return order + struct.pack(">H", len(frame)) + bytes([len(borders)]) + b"".join(struct.pack(">H", b) for b in borders) + frame

    def ip4(protocol, words=5, extras=b""):
        return bytes([0x40 | words]) + struct.pack(">BHHHBBHII", 0, 0, 0x7ffe, 0x4000, 64, protocol, 0x9999, 0x0a000001, 0x0a000002) + extras

    ip6 = struct.pack(">IHBB", 0x60000000, 0, 50, 64) + bytes(range(32))
    esp, udp, ah = struct.pack(">II", 0x1001, 0xfffffffe) + bytes(8), struct.pack(">HHHH", 4500, 4500, 0x77, 0), struct.pack(">BBHII", 6, 5, 0, 0x2001, 9) + bytes(16)
    yield "plain", send(V2, ip4(6))
    yield "plain-version-1", send(0, ip4(6)[:2] + struct.pack(">H", 340) + ip4(6)[4:], drop=7)
    yield "options", send(V2, ip4(6, 7, b"\1" * 8), options=b"\1" * 12)
    yield "plain-ipv6", send(V2 | SAID_V6, ip6[:6] + b"\6" + ip6[7:], link=0)
    yield "esp", send(V2 | ESP | ESN, ip4(50), esp, esp=20, drop=3, borders=(20, 41, 99))
    yield "esp-wraps", send(V2 | ESP, ip4(50), esp, esp=20)
    yield "esp-blocks", send(V2 | ESP | ESN | BLOCKS, ip4(50), esp[:8] + bytes(16), iv=16, icv=12, esp=20, mss=99)
    yield "esp-in-udp", send(V2 | ESP | ESN | UDP, ip4(17), udp + esp, esp=28)
    yield "esp-in-udp-ipv6", send(V2 | SAID_V6 | ESP | ESN | UDP, ip6, udp + esp, esp=48)
    yield "ah", send(V2 | AH, ip4(51), ah, ah=20)
    yield "ah-around-esp", send(V2 | AH | ESP | ESN, ip4(51), bytes([50]) + ah[1:] + esp, ah=20, esp=48)
    for words in 0, 4, 6, 15:
        yield f"header-of-{words}-words", send(V2, ip4(6, words))
        yield f"header-of-{words}-words-esp", send(V2 | ESP | ESN, ip4(50, words), esp, esp=20)


def oob_words():
    CHECKSUM, IPSEC, LARGE, VLAN, TUNNEL, HEADERS, RECEIVED = 1, 2, 4, 8, 16, 32, 64
    RECEIVE, READ_ONLY, MORE, SHORT = 3, 4, 8, 16
    raw = lambda word: b"\xff" + struct.pack(">I", word)
    live, gone = b"\0", b"\3"
    headers = lambda esp, following=4, pad=0, ah=0: raw(esp // 4 << 24 | ah // 4 << 16 | pad << 8 | following)

    def each(what, words, *contents):
        which = sum(bit for bit, _ in words)
        out = bytes([what, which]) + b"".join(word for _, word in words) + bytes([len(contents) - 1])
        return out + b"".join(struct.pack(">HB", len(c), 0) + c for c in contents)

    def esp(payload=60, following=4, spi=0x1001, proto=50, udp=b"", last=b"\0"):
        inner = bytes(i & 0xff for i in range(payload)) + last + bytes([following])
        behind = udp + struct.pack(">II", spi, 1) + bytes(8) + inner + bytes(16)
        return struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(behind), 0, 0x4000, 64, proto, 0, 0x0a000001, 0x0a000002) + behind

    tunnel = [(IPSEC, live), (HEADERS, headers(20))]
    tcp = struct.pack(">BBHHHBBHII", 0x45, 0, 0, 0, 0x4000, 64, 50, 0, 0x0a000001, 0x0a000002) + struct.pack(">II", 0x1001, 1) + bytes(8)
    tcp += struct.pack(">HHIIBBHHH", 1234, 80, 5000, 77, 0x50, 0x18, 512, 0, 0) + bytes(300)
    yield "tunnel", each(0, tunnel, esp())
    yield "several", each(0, tunnel, esp(), esp(61, last=b"\1\2\3\3"), esp(300))
    yield "handle-that-went", each(0, [(IPSEC, gone), (HEADERS, headers(20))], esp())
    yield "no-handle", each(0, [], esp())
    yield "strange-handle", each(0, [(IPSEC, raw(0x12345678)), (HEADERS, headers(20))], esp())
    yield "offset-outside", each(0, [(IPSEC, live), (HEADERS, headers(1020))], esp())
    yield "offset-inside-ip", each(0, [(IPSEC, live), (HEADERS, headers(4, ah=8))], esp())
    yield "padding-larger-than-frame", each(0, [(IPSEC, live), (HEADERS, headers(20, pad=255))], esp())
    yield "read-only", each(READ_ONLY, tunnel, esp())
    yield "checksum-beyond", each(0, [(CHECKSUM, raw(0x03ff0015)), *tunnel], esp())
    yield "large", each(0, [(IPSEC, live), (LARGE, raw(0x40000000 | 36 << 20 | 100)), (HEADERS, headers(20, 6))], tcp)
    yield "large-of-nothing", each(0, [(IPSEC, live), (LARGE, raw(0x40000000)), (HEADERS, headers(20, 6))], tcp)
    yield "large-beyond", each(0, [(IPSEC, live), (LARGE, raw(0x400fffff | 1023 << 20)), (HEADERS, headers(20, 6))], tcp)
    yield "both-handles", each(0, [(IPSEC, live), (TUNNEL, b"\1"), (HEADERS, headers(20))], esp())
    yield "received-words", each(0, [(IPSEC | RECEIVED, raw(7)), (HEADERS, raw(0x10004))], esp())
    yield "chain", each(MORE, tunnel, esp()) + each(MORE, [(IPSEC, gone)], esp()) + each(0, [], esp(), esp())
    yield "receive", each(RECEIVE, [], esp(), esp(spi=0x9999)) + each(RECEIVE | SHORT, [(IPSEC, raw(2))], esp()) + each(RECEIVE | READ_ONLY, [(HEADERS, raw(4))], esp())


def sa_records():
    ADD, ADD_EX, DELETE, UPDATE, LANE, CANCEL, RAW = 0, 1, 2, 3, 4, 8, 16
    INBOUND, V6, ESN, AH, ANY, UDP = 1, 2, 4, 8, 16, 32
    BASE, STRIDE = 0x40, 256

    def record(algorithm=0, spi=0, flags=0, handle=None):
        return bytes([algorithm, spi, flags]) + (b"" if handle is None else bytes([handle]))

    def ask(what, *records, changes=(), cancels=b""):
        number = bytes([len(records) - 1]) if what & 3 in (ADD, DELETE) else b""
        return bytes([what]) + cancels + number + b"".join(records) + bytes([len(changes)]) + b"".join(be16(at) + bytes([value]) for at, value in changes)

    def gone(handle):
        return record(handle=handle)

    one = ask(ADD, record())
    for layout, (next_at, key_length, size) in ((0, (8, 164, 169)), (1, (4, 152, 157))):
        def of(*requests):
            return bytes([layout]) + b"".join(requests)

        bits = ("64", "32")[layout]
        yield f"{bits}-one", of(one, ask(DELETE, gone(0)))
        yield f"{bits}-every-algorithm", of(*[ask(ADD_EX, record(a)) + ask(DELETE, gone(a)) for a in range(10)])
        yield f"{bits}-with-ah", of(ask(ADD, record(0, 1, AH | ESN), record(16, 2, AH | INBOUND | V6), record(6, 3, AH)), ask(UPDATE, record(9, 1, 1, 0)), ask(UPDATE, record(7, 1, 0, 0)))
        yield f"{bits}-update", of(ask(ADD, record(0, 1, ESN), record(0, 2)), ask(UPDATE, record(5, 1, 0, 0)), ask(UPDATE, record(5, 2, 0, 0)), ask(UPDATE, record(5, 2, 0, 1)), ask(UPDATE, record(5, 1, 1, 0)))
        yield f"{bits}-capacity", of(ask(ADD, *[record(0, i) for i in range(4)]), one, ask(DELETE, gone(0), gone(1)), ask(ADD, record(), record(), record()))
        yield f"{bits}-duplicates", of(ask(ADD, record(0, 0, INBOUND), record(0, 0, INBOUND), record(0, 0, INBOUND | ANY), record(0, 0, 0)), ask(ADD, record(8, 0, INBOUND), record(0, 0, INBOUND | V6)))
        yield f"{bits}-lane-inside", of(one, ask(DELETE | LANE, gone(0)), ask(ADD, *[record()] * 4), ask(ADD | LANE, record()))
        yield f"{bits}-cancelled", of(one, one, ask(DELETE | LANE, gone(0)), ask(DELETE, gone(1)), ask(ADD | CANCEL, record(), cancels=bytes([3])), ask(ADD | LANE, record()))
        yield f"{bits}-twice-and-unknown", of(one, ask(DELETE, gone(0), gone(0), gone(200)), ask(UPDATE, record(0, 0, 0, 0)))
        yield f"{bits}-circle", of(ask(ADD, record(), record(), changes=[(STRIDE + next_at, BASE)]), ask(DELETE, gone(0), gone(0), changes=[(STRIDE + next_at, BASE)]))
        yield f"{bits}-link-to-nowhere", of(ask(ADD, record(), record(), changes=[(next_at + 1, 9)]), ask(ADD, record(), record(), changes=[(next_at, 0x50)]))
        yield f"{bits}-keys-beyond", of(ask(ADD, record(), record(), record(), changes=[(STRIDE + key_length + 1, 1)]), ask(ADD, record(), changes=[(key_length + 3, 255)]))
        yield f"{bits}-later-revision", of(one, ask(ADD, record(), changes=[(1, 2), (2, size + 3)]), ask(DELETE, gone(0), gone(1), changes=[(1, 2), (2, 100)]), ask(DELETE, gone(0), changes=[(2, 40)]))
        yield f"{bits}-headers", of(ask(ADD, record(), record(), changes=[(STRIDE, 0)]), ask(ADD, record(), changes=[(1, 0)]), ask(ADD, record(), changes=[(2, 3)]))
        yield f"{bits}-udp-and-flags", of(ask(ADD, record(0, 0, UDP), record(0, 0, UDP | AH), record(8, 0, UDP)), ask(ADD, record(), changes=[(next_at + 13, 1)]))
        yield f"{bits}-raw", of(bytes([ADD | RAW, 30]) + bytes(30), bytes([DELETE | RAW, 24, 0x80, 1, 24]) + bytes(21), bytes([UPDATE | RAW, 28, 0x80, 1, 28]) + bytes(25))


def v1_requests():
    def sa(elements, source=bytes([10, 0, 0, 1]), masks=(0xffffffff, 0xffffffff), protocol=0, ports=(0, 0), tunnel=bytes(8), flags=2, keys=b"", udp=None, wide=True, key_length=None):
        head = source + struct.pack(">I", masks[0]) + bytes([10, 0, 0, 2]) + struct.pack(">I", masks[1]) + struct.pack("<I", protocol) + struct.pack(">2H", *ports) + tunnel + struct.pack("<2H", flags, len(elements))
        body = b"".join(struct.pack("<I", operation) + struct.pack(">I", spi) + struct.pack("<9I", *integrity, *cipher, 0, 0, 0) for operation, spi, integrity, cipher in elements).ljust(132, b"\0")
        pointer = 8 if wide else 4
        between = b"" if udp is None else struct.pack("<I", udp[0]) + struct.pack(">H", udp[1]) + bytes(2) + bytes(pointer)
        return head + body + bytes(pointer) + between + struct.pack("<I", len(keys) if key_length is None else key_length) + keys

    md5, sha1, none, des, triple_des = (1, 16, 0), (2, 20, 0), (0, 0, 0), (1, 8, 0), (3, 24, 0)
    ah, esp = (1, 0x2002, sha1, none), (2, 0x1001, md5, des)
    yield "record", b"\0" + sa([esp], ports=(4000, 53), protocol=17, keys=bytes(24))
    yield "record-of-both", b"\0" + sa([(2, 0x1001, none, triple_des), ah], tunnel=bytes([192, 0, 2, 1, 192, 0, 2, 2]), flags=1, keys=bytes(range(44)))
    yield "record-of-32-bits", b"\4" + sa([ah], masks=(0xffffff00, 0), ports=(1, 0x1234), keys=bytes(20), wide=False)
    yield "record-udp", b"\2" + sa([esp], udp=(1, 4500), keys=bytes(24), flags=1)
    yield "record-udp-of-32-bits", b"\6" + sa([esp], udp=(0, 500), keys=bytes(24), wide=False)
    yield "record-cut", b"\0" + sa([esp], keys=bytes(24))[:179]
    yield "record-key-beyond", b"\0" + sa([esp], keys=bytes(24), key_length=25)
    yield "record-no-direction", b"\0" + sa([esp], flags=3)
    yield "record-four-elements", b"\0" + sa([esp] * 3)[:34] + b"\4" + sa([esp] * 3)[35:]
    yield "record-wide-protocol", b"\0" + sa([ah], protocol=256)

    def request(what, octets=b""):
        return bytes([what, len(octets)]) + octets if what < 5 else bytes([what])

    add, add_udp, delete, delete_udp, task, refuse, hold, release = range(8)
    few_ah, few_esp, few_in = bytes([0, 1, 0, 1, 2, 0, 20, 0, 1, 1]), bytes([0, 1, 1, 2, 1, 1, 16, 8, 1, 1]), bytes([1, 1, 1, 3, 1, 1, 16, 8, 1, 1])
    yield "requests", b"\1" + request(add, few_ah) + request(add, few_esp) + request(delete, b"\0") + request(delete, b"\0") + request(delete, bytes(16))
    yield "requests-full", b"\1" + request(add, few_esp) * 8 + request(delete, b"\3") + request(add, few_in)
    yield "requests-udp", b"\1" + request(add_udp, few_in) * 2 + request(delete_udp, b"\0") + request(delete_udp, b"\x80") + request(add_udp, few_in[:8] + bytes([0, 1]))
    yield "requests-owed", b"\1" + request(add_udp, few_in) + request(refuse) + request(delete_udp, b"\x80") + request(release) + request(add_udp, few_in) + request(refuse) + request(release) + request(delete, b"\0")
    yield "requests-held", b"\1" + request(hold) + request(add, few_ah) + request(add_udp, few_in) + request(delete, b"\0") + request(release) + request(delete, b"\1") + request(hold) + request(delete, b"\0")
    yield "requests-too-many", b"\1" + request(hold) + request(add, few_ah) * 18 + request(release) + request(add, few_esp)
    yield "requests-malformed", b"\1" + request(add) + request(delete, b"\1\2") + request(task, bytes(28)) + request(task, struct.pack("<5I", 1, 28, 0, 28, 2) + struct.pack("<2I", 1, 14) + struct.pack("<5I", 1, 24, 2, 0, 4) + bytes(4))


def offload_differential():
    SEND, RECEIVE, ONE, AGAIN, PLACE, TEND, DEVICE, REKEY, WAIT = 0, 3, 5, 7, 8, 11, 12, 14, 15
    TAKES, BACK, INNER, OUTER, OLDEST, PAIRED = 4, 24, 32, 64, 96, 128
    OTHER_DEVICE, BETWEEN = 64, 128
    STAYS, CHANGED, SHORTER = 1, 2, 4
    COMPLETES, SUSPENDED, GOES_ON, RESET, SLEEPS, PAUSES, CONFIGURED, TAKEN_OUT, TOLD, ASKS, LEFT = 0, 16, 17, 19, 20, 21, 22, 24, 25, 28, 30
    AT_ONCE = 64
    ALL, CERTIFIED, VERSION_1, NONE, REFUSES, LIES = 0, 2, 3, 4, 5, 6
    BORDER = 4
    TUNNELLED, BUNDLE = 0, 1

    def of(*events, sas=(SAS["esn-border"],), mdls=0, nic=ALL, kind=0, limits=0):
        return bytes([nic, mdls, len(sas) - 1]) + b"".join(bytes([kind]) + one + bytes([limits]) for one in sas) + b"".join(events)

    def send(copies=1, content=UDP_PACKET, which=0, borders=cut(), odd=0):
        assert copies <= 6 or 24 <= copies <= 31
        more = copies - 1 if copies <= 6 else copies
        return bytes([SEND, which | more << 3, odd]) + content + borders

    def receive(n=8, how=0):
        return bytes([RECEIVE, n - 1 | how]) + cut() * n

    def one(what=0, at=0, rest=b"", borders=cut()):
        return bytes([ONE, what]) + be16(at) + rest + borders

    def again(at, how=0, borders=cut()):
        return bytes([AGAIN]) + be16(at) + bytes([how]) + borders

    def place(what, which=0):
        return bytes([PLACE, what | which])

    def device(what, how=0):
        return bytes([DEVICE, what, how])

    def rekey(what=0):
        return bytes([REKEY, what])

    tend, both = bytes([TEND]), place(PAIRED)
    for suite in range(6):
        for name, wish in ("tunnel", 0), ("transport", TRANSPORT), ("ipv6", OUTER_IPV6):
            content = IPV6_PACKET if wish == OUTER_IPV6 else UDP_PACKET
            yield f"suite-{suite}-{name}", of(both, send(3, content), receive(2), one(CHANGED, 0, change(60, 1)), again(0), sas=(sa(wish, suite),), mdls=23)
    # The last two numbers of a subspace, and what follows: as fast as the device is told, and far behind it.
    crossing = both, send(4), receive(4)
    yield "wrap", of(*crossing, tend, device(COMPLETES), tend, send(4), receive(4), tend, tend, send(4), receive(4))
    yield "wrap-not-tended", of(*crossing, send(31), send(6), send(3), *[receive()] * 5, send(3), receive(3))
    yield "wrap-tended-between", of(*crossing[:2], receive(2), receive(1, BETWEEN), receive(1, BETWEEN), tend, device(COMPLETES), tend, send(4), receive(4, BETWEEN))
    yield "old-subspace", of(*crossing, tend, device(COMPLETES), tend, send(31), send(6), send(3), *[receive()] * 5, again(0), again(1), again(2), tend, again(0), again(40))
    yield "old-subspace-not-told", of(*crossing, send(31), send(6), send(3), *[receive()] * 5, again(0), again(1), tend, again(0))
    yield "old-subspace-in-window", of(both, send(6), send(2), one(STAYS, 7), tend, one(0, 0), one(0, 0), tend, again(0), one(0, 3), sas=(sa(ESN | END_OF_32, start=4),))
    yield "wrap-while-frames-are-out", of(*crossing, tend, send(4), tend, device(COMPLETES), tend, send(2), receive(6))
    yield "third-subspace", of(both, send(6), send(2), *[one(0, 2)] * 4, tend, device(COMPLETES), tend, *[one(0, 0)] * 4, tend, send(4), receive(4), again(1), sas=(SAS["esn-third"],))
    yield "last-numbers", of(both, send(4), receive(4), sas=(SAS["last-numbers"],))
    yield "last-numbers-of-64", of(both, send(4), receive(4), again(0), sas=(SAS["last-numbers-of-64"],))
    yield "back-and-forth", of(both, send(2), place(BACK), send(2), tend, device(COMPLETES), tend, receive(4), place(BACK | TAKES), tend, tend, send(2), both, send(2), receive(4))
    yield "suspended", of(both, send(2), device(SUSPENDED), send(2), device(GOES_ON), send(2), device(RESET), send(2), device(SLEEPS), send(1), device(PAUSES), send(1), receive(8))
    yield "four", of(*[place(PAIRED, which) for which in range(4)], *[send(2, which=which) for which in range(4)], receive(), *[send(2, packet(TCP, 33), which) for which in range(4)],
                     one(0, 5), one(SHORTER, 2, be16(50)), receive(6), sas=(sa(ESN), sa(TRANSPORT, 2), sa(OUTER_IPV6, 3), sa(TRANSPORT, 4)))
    yield "not-what-it-can", of(both, send(1, packet(IP_FRAGMENT, 9)), send(1, packet(IPV6, 9, extras=DESTINATION_OPTIONS)), send(1, packet(extras=b"\x07\x04\x04\x00")), receive(3), sas=(sa(TRANSPORT | ESN),))
    yield "pieces", of(both, send(2, borders=cut(9, 25)), send(2, borders=cut(1, 30)), one(0, 0, borders=cut(21, 29, 70)), one(0, 1, borders=cut(36)), mdls=7)
    yield "pieces-anywhere", of(both, send(3, borders=cut(9, 25)), receive(3), send(3, odd=1 | 5 << 4), receive(3), mdls=200)
    # SAs in the middle of their lives, and devices in the middle of theirs.
    yield "rekeyed", of(both, send(2), rekey(), send(2), both, send(2), send(1, which=4), receive(5), again(0), rekey(128), again(0), again(3), receive(2))
    yield "rekeyed-at-the-border", of(both, send(2), rekey(BORDER), both, send(6), receive(8), device(COMPLETES), tend, send(2), receive(2), place(OLDEST), send(2, which=4), receive(2))
    yield "asked-to-go", of(both, send(4), device(ASKS), receive(1), receive(1, BETWEEN), tend, receive(2), device(COMPLETES), tend, tend, send(2), receive(2))
    yield "asked-to-go-tended-between", of(both, send(3), device(ASKS), receive(1), receive(2, BETWEEN), again(0, BETWEEN), tend)
    yield "told-to-do-less", of(both, send(2), device(CONFIGURED, CERTIFIED), send(2), receive(2), device(TOLD), send(2), receive(2), device(CONFIGURED, AT_ONCE), send(2), receive(4))
    yield "taken-out", of(both, send(2), device(TAKEN_OUT), send(2), receive(1), device(TOLD), send(2), both, send(2), receive(6))
    yield "taken-out-and-told", of(both, send(4), receive(1), device(TAKEN_OUT, AT_ONCE), receive(3, BETWEEN), send(2), both, send(2), receive(4))
    left = both, send(4), receive(2), device(LEFT), receive(2, OTHER_DEVICE)
    yield "left-for-another", of(*left, send(2), both, send(2), receive(4, OTHER_DEVICE), device(COMPLETES), place(BACK | PAIRED), tend, tend, both, send(2), receive(2))
    yield "left-across-the-border", of(*left, both, send(4), receive(4), again(0, OTHER_DEVICE), tend, device(COMPLETES), tend, again(1, OTHER_DEVICE), send(2), receive(2, OTHER_DEVICE | BETWEEN), kind=BORDER)
    for name, nic in ("certified", CERTIFIED), ("version-1", VERSION_1), ("none", NONE), ("refuses", REFUSES), ("lies", LIES), ("lies-otherwise", LIES | 32):
        yield f"nic-{name}", of(both, both, send(6), receive(4), one(STAYS, 1), one(CHANGED, 0, change(60, 1)), tend, both, send(4), device(COMPLETES), tend, receive(5), nic=nic)
    for name, kind in ("transport-in-tunnel", TUNNELLED), ("bundle", BUNDLE), ("bundle-in-tunnel", 2), ("any", 3):
        yield f"two-{name}", of(both, send(3), receive(2), one(CHANGED, 0, change(90, 1)), place(INNER | PAIRED), place(OUTER | PAIRED), send(2), device(SUSPENDED), send(1), device(GOES_ON), receive(3), kind=kind, sas=(sa() + bytes([0]) + sa(suite=1),))
    yield "limits", of(both, send(5), receive(5), bytes([WAIT, 9]), send(3), receive(3), limits=0xc3)

PROPERTIES = [open_never_overreads, round_trip_at_any_cut, cuts_do_not_matter, window_equals_set_model, header_walk_bounded, resigned_inputs, pipelines_agree, reassembly_like_octets, aggregation_round_trip, ah_like_a_plain_reading, offload_records, nbl_operations, large_sends, oob_words, sa_records, v1_requests, offload_differential]


def main(arguments):
    check = arguments == ["--check"]
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-") and not check):
        print(__doc__, file=sys.stderr)
        return 2
    folder = HERE / "corpus" if check or not arguments else Path(arguments[0])
    wrong = []
    for of_property in PROPERTIES:
        seeds = {f"seed-{name}": octets for name, octets in of_property()}
        place = folder / of_property.__name__
        if check:
            on_disk = {path.name: path.read_bytes() for path in place.glob("seed-*")}
            wrong += [f"{of_property.__name__}/{name}" for name in sorted({*seeds, *on_disk}) if seeds.get(name) != on_disk.get(name)]
            continue
        place.mkdir(parents=True, exist_ok=True)
        for old in place.glob("seed-*"):
            old.unlink()
        for name, octets in seeds.items():
            (place / name).write_bytes(octets)
    print("\n".join(wrong) or "the seeds are as they are written")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
