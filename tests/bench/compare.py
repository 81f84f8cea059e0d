"""compare.py BENCH: bench/compare and bench/report say what they should of tiny runs."""

import json
import pathlib
import subprocess
import sys
import tempfile

bench = pathlib.Path(sys.argv[1])
folder = pathlib.Path(tempfile.mkdtemp())
FLOOR, ROW, RAW = "null/floor/outbound/segments:1/octets:64", "null/datapath/flat/outbound/segments:1/octets:64", "botan/raw/outbound/segments:1/octets:64"


def run_of(name, rows, context=None):
    """Writes a run; `rows` gives the ns of each turn."""
    path = folder / name
    path.write_text(json.dumps({
        "context": context or {"cpu": "a processor", "compiler": "a compiler"},
        "benchmarks": [{"name": row, "run_name": row + "/iterations:1/manual_time", "run_type": "iteration", "repetition_index": turn, "s/packet": ns * 1e-9}
                       for row, turns in rows.items() for turn, ns in enumerate(turns)]}), encoding="utf-8")
    return str(path)


def expect(what, command, code, *words):
    """Runs bench/<command> and checks its exit code and that it says the words."""
    out = subprocess.run([str(bench / command[0]), *command[1:]], capture_output=True, text=True, check=False)
    said = out.stdout + out.stderr
    for word in words:
        if word not in said:
            sys.exit(f"{what}: does not say '{word}':\n{said}")
    if out.returncode != code:
        sys.exit(f"{what}: exit {out.returncode}, not {code}:\n{said}")


old = run_of("old.json", {FLOOR: [10, 10, 10], ROW: [20, 22, 21], RAW: [5, 5, 5]})
slower = run_of("slower.json", {FLOOR: [10, 10, 10], ROW: [25, 25, 25]})
expect("the same run", ("compare", old, old), 0, "1 rows compared, 0 slower, 0 faster")
expect("a machine half as fast", ("compare", old, run_of("half.json", {FLOOR: [20, 20, 20], ROW: [40, 44, 42], RAW: [9, 9, 9]})), 0, "0 slower")
expect("within the noise", ("compare", old, run_of("noise.json", {FLOOR: [10, 10, 10], ROW: [21.9, 21.9, 21.9], RAW: [5, 5, 5]})), 0, "0 slower")
expect("slower", ("compare", old, run_of("slow.json", {FLOOR: [10, 10, 10], ROW: [25, 25, 25], RAW: [5, 5, 5]})), 1, "slower:", ROW, "2.10 ->   2.50", "+19.0 %")
expect("faster", ("compare", slower, run_of("fast.json", {FLOOR: [10, 10, 10], ROW: [20, 20, 20]})), 0, "faster:", ROW)
expect("a turn of the machine that hits one row alone", ("compare", old, run_of("turn.json", {FLOOR: [10, 14, 10], ROW: [30, 29.4, 21], RAW: [5] * 3})), 0, "0 slower")
expect("a row gone", ("compare", old, run_of("gone.json", {FLOOR: [10], ROW: [21]})), 1, "gone: " + RAW)
expect("nothing in common", ("compare", old, run_of("other.json", {RAW: [10]})), 2, "no row in common")
expect("no such file", ("compare", old, str(folder / "none.json")), 2, "none.json")
(folder / "text.json").write_text("not a run", encoding="utf-8")
expect("not JSON", ("compare", str(folder / "text.json"), old), 2, "text.json")
(folder / "list.json").write_text("[1]", encoding="utf-8")
expect("JSON of something else", ("compare", str(folder / "list.json"), old), 2, "list.json")
expect("one argument", ("compare", old), 2, "OLD NEW")

budget = folder / "budget.json"
budget.write_text(json.dumps({"noise": 1.05, "tables": [{"title": "t", "rows": [
    {"name": "r", "row": ROW[:-10], "against": FLOOR[:-10], "limit": [2.2, None, None], "goal": [2.0, None, None]},
    {"name": "f", "row": FLOOR[:-10], "against": ROW[:-10], "times_faster": True, "limit": [2.0, None, None]}]}]}), encoding="utf-8")
expect("limits kept", ("report", old, "--budget", str(budget), "--gate"), 0, "a processor | a compiler", "3 turns", "2.10", "met", "not met by 5 %", "every limit is kept")
expect("limits missed, asked", ("report", slower, "--budget", str(budget), "--gate"), 1, "not met by 14 %", "1 limits are not kept", "t: r, 64 octets: 2.50, the limit is 2.20")
expect("limits missed, not asked", ("report", slower, "--budget", str(budget)), 0, "not met by 14 %")
fast = run_of("times.json", {FLOOR: [10], ROW: [19.2]})
expect("a factor that must be reached", ("report", fast, "--budget", str(budget), "--gate"), 0, "1.92", "not met by 4 %")
fast = run_of("times.json", {FLOOR: [10], ROW: [15]})
expect("a factor that is not reached", ("report", fast, "--budget", str(budget), "--gate"), 1, "t: f, 64 octets: 1.50, the limit is 2.00")
busy = run_of("busy.json", {FLOOR: [10], ROW: [20]}, {"load_avg": [2.5], "num_cpus": 2})
expect("a busy machine", ("report", busy, "--budget", str(budget)), 0, "load 2.5 on 2 processors", "the machine was busy")
expect("no such run", ("report", str(folder / "none.json")), 2, "none.json")

real = json.loads((bench / "budget.json").read_text(encoding="utf-8"))
for table in real["tables"]:
    for row in table["rows"]:
        for bound in ("limit", "goal"):
            if len(row.get(bound, [0, 0, 0])) != 3:
                sys.exit(f"budget.json: {row['name']}: {bound} has not one value for each size")
print("ok")
