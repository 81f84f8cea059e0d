#!/usr/bin/env python3
"""Other compilers, standard libraries, word sizes and byte orders; one line for each.

  check.py SOURCE WORK [--seconds N] [--jobs N] [--only WORD]

A platform compiles every header of the core and of testing/ with warnings as errors, then compiles and runs tests: of codecs,
windows, records and a null cipher's datapath. What is not here, or does not fit into N seconds, is named and skipped.
Exit: 0 passed, 1 failed, 77 something was skipped.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Werror".split()
CODECS = ["net/esp", "net/ah", "net/ah_muting", "net/checksum", "net/ip_header", "net/ip_walk", "net/ip_fragment", "net/aggfrag",
          "net/tcp_framing", "net/udp", "net/wesp", "net/icmp"]
RECORDS = ["base/octets", "buffer/access", "sa/replay_window", "sa/counted_window", "sa/shared_window", "sa/esn", "sa/association",
           "sa/selector", "sa/snapshot", "sa/restore", "crypto/null"]
DATAPATH = ["pipeline/datapath", "pipeline/ah"]
FEW = ["net/esp", "sa/association", "pipeline/datapath"]
# Seconds where machine and emulator are the same, and many minutes where they are not.
EXHAUSTIVE = "--test-case-exclude=*every size to 256*"
# Headers of a native system are not those of another: doctest is one file and reached by a link of its own.
NATIVE = ["-idirafter", "/usr/include/x86_64-linux-gnu"]


class Platform:
    def __init__(self, words, compiler, flags=(), tests=(), runner=(), links=(), options=(), core_only=False):
        self.words, self.compiler, self.flags, self.tests = words, compiler, list(flags), list(tests)
        self.runner, self.links, self.options, self.core_only = list(runner), list(links), list(options), core_only


PLATFORMS = [
    Platform("32 bits (g++ -m32)", "g++", ["-m32", *NATIVE], CODECS + RECORDS + DATAPATH, options=[EXHAUSTIVE]),
    Platform("big-endian (s390x, g++, emulated)", "s390x-linux-gnu-g++", ["-static"], CODECS + RECORDS + DATAPATH, runner=["qemu-s390x"], options=[EXHAUSTIVE]),
    Platform("core without exceptions and RTTI (g++)", "g++", ["-fno-exceptions", "-fno-rtti"], core_only=True),
    Platform("core without exceptions and RTTI (clang++)", "clang++", ["-fno-exceptions", "-fno-rtti"], core_only=True),
    Platform("g++ 12", "g++-12", tests=FEW),
    Platform("clang 14, libstdc++", "clang++-14", tests=FEW),
    Platform("clang 14, libc++", "clang++-14", ["-stdlib=libc++"], FEW, links=["-lc++", "-lc++abi"]),
    Platform("clang 16, libstdc++", "clang++-16", tests=FEW),
    Platform("clang 19, libstdc++", "clang++-19", tests=FEW),
]


def headers_of(source, core_only):
    """One source that includes all of the core, and of testing/ but what needs other libraries."""
    include = source / "include"
    for path in sorted(include.rglob("*.hpp")):
        name = path.relative_to(include).as_posix()
        if re.search(r"crypto/(botan|ipsec_mb)|esplanade/format\.hpp|bench_harness", name) or (core_only and "/testing/" in name):
            continue
        yield f"#include <{name}>\n"


def say(words):
    print(words, flush=True)


class Run:
    def __init__(self, source, work, seconds, pool):
        self.source, self.work, self.pool = source, work, pool
        self.end = time.monotonic() + seconds
        self.ccache = [found] if (found := shutil.which("ccache")) else []
        self.include = work / "include"
        self.include.mkdir(parents=True, exist_ok=True)
        for place in ("/usr/include", "/usr/local/include"):
            if Path(place, "doctest").is_dir() and not (self.include / "doctest").exists():
                (self.include / "doctest").symlink_to(Path(place, "doctest"))

    def call(self, command):
        """None when it succeeds; else the first words of what is wrong. TimeoutExpired when there is no time."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise subprocess.TimeoutExpired(command, 0)
        done = subprocess.run(command, capture_output=True, text=True, timeout=left, check=False)
        self.said = done.stdout
        if done.returncode == 0:
            return None
        lines = (done.stderr + done.stdout).splitlines()
        first = next((i for i, line in enumerate(lines) if "rror" in line), 0)
        return "\n".join(lines[first:first + 12]) or f"exit {done.returncode}"

    def compile(self, platform, folder, file, more):
        out = folder / (file.parent.name + "." + file.name + ".o")
        head = self.ccache if "-fsyntax-only" not in more else []
        return out, self.call([*head, platform.compiler, "-std=c++20", "-O1", *platform.flags, f"-I{self.source}/include", f"-I{self.source}/tests",
                               "-isystem", str(self.include), *more, *([] if "-fsyntax-only" in more else ["-c", "-o", str(out)]), str(file)])

    def check(self, platform):
        """What became of it: "passed", "failed" or "skipped", and words."""
        missing = [word for word in [platform.compiler, *platform.runner[:1]] if not shutil.which(word)]
        if missing:
            return "skipped", f"{missing[0]} is not here"
        folder = self.work / re.sub(r"\W+", "_", platform.words)
        folder.mkdir(exist_ok=True)
        nothing = folder / "nothing.cpp"
        nothing.write_text("#include <vector>\nint main() { return static_cast<int>(std::vector<int>{}.size()); }\n")
        if self.call([platform.compiler, *platform.flags, "-std=c++20", str(nothing), "-o", str(folder / "nothing"), *platform.links]):
            return "skipped", "its standard library is not here"
        everything = folder / "everything.cpp"
        everything.write_text("".join(headers_of(self.source, platform.core_only)))
        if wrong := self.compile(platform, folder, everything, ["-fsyntax-only", *WARNINGS])[1]:
            return "failed", "its headers do not compile\n" + wrong
        if not platform.tests:
            return "passed", "every header compiles"
        tests = self.source / "tests"
        files = [tests / "main.cpp", *(tests / f"{name}.test.cpp" for name in platform.tests)]
        rooms = {}
        for file, (out, wrong) in zip(files, self.pool.map(lambda f: self.compile(platform, folder, f, []), files)):
            if wrong:
                return "failed", f"{file.relative_to(self.source)} does not compile\n{wrong}"
            rooms.setdefault(file.parent.name, []).append(out)
        main = rooms.pop("tests")
        cases = 0
        for room, objects in rooms.items():
            program = folder / room
            if wrong := self.call([platform.compiler, *platform.flags, *map(str, main + objects), "-o", str(program), *platform.links, "-pthread"]):
                return "failed", f"{room} does not link\n{wrong}"
            if wrong := self.call([*platform.runner, str(program), *platform.options]):
                return "failed", f"tests of {room} fail\n{wrong}"
            cases += int(re.search(r"test cases: +(\d+)", self.said).group(1))
        return "passed", f"every header compiles; {cases} test cases of {len(platform.tests)} files"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("source", type=Path)
    options.add_argument("work", type=Path)
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--only", default="")
    asked = options.parse_args()
    count = {"passed": 0, "failed": 0, "skipped": 0}
    with ThreadPoolExecutor(asked.jobs) as pool:
        run = Run(asked.source.resolve(), asked.work.resolve(), asked.seconds, pool)
        for platform in PLATFORMS:
            if asked.only not in platform.words:
                continue
            try:
                became, words = run.check(platform)
            except subprocess.TimeoutExpired:
                became, words = "skipped", "no time left"
            count[became] += 1
            say(f"  {platform.words}: {became}: {words}")
    say(", ".join(f"{number} {became}" for became, number in count.items()))
    sys.exit(1 if count["failed"] else 77 if count["skipped"] else 0)


if __name__ == "__main__":
    main()
