"""Captures in the classic pcap format: what the peers exchange, and what the main job of the examples reads and writes."""
import struct

ETHERNET, RAW = 1, 101
_VLAN_TAGS = (0x8100, 0x88A8)
_IP = {0x0800: 4, 0x86DD: 6}
_MAGICS = {0xA1B2C3D4: "<", 0xD4C3B2A1: ">", 0xA1B23C4D: "<", 0x4D3CB2A1: ">"}


def read(path):
    """(link type, frames)."""
    octets = path.read_bytes()
    order = _MAGICS[struct.unpack("<I", octets[:4])[0]]
    link = struct.unpack(order + "I", octets[20:24])[0]
    frames, at = [], 24
    while at < len(octets):
        kept, length = struct.unpack(order + "II", octets[at + 8:at + 16])
        if kept != length:
            raise ValueError(f"{path}: a packet cut short")
        frames.append(octets[at + 16:at + 16 + kept])
        at += 16 + kept
    return link, frames


def write(path, link, frames):
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)]
    for number, frame in enumerate(frames):
        out += [struct.pack("<IIII", number // 1000, number % 1000, len(frame), len(frame)), frame]
    path.write_bytes(b"".join(out))


def ip_at(link, frame):
    """Where the IP packet begins in a frame; None when there is none."""
    if link == RAW:
        return 0
    if link != ETHERNET:
        raise ValueError(f"link type {link}: expected Ethernet or raw IP")
    at = 12
    while (ether_type := int.from_bytes(frame[at:at + 2], "big")) in _VLAN_TAGS:
        at += 4
    return at + 2 if ether_type in _IP else None


def ip_packets(path):
    """Every IP packet of a capture, without what the link layer added behind it."""
    link, frames = read(path)
    found = []
    for frame in frames:
        at = ip_at(link, frame)
        if at is not None:
            found.append(frame[at:at + said_length(frame[at:])])
    return found


def said_length(packet):
    """The length of an IP packet as its header says it."""
    if packet[0] >> 4 == 4:
        return int.from_bytes(packet[2:4], "big")
    return 40 + int.from_bytes(packet[4:6], "big")
