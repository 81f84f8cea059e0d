#!/usr/bin/env python3
"""The bug classes that ESP and AH datapaths of others had, and the named tests that show this one to be free of them.

  classes.py BUILD         prints class -> tests; exit 1 when a class this version answers for has none
  classes.py --self-test   checks that a class without a test, and a tag that names no class, are reported

How a test says so stands in named.py, e.g. TEST_CASE("esp_open: a flipped bit is found [class 17]").
"""
import sys

from named import Tag

TAG = Tag("class")
CLASSES = {
    1: "a short packet underflows a length",
    2: "the pad length exceeds the payload",
    3: "wrong padding or alignment on send",
    4: "padding octets trusted or ignored by accident",
    5: "next header and contents disagree; dummy packets; what is not IP in a tunnel",
    6: "the inner length is not the decrypted length",
    7: "option and extension header walks: loops, over-reads, wrong insertion point",
    8: "the length field of AH believed",
    9: "mutable fields of AH zeroed wrongly",
    10: "AH padding to 4 or 8",
    11: "IP fragments given to ESP or AH; atomic fragments",
    12: "overlapping or out-of-order IP fragments around ESP",
    13: "UDP encapsulation: classification and lengths",
    14: "reserved and duplicate SPIs",
    15: "the SA lookup key is incomplete or byte-swapped",
    16: "size arithmetic: MTU, a total length of 65535",
    17: "the ICV is not checked, partly checked, or of the wrong length",
    18: "plaintext is released before or despite failure",
    19: "the time of an ICV or padding check tells secrets",
    20: "encryption without integrity is accepted",
    21: "a nonce is used twice",
    22: "the path at the end of a counter is not idempotent",
    23: "predictable IVs for CBC",
    24: "a wrap without ESN reuses numbers",
    25: "the high half of an ESN is missing, swapped or in the wrong place",
    26: "parsing and byte order of keys, salts and IVs",
    27: "reads beyond the buffer",
    28: "segment borders inside ICV, trailer or header",
    29: "degenerate inputs accepted by the cipher",
    30: "the window moves before the ICV is verified",
    31: "the window never moves",
    32: "window edges: off by one, wide shifts, far jumps",
    33: "ESN inference at the edges of a subspace",
    34: "duplicates inside one batch or on two threads",
    35: "asynchronous completion out of order; ESN update races",
    36: "writing into memory that somebody else holds",
    37: "growing a packet overflows its headroom or tailroom",
    38: "an SA is deleted or updated with packets in flight",
    39: "leaks and corruption on error paths",
    40: "uninitialised octets on the wire or read",
    41: "secrets left behind",
    42: "lifetime counters: overflow, off by one, order of soft and hard",
    43: "unbounded nesting, recursion or work",
    44: "a decapsulated packet is not checked against the SA's selectors",
    45: "a packet leaves in clear after an error",
    46: "state is carried from packet to packet of a batch",
    47: "DSCP, ECN, DF, TTL, flow label",
    48: "lengths and checksums of rewritten headers",
    49: "offload metadata that lies",
    50: "capabilities advertised and SAs accepted disagree",
    51: "segmentation offload and sequence numbers",
    52: "data shared between SAs or queues",
    53: "races in SA updates",
    54: "tests that only go round",
    55: "negative tests that pass for the wrong reason",
}
ANSWERED_FOR = {*range(1, 56)}


def report(found):
    """The lines to print, and whether every class answered for has a test."""
    lines, complete = [], True
    for number, words in CLASSES.items():
        tests = sorted({test for tagged, test in found if tagged == number})
        lines.append(f"class {number}: {words}")
        lines += [f"    {test}" for test in tests]
        if not tests and number in ANSWERED_FOR:
            lines.append("    MISSING: this version answers for it, and no test names it")
            complete = False
        elif not tests:
            lines.append("    not there yet")
    for number, test in found:
        if number not in CLASSES:
            lines.append(f"{test}: there is no class {number}")
            complete = False
    missing = ANSWERED_FOR - {number for number, _ in found}
    lines.append(f"{len(ANSWERED_FOR) - len(missing)} of the {len(ANSWERED_FOR)} classes this version answers for have tests"
                 + (f"; missing: {', '.join(map(str, sorted(missing)))}" if missing else ""))
    return lines, complete


def self_test():
    every = [(number, "a test") for number in sorted(ANSWERED_FOR)]
    checks = {
        "all there": report(every)[1],
        "one missing": not report(every[1:])[1],
        "no such class": not report(every + [(99, "a test")])[1],
        **TAG.checks(),
    }
    broken = [name for name, holds in checks.items() if not holds]
    print("does not hold: " + ", ".join(broken) if broken else f"{len(checks)} checks hold")
    return 1 if broken else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--self-test":
        sys.exit(self_test())
    printed, holds = report(list(TAG.collect(sys.argv[1])))
    print("\n".join(printed))
    sys.exit(0 if holds else 1)
