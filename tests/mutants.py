#!/usr/bin/env python3
"""Breaks each row of the checklist in turn: tests that name it must fail, and no row may fall whose tests do not name it too.

  mutants.py [ROW…] [--seconds N] [--jobs N] [--compiler C] [--list]   all rows, or these; F34..F61 spells a range
  mutants.py --check        each row has a mutant that fits the sources, or an assertion that stands where it is said to; nothing is compiled
  mutants.py --self-test    plants mutants of every kind, one that survives among them

A mutant is an edit of one header, kept in checklist/mutants/*.json, written with the test:
  {"row": "F34", "file": "include/esplanade/…", "find": "text that occurs once", "replace": "…"}
For a row that holds by construction, what holds it:
  {"row": "F129", "assertion": "include/esplanade/…: text of the static_assert or the type"}
No test names more than three rows. Compiled are the test files with tests of that row, and those alone are run; a mutant that does not compile proves nothing.
Exit: 0 every mutant killed, 1 one was not or a row has none, 2 usage. What --seconds leaves undone is said, and is no failure.
"""
import argparse
import hashlib
import json
import re
import shlex
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from checklist import IN_NAME, rows_in, rows_of, run_cases, spelled

IN_SOURCE = re.compile(rf'TEST_CASE(?:_TEMPLATE(?:_DEFINE)?|_FIXTURE)?\((?:[\w:]+,\s*)?\s*"((?:{IN_NAME.pattern}))')
squeezed = lambda text: re.sub(r"\s+", " ", text)


class Tree:
    """The sources, the test files by row, the mutants by row."""

    def __init__(self, root):
        self.root = root
        self.files, self.mutants, self.crowded = {}, {}, []
        for file in sorted((root / "tests").glob("*/*.test.cpp")):
            for name, _ in IN_SOURCE.findall(file.read_text(encoding="utf-8")):
                if len(rows_of(name)) > 3:
                    self.crowded.append(f"{file.name}: {name}")
                for row in rows_of(name):
                    self.files.setdefault(row, {})[file] = None
        for file in sorted((root / "tests/checklist/mutants").glob("*.json")):
            for mutant in json.loads(file.read_text(encoding="utf-8")):
                self.mutants.setdefault(mutant["row"], []).append(mutant)

    def wrong(self, mutant):
        """Why a mutant does not fit the sources; empty when it does."""
        place, _, text = mutant.get("assertion", mutant.get("file", "")).partition(": ")
        if not (self.root / place).is_file():
            return f"there is no {place}"
        source = (self.root / place).read_text(encoding="utf-8")
        if "assertion" in mutant:
            return "" if text and squeezed(text) in squeezed(source) else f"{place} does not say: {text}"
        times = source.count(mutant["find"])
        return "" if times == 1 else f"what is to be found in {place} occurs {times} times"


def flags(root):
    found = [name for name in ("botan-3", "botan-2") if not subprocess.run(["pkg-config", "--exists", name], check=False).returncode][:1]
    asked = subprocess.run(["pkg-config", "--cflags", "--libs", *found, "fmt"], capture_output=True, text=True, check=False).stdout if found else ""
    return ["-std=c++20", "-O1", "-w", f"-I{root}/include", f"-I{root}/tests"], [*shlex.split(asked), "-lz", "-pthread"]


class Runner:
    """Compiles test files over mutated headers, and runs them."""

    def __init__(self, tree, work, compiler="g++"):
        self.tree, self.work, self.compiler = tree, work, compiler
        self.options, self.libraries = flags(tree.root)
        self.one_at_a_time = Lock()
        self.main = work / "main.o"
        work.mkdir(parents=True, exist_ok=True)
        subprocess.run([self.compiler, "-std=c++20", "-w", "-c", tree.root / "tests/main.cpp", "-o", self.main], check=True)

    def program(self, folder, files, overlay=()):
        """The program of these test files; None when it does not compile, with the first error."""
        made = folder / "tests"
        done = subprocess.run([self.compiler, *overlay, *self.options, *files, self.main, "-o", made, *self.libraries], capture_output=True, text=True, check=False)
        error = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr[-200:])
        return (None, error) if done.returncode else (made, "")

    def as_it_is(self, files):
        """The cases that pass without a mutant; remembered as long as no source changes."""
        digest = hashlib.sha256()
        for file in [*files, *sorted((self.tree.root / "include").rglob("*.hpp"))]:
            digest.update(file.read_bytes())
        memory = self.work / f"as-it-is-{digest.hexdigest()[:24]}.json"
        with self.one_at_a_time:
            if not memory.exists():
                with tempfile.TemporaryDirectory() as folder:
                    made, error = self.program(Path(folder), files)
                    if not made:
                        return None, error
                    memory.write_text(json.dumps([case for (case, _), passed in run_cases(made, "--test-case=*", 120).items() if passed]), encoding="utf-8")
        return set(json.loads(memory.read_text(encoding="utf-8"))), ""

    def verdict(self, mutant):
        """(killed, words)"""
        row = mutant["row"]
        if wrong := self.tree.wrong(mutant):
            return False, wrong
        if "assertion" in mutant:
            return True, f"holds by construction: {mutant['assertion']}"
        files = list(self.tree.files.get(row, {}))
        if not files:
            return False, "no test names it"
        before, error = self.as_it_is(files)
        if before is None:
            return False, f"does not compile without a mutant: {error}"
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            place = Path(mutant["file"])
            changed = folder / place
            changed.parent.mkdir(parents=True)
            changed.write_text((self.tree.root / place).read_text(encoding="utf-8").replace(mutant["find"], mutant["replace"]), encoding="utf-8")
            made, error = self.program(folder, files, [f"-I{folder}/{place.parts[0]}"])
            if not made:
                return False, f"does not compile: {error}"
            after = {case: passed for (case, _), passed in run_cases(made, "--test-case=*", 120).items()}
        fell = [case for case, passed in after.items() if not passed and case in before]
        # A test of no row may fall beside: it walks over many. One of several rows shows them by one observable.
        others = [case for case in fell if rows_of(case) and row not in rows_of(case)]
        if not any(row in rows_of(case) for case in fell):
            return False, "survived" if not fell else f"survived; broke {'; '.join(fell)}"
        return not others, "killed" if not others else f"also broke {'; '.join(others)}"


def run(tree, rows, runner, seconds, jobs):
    """The lines to print, and whether every mutant that was tried was killed."""
    until = time.monotonic() + seconds if seconds else None
    todo = [(row, mutant) for row in rows for mutant in tree.mutants.get(row, [None])]

    def one(job):
        row, mutant = job
        if until and time.monotonic() > until:
            return row, None, "left"
        killed, words = runner.verdict(mutant) if mutant else (False, "no mutant")
        print(f"{row} {words}", flush=True)
        return row, killed, words

    with ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(one, todo))
    left = list(dict.fromkeys(row for row, killed, _ in results if killed is None))
    bad = list(dict.fromkeys(row for row, killed, _ in results if killed is False))
    print(f"{sum(killed is True for _, killed, _ in results)} of {len(todo)} mutants killed"
          + (f"; not: {' '.join(bad)}" if bad else "") + (f"; left undone: {len(left)} rows, {left[0]} the first" if left else ""))
    return not bad


def self_test():
    """A tree of one header, one test file and one mutant of each kind."""
    cases = {
        "F1": ("return 1", "return 2", "killed"),
        "F2": ("// nothing", "// no thing", "survived"),
        "F3": ("return 3", "return 4", "also broke F4: four"),
        "F4": ("return 5", "return", "does not compile"),
        "F5": ("return 6", "while (true) {}", "occurs 2 times"),
        "F6": ("return *p", "p = nullptr; return *p", "killed"),   # it crashes, and the next test runs all the same
        "U-1": (None, "include/x.hpp: struct one {}", "holds by construction"),
        "U-2": (None, "include/x.hpp: struct two {}", "does not say"),
    }
    source = """#pragma once
struct  one {};
inline int first() { return 1; }  // nothing
inline int third() { return 3; }
inline int fourth() { return 5; }
inline int fifth(bool b) { if (b) return 6; return 6; }
inline int sixth() { static int v = 7; volatile int* volatile p = &v; return *p; }
"""
    tests = """#include <x.hpp>
#include <doctest/doctest.h>
TEST_CASE("F1, F2: one") { CHECK(first() == 1); }
TEST_CASE("F3: three") { CHECK(third() == 3); }
TEST_CASE("F4: four") { CHECK(third() + fourth() == 8); }
TEST_CASE("F5: five") { CHECK(fifth(true) == 6); }
TEST_CASE("F6: six") { CHECK(sixth() == 7); }
TEST_CASE("plain: of no row") { CHECK(first() != 3); }
"""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for place, text in {"include/x.hpp": source, "tests/room/x.test.cpp": tests, "tests/main.cpp": (Path(__file__).parent / "main.cpp").read_text(encoding="utf-8"),
                            "tests/checklist/mutants/a.json": json.dumps([{"row": row, **({"file": "include/x.hpp", "find": find, "replace": put} if find else {"assertion": put})}
                                                                         for row, (find, put, _) in cases.items()])}.items():
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).write_text(text, encoding="utf-8")
        tree = Tree(root)
        runner = Runner(tree, root / "work")
        said = {row: runner.verdict(tree.mutants[row][0]) for row in cases}
        broken = [f"{row}: {said[row]}" for row, (_, _, words) in cases.items() if words not in said[row][1] or said[row][0] != (words in ("killed", "holds by construction"))]
        ends = {"a survivor fails": not run(tree, ["F1", "F2"], runner, 0, 1), "the killed pass": run(tree, ["F1", "U-1"], runner, 0, 2), "no mutant fails": not run(tree, ["F9"], runner, 0, 1),
                "what is left is no failure": run(tree, ["F2"], runner, 1e-9, 1)}
        broken += [name for name, holds in ends.items() if not holds]
    print("does not hold: " + ", ".join(broken) if broken else f"{len(cases) + len(ends)} checks hold")
    return 1 if broken else 0


def check(tree):
    known = rows_in()
    wrong = [f"{row}: {why}" for row, mutants in tree.mutants.items() for mutant in mutants if (why := tree.wrong(mutant) if row in known else "there is no such row")]
    wrong += [f"{case}: more than three rows, which a mutant of one could not tell apart" for case in tree.crowded]
    without = [row for row in known if row not in tree.mutants]
    print("\n".join([*wrong, f"{sum(map(len, tree.mutants.values()))} mutants fit the sources, but for {len(wrong)}; rows without one: {' '.join(without) or 'none'}"]))
    return 1 if wrong or without else 0


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", nargs="*", metavar="ROW")
    options.add_argument("--seconds", type=int, default=0)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--compiler", default="g++")
    options.add_argument("--list", action="store_true")
    options.add_argument("--check", action="store_true")
    options.add_argument("--self-test", action="store_true")
    asked = options.parse_args()
    if asked.self_test:
        sys.exit(self_test())
    tree = Tree(Path(__file__).resolve().parent.parent)
    if asked.check:
        sys.exit(check(tree))
    try:
        rows = list(dict.fromkeys(row for word in asked.rows for row in spelled(word))) or list(rows_in())
    except AttributeError:
        options.error("a row is F34, V1-07, U-14, or a range: F34..F61")
    if unknown := [row for row in rows if row not in rows_in()]:
        options.error(f"no row {', '.join(unknown)}")
    if asked.list:
        print("\n".join(f"{row} {m.get('assertion') or m['file'] + ': ' + squeezed(m['find'])}" for row in rows for m in tree.mutants.get(row, [])))
        sys.exit(0)
    sys.exit(0 if run(tree, rows, Runner(tree, tree.root / "build/mutants", asked.compiler), asked.seconds, max(1, asked.jobs)) else 1)
