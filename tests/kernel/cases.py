"""What both ends are asked to do, and how the kernel says it."""
import dataclasses
import itertools
import random
import socket

import packets
from suites import Suite

WINDOW = 64              # packets, at both ends
NEAR_2_32 = 2**32 - 40   # an SA with ESN begins here, so that traffic crosses
SPI = {"send": 0x1001, "receive": 0x2002}   # of the innermost; one more for each further one
PORTS = (4501, 4500)     # of UDP around ESP, ours first
OUTSIDE = bytes([192, 0, 2, 99])   # what a NAT makes of our address


@dataclasses.dataclass(frozen=True)
class Layer:
    """One SA each way."""
    suite: str                   # as the toolkit names it
    mode: str                    # tunnel, transport, beet
    encapsulation: str = "none"  # none, udp

    @property
    def protocol(self):
        return Suite(self.suite).protocol

    @property
    def own_header(self):
        return self.mode != "transport"

    @property
    def words(self):
        suite = self.suite.replace("ah+", "AH ") if self.protocol == "ah" else f"ESP {self.suite}"
        return f"{suite}{'' if self.encapsulation == 'none' else ' in ' + self.encapsulation.upper()}, {self.mode}"


@dataclasses.dataclass(frozen=True)
class Case:
    profile: str         # of gateway.cpp
    layers: tuple        # innermost first
    inner: int           # IP version
    outer: int
    esn: bool
    udp_checksum: str    # the policy of the profile
    nat: bool = False    # between us and the kernel

    @property
    def words(self):
        families = f"IPv{self.inner} in IPv{self.outer}" if any(layer.own_header for layer in self.layers) else f"IPv{self.inner}"
        return (f"{self.profile}: {', inside '.join(layer.words for layer in self.layers)}{', through a NAT' if self.nat else ''}, "
                f"{families}, {'ESN' if self.esn else 'no ESN'}")

    @property
    def known_to_linux(self):
        return all(Key(self, "send", level).kernel for level in range(len(self.layers)))

    def version_of(self, level):
        """The IP version of the header in front of this layer."""
        return self.outer if any(layer.own_header for layer in self.layers[:level + 1]) else self.inner

    def ah_aligned(self, level):
        """Whether AH is a multiple of 4 octets over IPv4, and not of 8 as the kernel likes it best."""
        return self.layers[level].protocol == "ah" and self.version_of(level) == 4 and self.profile != "ah_to_8"

    def spoilt_refused_by(self, side):
        """(who, reason) of a frame with one bit flipped on its way from us, `out`, or to us: the ICV is wrong, and so is the
        checksum of a UDP header around it where there is one that the receiver looks at."""
        in_udp = self.layers[-1].encapsulation == "udp"
        if side == "out":
            summed = self.udp_checksum == "udp_checksum_computed" or (self.udp_checksum == "udp_checksum_by_family" and self.outer == 6)
            return ("kernel", "InCsumErrors" if in_udp and summed else "XfrmInStateProtoError")
        return ("us", "bad_checksum" if in_udp and self.outer == 6 and self.udp_checksum == "udp_checksum_computed" else "icv_mismatch")


# (mode, IP version inside, outside, ESN)
FORMS = [("tunnel", 4, 4, False), ("transport", 6, 6, True), ("tunnel", 6, 4, True), ("transport", 4, 4, False), ("tunnel", 4, 6, True),
         ("transport", 6, 6, False), ("tunnel", 6, 6, False), ("transport", 4, 4, True), ("tunnel", 4, 6, False), ("tunnel", 6, 6, True),
         ("tunnel", 6, 4, False), ("tunnel", 4, 4, True)]
FORMS += [("beet", *form) for mode, *form in FORMS if mode == "tunnel"]
# Profiles that differ from another one in what is the same in every form.
LIKE_ANOTHER = ("every_suite", "ah_to_8", "ah_or_esp", "gcm_in_udp_zero", "gcm_in_udp_computed", "gcm_in_udp_recomputed", "gcm_or_udp", "gcm_tfc", "gcm_beet")
# Those that can set a checksum right whose pseudo-header has another address: with what IKE tells, and without.
THROUGH_NAT = ("gcm_in_udp", "gcm_in_udp_recomputed")
GCM, AH = "aes-gcm-16/128", "ah+hmac-sha2-256-128"
BUNDLES = [(Layer(GCM, "transport"), Layer(AH, "transport")), (Layer(GCM, "tunnel"), Layer(AH, "transport")), (Layer(GCM, "transport"), Layer(AH, "tunnel")),
           (Layer(GCM, "transport"), Layer(GCM, "tunnel")), (Layer(AH, "transport"), Layer(GCM, "tunnel")),
           (Layer(GCM, "transport"), Layer(GCM, "tunnel", "udp")), (Layer(GCM, "transport", "udp"), Layer(GCM, "tunnel"))]


def every_case(profiles):
    """Every form that a profile has with its first suite, and two forms with every other, all of them taking turns; fewer where
    there are many suites or another profile has the same. `profiles`: what gateway.cpp answers to that question. A suite that
    the kernel does not have is a Case all the same."""
    for profile, offer in profiles.items():
        esn = {"off": (False,), "per_sa": (False, True), "always": (True,)}[offer["esn"]]
        checksum = offer["udp_checksum"]
        if offer["levels"] == 2:
            for turn, layers in enumerate(BUNDLES):
                # Linux: an SA of transport mode is of one family, and so cannot stand around a tunnel of two; and of what two SAs
                # make of IPv4 over IPv6 it sends IP fragments, though it would fit.
                for number, (inner, outer) in enumerate(((4, 4), (6, 6), (6, 4)) if layers[-1].mode == "tunnel" else ((4, 4), (6, 6))):
                    yield Case(profile, layers, inner, outer, (turn + number) % 2 == 1, checksum)
            continue
        forms = [(*form, encapsulation) for encapsulation in offer["encapsulations"] for form in FORMS if form[0] in offer["modes"] and form[3] in esn]
        turns, again = itertools.cycle(forms), profile in LIKE_ANOTHER
        for number, suite in enumerate(offer["suites"]):
            if number == 0:
                chosen = forms[2::3] if again else forms
            elif again:
                chosen = itertools.islice(turns, 1 if number % 6 == 0 else 0)
            else:
                chosen = itertools.islice(turns, 2 if len(offer["suites"]) < 20 else 1)
            yield from (Case(profile, (Layer(suite, mode, encapsulation),), inner, outer, use, checksum) for mode, inner, outer, use, encapsulation in chosen)
        if profile in THROUGH_NAT:
            yield from (Case(profile, (Layer(suite, "transport", "udp"),), 4, 4, use, checksum, nat=True) for use in esn)


class Key:
    """The keys of one direction of a layer."""

    def __init__(self, case, direction, level):
        chance, suite = random.Random(f"{case} {direction} {level}"), Suite(case.layers[level].suite)
        self.key, self.salt = chance.randbytes(suite.key), chance.randbytes(suite.salt)
        self.kernel = suite.linux(self.key, self.salt)   # None: it has no such suite


def name_of(octets):
    return socket.inet_ntop(socket.AF_INET if len(octets) == 4 else socket.AF_INET6, octets)


def hosts(case):
    """Addresses of the two hosts as the kernel knows them, ours first."""
    host, peer = packets.HOSTS[case.inner]
    return OUTSIDE if case.nat else host, peer


def ends(case, level):
    """Addresses of the header in front of a layer, ours first."""
    tunnelled = any(layer.own_header for layer in case.layers[:level + 1])
    return packets.GATEWAYS[case.outer] if tunnelled else hosts(case)


def ours(case):
    """The request `install` of gateway.cpp."""
    request = {"op": "install", "profile": case.profile, "send": [], "receive": []}
    for direction, (level, layer) in itertools.product(SPI, enumerate(case.layers)):
        key, (source, destination) = Key(case, direction, level), ends(case, level) if direction == "send" else ends(case, level)[::-1]
        sa = {"suite": layer.suite, "mode": layer.mode, "esn": case.esn, "spi": SPI[direction] + level, "key": key.key.hex(), "salt": key.salt.hex(),
              "sequence": NEAR_2_32 if case.esn else 0, "encapsulation": layer.encapsulation, "ports": PORTS if direction == "send" else PORTS[::-1]}
        if layer.mode == "beet":
            near, far = hosts(case) if direction == "send" else hosts(case)[::-1]
            sa["inner"] = near.hex(), far.hex()
        if layer.own_header:
            sa |= {"source": source.hex(), "destination": destination.hex()}
        request[direction].append(sa)
    if case.nat:
        request["nat"] = {"inside": packets.HOSTS[4][0].hex(), "outside": OUTSIDE.hex()}
        if case.profile == "gcm_in_udp":
            request["receive"][0]["original"] = OUTSIDE.hex()
    return request


def state(case, direction, level):
    """The words of an SA for `ip xfrm state add`. What we send, the kernel receives."""
    layer, receives = case.layers[level], direction == "send"
    words = [between(case, direction, level), f"spi {SPI[direction] + level:#x} reqid {level + 1} mode {layer.mode}"]
    words += [f"replay-window {WINDOW if receives or case.esn else 0}"]
    if case.esn:
        words += [f"flag esn {'replay-seq' if receives else 'replay-oseq'} {NEAR_2_32:#x}"]
    if case.ah_aligned(level):
        words += ["flag align4"]   # as RFC 4302 3.3.3.2.1 has it
    if layer.mode == "beet":
        near, far = map(name_of, hosts(case) if receives else hosts(case)[::-1])
        words += [f"sel src {near} dst {far}"]
    elif layer.mode == "tunnel" and case.inner != case.outer:
        words += ["flag af-unspec"]
    if layer.encapsulation == "udp":
        source, destination = PORTS if receives else PORTS[::-1]
        words += [f"encap espinudp {source} {destination} {'0.0.0.0' if case.version_of(level) == 4 else '::'}"]
    return " ".join([*words, Key(case, direction, level).kernel])


def between(case, direction, level):
    source, destination = ends(case, level) if direction == "send" else ends(case, level)[::-1]
    return f"src {name_of(source)} dst {name_of(destination)} proto {case.layers[level].protocol}"


def theirs(case):
    """Lines for `ip -batch`, iproute2's."""
    lines = ["xfrm state flush", "xfrm policy flush"]
    levels = range(len(case.layers))
    near, far = map(name_of, hosts(case))
    if any(layer.encapsulation == "udp" for layer in case.layers):
        # Policies of transport mode are for the same addresses: what comes to the socket must pass without ESP before ESP is found
        # in it. Of every port, because behind a hop-by-hop header the kernel looks for the port in the wrong place.
        inside = "" if case.layers[-1].encapsulation == "udp" else template(case, "send", levels[-1])
        lines.append(f"xfrm policy add src {near} dst {far} proto {packets.UDP} dir in priority 1 action allow {inside}")
    for direction, way, (first, second) in (("send", "in", (near, far)), ("receive", "out", (far, near))):
        lines += ["xfrm state add " + state(case, direction, level) for level in levels]
        lines.append(f"xfrm policy add src {first} dst {second} dir {way} priority 2 " + " ".join(template(case, direction, level) for level in levels))
    return lines


def template(case, direction, level):
    return f"tmpl {between(case, direction, level)} reqid {level + 1} mode {case.layers[level].mode}"
