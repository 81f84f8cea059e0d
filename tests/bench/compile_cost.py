"""compile_cost.py BENCH COMPILER: bench/compile_cost measures with a real compiler, and judges what a made-up one costs."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

command, compiler = pathlib.Path(sys.argv[1]) / "compile_cost", sys.argv[2]
folder = pathlib.Path(tempfile.mkdtemp())


def expect(what, options, code, *words):
    """Runs it and checks its exit code and that it says the words."""
    out = subprocess.run([str(command), *options], capture_output=True, text=True, check=False)
    said = out.stdout + out.stderr
    for word in words:
        if word not in said:
            sys.exit(f"{what}: does not say '{word}':\n{said}")
    if out.returncode != code:
        sys.exit(f"{what}: exit {out.returncode}, not {code}:\n{said}")


def made_up(name, text):
    """A compiler of our own."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


if not shutil.which("size") or not shutil.which("nm"):
    sys.exit(77)
kept = folder / "kept.json"
expect("a real compiler", ("--compiler", compiler, "--more", "1", "--turns", "1", "--json", str(kept)), 0, "parse", "one datapath", "one suite")
rows = json.loads(kept.read_text(encoding="utf-8"))["rows"]
by_name = {(row["what"], row["kind"]): row for row in rows}
if not by_name["parse", "times"]["value"] > 1 or not by_name["one datapath", "text"]["value"] > 1000:
    sys.exit(f"a real compiler: cannot be: {rows}")
if by_name["one datapath", "text"]["goal"] != 12 * 1024:
    sys.exit(f"no goal: {rows}")

# Takes long over the core, and makes the same object of whatever it is given.
(folder / "empty.cpp").write_text("int x;\n", encoding="utf-8")
subprocess.run([compiler, "-c", str(folder / "empty.cpp"), "-o", str(folder / "empty.o")], check=True)
slow = made_up("slow", f"""#!/bin/sh
for word; do
  case $word in
    --version) echo slow 1; exit ;;
    */core.cpp) sleep 0.3 ;;
    *.o) cp {folder}/empty.o "$word" ;;
  esac
done
""")
expect("a goal missed, not asked", ("--compiler", slow, "--turns", "1"), 0, "slow 1", "parse", "not met by")
expect("a goal missed, asked", ("--compiler", slow, "--turns", "1", "--gate"), 1, "not met by")
expect("a compiler that fails", ("--compiler", made_up("broken", "#!/bin/sh\necho no such language >&2\nexit 1\n"), "--turns", "1"), 1, "no such language")
expect("no compiler", ("--compiler", "no-such-compiler"), 77, "missing here: no-such-compiler")
for wrong in (["--more", "0"], ["--more", "99"], ["--turns", "0"], ["--nothing"], ["--json", str(folder / "none" / "file.json")]):
    expect("wrong: " + " ".join(wrong), wrong, 2, wrong[0] if wrong[0] != "--json" else "there is no such folder")
print("ok")
