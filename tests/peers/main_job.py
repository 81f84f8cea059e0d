"""Runs of the main job of the examples: what it was given, what it wrote, and the keys it wrote it with."""
import csv
import dataclasses
import json
import re
import subprocess
from ipaddress import ip_address
from pathlib import Path

import captures
import packets


@dataclasses.dataclass
class Key:
    icv: int
    octets: bytes   # key, then salt


@dataclasses.dataclass
class Run:
    words: str            # its options
    mode: str
    esn: bool
    plain: list           # the IP packets that had to be protected, in order
    protected_file: Path
    protected: list       # the IP packets of that file
    key_file: Path
    report: dict

    @property
    def tunnel(self):
        return self.mode == "tunnel"

    def keys(self):
        """SPI -> Key."""
        with self.key_file.open(encoding="ascii", newline="") as rows:
            return {int(row[3], 16): Key(int(re.search(r"AES-GCM with (\d+) octet ICV", row[4])[1]), bytes.fromhex(row[5][2:]))
                    for row in csv.reader(rows)}


def profiles(program):
    """What was compiled in, as the program lists it."""
    return json.loads(subprocess.run([program, "--list-profiles", "--json"], capture_output=True, text=True, check=True).stdout)


def run(program, capture, folder, *options):
    done = subprocess.run([program, capture, "--out", folder, "--json", *options], capture_output=True, text=True, check=False)
    words = " ".join(options)
    if done.returncode != 0:
        raise RuntimeError(f"the main job ended with {done.returncode} ({words}): {done.stderr}")
    report = json.loads(done.stdout)
    # Transport mode is for whole datagrams (RFC 4303 3.3.4); a tunnel carries IP fragments too. BEET is for pairs of addresses.
    plain = [p for p in captures.ip_packets(Path(capture)) if report["mode"] == "tunnel" or not packets.Headers(p).fragment]
    if report["mode"] == "beet":
        pairs = {(ip_address(one["source"]).packed, ip_address(one["destination"]).packed) for one in report["spis"]["pairs"]}
        plain = [p for p in plain if packets.addresses_of(p) in pairs]
    protected_file = Path(report["files"]["protected"])
    return Run(words, report["mode"], report["esn"], plain, protected_file, captures.ip_packets(protected_file), Path(report["files"]["keys"]), report)
