#!/usr/bin/env python3
"""The checklist of IPsec Offload Version 2, row by row, and the tests that answer for each row.

  checklist.py BUILD       runs those tests, prints row -> passed; exit 1 when a row has no test that passes, or no test at all
  checklist.py --self-test checks that rows without a test, with a failing one, and names of no row are reported

The rows stand in checklist/rows.txt. A doctest case names those it answers for at its beginning, one observable for each:
TEST_CASE("F34: a list of three gets three handles"), or several: TEST_CASE("V1-18, U-9: …").
tests/mutants.py breaks each row in turn.
"""
import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROW = r"(?:F|V1-|U-)\d+"
IN_NAME = re.compile(rf"({ROW}(?:, {ROW})*): ")
CASE = re.compile(r'<TestCase name="([^"]*)" filename="([^"]*)"')
FILTER = "--test-case=F*,V1-*,U-*"


def spelled(ranges):
    """The rows that "F1..F3 U-2" spells."""
    for word in ranges.split():
        first, last = re.fullmatch(rf"({ROW})(?:\.\.({ROW}))?", word).groups()
        kind, start = re.fullmatch(r"(.*?)(\d+)", first).groups()
        for number in range(int(start), int((last or first)[len(kind):]) + 1):
            yield f"{kind}{number:0{len(start)}}" if kind == "V1-" else f"{kind}{number}"


# Those that no test answers for yet. It shrinks: a row with a test does not belong here.
LATER = set(spelled(""))


def rows_in(path=HERE / "checklist" / "rows.txt"):
    """Row -> what must hold, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))


def rows_of(case):
    """The rows that a case's name begins with."""
    named = IN_NAME.match(case)
    return named[1].split(", ") if named else []


def outcomes(xml):
    """(case, file) -> passed, of what doctest's XML reporter says of a run; it may have ended early."""
    told = {}
    for part in re.split(r"(?=<TestCase )", xml):
        case = CASE.match(part)
        if case and 'skipped="true"' not in part.split(">", 1)[0]:
            told[unescape(case[1]), unescape(case[2])] = 'test_case_success="true"' in part
    return told


def run_cases(program, chosen, timeout):
    """(case, file) -> passed, of the chosen cases of a program that were listed; what a crash kept from running has not passed."""
    def xml(*options):
        try:
            done = subprocess.run([program, "--case-sensitive=true", "--no-version=true", "--reporters=xml", *options],
                                  capture_output=True, text=True, errors="replace", timeout=timeout, cwd=Path(program).parent)
            return done.stdout
        except subprocess.TimeoutExpired as late:
            return (late.stdout or b"").decode(errors="replace")

    listed = dict.fromkeys(((unescape(case), unescape(file)) for case, file in CASE.findall(xml(chosen, "--list-test-cases"))), False)
    told = outcomes(xml(chosen)) if listed else {}
    if set(told) != set(listed):   # it crashed or hung: each by itself
        told = {}
        for case, file in listed:
            told |= outcomes(xml("--test-case=" + case.replace(",", "?")))
    return {**listed, **{which: passed for which, passed in told.items() if which in listed}}


def test_programs(build):
    """The doctest programs that ctest runs in this build, by room."""
    shown = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True)
    commands = ((test["name"].split(".")[0], test.get("command", [])) for test in json.loads(shown.stdout)["tests"])
    return {command[0]: room for room, command in commands if any(word.startswith("--source-file=") for word in command)}


def run_all(build):
    """(room: case, passed) of every case in the build that names a row."""
    for program, room in sorted(test_programs(build).items()):
        if not Path(program).exists():
            sys.exit(f"{program} is not built")
        for (case, _), passed in run_cases(program, FILTER, 900).items():
            if rows_of(case):
                yield f"{room}: {case}", passed


def report(rows, found, later):
    """The lines to print, and whether all is well, of (room: case, passed)."""
    lines, bad, answered = [], [], 0
    tests = {row: [] for row in rows}
    for case, passed in found:
        for row in rows_of(case.split(": ", 1)[1]):
            if row in tests:
                tests[row].append((case, passed))
            else:
                lines.append(f"{case}: there is no row {row}")
                bad.append(row)
    for row, words in rows.items():
        failed = [case for case, passed in tests[row] if not passed]
        state = "FAILED" if failed else "passed" if tests[row] else "missing yet" if row in later else "MISSING: no test names it"
        lines.append(f"{row} {state}: {words}")
        lines += [f"    {case}{'' if passed else ' FAILED'}" for case, passed in tests[row]]
        if tests[row] and row in later:
            lines.append(f"    has a test and is listed in LATER of {Path(__file__).name}")
        if failed or (row in later) == bool(tests[row]):
            bad.append(row)
        answered += bool(tests[row]) and not failed
    lines.append(f"{answered} of the {len(rows)} rows passed, {sum(row in later and not tests[row] for row in rows)} missing yet"
                 + (f"; not well: {', '.join(dict.fromkeys(bad))}" if bad else ""))
    return lines, not bad


def self_test():
    rows = rows_in()
    every = [(f"room: {row}: words", True) for row in rows]
    ok = lambda found, later=frozenset(): report(rows, found, set(later))[1]
    xml = '<TestCase name="F1: a &quot;b&quot;" filename="x.cpp" line="1">\n<OverallResultsAsserts successes="1" test_case_success="true"/></TestCase>' \
          '<TestCase name="F2: c" filename="x.cpp"><Exception/><OverallResultsAsserts test_case_success="false"/></TestCase><TestCase name="F3: d" filename="x.cpp">'
    checks = {
        "the rows": list(rows) == list(spelled("F1..F147 V1-01..V1-32 U-1..U-26")) and all(rows.values()),
        "all there": ok(every),
        "one missing": not ok(every[1:]),
        "one missing yet": ok(every[1:], {"F1"}),
        "no longer missing": not ok(every, {"F1"}),
        "one failed": not ok(every[1:] + [("room: F1: words", False)]),
        "one of two failed": not ok(every + [("room: F1, F2: words", False)]),
        "no such row": not ok(every + [("room: F148: words", True)]),
        "spelling": list(spelled("F9..F10 V1-09..V1-10 U-2")) == ["F9", "F10", "V1-09", "V1-10", "U-2"],
        "names": rows_of("F34, F35: x") == ["F34", "F35"] and rows_of("V1-07: x") == ["V1-07"] and not rows_of("flat: F34: x") and not rows_of("F34 x"),
        "outcomes": list(outcomes(xml).items()) == [(('F1: a "b"', "x.cpp"), True), (("F2: c", "x.cpp"), False), (("F3: d", "x.cpp"), False)],
        "LATER": LATER <= set(rows),
    }
    broken = [name for name, holds in checks.items() if not holds]
    print("does not hold: " + ", ".join(broken) if broken else f"{len(checks)} checks hold")
    return 1 if broken else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--self-test":
        sys.exit(self_test())
    printed, holds = report(rows_in(), list(run_all(sys.argv[1])), LATER)
    print("\n".join(printed))
    sys.exit(0 if holds else 1)
