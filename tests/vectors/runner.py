#!/usr/bin/env python3
"""That the runner of vectors can fail: cases spoilt in one place each, and files that cannot be used.

  runner.py RUNNER DATA     DATA is the folder of the committed files
"""
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RUNNER, DATA = sys.argv[1], Path(sys.argv[2])
FOLDER = tempfile.TemporaryDirectory()
failures = []


def load(name):
    with gzip.open(DATA / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        return json.load(file)


SCAPY, LINUX, REPLAY, BUNDLES = load("scapy_public"), load("linux_public"), load("linux_replay_public"), load("linux_bundle_public")


def run(*arguments, vectors=None):
    environment = {name: value for name, value in os.environ.items() if name != "ESPLANADE_VECTORS"}
    if vectors:
        environment["ESPLANADE_VECTORS"] = vectors
    return subprocess.run([RUNNER, *map(str, arguments)], capture_output=True, text=True, env=environment, check=False)


def written(content, name="some.json"):
    path = Path(FOLDER.name) / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def expect(what, holds, got=None):
    if not holds:
        failures.append(what + (f"\n  exit {got.returncode}\n  {got.stdout}  {got.stderr}" if got else ""))


def runnable(cases):
    return [c for c in cases if c["proto"] == "esp" and c["enc"].startswith("AES-GCM") and not c["natt"]]


def first(tag, **wanted):
    return dict(next(c for c in runnable(SCAPY["cases"]) if c["tag"] == tag and all(c[k] == v for k, v in wanted.items())))


def some(cases):
    return {"format": "esp-ah-kat-1", "generator": "Scapy", "cases": cases}


def flipped(text, at):
    """The hexadecimal digits with one bit changed in octet `at`."""
    octets = bytearray.fromhex(text)
    octets[at] ^= 1
    return octets.hex()


# --- what is right passes, packed or not ------------------------------------------------------------------------------
base, flip = first("neg-base", esn=False), first("flip:ct")
base = next(c for c in runnable(SCAPY["cases"]) if c["tag"] == "neg-base" and c["enc_key"] == flip["enc_key"])
got = run(written(some([base, flip])))
expect("a good file passes", got.returncode == 0 and got.stdout.endswith("2 passed, 0 failed, 0 skipped\n"), got)
got = run(written(gzip.compress(json.dumps(some([base, flip])).encode()), "some.json.gz"))
expect("a packed file passes", got.returncode == 0 and "2 passed" in got.stdout, got)

# class 55: negative cases fail for their reason, and beside the packet they were made of
# One expectation at a time is wrong: the runner has to say so under the tag.
SPOILT = [
    # tag                    expect of the file    a wrong one
    ("matrix", "accept", "reject-auth"),
    ("sweep", "accept", "accept-or-reject-padding(policy)"),
    ("neg-base", "accept", "drop-dummy"),
    ("pad-max", "accept", "reject-format"),
    ("tfc-padding", "accept-trimmed", "reject-format"),
    ("pad-zero-bytes", "accept-or-reject-padding(policy)", "accept"),
    ("pad-zero-bytes", "accept-or-reject-padding(policy)", "reject-format"),
    ("nh59-dummy", "drop-dummy", "reject-format"),
    ("flip:spi", "reject-no-sa", "reject-auth"),
    ("flip:icv-last", "reject-auth", "accept"),
    ("flip:ct", "reject-auth", "reject-format"),
    ("append1", "reject-auth", "reject-no-sa"),
    ("esn-hi-wrong", "reject-auth", "reject-format"),
    ("short:31", "reject-format-or-auth", "reject-format"),
    ("padlen-one-too-big", "reject-format", "reject-auth"),
    ("inner-ihl-4", "reject-format", "drop-dummy"),
    ("nh-says-4-inner-is-6", "reject-format", "accept"),
    ("matrix", "accept", "perhaps"),
]
for tag, right, wrong in SPOILT:
    case = first(tag, expect=right)
    case["expect"] = wrong
    got = run(written(some([case])))
    expect(f"{tag} does not pass as '{wrong}'", got.returncode == 1 and re.search(
        rf"^FAILED {re.escape(tag)}: 1, first {case['id']}: ", got.stdout, re.M) is not None, got)
    expect(f"{tag} as '{wrong}' is counted", got.stdout.endswith("0 passed, 1 failed, 0 skipped\n"), got)

# A reason that belongs to another mistake is no reason.
case = first("inner-ihl-4")
case["tag"] = "padlen-" + case["tag"]
got = run(written(some([case])))
expect("an inner length is not a pad length", got.returncode == 1 and "FAILED padlen-inner-ihl-4: 1" in got.stdout, got)

# One octet, one number, one flag of an accepted case.
for field, spoil in [("plaintext", lambda c: flipped(c["plaintext"], -1)), ("iv", lambda c: flipped(c["iv"], 0)),
                     ("protected", lambda c: flipped(c["protected"], -1)), ("salt", lambda c: flipped(c["salt"], 1)),
                     ("enc_key", lambda c: flipped(c["enc_key"], 3)), ("spi", lambda c: c["spi"] ^ 256),
                     ("esn", lambda c: not c["esn"]), ("mode", lambda c: "transport")]:
    case = first("matrix", mode="tunnel", expect="accept")
    case[field] = spoil(case)
    got = run(written(some([case])))
    expect(f"another {field} is noticed", got.returncode == 1 and "FAILED matrix: 1" in got.stdout, got)
case = first("matrix", mode="tunnel", outer_family=4)
case["protected"] = case["protected"][:16] + f"{int(case['protected'][16:18], 16) ^ 1:02x}" + case["protected"][18:]
got = run(written(some([case])))
expect("an outer header whose checksum does not suit its TTL is noticed outbound", got.returncode == 1 and "outbound" in got.stdout, got)

# The packet that a corruption was made of has to pass, and to be that packet.
other = dict(base, plaintext=flipped(base["plaintext"], -1))
got = run(written(some([other, flip])))
expect("a corrupted case fails with its twin", "FAILED flip:ct: 1" in got.stdout and "its accepted twin" in got.stdout, got)
got = run(written(some([flip])))
expect("a corrupted case without its twin is named", got.returncode == 0 and "without their accepted twin: 1" in got.stdout, got)
same = dict(flip, protected=base["protected"])
got = run(written(some([base, same])))
expect("a corruption that is none is noticed", "FAILED flip:ct: 1" in got.stdout, got)

# class 30, 31, 32, 33: every event of a replay trace counts
for esn in False, True:
    for was, now in [("accept", "replay"), ("replay", "accept"), ("auth", "accept"), ("auth", "replay"), ("replay", "auth")]:
        trace = next(t for t in REPLAY["traces"] if t["esn"] == esn and any(e[2] == was for e in t["events"]))
        trace = json.loads(json.dumps(trace))
        next(e for e in trace["events"] if e[2] == was)[2] = now
        got = run(written({"format": "esp-replay-trace-1", "traces": [trace]}))
        expect(f"{was} does not pass as {now}", got.returncode == 1 and re.search(
            rf"^FAILED replay:{trace['style']}: 1, first {trace['id']}: event ", got.stdout, re.M) is not None, got)
got = run(DATA / "linux_replay_public.json.gz")
expect("three differences are expected, and no more", "; expected differences: 3 " in got.stdout and "144 passed, 0 failed" in got.stdout, got)
zero = {"id": "z", "style": "plain", "esn": True, "window": 64, "initial_highest": 62, "events": [[0, 0, "accept"]]}
got = run(written({"format": "esp-replay-trace-1", "traces": [zero]}))
expect("number 0 is accepted nowhere else", got.returncode == 1 and "FAILED replay:plain: 1, first z: event 0, number 0" in got.stdout, got)
# RFC 4303 A2.2, case B in the first subspace: there is no high half of -1, so this is refused before any key is used.
below = dict(zero, initial_highest=10, events=[[2**32 - 6, 0, "replay"], [11, 0, "accept"]])
got = run(written({"format": "esp-replay-trace-1", "traces": [below]}))
expect("no number lies before the first subspace", got.returncode == 0 and "1 passed, 0 failed" in got.stdout, got)

# --- what cannot be used is refused with one sentence -------------------------------------------------------------------
for what, path in [("an absent file", Path(FOLDER.name) / "absent.json"), ("an empty file", written(b"", "empty.json")),
                   ("an empty packed file", written(gzip.compress(b""), "empty.json.gz")),
                   ("a file that is cut off", written(gzip.compress(json.dumps(some([base])).encode())[:-200], "cut.json.gz")),
                   ("a file of something else", written(b"Received: from", "mail.json")),
                   ("another format", written({"format": "esp-ah-kat-9", "cases": []}, "other.json")),
                   ("a list without cases", written({"format": "esp-ah-kat-1"}, "listless.json")),
                   ("a case without its key", written(some([{k: v for k, v in base.items() if k != "enc_key"}]), "keyless.json")),
                   ("a folder", Path(FOLDER.name))]:
    got = run(path)
    expect(f"{what} is refused", got.returncode == 2 and got.stderr.count("\n") == 1 and str(path) in got.stderr
           and "passed" not in got.stdout, got)
for what, content in [("no cases", some([])), ("no cases that can run", some([dict(base, enc="ROT-13")])),
                      ("no window of the size", {"format": "esp-replay-trace-1", "traces": [dict(zero, window=100)]})]:
    got = run(written(content))
    expect(f"{what}: nothing was shown", got.returncode == 2 and "\n0 passed, 0 failed, " in "\n" + got.stdout, got)
expect("an option that there is not", run("--other").returncode == 2)

# --- what is skipped is counted by what is missing ----------------------------------------------------------------------
natt = next(c for c in SCAPY["cases"] if c["proto"] == "esp" and c["natt"] and c["enc"].startswith("AES-GCM"))
rot = dict(next(c for c in SCAPY["cases"] if c["enc"] == "AES-CBC-128" and not c["natt"]), enc="ROT-13", auth=None)
ah = next(c for c in SCAPY["cases"] if c["proto"] == "ah" and not c["natt"])
got = run(written(some([base, natt, rot, rot, ah])))
expect("skips by feature", got.returncode == 0 and all(line in got.stdout for line in (
    "in UDP: 1,", "skipped 2: suite ROT-13\n", "3 passed, 0 failed, 2 skipped\n")), got)

# class 13: ESP in UDP, and what its header says
v6 = next(c for c in SCAPY["cases"] if c["proto"] == "esp" and c["natt"] and c["enc"].startswith("AES-GCM") and c["outer_family"] == 6)
for what, case, at in ("an IPv4 UDP checksum", natt, 26), ("an IPv6 UDP checksum", v6, 46):
    got = run(written(some([dict(case, protected=flipped(case["protected"], at))])))
    expect(f"{what} that nobody computed is noticed", got.returncode == 1 and "outbound in UDP: octets differ" in got.stdout, got)
for what, at in ("port", 22), ("length", 24), ("protocol", 9):
    got = run(written(some([dict(natt, protected=flipped(natt["protected"], at))])))
    expect(f"another {what} than the case's cannot be used", got.returncode == 2 and "UDP" in got.stderr, got)

# class 8, 9, 55: AH, and two SAs on a packet
ah_bad = next(c for c in SCAPY["cases"] if c["tag"].startswith("ah-mutated") and c["expect"] == "reject-auth")
ah_base = next(c for c in SCAPY["cases"] if c["tag"] == "ah-base" and c["auth_key"] == ah_bad["auth_key"])
got = run(written(some([ah_base, ah_bad])))
expect("AH passes", got.returncode == 0 and "2 passed, 0 failed" in got.stdout, got)
for what, cases in (("a wrong plaintext", [dict(ah_base, plaintext=flipped(ah_base["plaintext"], -1))]), ("another ICV", [dict(ah_base, protected=flipped(ah_base["protected"], -1))]),
                    ("another key", [dict(ah_base, auth_key=flipped(ah_base["auth_key"], 0))]), ("a damaged packet that should pass", [ah_base, dict(ah_bad, expect="accept")]),
                    ("a good packet that should not", [dict(ah_base, expect="reject-auth")]), ("a damaged packet alone", [ah_bad]), ("another high half", [dict(ah_base, esn=True, esn_hi=7)])):
    got = run(written(some(cases)))
    expect(f"AH: {what} is noticed", got.returncode == 1 and "FAILED ah-" in got.stdout, got)
bundle = next(c for c in BUNDLES["cases"] if c["kind"] == "esp+ah transport")
got = run(written(dict(BUNDLES, cases=[bundle])))
expect("a packet under two SAs passes", got.returncode == 0 and "1 passed, 0 failed" in got.stdout, got)
first, second = bundle["sas_innermost_first"]
for what, spoilt in (("plaintext", dict(bundle, plaintext=flipped(bundle["plaintext"], -1))), ("packet", dict(bundle, protected=flipped(bundle["protected"], -1))),
                     ("inner key", dict(bundle, sas_innermost_first=[dict(first, auth_key=flipped(first["auth_key"], 0)), second])),
                     ("order", dict(bundle, sas_innermost_first=[second, first]))):
    got = run(written(dict(BUNDLES, cases=[spoilt])))
    expect(f"two SAs: another {what} is noticed", got.returncode == 1 and "FAILED esp+ah transport: 1" in got.stdout, got)
got = run()
expect("without ESPLANADE_VECTORS a line says so", got.returncode == 0 and "skipped 186: ESPLANADE_VECTORS is not set\n" in got.stdout, got)
expect("no committed corruption is without its twin", "without their accepted twin" not in got.stdout, got)
for option in "--third-party", "--captures":
    expect(f"{option} without ESPLANADE_VECTORS cannot run", run(option).returncode == 77)

captures = Path(FOLDER.name) / "third-party" / "captures"
captures.mkdir(parents=True)
(captures / "tcpdump_esp-secrets.txt").write_text(f"0xd1234567@192.0.2.1 aes256-cbc-hmac96:0x{'11' * 32}\n")  # keys stand beside captures
got = run("--captures", vectors=FOLDER.name)
expect("a capture that is not there is refused", got.returncode == 2 and got.stderr.count("\n") == 1 and "02-sunrise-sunset-esp.pcap" in got.stderr, got)
(captures / "tcpdump_02-sunrise-sunset-esp.pcap").write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000000006000100000000000000000000001000000020000000") + bytes(16))
got = run("--captures", vectors=FOLDER.name)
expect("a capture that is cut off is refused", got.returncode == 2 and got.stderr.count("\n") == 1 and "02-sunrise-sunset-esp.pcap" in got.stderr, got)

# class 54: every suite has accepted cases of somebody else, those with the usual ICV of two
makers = {}
for maker, cases in ("Scapy", SCAPY["cases"]), ("Linux", LINUX["cases"]):
    for c in runnable(cases):
        if c["expect"] == "accept":
            makers.setdefault(c["enc"], set()).add(maker)
for bits in 128, 192, 256:
    for icv, least in (8, 1), (12, 1), (16, 2):
        expect(f"AES-GCM-{bits}-{icv} has {least} maker(s)", len(makers.get(f"AES-GCM-{bits}-{icv}", ())) >= least)

FOLDER.cleanup()
print("does not hold: " + "\n".join(failures) if failures else "the runner fails where it should")
sys.exit(1 if failures else 0)
