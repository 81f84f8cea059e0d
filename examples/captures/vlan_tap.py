#!/usr/bin/env python3
"""Tag a TAP device's frames onto an Ethernet interface: vlan_tap.py TAP ETHERNET TPID:TCI [TPID:TCI]

A VLAN subinterface in user space, for kernels built without 802.1Q. Frames that the kernel sends through TAP leave
ETHERNET with the given tags, outermost first; frames that arrive there with exactly these tags go back through TAP
without them. TPID and TCI are hexadecimal. Runs until it is killed; needs the right to open /dev/net/tun.
"""
import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
SOL_PACKET, PACKET_AUXDATA, PACKET_OUTGOING = 263, 8, 4
ETH_P_ALL = 0x0003
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 0x10, 0x40
MAC_PAIR = 12  # octets in front of the first tag


def whole_frame(octets, ancillary):
    """The frame as it was on the wire: the kernel takes the outermost tag out and hands it over beside the frame."""
    for level, kind, data in ancillary:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", data[:20])
            if status & TP_STATUS_VLAN_VALID:
                tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
                return octets[:MAC_PAIR] + struct.pack("!HH", tpid, tci) + octets[MAC_PAIR:]
    return octets


def main(tap_name, ethernet_name, *tags):
    tags = b"".join(struct.pack("!HH", *(int(part, 16) for part in tag.split(":"))) for tag in tags)

    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", tap_name.encode(), IFF_TAP | IFF_NO_PI))
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    wire.bind((ethernet_name, ETH_P_ALL))

    while True:
        ready, _, _ = select.select([tap, wire], [], [])
        if tap in ready:
            frame = os.read(tap, 2048)
            wire.send(frame[:MAC_PAIR] + tags + frame[MAC_PAIR:])
        if wire in ready:
            octets, ancillary, _, address = wire.recvmsg(2048, 256)
            frame = whole_frame(octets, ancillary)
            if address[2] != PACKET_OUTGOING and frame[MAC_PAIR:MAC_PAIR + len(tags)] == tags:
                try:
                    os.write(tap, frame[:MAC_PAIR] + frame[MAC_PAIR + len(tags):])
                except OSError:
                    pass  # the TAP is not up yet: the frame is lost, as it would be on a cable


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
