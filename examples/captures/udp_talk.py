#!/usr/bin/env python3
"""UDP echo (port 7) and a client that sends it datagrams of many sizes and shapes.

udp_talk.py serve                         answers every datagram with itself, IPv4 and IPv6, until it is killed
udp_talk.py send IPV4 IPV6 INTERFACE      sizes from 0 octets to two IP fragments; IPv4 without a UDP checksum; IPv6
                                          with hop-by-hop and destination options; multicast, which makes the kernel
                                          report its groups (IGMP with Router Alert, MLD)
"""
import os
import socket
import sys

PORT = 7
SO_NO_CHECK = 11
IPV6_HOPOPTS, IPV6_DSTOPTS = 54, 59
RFC4727_EXPERIMENT = 0x1E  # an unknown option of this type is skipped over
GROUP_4, GROUP_6 = "233.252.0.7", "ff0e::db8:0:7"  # both from the ranges kept for documentation
SIZES = (0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024,
         1025, 1279, 1280, 1281, 1400, 1451, 1452, 1453, 1471, 1472, 1473, 2000, 2900)


def serve():
    server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("::", PORT))
    while True:
        data, sender = server.recvfrom(65535)
        server.sendto(data, sender)


def exchange(client, address, sizes):
    for size in sizes:
        sent = os.urandom(size)
        client.sendto(sent, address)
        answer, _ = client.recvfrom(65535)
        if answer != sent:
            sys.exit(f"udp_talk: {size} octets to {address[0]} came back different")


def options_header(octets):
    """A hop-by-hop or destination options header with one option that is ignored; the kernel fills in the next header.

    The option is the one RFC 4727 keeps for experiments: Linux drops a packet with more than seven octets of padding.
    """
    return bytes((0, octets // 8 - 1, RFC4727_EXPERIMENT, octets - 4)) + bytes(octets - 4)


def send(address_4, address_6, interface):
    four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    for client in (four, six):
        client.settimeout(5)
    exchange(four, (address_4, PORT), SIZES)
    exchange(six, (address_6, PORT), SIZES)

    four.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    exchange(four, (address_4, PORT), (10, 100, 1000))

    six.setsockopt(socket.IPPROTO_IPV6, IPV6_DSTOPTS, options_header(8))
    exchange(six, (address_6, PORT), (20, 200, 1400))
    six.setsockopt(socket.IPPROTO_IPV6, IPV6_HOPOPTS, options_header(16))
    exchange(six, (address_6, PORT), (20, 200, 1400, 2000))

    index = socket.if_nametoindex(interface)
    listener_4 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener_4.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                          socket.inet_aton(GROUP_4) + bytes(4) + index.to_bytes(4, sys.byteorder))
    listener_6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    listener_6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                          socket.inet_pton(socket.AF_INET6, GROUP_6) + index.to_bytes(4, sys.byteorder))
    many_4 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    many_4.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, bytes(8) + index.to_bytes(4, sys.byteorder))
    many_6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    many_6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    for size in (40, 400):
        many_4.sendto(os.urandom(size), (GROUP_4, PORT))
        many_6.sendto(os.urandom(size), (GROUP_6, PORT))


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    elif len(sys.argv) == 5 and sys.argv[1] == "send":
        send(*sys.argv[2:])
    else:
        sys.exit(__doc__)
