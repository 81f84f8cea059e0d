"""What both ends are asked to do, and how the kernel says it."""
import dataclasses
import itertools
import random
import re
import socket

import packets

WINDOW = 64              # packets, at both ends
NEAR_2_32 = 2**32 - 40   # an SA with ESN begins here, so that traffic crosses
SPI = {"send": 0x1001, "receive": 0x2002}


@dataclasses.dataclass(frozen=True)
class Case:
    profile: str         # of gateway.cpp
    suite: str           # as the toolkit names it
    mode: str            # tunnel, transport
    inner: int           # IP version
    outer: int
    esn: bool = False

    @property
    def words(self):
        families = f"IPv{self.inner} in IPv{self.outer}" if self.mode == "tunnel" else f"IPv{self.inner}"
        return f"ESP {self.suite}, {self.mode}, {families}, {'ESN' if self.esn else 'no ESN'}"


# (mode, IP version inside, outside, ESN)
FORMS = [("tunnel", 4, 4, False), ("transport", 6, 6, True), ("tunnel", 6, 4, True), ("transport", 4, 4, False), ("tunnel", 4, 6, True),
         ("transport", 6, 6, False), ("tunnel", 6, 6, False), ("transport", 4, 4, True), ("tunnel", 4, 6, False), ("tunnel", 6, 6, True),
         ("tunnel", 6, 4, False), ("tunnel", 4, 4, True)]


def every_case():
    """Every form with one suite, and two or three forms with every other, all of them taking turns."""
    yield Case("gcm_tunnel", "aes-gcm-16/128", *FORMS[0])
    yield from (Case("every_gcm", "aes-gcm-16/128", *form) for form in FORMS)
    turns = itertools.cycle(FORMS)
    for bits, icv in itertools.product((128, 192, 256), (8, 12, 16)):
        if (bits, icv) != (128, 16):
            yield from (Case("every_gcm", f"aes-gcm-{icv}/{bits}", *next(turns)) for _ in range(2))


class Key:
    """The keys of one direction."""

    def __init__(self, case, direction):
        chance = random.Random(f"{case} {direction}")
        if gcm := re.fullmatch(r"aes-gcm-(\d+)/(\d+)", case.suite):
            self.key, self.salt = chance.randbytes(int(gcm[2]) // 8), chance.randbytes(4)
            self.kernel = f"aead rfc4106(gcm(aes)) 0x{(self.key + self.salt).hex()} {int(gcm[1]) * 8}"
        else:
            raise ValueError(f"no words for {case.suite}")


def name_of(octets):
    return socket.inet_ntop(socket.AF_INET if len(octets) == 4 else socket.AF_INET6, octets)


def ends(case):
    """Addresses of the headers on the wire, ours first."""
    return packets.GATEWAYS[case.outer] if case.mode == "tunnel" else packets.HOSTS[case.inner]


def ours(case):
    """The request `install` of gateway.cpp."""
    request = {"op": "install", "profile": case.profile}
    for direction, spi in SPI.items():
        key, (source, destination) = Key(case, direction), ends(case) if direction == "send" else ends(case)[::-1]
        request[direction] = {"suite": case.suite, "mode": case.mode, "esn": case.esn, "spi": spi, "key": key.key.hex(), "salt": key.salt.hex(),
                              "sequence": NEAR_2_32 if case.esn else 0}
        if case.mode == "tunnel":
            request[direction] |= {"source": source.hex(), "destination": destination.hex()}
    return request


def theirs(case):
    """Lines for `ip -batch`, iproute2's."""
    lines = ["xfrm state flush", "xfrm policy flush"]
    hosts = packets.HOSTS[case.inner]
    for direction, spi in SPI.items():
        receives = direction == "send"   # what we send, the kernel receives
        (source, destination), (first, second) = (ends(case), hosts) if receives else (ends(case)[::-1], hosts[::-1])
        between = f"src {name_of(source)} dst {name_of(destination)} proto esp"
        state = f"xfrm state add {between} spi {spi:#x} reqid 1 mode {case.mode} replay-window {WINDOW if receives else 0}"
        if case.esn:
            state += f" flag esn {'replay-seq' if receives else 'replay-oseq'} {NEAR_2_32:#x}"
            if not receives:
                state = state.replace("replay-window 0", f"replay-window {WINDOW}")
        if case.mode == "tunnel" and case.inner != case.outer:
            state += " flag af-unspec"
        lines += [f"{state} {Key(case, direction).kernel}",
                  f"xfrm policy add src {name_of(first)} dst {name_of(second)} dir {'in' if receives else 'out'} tmpl {between} reqid 1 mode {case.mode}"]
    return lines
