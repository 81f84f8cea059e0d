#!/usr/bin/env python3
"""Packets exchanged with a live Linux kernel in an emulated machine.

  kernel_peer.py GATEWAY ENCAP_SOCKET --packages FOLDER [--seconds N] [--only WORDS]

GATEWAY and ENCAP_SOCKET are the programs of those names here. FOLDER holds a Debian package of a kernel for the machine to boot, and gets what is made
of it. The machine has two network namespaces: a host without IPsec, and the peer, whose kernel does ESP. Between them
stands our gateway, so that whatever programs on the host say to the peer and hear from it passes our datapath one way and
the kernel's the other.

For each case both are given the same SAs. Then, counting on both sides what was let through and what was refused, and why:
echo requests of many sizes, answered and compared octet by octet; frames there twice, late, too late, and with one bit
flipped, both ways; ping both ways; a TCP connection that carries a file each way. What would take longer than N seconds in
all is not begun. With WORDS, only cases in whose names they stand.
"""
# class 54: what we send is opened by somebody else, and what somebody else sends is opened by us
# class 3, 25, 26, 48: padding, ESN, keys, lengths and checksums as another implementation understands them
# class 9, 10: AH over IPv4 options and IPv6 extension headers, padded as either end likes it
# class 13: ESP in UDP, through a NAT too
# row 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 18, 19, 21, 22, 25: all that Linux has of them
# class 17, 30, 31, 55: what is refused, at both ends, is counted under its reason; the twins are let through
import argparse
import collections
import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "peers"))
import cases
import image
import packets
from machine import STATIONS, Broken, Machine
from tally import Tally, shown

# Packets with these are answered by hosts that are no routers; IPv6 routing headers are not.
EXTRAS = {4: ["no operation", "router alert", "record route", "timestamp"], 6: ["hop-by-hop", "destination", "hop-by-hop, destination"]}
SIZES = [*range(41), 64, 100, 255, 511, 1000, 1200]   # octets of an echo, behind its header
FILE_OCTETS = 96 * 1024
PRELUDE = 'ip() { /usr/local/sbin/ip "$@"; }\npeer() { nsenter --net=/run/netns/peer "$@"; }\n'
# Traffic counters of /proc/net/xfrm_stat, by what we do to a frame.
REPLAYED, FORGED = "XfrmInStateSeqError", "XfrmInStateProtoError"


def setting_up(encap_socket):
    """Addresses and routes, once; what a case needs beyond them is its SAs and policies."""
    hosts, gateways = packets.HOSTS, packets.GATEWAYS
    silence = "cd /proc/sys/net/ipv6/conf/default; echo 0 >accept_ra; echo 0 >router_solicitations"
    lines = [PRELUDE, "set -e", f"({silence})", "ip link set lo up", "ip netns add peer", f"peer sh -c '{silence}'"]
    for name, station in STATIONS.items():
        lines.append(f"for device in /sys/class/net/eth*; do grep -q {station} $device/address && ip link set ${{device##*/}} name {name}; done")
    lines += ["ip link set wire netns peer", "ip -n peer link set lo up", "ip link set plain mtu 1300 arp off up", "ip -n peer link set wire arp off up"]
    for version in (4, 6):
        (host, peer), (near, far) = map(cases.name_of, hosts[version]), map(cases.name_of, gateways[version])
        whole = "/32" if version == 4 else "/128 nodad"
        lines += [f"ip addr add {host}{whole} dev plain", f"ip route add {peer} dev plain",
                  f"ip -n peer addr add {peer}{whole} dev wire", f"ip -n peer addr add {far}{whole} dev wire",
                  f"ip -n peer route add {host} dev wire src {peer}", f"ip -n peer route add {near} dev wire src {far}"]
    lines += [f"ip -n peer route add {cases.name_of(cases.OUTSIDE)} dev wire src {cases.name_of(hosts[4][1])}", f"head -c {FILE_OCTETS} /dev/urandom >/tmp/ours", f"head -c {FILE_OCTETS} /dev/urandom >/tmp/theirs",
              f"peer /usr/local/sbin/{encap_socket} {cases.PORTS[1]} >/tmp/sockets 2>&1 &", "until grep . /tmp/sockets; do sleep 0.05; done",
              "grep ready /tmp/sockets"]
    return "\n".join(lines)


def programs_talk(case):
    """Ping both ways, and a TCP connection with a file each way; fails when any of it does."""
    host, peer = map(cases.name_of, cases.hosts(case))
    return PRELUDE + f"""
(peer timeout 20 nc -l -p 5001 </tmp/theirs | sha256sum >/tmp/arrived.peer) &
ping -q -c 3 -i 0.03 -s 333 -W 5 {peer} | grep 'received'
peer ping -q -c 3 -i 0.03 -s 77 -W 5 {host} | grep 'received'
timeout 20 nc -w 10 {peer} 5001 </tmp/ours | sha256sum >/tmp/arrived.host
wait
sha256sum </tmp/ours | cmp - /tmp/arrived.peer && sha256sum </tmp/theirs | cmp - /tmp/arrived.host && echo "files arrived"
true
"""


class Gateway:
    """Our end: the program gateway.cpp, kept running."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen([program, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Broken(f"our gateway ended with {self.process.wait()} at {json.dumps(request)[:500]}")
        answer = json.loads(line)
        if "refused" in answer:
            raise Broken(f"our gateway refused: {answer['refused']}")
        return answer


class FaultyGateway:
    """Our end with one fault in what it does or says."""

    FAULTS = ("an answer is not what was asked for", "a frame that was to be there twice is there once", "a refusal is not counted", "one more is let through")

    def __init__(self, gateway, fault):
        self.gateway, self.fault = gateway, self.FAULTS.index(fault)

    def ask(self, **request):
        if self.fault == 1 and request.get("how") == "twice":
            return {}
        answer = self.gateway.ask(**request)
        if self.fault == 0 and answer.get("packets"):
            last = bytes.fromhex(answer["packets"][-1])
            answer["packets"][-1] = packets.flipped(last, len(last) - 1).hex()
        if self.fault == 2 and "in" in answer:
            answer["in"].pop("replayed")
        if self.fault == 3 and request["op"] == "release" and not answer["packets"]:
            answer["packets"] = [Echo(4, 17, random.Random(0)).request.hex()]
        return answer


class Echo:
    """An echo request, and the answer to it."""

    def __init__(self, version, size, chance, extra="none"):
        self.version, self.protocol = version, packets.ICMP if version == 4 else packets.ICMPV6
        message = packets.upper_layer(version, self.protocol, chance.randbytes(size))
        if version == 4:
            self.request = packets.ipv4(self.protocol, message, options=packets.IPV4_OPTIONS[extra])
        else:
            self.request = packets.ipv6(self.protocol, message, extensions=packets.IPV6_EXTENSIONS[extra])
        self.behind_checksum = message[4:]

    def answered_by(self, packet):
        if packets.version_of(packet) != self.version or packets.wrong_in_header(packet):
            return False
        at = packets.Headers(packet)
        message = packet[at.size:]
        addresses = packet[12:20] if self.version == 4 else packet[8:40]
        covered = message if self.version == 4 else addresses + len(message).to_bytes(4, "big") + self.protocol.to_bytes(4, "big") + message
        return (at.protocol == self.protocol and addresses == b"".join(packets.HOSTS[self.version][::-1]) and
                message[0] == (0 if self.version == 4 else 129) and message[4:] == self.behind_checksum and packets.checksum(covered) == 0)


class Exchange:
    """One case."""

    def __init__(self, gateway, machine, case):
        self.gateway, self.machine, self.case = gateway, machine, case
        self.chance = random.Random(str(case))
        self.wrong = []
        self.refused = {"kernel": {}, "us": {}}   # by reason, as we expect it
        self.passed = "nothing passed"

    def run(self):
        """Afterwards `wrong` says what was."""
        try:
            self.try_everything()
        except Broken as why:
            self.wrong.append(str(why))

    def try_everything(self):
        before = self.kernel_counters()
        self.gateway.ask(**cases.ours(self.case))
        batch = "\n".join(cases.theirs(self.case))
        self.machine.run(f"{PRELUDE}ip -n peer -batch - <<'end'\n{batch}\nend")
        self.echoes("echoes", SIZES)
        for extra in EXTRAS[self.case.inner]:
            self.echoes(f"echoes with {extra}", range(4), extra)
        for part in (self.programs, self.there_twice, self.late, self.forged, lambda: self.echoes("echoes at the end", [8])):
            if not self.wrong:   # else it would wait for what does not come
                part()
        self.counters(before)

    def kernel_counters(self):
        counts = collections.Counter()
        heading = []
        for row in self.machine.run(PRELUDE + "peer cat /proc/net/xfrm_stat /proc/net/snmp /proc/net/snmp6").splitlines():
            words = row.split()
            if row.startswith("Xfrm"):
                counts[words[0]] += int(words[1])
            elif row.startswith("Udp:") and not heading:
                heading = words
            elif row.startswith("Udp:"):
                counts["InCsumErrors"] += int(words[heading.index("InCsumErrors")])
            elif row.startswith("Udp6InCsumErrors"):
                counts["InCsumErrors"] += int(words[1])
        return counts

    def exchanged(self, sizes, extra="none", **changes):
        """Sends echo requests; (requests, what came back). `frames`: how many frames the kernel is to send."""
        echoes = [Echo(self.case.inner, size, self.chance, extra) for size in sizes]
        request = {"op": "send", "packets": [echo.request.hex() for echo in echoes], "frames": len(echoes), "within": 5000, **changes}
        return echoes, self.came(request)

    def came(self, request):
        return [bytes.fromhex(words) for words in self.gateway.ask(**request)["packets"]]

    def expect(self, words, echoes, came):
        for echo, answer in zip(echoes, came):
            if not echo.answered_by(answer):
                self.wrong.append(f"{words}: {echo.request.hex()} was answered by {shown(answer)}")
                return
        if len(echoes) != len(came):
            self.wrong.append(f"{words}: {len(came)} answers instead of {len(echoes)}")

    def echoes(self, words, sizes, extra="none"):
        # As many at a time as one batch and the socket between us hold.
        for first in range(0, len(sizes), 8):
            self.expect(words, *self.exchanged(sizes[first:first + 8], extra))
            if self.wrong:
                break

    def refuses(self, who, reason, frames):
        self.refused[who][reason] = self.refused[who].get(reason, 0) + frames

    def treat(self, side, how, frames):
        self.gateway.ask(op="treat", side=side, how=how, frames=frames)

    def release(self, side, frames):
        return self.came({"op": "release", "side": side, "frames": frames, "within": 5000})

    def there_twice(self):
        self.treat("out", "twice", 6)
        self.expect("sent twice", *self.exchanged(range(6)))
        self.refuses("kernel", REPLAYED, 6)
        self.treat("in", "twice", 6)
        self.expect("received twice", *self.exchanged(range(6)))
        self.refuses("us", "replayed", 6)

    def late(self):
        """Kept back until others have overtaken it: by less than a window, then by more."""
        for side, overtaking in (("out", cases.WINDOW - 8), ("out", cases.WINDOW + 8), ("in", cases.WINDOW - 8), ("in", cases.WINDOW + 8)):
            words = f"{side}: overtaken by {overtaking}"
            self.treat(side, "hold", 1)
            held, came = self.exchanged([17], frames=0 if side == "out" else 1)
            self.expect(words, [], came)
            self.echoes(words, [8] * overtaking)
            in_time = overtaking < cases.WINDOW
            came = self.release(side, 1 if side == "out" and in_time else 0)
            self.expect(words, held if in_time else [], came)
            if not in_time and self.case.esn:   # left of the window is where the next 2^32 numbers begin (RFC 4303 A2.2)
                self.refuses(*(("kernel", FORGED) if side == "out" else ("us", "icv_mismatch")), 1)
            elif not in_time:
                self.refuses(*(("kernel", REPLAYED) if side == "out" else ("us", "too_old")), 1)

    def forged(self):
        for side in ("out", "in"):
            self.treat(side, "spoil", 4)
            _, came = self.exchanged([0, 1, 2, 300], frames=0 if side == "out" else 4)
            self.expect(f"{side}: one bit flipped", [], came)
            self.refuses(*self.case.spoilt_refused_by(side), 4)
            self.echoes(f"{side}: after one bit flipped", [3])

    def programs(self):
        said = self.machine.run(programs_talk(self.case), seconds=60)
        if said.count("3 packets received") != 2 or "files arrived" not in said:
            self.wrong.append(f"ping and TCP: {said!r}")

    def counters(self, before):
        after = self.kernel_counters()
        refused = dict(after - before)
        if refused != self.refused["kernel"]:
            self.wrong.append(f"the kernel refused {refused} instead of {self.refused['kernel']}")
        us = self.gateway.ask(op="counters")
        for side, expected in (("in", self.refused["us"]), ("out", {})):
            refused = {reason: count for reason, count in us[side].items() if reason != "forwarded"}
            if refused != expected:
                self.wrong.append(f"{side}: we refused {refused} instead of {expected}")
        self.passed = f"{us['out'].get('forwarded', 0)} packets there, {us['in'].get('forwarded', 0)} back"

    def state_of_affairs(self):
        """What both sides count."""
        with contextlib.suppress(Broken):
            print("us:", json.dumps(self.gateway.ask(op="counters")))
            print(self.machine.run(PRELUDE + "ip -n peer -s xfrm state; peer awk '$2 != 0' /proc/net/xfrm_stat; ip -n peer -s link show wire; true"))


def run():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("gateway", type=Path)
    words.add_argument("encap_socket", type=Path)
    words.add_argument("--packages", type=Path, required=True)
    words.add_argument("--seconds", type=float, default=360)
    words.add_argument("--only", default="")
    asked = words.parse_args()
    start = time.monotonic()
    end = start + asked.seconds
    try:
        image.program("qemu-system-x86_64")
        kernel, initramfs = image.make(asked.packages, [asked.encap_socket])
    except image.Missing as missing:
        print(f"cannot run here: {missing}")
        return 77

    tally = Tally()
    # Names of sockets are short.
    with tempfile.TemporaryDirectory(prefix="esplanade-") as name, Gateway(asked.gateway, name) as gateway, \
            Machine(kernel, initramfs, Path(name)) as machine:
        machine.boot(120)
        machine.run(setting_up(asked.encap_socket.name))
        print(f"Linux {machine.run('uname -r').strip()}, booted after {time.monotonic() - start:.0f} s", flush=True)
        longest = 0.0
        for case in cases.every_case(gateway.ask(op="profiles")):
            began = time.monotonic()
            if asked.only not in case.words:
                continue
            if not case.known_to_linux:
                tally.skip(f"{case.layers[0].suite}: Linux has no such suite")
                continue
            if began + 1.5 * longest > end:
                tally.skip(f"no time left of {asked.seconds:.0f} s")
                print(f"skip  {case.words}")
                continue
            exchange = Exchange(gateway, machine, case)
            exchange.run()
            took = time.monotonic() - began
            longest = max(longest, took)
            passed = not exchange.wrong
            print(f"{'ok  ' if passed else 'FAIL'}  {case.words}: {exchange.passed}, {took:.1f} s", flush=True)
            if not passed and tally.failed < 2:
                exchange.state_of_affairs()
            tally.case(passed, "\n  ".join([case.words, *exchange.wrong]))
        for fault in FaultyGateway.FAULTS if tally.passed and not asked.only else ():
            exchange = Exchange(FaultyGateway(gateway, fault), machine, next(cases.every_case(gateway.ask(op="profiles"))))
            exchange.run()
            tally.case(exchange.wrong, f"a fault is not found: {fault}")
    return tally.close()


if __name__ == "__main__":
    sys.exit(run())
