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
PORTS = (4501, 4500)     # of UDP around ESP, ours first
OUTSIDE = bytes([192, 0, 2, 99])   # what a NAT makes of our address


@dataclasses.dataclass(frozen=True)
class Case:
    profile: str         # of gateway.cpp
    suite: str           # as the toolkit names it
    mode: str            # tunnel, transport
    inner: int           # IP version
    outer: int
    esn: bool
    encapsulation: str   # none, udp
    udp_checksum: str    # the policy of the profile
    nat: bool = False    # between us and the kernel

    @property
    def words(self):
        families = f"IPv{self.inner} in IPv{self.outer}" if self.mode == "tunnel" else f"IPv{self.inner}"
        wrapped = "" if self.encapsulation == "none" else " in " + self.encapsulation.upper() + (" through a NAT" if self.nat else "")
        return f"{self.profile}: ESP {self.suite}{wrapped}, {self.mode}, {families}, {'ESN' if self.esn else 'no ESN'}"

    def spoilt_refused_by(self, side):
        """(who, reason) of a frame with one bit flipped on its way from us, `out`, or to us: the ICV is wrong, and so is the
        checksum of a UDP header around it where there is one that the receiver looks at."""
        in_udp = self.encapsulation == "udp"
        if side == "out":
            summed = self.udp_checksum == "udp_checksum_computed" or (self.udp_checksum == "udp_checksum_by_family" and self.outer == 6)
            return ("kernel", "InCsumErrors" if in_udp and summed else "XfrmInStateProtoError")
        return ("us", "bad_checksum" if in_udp and self.outer == 6 and self.udp_checksum == "udp_checksum_computed" else "icv_mismatch")


# (mode, IP version inside, outside, ESN)
FORMS = [("tunnel", 4, 4, False), ("transport", 6, 6, True), ("tunnel", 6, 4, True), ("transport", 4, 4, False), ("tunnel", 4, 6, True),
         ("transport", 6, 6, False), ("tunnel", 6, 6, False), ("transport", 4, 4, True), ("tunnel", 4, 6, False), ("tunnel", 6, 6, True),
         ("tunnel", 6, 4, False), ("tunnel", 4, 4, True)]

# Profiles that differ from another one in what is the same in every form.
LIKE_ANOTHER = ("gcm_in_udp_zero", "gcm_in_udp_computed", "gcm_in_udp_recomputed", "gcm_or_udp")
# Those that can set a checksum right whose pseudo-header has another address: with what IKE tells, and without.
THROUGH_NAT = ("gcm_in_udp", "gcm_in_udp_recomputed")


def every_case(profiles):
    """Every form that a profile has with its first suite, and two forms with every other, all of them taking turns; of forms
    that differ in a policy alone, one in three. `profiles`: what gateway.cpp answers to that question. A suite that the kernel
    does not have is a Case all the same."""
    for profile, offer in profiles.items():
        esn = {"off": (False,), "per_sa": (False, True), "always": (True,)}[offer["esn"]]
        forms = [(*form, encapsulation, offer["udp_checksum"]) for encapsulation in offer["encapsulations"]
                 for form in FORMS if form[0] in offer["modes"] and form[3] in esn]
        turns = itertools.cycle(forms)
        for number, suite in enumerate(offer["suites"]):
            if number != 0:
                chosen = itertools.islice(turns, 2)
            else:
                chosen = forms[2::3] if profile in LIKE_ANOTHER else forms
            yield from (Case(profile, suite, *form) for form in chosen)
        if profile in THROUGH_NAT:
            yield from (Case(profile, suite, "transport", 4, 4, use, "udp", offer["udp_checksum"], nat=True) for use in esn)


class Key:
    """The keys of one direction."""

    def __init__(self, case, direction):
        chance, suite = random.Random(f"{case} {direction}"), Suite(case.suite)
        self.key, self.salt = chance.randbytes(suite.key), chance.randbytes(suite.salt)
        self.kernel = suite.linux(self.key, self.salt)   # None: it has no such suite


def name_of(octets):
    return socket.inet_ntop(socket.AF_INET if len(octets) == 4 else socket.AF_INET6, octets)


def hosts(case):
    """Addresses of the two hosts as the kernel knows them, ours first."""
    host, peer = packets.HOSTS[case.inner]
    return OUTSIDE if case.nat else host, peer


def ends(case):
    """Addresses of the headers on the wire, ours first."""
    return packets.GATEWAYS[case.outer] if case.mode == "tunnel" else hosts(case)


def ours(case):
    """The request `install` of gateway.cpp."""
    request = {"op": "install", "profile": case.profile}
    for direction, spi in SPI.items():
        key, (source, destination) = Key(case, direction), ends(case) if direction == "send" else ends(case)[::-1]
        request[direction] = {"suite": case.suite, "mode": case.mode, "esn": case.esn, "spi": spi, "key": key.key.hex(), "salt": key.salt.hex(),
                              "sequence": NEAR_2_32 if case.esn else 0, "encapsulation": case.encapsulation,
                              "ports": PORTS if direction == "send" else PORTS[::-1]}
        if case.mode == "tunnel":
            request[direction] |= {"source": source.hex(), "destination": destination.hex()}
    if case.nat:
        request["nat"] = {"inside": packets.HOSTS[4][0].hex(), "outside": OUTSIDE.hex()}
        if case.profile == "gcm_in_udp":
            request["receive"]["original"] = OUTSIDE.hex()
    return request


def theirs(case):
    """Lines for `ip -batch`, iproute2's."""
    lines = ["xfrm state flush", "xfrm policy flush"]
    ours_first = hosts(case)
    if case.encapsulation == "udp":
        # Policies of transport mode are for the same addresses: what comes to the socket must pass without ESP before ESP is found in it.
        lines.append(f"xfrm policy add src {name_of(ours_first[0])} dst {name_of(ours_first[1])} proto {packets.UDP} dport {PORTS[1]} dir in priority 1 action allow")
    for direction, spi in SPI.items():
        receives = direction == "send"   # what we send, the kernel receives
        (source, destination), (first, second) = (ends(case), ours_first) if receives else (ends(case)[::-1], ours_first[::-1])
        between = f"src {name_of(source)} dst {name_of(destination)} proto esp"
        state = f"xfrm state add {between} spi {spi:#x} reqid 1 mode {case.mode} replay-window {WINDOW if receives else 0}"
        if case.esn:
            state += f" flag esn {'replay-seq' if receives else 'replay-oseq'} {NEAR_2_32:#x}"
            if not receives:
                state = state.replace("replay-window 0", f"replay-window {WINDOW}")
        if case.mode == "tunnel" and case.inner != case.outer:
            state += " flag af-unspec"
        if case.encapsulation == "udp":
            ports = PORTS if receives else PORTS[::-1]
            state += f" encap espinudp {ports[0]} {ports[1]} {'0.0.0.0' if case.outer == 4 else '::'}"
        lines += [f"{state} {Key(case, direction).kernel}",
                  f"xfrm policy add src {name_of(first)} dst {name_of(second)} dir {'in' if receives else 'out'} priority 2 tmpl {between} reqid 1 mode {case.mode}"]
    return lines
