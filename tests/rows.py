#!/usr/bin/env python3
"""What ESP and AH datapaths offer, feature by feature, and the named tests that show it here.

  rows.py BUILD README     prints row -> tests; exit 1 when a row has neither a test nor a line in the README
  rows.py --self-test      checks that a row without either, and a tag that names no row, are reported

The rows were gathered from DPDK librte_ipsec, VPP, Linux XFRM, OpenDataPlane, FreeBSD, NDIS and others. How a test names its
rows stands in named.py, e.g. TEST_CASE("snapshot: holds neither key nor salt [row 35]"). What is not done, or not all of it,
stands under `## What it does not do` of the README, with the reason: the words here are looked for there.
"""
import re
import sys
from pathlib import Path

from named import Tag

TAG = Tag("row")
ROWS = {
    "algorithms": {
        1: "AES-GCM with an ICV of 16 octets, all key sizes (RFC 4106)",
        2: "and of 8 and 12",
        3: "ChaCha20-Poly1305 (RFC 7634)",
        4: "AES-CCM (RFC 4309)",
        5: "AES-GMAC (RFC 4543)",
        6: "AES-CBC with HMAC-SHA1 and HMAC-SHA2",
        7: "AES-CTR with a MAC (RFC 3686)",
        8: "NULL encryption (RFC 2410)",
        9: "AES-XCBC-96 and AES-CMAC-96 (RFC 3566, RFC 4494)",
        10: "implicit IVs (RFC 8750)",
        11: "several engines behind one datapath, so that no algorithm is missing",
        12: "legacy algorithms are refused unless they are named as such",
    },
    "modes and encapsulations": {
        13: "ESP",
        14: "AH",
        15: "AH and ESP on one packet in one pass",
        16: "transport mode",
        17: "tunnels, any family in any",
        18: "transport mode inside a tunnel on one packet",
        19: "BEET",
        20: "IP-TFS (RFC 9347)",
        21: "UDP encapsulation (RFC 3948)",
        22: "the UDP checksum over IPv6 (RFC 6935)",
        23: "TCP encapsulation (RFC 9329)",
        24: "NAT keep-alives are sent",
        25: "traffic flow confidentiality: padding",
        26: "dummy packets, out and in",
        27: "ECN through tunnels, the whole table (RFC 6040)",
        28: "DSCP, DF, flow label and hop limit by policy",
        29: "payloads that are no IP packets",
        30: "WESP (RFC 5840)",
    },
    "SAs, and how they are found": {
        31: "the size of an SA is known before memory is taken, and the caller owns it",
        32: "a handle cannot be confused in direction",
        33: "rekeying without loss: several receive SAs live at once",
        34: "deleting an SA with packets in flight is safe by contract",
        35: "state survives a restart, guarded against reuse of numbers",
        36: "an exhausted sequence number is refused",
        37: "options of single packets override their SA's",
        38: "SAs for single cores (RFC 9611)",
        39: "lookup by SPI, SPI and destination, SPI and both addresses; the longest match wins",
        40: "a burst is looked up at once",
        41: "lookups are safe against concurrent writers",
        42: "SPIs of our choice make the lookup an array",
        43: "an SPD inside the library",
        44: "what was decrypted is checked against selectors",
    },
    "anti-replay": {
        45: "large windows",
        46: "the size of a window is a compile-time choice",
        47: "the extra block of RFC 6479",
        48: "extended sequence numbers",
        49: "ESN with anti-replay off, as defined",
        50: "resynchronisation after a long loss (RFC 4303 A3)",
        51: "checked before decryption and again after it",
        52: "loss measured from gaps in the window",
        53: "a choice of how several cores share a window",
        54: "replay tests at every size, across every wrap",
    },
    "lifetimes": {
        55: "octets and packets, soft and hard",
        56: "seconds, soft and hard, by a clock that is given",
        57: "soft expiry is told once, and can be asked",
        58: "a hard limit cuts exactly, inside a batch",
        59: "counters of hardware count too",
    },
    "buffers and the shape of packets": {
        60: "packets cut into segments anywhere",
        61: "no tailroom or scratch inside the packet for AAD or ESN",
        62: "packet types of anybody",
        63: "IP fragmentation before and after",
        64: "reassembly before and after",
        65: "segmentation of large sends on a secured flow",
        66: "what protection adds, and what fits a path",
        67: "IPv4 options and IPv6 extension headers",
        68: "checksums of what is inside, by a device",
    },
    "batches and asynchronous work": {
        69: "an interface for bursts",
        70: "every packet of a burst has its result",
        71: "sequence numbers are reserved for many packets in one step",
        72: "asynchronous crypto, with what is in flight accounted for",
        73: "an order that is guaranteed",
        74: "a synchronous form without queues",
    },
    "statistics and diagnostics": {
        84: "packets and octets of each SA",
        85: "drops of each SA by reason",
        86: "audit events with SPI, addresses, number and time",
        87: "a key log that makes captures readable",
        88: "a trace of the stages that a packet passed",
        89: "telemetry that can be read while SAs come and go",
    },
    "hardening": {
        90: "keys are wiped",
        91: "pad octets are verified",
        92: "ICVs are compared in constant time",
        93: "reuse of an IV or nonce is made hard",
        94: "replies of hardware with faults in them",
    },
}
# Those that this version does not answer for.
LATER = set()
# What the README says of a row that is not done, or not all of it.
README_SAYS = {
    57: "no mark on single packets",
    59: "Counters of a NIC",
}
SECTION = re.compile(r"^## What it does not do\n(.*?)(?=^## |\Z)", re.M | re.S)


def excuses(readme):
    """The rows that the README speaks of, and its words."""
    section = SECTION.search(readme)
    text = re.sub(r"\s+", " ", section[1]) if section else ""
    return {row: words for row, words in README_SAYS.items() if words in text}


def report(found, excused):
    """The lines to print, and whether every row has a test or words in the README."""
    lines, missing = [], []
    known = {number for rows in ROWS.values() for number in rows}
    for group, rows in ROWS.items():
        lines += ["", group]
        for number, words in rows.items():
            tests = sorted({test for tagged, test in found if tagged == number})
            lines.append(f"row {number}: {words}")
            lines += [f"    {test}" for test in tests]
            if number in excused:
                lines.append(f"    README: … {excused[number]} …")
            elif number in LATER and not tests:
                lines.append("    not there yet")
            elif number in README_SAYS or not tests:
                lines.append(f"    MISSING: {'the README does not say ' + README_SAYS[number] if number in README_SAYS else 'no test names it'}")
                missing.append(number)
    unknown = [f"{test}: there is no row {number}" for number, test in found if number not in known]
    answered_for = len(known - LATER)
    lines += ["", *unknown, f"{answered_for - len(missing)} of the {answered_for} rows this version answers for have tests or a reason in the README"
              + (f"; missing: {', '.join(map(str, missing))}" if missing else "")]
    return lines, not missing and not unknown


def self_test():
    rows = [number for group in ROWS.values() for number in group]
    every = [(number, "a test") for number in rows]
    readme = "# x\n## What it does not do\n\n" + "\n".join(f"- {words}." for words in README_SAYS.values()) + "\n\n## After\n"
    excused = excuses(readme)
    checks = {
        "all there": report(every, excused)[1],
        "one missing": not report(every[1:], excused)[1],
        "a reason missing": not report(every, excuses(readme.replace(next(iter(README_SAYS.values())), "")))[1],
        "a reason elsewhere": not excuses(readme.replace("does not do", "does")),
        "a reason over two lines": excuses(readme.replace(" on single", "\n  on single")) == excused,
        "later": report([one for one in every if one[0] not in LATER], excused)[1],
        "no such row": not report(every + [(999, "a test")], excused)[1],
        **TAG.checks(),
    }
    broken = [name for name, holds in checks.items() if not holds]
    print("does not hold: " + ", ".join(broken) if broken else f"{len(checks)} checks hold")
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    printed, holds = report(list(TAG.collect(sys.argv[1])), excuses(Path(sys.argv[2]).read_text(encoding="utf-8")))
    print("\n".join(printed))
    sys.exit(0 if holds else 1)
