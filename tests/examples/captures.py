"""Captures and frames for the tests of the examples: read and written without the program under test, and without libpcap."""
import struct
from typing import NamedTuple

ETHERNET, RAW, LINUX_SLL, IPV4_ONLY, IPV6_ONLY, LINUX_SLL2 = 1, 101, 113, 228, 229, 276
IPV4, IPV6, TAGS = 0x0800, 0x86DD, (0x8100, 0x88A8, 0x9100)  # EtherTypes
ESP = 50
MICROSECONDS, NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
# Per link type: where the EtherType stands, and what follows the header.
LINKS = {ETHERNET: (12, 14), LINUX_SLL: (14, 16), LINUX_SLL2: (0, 20)}


class Packet(NamedTuple):
    seconds: int
    fraction: int
    octets: bytes
    length: int


class Capture(NamedTuple):
    link: int
    nanoseconds: bool
    packets: list


def read_pcap(path):
    octets = path.read_bytes()
    order = "<" if octets[:4] in (struct.pack("<I", MICROSECONDS), struct.pack("<I", NANOSECONDS)) else ">"
    magic, _, _, _, _, _, link = struct.unpack(order + "IHHiIII", octets[:24])
    assert magic in (MICROSECONDS, NANOSECONDS), f"{path} is no pcap file"
    packets, at = [], 24
    while at < len(octets):
        seconds, fraction, captured, length = struct.unpack(order + "IIII", octets[at:at + 16])
        body = octets[at + 16:at + 16 + captured]
        assert len(body) == captured, f"{path} ends in the middle of a packet"
        packets.append(Packet(seconds, fraction, body, length))
        at += 16 + captured
    return Capture(link, magic == NANOSECONDS, packets)


def write_pcap(path, link, packets, nanoseconds=False, order="<"):
    out = [struct.pack(order + "IHHiIII", NANOSECONDS if nanoseconds else MICROSECONDS, 2, 4, 0, 0, 262144, link)]
    for packet in packets:
        out += [struct.pack(order + "IIII", packet.seconds, packet.fraction, len(packet.octets), packet.length), packet.octets]
    path.write_bytes(b"".join(out))


def packets_of(frames):
    return [Packet(1700000000 + number, number, frame, len(frame)) for number, frame in enumerate(frames)]


def ether_type_at(link, frame):
    """(offset of the EtherType that names the packet, octets of the link layer's header)."""
    at, size = LINKS[link]
    while int.from_bytes(frame[at:at + 2], "big") in TAGS:
        at, size = size + 2, size + 4
    return at, size


def header_of(link, frame):
    """(octets of the link layer's header, EtherType); an EtherType made from the IP version where the link has none."""
    if link == RAW:
        return 0, {4: IPV4, 6: IPV6}.get(frame[0] >> 4 if frame else 0)
    at, size = ether_type_at(link, frame)
    return size, int.from_bytes(frame[at:at + 2], "big")


def ip_length(packet):
    if packet[0] >> 4 == 4:
        return int.from_bytes(packet[2:4], "big")
    return 40 + int.from_bytes(packet[4:6], "big")


def ip_of(link, frame):
    """The IP packet of a frame without what the link layer put behind it; None when there is none."""
    size, ether_type = header_of(link, frame)
    packet = frame[size:]
    if not packet or {IPV4: 4, IPV6: 6}.get(ether_type) != packet[0] >> 4:
        return None
    return packet[:ip_length(packet)]


def esp_of(packet):
    """Where SPI and number of ESP or AH stand, and what they are: (offset, SPI, sequence number)."""
    if packet[0] >> 4 == 4:
        at, kind = (packet[0] & 15) * 4, packet[9]
    else:
        at, kind = 40, packet[6]
        while kind in (0, 43, 60):
            kind, at = packet[at], at + (packet[at + 1] + 1) * 8
    if kind == 17:   # UDP, RFC 3948
        assert packet[at + 2:at + 4] == bytes([4500 >> 8, 4500 & 255]) and int.from_bytes(packet[at + 4:at + 6], "big") == len(packet) - at
        kind, at = ESP, at + 8
    if kind == 141:  # WESP, RFC 5840: as long again where it is padded
        kind, at = ESP, at + (8 if packet[at + 3] & 0x10 else 4)
    if kind == 51:   # AH, RFC 4302: SPI and number end its fixed part
        kind, at = ESP, at + 4
    assert kind == ESP, f"protocol {kind} where ESP should be"
    return (at, *struct.unpack("!II", packet[at:at + 8]))


def is_ip_fragment(packet):
    if packet[0] >> 4 == 4:
        return int.from_bytes(packet[6:8], "big") & 0x3FFF != 0
    at, kind = 40, packet[6]
    while kind in (0, 43, 44, 60):
        if kind == 44:
            return int.from_bytes(packet[at + 2:at + 4], "big") & 0xFFF9 != 0
        kind, at = packet[at], at + (packet[at + 1] + 1) * 8
    return False


def checksum(octets):
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def udp4(payload, source=bytes((192, 0, 2, 7))):
    """An IPv4 packet with UDP inside; `payload` octets in all behind the headers."""
    length = 28 + len(payload)
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, length, 0, 0, 64, 17, 0, source, bytes((198, 51, 100, 7)))
    header = header[:10] + checksum(header).to_bytes(2, "big") + header[12:]
    return header + struct.pack("!HHHH", 7, 7, length - 20, 0) + payload


def udp6(payload):
    """The same over IPv6, without the checksum that UDP needs there: nobody here looks at it."""
    header = struct.pack("!IHBB", 6 << 28, 8 + len(payload), 17, 64) + bytes(15) + b"\1" + bytes(15) + b"\2"
    return header + struct.pack("!HHHH", 7, 7, 8 + len(payload), 0) + payload


def frame_of(link, packet, tags=()):
    """A packet behind a link layer's header with these VLAN tags."""
    if link == RAW:
        return packet
    kinds = b"".join(kind.to_bytes(2, "big") + b"\0\5" for kind in tags) + (IPV4 if packet[0] >> 4 == 4 else IPV6).to_bytes(2, "big")
    at, size = LINKS[link]
    header = bytes(at) + kinds[:2] + b"\7" * (size - at - 2)
    return header + kinds[2:] + packet


def ethernet(packet):
    return frame_of(ETHERNET, packet)
