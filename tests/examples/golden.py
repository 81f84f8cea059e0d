#!/usr/bin/env python3
"""golden.py PROGRAM FILE: what the program prints is what the file says; with --write the file is written anew."""
import difflib
import pathlib
import subprocess
import sys

program, golden = sys.argv[1], pathlib.Path(sys.argv[2])
done = subprocess.run([program], capture_output=True, text=True, timeout=60)
if done.returncode or done.stderr:
    sys.exit(f"exit status {done.returncode}\n{done.stderr}")
if "--write" in sys.argv:
    golden.write_text(done.stdout)
wanted = golden.read_text()
sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), done.stdout.splitlines(True), golden.name, "printed"))
sys.exit(0 if wanted and wanted == done.stdout else 1)
