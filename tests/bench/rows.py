"""rows.py PROGRAM: a benchmark program of esplanade_add_benchmarks yields a number for every row."""

import json
import subprocess
import sys

program = sys.argv[1]
out = subprocess.run([program, "--benchmark_min_time=0.01", "--benchmark_format=json"], capture_output=True, text=True, check=True)
rows = json.loads(out.stdout)["benchmarks"]
names = {row["name"].removesuffix("/manual_time") for row in rows}
name = program.rsplit("/", 1)[-1]
wanted = {f"{name}/{way}/segments:{segments}/octets:{octets}"
          for way in ("outbound", "inbound") for segments in (1, 3) for octets in (64, 512, 1408)}
if names != wanted:
    sys.exit(f"missing: {sorted(wanted - names)}, unexpected: {sorted(names - wanted)}")
for row in rows:
    if row.get("error_occurred"):
        sys.exit(f"{row['name']}: {row['error_message']}")
    size = int(row["name"].split("octets:")[1].split("/")[0])
    seconds, packets, octets = row["s/packet"], row["packets/s"], row["octets/s"]
    if not 0 < seconds < 1 or abs(seconds * packets - 1) > 1e-6 or abs(octets / packets - size) > 1e-6:
        sys.exit(f"{row['name']}: {seconds} s/packet, {packets} packets/s, {octets} octets/s")
print(f"{len(rows)} rows")
