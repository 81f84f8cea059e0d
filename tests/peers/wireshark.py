"""tshark as a second pair of eyes: what it makes of headers, and of ESP when it has the keys."""
import dataclasses
import os
import shutil
import subprocess
from pathlib import Path

import captures

# Whatever else might take ESP's payload for its own is switched off: what counts is IP and ESP.
DISSECTED = {"frame", "raw", "eth", "ethertype", "vlan", "ieee8021ad", "ip", "ipv6", "ipv6.hopopts", "ipv6.routing", "ipv6.fraghdr", "ipv6.dstopts",
             "udp", "udpencap", "esp", "_ws.malformed", "_ws.expert"}
SETTINGS = {"udp.ignore_ipv6_zero_checksum": "TRUE", "ip.check_checksum": "TRUE", "ip.defragment": "FALSE", "ipv6.defragment": "FALSE", "esp.enable_authentication_check": "TRUE"}
YES = "1"   # of ip.checksum.status, esp.icv_good, esp.icv_bad


@dataclasses.dataclass
class Opened:
    """An ESP packet as tshark sees it with the keys."""
    icv_good: bool
    icv_bad: bool
    text: bytes      # payload, padding, pad length, next header
    malformed: bool  # what the text holds, or the packet around it

    @property
    def authentic(self):
        return self.icv_good and not self.icv_bad

    @property
    def forged(self):
        # tshark dissects the text before it writes down what it thinks of the ICV; a spoilt text may keep it from that.
        return not self.icv_good and (self.icv_bad or self.malformed)


class Tshark:
    """`folder` is for files of its own: no setting of the user's takes part."""

    def __init__(self, folder):
        self.program = shutil.which("tshark")
        self.settings = Path(folder)
        if self.program:
            self.version = self.run("--version").splitlines()[0]
            every = {line.split("\t")[2] for line in self.run("-G", "protocols").splitlines()}
            (self.settings / "disabled_protos").write_text("\n".join(sorted(every - DISSECTED)), encoding="ascii")

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, check=False,
                              env={**os.environ, "WIRESHARK_CONFIG_DIR": str(self.settings)})
        if done.returncode != 0:
            raise RuntimeError(f"tshark {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def fields(self, capture, names, decrypt):
        """For each frame, for each field, all its values."""
        arguments = ["-n", "-r", capture, "-T", "fields", "-E", "separator=|", "-E", "aggregator=;"]
        for name, value in {**SETTINGS, "esp.enable_encryption_decode": str(decrypt).upper()}.items():
            arguments += ["-o", f"{name}:{value}"]
        for name in names:
            arguments += ["-e", name]
        rows = self.run(*arguments).splitlines()
        return [[value.split(";") if value else [] for value in row.split("|")] for row in rows]

    def complaints(self, capture):
        """For each frame the set of what is not right with it; ESP stays closed, so that only what was sent counts."""
        link, frames = captures.read(capture)
        names = ["frame.len", "ip.len", "ip.checksum.status", "ipv6.plen", "_ws.malformed", "_ws.expert.message"]
        found = []
        rows = self.fields(capture, names, decrypt=False)
        for frame, (length, ip_length, checksum, payload_length, malformed, expert) in zip(frames, rows, strict=True):
            wrong = set(malformed) | set(expert)
            at = captures.ip_at(link, frame)
            said = [int(n) for n in ip_length] + [40 + int(n) for n in payload_length]
            if at is None or len(said) != 1:
                wrong.add(f"not one IP header: {said}")
            elif at + said[0] != int(length[0]):
                wrong.add(f"an IP packet of {said[0]} octets in a frame with room for {int(length[0]) - at}")
            if ip_length and checksum != [YES]:
                wrong.add("header checksum")
            found.append(wrong)
        return found

    def opened(self, capture, key_file):
        """For each frame an Opened, or None where there is no ESP."""
        shutil.copyfile(key_file, self.settings / "esp_sa")
        try:
            rows = self.fields(capture, ["esp.spi", "esp.icv_good", "esp.icv_bad", "esp.decrypted_data", "_ws.malformed"], decrypt=True)
        finally:
            (self.settings / "esp_sa").unlink()
        return [Opened(good == [YES], bad == [YES], bytes.fromhex(text[0]) if text else b"", bool(malformed)) if spi else None
                for spi, good, bad, text, malformed in rows]
