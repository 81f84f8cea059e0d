"""IP packets, made and looked at octet by octet: nothing here is shared with the toolkit or with its peers."""
import random
import struct

TCP, UDP, ICMP, ICMPV6, ESP = 6, 17, 1, 58, 50
HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION = 0, 43, 44, 60
EXTENSIONS = (HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION)
LONGEST = 65535   # octets: what the length field of either header can say

# Addresses for documentation: RFC 5737, RFC 3849.
HOSTS = {4: (bytes([192, 0, 2, 1]), bytes([198, 51, 100, 7])),
         6: (bytes.fromhex("20010db8000100000000000000000001"), bytes.fromhex("20010db8000200000000000000000007"))}
GATEWAYS = {4: (bytes([203, 0, 113, 1]), bytes([203, 0, 113, 77])),
            6: (bytes.fromhex("20010db8ffff00000000000000000001"), bytes.fromhex("20010db8ffff0000000000000000004d"))}

# Options whose octets have a meaning, so that whoever dissects them can write them again.
IPV4_OPTIONS = {
    "none": b"",
    "no operation": bytes([1, 1, 1, 1]),
    "record route": bytes([7, 11, 8, 192, 0, 2, 9, 0, 0, 0, 0, 0]),
    "timestamp": bytes([68, 8, 5, 0, 0, 0, 0, 0]),
    "router alert": bytes([148, 4, 0, 0]),
    "all that fit": bytes([7, 39, 4]) + bytes(36) + bytes([0]),
}
_PADDING_OPTION = bytes([1, 4, 0, 0, 0, 0])
_TO_HERE = bytes([2, 0, 0, 0, 0, 0, 0]) + HOSTS[6][0]       # routing type 0, no segments left
IPV6_EXTENSIONS = {
    "none": [],
    "hop-by-hop": [(HOP_BY_HOP, bytes([0, 5, 2, 0, 0, 1, 0]))],
    "destination": [(DESTINATION, bytes([0]) + _PADDING_OPTION)],
    "routing": [(ROUTING, _TO_HERE)],
    "hop-by-hop, routing": [(HOP_BY_HOP, bytes([0]) + _PADDING_OPTION), (ROUTING, _TO_HERE)],
    "destination, routing, destination": [(DESTINATION, bytes([0]) + _PADDING_OPTION), (ROUTING, _TO_HERE),
                                          (DESTINATION, bytes([1, 1, 12]) + bytes(12))],
    "hop-by-hop, destination": [(HOP_BY_HOP, bytes([0]) + _PADDING_OPTION), (DESTINATION, bytes([0]) + _PADDING_OPTION)],
}


def checksum(octets):
    """RFC 1071."""
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol, payload, *, ends=HOSTS[4], tos=0, identification=0x1234, flags=0, ttl=61, options=b""):
    header = struct.pack("!BBHHHBBH", 0x40 | (20 + len(options)) // 4, tos, 20 + len(options) + len(payload), identification,
                         flags, ttl, protocol, 0) + ends[0] + ends[1] + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(next_header, payload, *, ends=HOSTS[6], tos=0, label=0, hops=61, extensions=()):
    kinds = [kind for kind, _ in extensions] + [next_header]
    between = b"".join(bytes([kinds[i + 1]]) + body for i, (_, body) in enumerate(extensions))
    return struct.pack("!IHBB", 6 << 28 | tos << 20 | label, len(between) + len(payload), kinds[0], hops) + ends[0] + ends[1] + between + payload


def upper_layer(version, protocol, data):
    """A TCP segment, UDP datagram or ICMP echo with a right checksum."""
    if protocol == TCP:
        whole, at = struct.pack("!HHIIBBHHH", 40001, 40002, 7, 9, 5 << 4, 0x18, 512, 0, 0) + data, 16
    elif protocol == UDP:
        whole, at = struct.pack("!HHHH", 40003, 40004, 8 + len(data), 0) + data, 6
    else:
        whole, at = struct.pack("!BBHHH", 8 if version == 4 else 128, 0, 0, 0x77, 1) + data, 2
    covered = whole
    if protocol != ICMP:
        covered = b"".join(HOSTS[version]) + struct.pack("!II", len(whole), protocol) + whole
    return whole[:at] + struct.pack("!H", checksum(covered)) + whole[at + 2:]


def packet_of(version, size, turn, extras=None):
    """An IP packet with `size` octets behind its TCP, UDP or ICMP header; `turn` chooses what may vary. `extras`: names of
    IPV4_OPTIONS or IPV6_EXTENSIONS to take turns."""
    protocol = (UDP, TCP, ICMP if version == 4 else ICMPV6)[turn % 3]
    body = upper_layer(version, protocol, random.Random(size * 1009 + turn).randbytes(size))
    tos = (0x00, 0xB8, 0x01, 0x2A, 0x03)[turn % 5]
    extras = extras or ["none"]
    extra = extras[turn % len(extras)]
    if version == 4:
        return ipv4(protocol, body, tos=tos, identification=turn * 257 & 0xFFFF, flags=(0, 0x4000)[turn % 2], options=IPV4_OPTIONS[extra])
    return ipv6(protocol, body, tos=tos, label=(turn * 7919) & 0xFFFFF, extensions=IPV6_EXTENSIONS[extra])


def version_of(packet):
    return packet[0] >> 4


def addresses_of(packet):
    """Source and destination of an IP packet."""
    size, end = (4, 20) if version_of(packet) == 4 else (16, 40)
    return packet[end - 2 * size:end - size], packet[end - size:end]


class Headers:
    """The headers of an IP packet up to the first that is no IPv6 extension header."""

    def __init__(self, packet):
        self.kinds = []         # of extension headers
        self.fragment = False   # one of several IP fragments
        if version_of(packet) == 4:
            self.size, self.protocol_at = (packet[0] & 15) * 4, 9
            self.fragment = int.from_bytes(packet[6:8], "big") & 0x3FFF != 0
        else:
            self.size, self.protocol_at = 40, 6
            while (kind := packet[self.protocol_at]) in EXTENSIONS:
                self.kinds.append(kind)
                if kind == FRAGMENT:
                    self.fragment = int.from_bytes(packet[self.size + 2:self.size + 4], "big") & 0xFFF9 != 0
                self.protocol_at = self.size
                self.size += 8 if kind == FRAGMENT else (packet[self.size + 1] + 1) * 8
                if self.fragment:
                    break       # what follows may be the middle of something
        self.protocol = packet[self.protocol_at]


def wrong_in_header(packet):
    """What is wrong with lengths and checksum of the IP header of `packet`, which is all there is; nothing when right."""
    if version_of(packet) == 4:
        size = (packet[0] & 15) * 4
        said = int.from_bytes(packet[2:4], "big")
        if size < 20 or size > len(packet):
            return f"a header of {size} octets"
        if said != len(packet):
            return f"total length {said} of {len(packet)} octets"
        return "" if checksum(packet[:size]) == 0 else "header checksum"
    if version_of(packet) != 6 or len(packet) < 40:
        return "no IP header"
    said = int.from_bytes(packet[4:6], "big")
    return "" if said + 40 == len(packet) else f"payload length {said} of {len(packet) - 40} octets"


def flipped(octets, at, bit=0):
    return octets[:at] + bytes([octets[at] ^ 1 << bit]) + octets[at + 1:]


def cuts_of(size, turn):
    """Octets per segment for every second packet, empty segments and single octets among them; None: one segment."""
    if turn % 2 == 0:
        return None
    chance = random.Random(size * 31 + turn)
    borders = sorted(chance.choice((0, 1, 19, 20, 21, 28, 36, 40, size - 17, size - 1, size, chance.randint(0, size)))
                     for _ in range(chance.randint(1, 6)))
    borders = [0] + [min(max(at, 0), size) for at in borders] + [size]
    return [end - start for start, end in zip(borders, borders[1:])]


def with_right_length(packet):
    """The packet, its IP header saying how long it is."""
    if version_of(packet) == 6:
        return packet[:4] + struct.pack("!H", len(packet) - 40) + packet[6:]
    size = (packet[0] & 15) * 4
    header = packet[:2] + struct.pack("!H", len(packet)) + packet[4:10] + b"\0\0" + packet[12:size]
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + packet[size:]


def with_payload(packet, at, protocol_at, protocol, payload):
    """The packet with something else behind its first `at` octets, and the octet that names it."""
    return with_right_length(packet[:protocol_at] + bytes([protocol]) + packet[protocol_at + 1:at] + payload)
