#!/usr/bin/env python3
"""Make the small captures beside this file out of examples/captures/mixed.pcap: tests/captures/make.py [--check]

Every run writes the same octets; --check writes nothing and fails when a file differs from what would be written.
editcap and mergecap (Debian: wireshark-common) write the pcapng files and the cut one, so that a second implementation
of the formats stands behind them; what they cannot do (another link layer, a damaged file) is done here.

    sample.pcap             Ethernet: the shortest packet of every kind in mixed.pcap, the source of the others
    first.pcapng            the first 40 packets of mixed.pcap, as pcapng
    cooked.pcap             sample without its stacked tags, Linux cooked (LINKTYPE_LINUX_SLL)
    cooked2.pcap            sample without its tagged packets, Linux cooked v2 (LINKTYPE_LINUX_SLL2)
    raw.pcap                the IP packets of sample, IPv4 and IPv6 mixed, no link layer (LINKTYPE_RAW)
    padded.pcap             the short frames of sample, padded to 60 octets as a cable asks: octets behind the IP packet
    snapped.pcap            sample, cut at 96 octets (snaplen)
    truncated.pcap          sample, the file ends in the middle of a record
    truncated_header.pcap   the file ends in the middle of the file header
    no_packets.pcap         a file header and nothing else
    empty.pcap              no octet at all
    text.pcap               not a capture
    foreign_link.pcap       IEEE 802.11 (LINKTYPE_IEEE802_11), three acknowledgements
    two_links.pcapng        an Ethernet interface and a raw IP one in the same file
"""
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MIXED = HERE.parents[1] / "examples" / "captures" / "mixed.pcap"

ETHERNET, RAW, IEEE802_11, LINUX_SLL, LINUX_SLL2 = 1, 101, 105, 113, 276
IPV4, IPV6, VLAN, SERVICE_VLAN = 0x0800, 0x86DD, 0x8100, 0x88A8
ARPHRD_ETHER = 1


# --- the pcap format: little endian, microseconds ---------------------------------------------------------------------

def read_pcap(path):
    """The packets of a capture as (seconds, microseconds, octets)."""
    octets = path.read_bytes()
    magic, *_, link = struct.unpack("<IHHiIII", octets[:24])
    if magic != 0xA1B2C3D4 or link != ETHERNET:
        sys.exit(f"{path}: expected little-endian pcap with Ethernet")
    packets, at = [], 24
    while at < len(octets):
        seconds, fraction, captured, length = struct.unpack("<IIII", octets[at:at + 16])
        if captured != length:
            sys.exit(f"{path}: expected whole packets")
        packets.append((seconds, fraction, octets[at + 16:at + 16 + captured]))
        at += 16 + captured
    return packets


def pcap(link, packets):
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)]
    for seconds, fraction, octets in packets:
        out += [struct.pack("<IIII", seconds, fraction, len(octets), len(octets)), octets]
    return b"".join(out)


# --- what a frame holds -----------------------------------------------------------------------------------------------

def link_layer(frame):
    """(EtherType behind all tags, octets in front of what it names, number of tags)."""
    at, tags = 12, 0
    while (ether_type := int.from_bytes(frame[at:at + 2], "big")) in (VLAN, SERVICE_VLAN):
        at, tags = at + 4, tags + 1
    return ether_type, at + 2, tags


def kind(frame):
    """Frames of one kind exercise the same way through the headers."""
    ether_type, at, tags = link_layer(frame)
    packet = frame[at:]
    if ether_type == IPV4:
        fragment = int.from_bytes(packet[6:8], "big")
        return ether_type, tags, packet[9], packet[0] & 15, bool(fragment & 0x2000), bool(fragment & 0x1FFF)
    if ether_type == IPV6:
        return ether_type, tags, packet[6]
    return ether_type, tags


def sample(packets):
    shortest = {}
    for number, (_, _, frame) in enumerate(packets):
        best = shortest.setdefault(kind(frame), number)
        if len(frame) < len(packets[best][2]):
            shortest[kind(frame)] = number
    return [packets[number] for number in sorted(shortest.values())]


# --- the same packets in another coat ----------------------------------------------------------------------------------

def packet_type(frame):
    """What Linux writes into a cooked header: to us, broadcast, multicast."""
    return 1 if frame[:6] == b"\xff" * 6 else 2 if frame[0] & 1 else 0


def cooked(frame):
    # As `tcpdump -i any -y LINUX_SLL` writes it: a tag stays where it was, its EtherType is the protocol of the header.
    return struct.pack("!HHH", packet_type(frame), ARPHRD_ETHER, 6) + frame[6:12] + bytes(2) + frame[12:]


def cooked2(frame):
    # As `tcpdump -i any` writes it; the tag of a tagged packet is lost there.
    interface = 2
    return frame[12:14] + struct.pack("!HIHBB", 0, interface, ARPHRD_ETHER, packet_type(frame), 6) + frame[6:12] + bytes(2) + frame[14:]


def without_origin(octets):
    """pcapng without the options of its section header, which name the machine and the version of the tool."""
    length = struct.unpack("<I", octets[4:8])[0]
    fixed = 28  # type, length, magic, version, section length, length again
    return octets[:4] + struct.pack("<I", fixed) + octets[8:24] + struct.pack("<I", fixed) + octets[length:]


def recoat(packets, coat):
    return [(seconds, fraction, coat(octets)) for seconds, fraction, octets in packets]


# --- the files ----------------------------------------------------------------------------------------------------------

def make(folder):
    def write(name, octets):
        (folder / name).write_bytes(octets)

    def tool(*arguments):
        subprocess.run(arguments, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    chosen = sample(read_pcap(MIXED))
    ip_only = [packet for packet in chosen if link_layer(packet[2])[0] in (IPV4, IPV6)]
    untagged = [packet for packet in chosen if link_layer(packet[2])[2] == 0]
    one_tag = [packet for packet in chosen if link_layer(packet[2])[2] <= 1]

    write("sample.pcap", pcap(ETHERNET, chosen))
    write("cooked.pcap", pcap(LINUX_SLL, recoat(one_tag, cooked)))
    write("cooked2.pcap", pcap(LINUX_SLL2, recoat(untagged, cooked2)))
    write("raw.pcap", pcap(RAW, recoat(ip_only, lambda frame: frame[link_layer(frame)[1]:])))
    short = [packet for packet in chosen if len(packet[2]) < 60]
    write("padded.pcap", pcap(ETHERNET, recoat(short, lambda frame: frame.ljust(60, b"\0"))))
    write("truncated.pcap", (folder / "sample.pcap").read_bytes()[:-30])
    write("truncated_header.pcap", (folder / "sample.pcap").read_bytes()[:13])
    write("no_packets.pcap", pcap(ETHERNET, []))
    write("empty.pcap", b"")
    write("text.pcap", b"This is a line of text, and no capture.\n" * 4)
    acknowledgement = bytes.fromhex("d4000000 00005e005301")
    write("foreign_link.pcap", pcap(IEEE802_11, [(second, 0, acknowledgement) for second in range(3)]))
    tool("editcap", "-F", "pcap", "-s", "96", "sample.pcap", "snapped.pcap")
    tool("editcap", "-F", "pcapng", "-r", str(MIXED), "first.pcapng", "1-40")
    write("ethernet.tmp", pcap(ETHERNET, untagged[:3]))
    write("raw.tmp", pcap(RAW, recoat(ip_only[:3], lambda frame: frame[link_layer(frame)[1]:])))
    tool("mergecap", "-a", "-F", "pcapng", "-w", "two_links.pcapng", "ethernet.tmp", "raw.tmp")
    for name in ("first.pcapng", "two_links.pcapng"):
        write(name, without_origin((folder / name).read_bytes()))
    for temporary in ("ethernet.tmp", "raw.tmp"):
        (folder / temporary).unlink()


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    for program in ("editcap", "mergecap"):
        if not shutil.which(program):
            print(f"make.py: {program} is missing (Debian: wireshark-common)", file=sys.stderr)
            sys.exit(77)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        make(folder)
        made = sorted(folder.iterdir())
        if sys.argv[1:]:
            differ = [path.name for path in made if not (HERE / path.name).exists() or (HERE / path.name).read_bytes() != path.read_bytes()]
            for name in differ:
                print(f"make.py: {name} is not what this script makes of {MIXED.name}")
            sys.exit(1 if differ else 0)
        for path in made:
            shutil.copyfile(path, HERE / path.name)
            print(f"{path.stat().st_size:7d}  {path.name}")


if __name__ == "__main__":
    main()
