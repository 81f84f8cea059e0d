"""compare.py BENCH: bench/compare, bench/report and bench/measure do what they should with tiny runs and made-up programs."""

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
budget.write_text(json.dumps({"noise": 1.05, "tables": [{"title": "t", "over": "octets", "at": [64, 512, 1408], "rows": [
    {"name": "r", "row": ROW[:-10], "against": FLOOR[:-10], "limit": [2.2, None, None], "goal": [2.0, None, None]},
    {"name": "f", "row": FLOOR[:-10], "against": ROW[:-10], "times_faster": True, "limit": [2.0, None, None]},
    {"name": "x", "row": "x", "against": FLOOR[:-10], "goal": [2.0, None, 1.0]}]}]}), encoding="utf-8")
expect("limits kept", ("report", old, "--budget", str(budget), "--gate"), 0, "a processor | a compiler", "3 turns", "2.10", "met", "not met by 5 %", "1 met, 1 not met, 2 not measured",
       "t: r, 64 octets: 2.10, the goal is 2.00: not met by 5 %", "every limit is kept")
expect("limits missed, asked", ("report", slower, "--budget", str(budget), "--gate"), 1, "not met by 14 %", "1 limits are not kept", "t: r, 64 octets: 2.50, the limit is 2.20")
expect("limits missed, not asked", ("report", slower, "--budget", str(budget)), 0, "not met by 14 %")
fast = run_of("times.json", {FLOOR: [10], ROW: [19.2]})
expect("a factor that must be reached", ("report", fast, "--budget", str(budget), "--gate"), 0, "1.92", "not met by 4 %")
fast = run_of("times.json", {FLOOR: [10], ROW: [15]})
expect("a factor that is not reached", ("report", fast, "--budget", str(budget), "--gate"), 1, "t: f, 64 octets: 1.50, the limit is 2.00")

# Numbers of SAs, kinds of pages, and ratios of ratios.
LOOKUP = "lookup/{}/spi/pages:{}/sas:{}"
LANES = "lanes/botan/{}/outbound/lanes:{}/octets:64"
wide = {LOOKUP.format(who, pages, sas): [ns] for pages in ("huge", "base") for sas in (1, 1000)
        for who, ns in (("dpdk_sad", 30 if pages == "huge" else 50), ("flat_store", 10), ("plain_table", 8))}
wide |= {LANES.format(who, lanes): [ns] for who, lanes, ns in (("raw", 1, 100), ("raw", 2, 50), ("datapath/one_sa", 1, 120), ("datapath/one_sa", 2, 75))}
wide_budget = folder / "wide.json"
wide_budget.write_text(json.dumps({"noise": 1.05, "tables": [
    {"title": "s", "over": "sas", "at": [1, 1000], "pages": True,
     "rows": [{"name": "l", "row": "lookup/flat_store/spi", "against": "lookup/dpdk_sad/spi", "times_faster": True, "goal": [3.0, 4.0]}]},
    {"title": "c", "over": "octets", "at": [64],
     "rows": [{"name": "o", "row": "lanes/botan/datapath/one_sa/outbound/lanes:2", "against": "lanes/botan/raw/outbound/lanes:2",
               "of": {"row": "lanes/botan/datapath/one_sa/outbound/lanes:1", "against": "lanes/botan/raw/outbound/lanes:1"},
               "times_faster": True, "limit": [0.9]}]}]}), encoding="utf-8")
wide_run = run_of("wide_run.json", wide)
expect("tables, pages and lanes", ("report", wide_run, "--budget", str(wide_budget), "--gate"), 1, "s; huge pages", "s; base pages", "3.00 met", "5.00",
       "3 met, 2 not met, 0 not measured", "s: l, 1000 sas on huge pages: 3.00, the goal is 4.00: not met by 33 %", "c: o, 64 octets: 0.80, the limit is 0.90")
expect("what each is measured by", ("compare", wide_run, run_of("wide_slow.json", {row: [ns[0] * (2 if "flat_store/spi/pages:base/sas:1000" in row or "lanes:2" in row and "one_sa" in row else 1)]
                                                                                for row, ns in wide.items() if "dpdk" not in row})),
       1, "6 rows compared, 2 slower, 0 faster, 0 gone", "x plain_table", "x raw")
for wrong in (["--pages", "large"], ["--only"], ["--seconds", "x"], ["--nothing"], ["--json", str(folder / "none" / "run.json")]):
    expect("bench/run " + " ".join(wrong), ("run", *wrong), 2)
expect("an unknown option", ("report", wide_run, "--gates"), 2, "--gates")

# Programs that take turns; bench/measure asks them.
program = folder / "program"
program.write_text(f"""#!{sys.executable}
import json, pathlib, sys
name, file, pages = pathlib.Path(sys.argv[0]).name, sys.argv[1], sys.argv[2]
rows = []
for line in sys.stdin:
    asked = line.split()[-1]
    with open({str(folder / "log")!r}, "a") as log:
        log.write(name + " " + line)
    if line.strip() == "questions":
        print("one lookup" if name == "first" else "lookup bad", flush=True)
    elif asked == "bad":
        print("failed for a reason", flush=True)
    else:
        rows.append({{"name": asked, "run_name": name + "/" + asked + "/pages:" + pages, "s/packet": 1e-9}})
        print("done", flush=True)
json.dump({{"context": {{name: pages}}, "benchmarks": rows}}, open(file, "w"))
""", encoding="utf-8")
program.chmod(0o755)
programs = [folder / "first", folder / "second"]
for one in programs:
    one.symlink_to(program)
taken = str(folder / "taken.json")
programs = [str(one) for one in programs]
expect("turns", ("measure", taken, *programs, "--turns", "2", "--only", "one", "--only", "look", "--pages", "both"), 0)
run = json.loads(pathlib.Path(taken).read_text(encoding="utf-8"))
count = {}
for row in run["benchmarks"]:
    count[row["run_name"]] = count.get(row["run_name"], 0) + 1
if count != {"first/one/pages:huge": 2, "first/lookup/pages:huge": 2, "second/lookup/pages:huge": 2, "first/lookup/pages:base": 2, "second/lookup/pages:base": 2}:
    sys.exit(f"turns: {count}")
order = [line for line in (folder / "log").read_text(encoding="utf-8").splitlines() if "run" in line][:6]
if order != ["first run one", "first run lookup", "second run lookup"] * 2:
    sys.exit(f"turns: taken as {order}")
expect("a program that fails", ("measure", taken, *programs, "--turns", "1"), 1, "second: bad: for a reason")
expect("a program that ends", ("measure", taken, "/bin/true", "--turns", "1"), 1, "true: ended")
expect("no such question", ("measure", taken, *programs, "--only", "nothing"), 2, "no question has nothing in its name")
expect("a wrong option", ("measure", taken, *programs, "--pages", "large"), 2, "--pages")

busy = run_of("busy.json", {FLOOR: [10], ROW: [20]}, {"load_avg": [2.5], "num_cpus": 2})
expect("a busy machine", ("report", busy, "--budget", str(budget)), 0, "load 2.5 on 2 processors", "the machine was busy")
expect("no such run", ("report", str(folder / "none.json")), 2, "none.json")

real = json.loads((bench / "budget.json").read_text(encoding="utf-8"))
for table in real["tables"]:
    for row in table["rows"]:
        for bound in ("limit", "goal"):
            if len(row.get(bound, table["at"])) != len(table["at"]):
                sys.exit(f"budget.json: {table['title']}: {row['name']}: {bound} has not one value for each of {table['over']}")
print("ok")
