#!/usr/bin/env python3
"""IP fragments, ICMP answers and IP-TFS payloads as Scapy understands them, and tshark with it.

  fragments.py PEER               PEER is the program fragment_peer.cpp
  fragments.py PEER --self-test   checks that changed fragments are found out

What we fragment before or behind ESP, Scapy puts together and decrypts; what Scapy seals and fragments, we open. What we
aggregate, Scapy decrypts and a reading of RFC 9347 6.1 written here takes apart: neither Scapy nor tshark dissects it.
"""
# class 11: fragments before and behind ESP, both families
# class 12: in any order, and overlaps of another maker refused
# class 16: sizes to 9001 at several MTUs
# class 54: fragments of two makers, both ways
import argparse
import json
import logging
import random
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import packets
from tally import Tally

logging.getLogger("scapy").setLevel(logging.ERROR)
warnings.simplefilter("ignore")
try:
    from scapy.config import conf
    from scapy.layers.inet import IP, ICMP, defragment, fragment
    from scapy.layers.inet6 import IPv6, ICMPv6PacketTooBig, IPv6ExtHdrFragment, defragment6, fragment6
    from scapy.layers.ipsec import ESP, SecurityAssociation
    from scapy.utils import wrpcap
except ImportError as missing:
    print(f"cannot run here: {missing} (Debian: python3-scapy)")
    sys.exit(77)
if not conf.crypto_valid:
    print("cannot run here: Scapy finds no cryptography (Debian: python3-cryptography)")
    sys.exit(77)

KEY, SALT, SPI = bytes(range(1, 17)), bytes([0xA1, 0xB2, 0xC3, 0xD4]), 0x4321
SIZES = [0, 1, 500, 1400, 1446, 1447, 1472, 2000, 2959, 4000, 8953, 8973]   # data octets; the last make packets of about 9001


class Peer:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, operation, outer, whole, **more):
        request = {"op": operation, "key": KEY.hex(), "salt": SALT.hex(), "spi": SPI, "packets": [one.hex() for one in whole], **more}
        request["source"], request["destination"] = (end.hex() for end in packets.GATEWAYS[outer])
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "refused" in answer:
            raise RuntimeError(answer["refused"])
        return [bytes.fromhex(one) for one in answer["packets"]], answer["verdicts"], [bytes.fromhex(one) for one in answer["answers"]]


def dissected(packet):
    return (IP if packets.version_of(packet) == 4 else IPv6)(packet)


def association(outer):
    names = [socket.inet_ntop(socket.AF_INET if outer == 4 else socket.AF_INET6, end) for end in packets.GATEWAYS[outer]]
    return SecurityAssociation(ESP, spi=SPI, crypt_algo="AES-GCM", crypt_key=KEY + SALT,
                               tunnel_header=(IP if outer == 4 else IPv6)(src=names[0], dst=names[1]))


def put_together(pieces):
    """By Scapy: the datagrams in these packets."""
    read = [dissected(one) for one in pieces]
    if read and isinstance(read[0], IPv6):
        return [bytes(defragment6(read))] if len(read) > 1 else pieces
    return [bytes(one) for one in defragment(read)] if len(read) > 1 else pieces


def inner(version, size, turn=0, whole=False):
    body = packets.upper_layer(version, packets.UDP, random.Random(size * 31 + turn).randbytes(size))
    if version == 6:
        return packets.ipv6(packets.UDP, body)
    return packets.ipv4(packets.UDP, body, identification=1000 + turn, flags=0x4000 if whole else 0)


def sending(tally, peer, wires):
    for outer in (4, 6):
        for turn, size in enumerate(SIZES):
            packet = inner(4, size, turn)
            for before, behind in ((1422, 1500), (65535, 1500), (65535, 1280), (580, 65535)):
                wire, verdicts, answers = peer.ask("protect", outer, [packet], before=before, path=65535, behind=behind)
                words = f"IPv4 {len(packet)} octets over IPv{outer}, MTUs {before} and {behind}"
                tally.case(set(verdicts) == {"forwarded"} and not answers, f"{words}: {verdicts}")
                tally.case(all(len(one) <= behind and not packets.wrong_in_header(one) for one in wire), f"{words}: a fragment is too long or wrong")
                wires[outer] += wire
                sa = association(outer)
                try:
                    if before < 65535:   # fragments inside, each an ESP packet of its own
                        opened = put_together([bytes(sa.decrypt(dissected(one))) for one in wire])
                    else:
                        opened = [bytes(sa.decrypt(dissected(one))) for one in put_together(wire)]
                except Exception as failed:   # whatever Scapy raises is a case that fails
                    opened = [repr(failed).encode()]
                tally.case(opened == [packet], f"{words}: Scapy finds {[one.hex()[:80] for one in opened]}")


def receiving(tally, peer):
    chance = random.Random(5)
    for outer in (4, 6):
        for turn, size in enumerate(SIZES[2:]):
            packet = inner(4, size, turn)
            for piece in (1480, 600, 88):
                sa = association(outer)
                sealed = sa.encrypt(dissected(packet), seq_num=1, iv=struct.pack("!Q", 1))
                if outer == 4:
                    sealed.id = 77
                    pieces = [bytes(one) for one in fragment(IP(bytes(sealed)), fragsize=piece)]
                else:
                    base = bytes(sealed)
                    split = IPv6(base[:40]) / IPv6ExtHdrFragment(nh=50, id=77) / base[40:]
                    split.nh, split.plen = 44, None
                    pieces = [bytes(one) for one in fragment6(split, max(piece, 88) + 40)] if len(base) > piece + 40 else [base]
                if len(pieces) > 60:
                    continue
                chance.shuffle(pieces)
                opened, verdicts, _ = peer.ask("open", outer, pieces)
                tally.case(opened == [packet], f"{len(packet)} octets in {len(pieces)} fragments of Scapy over IPv{outer}: {verdicts}")
                if len(pieces) > 2 and outer == 4:
                    overlapping = [*pieces[:2], bytes(fragment(IP(bytes(sealed)), fragsize=piece - 8)[1]), *pieces[2:]]
                    opened, verdicts, _ = peer.ask("open", outer, overlapping)
                    tally.case(not opened and "bad_fragment" in verdicts, f"overlapping fragments of Scapy over IPv{outer} are opened: {verdicts}")


def answers(tally, peer):
    for outer in (4, 6):
        for version in (4, 6):
            packet = inner(version, 1500, whole=True)
            for where in ("before", "path"):
                mtus = {"before": 65535, "path": 65535, "behind": 65535, where: 1400}
                wire, verdicts, told = peer.ask("protect", outer, [packet], **mtus)
                words = f"IPv{version} in IPv{outer}, too big {where}"
                tally.case(not wire and verdicts == ["packet_too_big"] and len(told) == 1, f"{words}: {verdicts}, {len(told)} answers")
                if not told:
                    continue
                error = dissected(told[0])
                body = error[ICMP] if version == 4 else error[ICMPv6PacketTooBig]
                mtu = body.nexthopmtu if version == 4 else body.mtu
                fits = 1400 - (20 if outer == 4 else 40) - 8 - 8 - 16
                expected = 1400 if where == "before" else fits // 4 * 4 - 2
                tally.case(mtu == expected, f"{words}: the answer says {mtu} instead of {expected}")
                tally.case((error.dst == dissected(packet).src) and packet.startswith(bytes(body.payload)), f"{words}: the answer is about something else")
                said = body.chksum if version == 4 else body.cksum
                if version == 4:
                    del body.chksum
                else:
                    del body.cksum
                again = dissected(bytes(error))
                tally.case(said == (again[ICMP].chksum if version == 4 else again[ICMPv6PacketTooBig].cksum), f"{words}: the checksum is not Scapy's")


def taken_apart(payloads):
    """RFC 9347 6.1: the packets in consecutive payloads."""
    found, missing = [], 0
    for one in payloads:
        kind, _, offset = struct.unpack("!BBH", one[:4])
        data = one[4:]
        if kind != 0 or (offset != missing and not (offset == 0 and data[:1] == b"\0")):
            return [f"sub-type {kind}, offset {offset} where {missing} are missing".encode()]
        part, data = data[:missing], data[missing:]
        if missing:
            found[-1] += part
            missing -= len(part)
        while data and data[0] >> 4:
            length = int.from_bytes(data[2:4], "big") if data[0] >> 4 == 4 else 40 + int.from_bytes(data[4:6], "big")
            found.append(data[:length])
            missing = length - len(found[-1])
            data = data[length:]
    return found


def aggregating(tally, peer):
    for outer in (4, 6):
        for payload in (700, 1402, 1446):
            sent = [inner(4 if turn % 3 else 6, size, turn) for turn, size in enumerate(SIZES)]
            wire, verdicts, _ = peer.ask("aggregate", outer, sent, octets=payload)
            words = f"payloads of {payload} octets over IPv{outer}"
            tally.case(set(verdicts) == {"forwarded", "absorbed"} and len({len(one) for one in wire}) == 1, f"{words}: {set(verdicts)}, sizes {({len(one) for one in wire})}")
            sa, texts = association(outer), []
            for one in wire:
                esp = dissected(one)[ESP]
                sa.auth_algo.verify(esp, sa.auth_key)
                text = sa.crypt_algo.decrypt(sa, esp, sa.crypt_key, 16)
                tally.case(text.nh == 144, f"{words}: next header {text.nh}")
                texts.append(bytes(text.data))
            tally.case(all(len(one) == payload for one in texts), f"{words}: payloads of other sizes")
            tally.case(taken_apart(texts) == sent, f"{words}: other packets inside")
            opened, verdicts, _ = peer.ask("deaggregate", outer, wire)
            tally.case(opened == sent, f"{words}: we find {len(opened)} of {len(sent)} packets, {set(verdicts)}")


def by_tshark(tally, wires):
    """Whether Wireshark's reassembly finds whole ESP packets in what we fragmented, and nothing malformed."""
    program = shutil.which("tshark")
    if program is None:
        tally.skip("tshark is not here (Debian: tshark)")
        return
    for outer, wire in wires.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "wire.pcap"
            wrpcap(str(file), [dissected(one) for one in wire], linktype=101)
            fields = subprocess.run([program, "-r", file, "-T", "fields", "-e", "esp.spi", "-e", "_ws.malformed", "-e", "ip.checksum.status", "-E", "occurrence=f",
                                     "-o", "ip.check_checksum:TRUE", "-o", "ip.defragment:TRUE", "-o", "ipv6.defragment:TRUE"],
                                    capture_output=True, text=True, check=False).stdout.splitlines()
        rows = [line.split("\t") for line in fields]
        tally.case(len(rows) == len(wire), f"IPv{outer}: tshark reads {len(rows)} of {len(wire)} packets")
        tally.case(not any(row[1] for row in rows), f"IPv{outer}: tshark finds malformed packets")
        if outer == 4:
            tally.case(all(row[2] == "1" for row in rows), "tshark finds wrong checksums")
        whole = sum(1 for row in rows if row[0])
        more = sum(1 for one in wire if last_piece(one))
        tally.case(whole == more, f"IPv{outer}: tshark finds ESP in {whole} packets, of which there are {more}")


def last_piece(packet):
    """No fragment, or the last of its datagram; ours are written in order."""
    if packets.version_of(packet) == 4:
        return packet[6] & 0x20 == 0
    return packet[6] != 44 or packet[43] & 1 == 0


def self_test(peer):
    """Changed fragments are no longer what they were."""
    packet = inner(4, 2959)
    found = 0
    for change in ("offset", "end", "lost"):
        wire, _, _ = peer.ask("protect", 4, [packet], before=65535, path=65535, behind=1500)
        if change == "lost":
            wire = wire[:1] + wire[2:]
        else:
            one = bytearray(wire[1])
            one[7 if change == "offset" else 6] ^= 1 if change == "offset" else 0x20
            wire[1] = bytes(one)
        opened, _, _ = peer.ask("open", 4, wire)
        found += opened != [packet]
    print(f"{found} of 3 changes found")
    return 0 if found == 3 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer")
    parser.add_argument("--self-test", action="store_true")
    asked = parser.parse_args()
    peer = Peer(asked.peer)
    if asked.self_test:
        return self_test(peer)
    tally, wires = Tally(), {4: [], 6: []}
    sending(tally, peer, wires)
    receiving(tally, peer)
    answers(tally, peer)
    aggregating(tally, peer)
    by_tshark(tally, wires)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
