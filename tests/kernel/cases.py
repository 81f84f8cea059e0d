"""What both ends are asked to do, and how the kernel says it."""
import dataclasses
import itertools
import random
import socket

import packets
from suites import Suite

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


def every_case(profiles):
    """Every form that a profile has with its first suite, and two forms with every other, all of them taking turns.
    `profiles`: what gateway.cpp answers to that question. A suite that the kernel does not have is a Case all the same."""
    for profile, offer in profiles.items():
        forms = [form for form in FORMS if form[0] in offer["modes"] and form[3] in {"off": [False], "per_sa": [False, True], "always": [True]}[offer["esn"]]]
        turns = itertools.cycle(forms)
        for number, suite in enumerate(offer["suites"]):
            yield from (Case(profile, suite, *form) for form in (forms if number == 0 else itertools.islice(turns, 2)))


class Key:
    """The keys of one direction."""

    def __init__(self, case, direction):
        chance, suite = random.Random(f"{case} {direction}"), Suite(case.suite)
        self.key, self.salt = chance.randbytes(suite.key), chance.randbytes(suite.salt)
        self.kernel = suite.linux(self.key, self.salt)   # None: it has no such suite


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
