#!/usr/bin/env python3
"""The ways in which others take the toolkit in, each as they would.

  check.py WAY --source REPOSITORY --work FOLDER --compiler C [--prefix INSTALLED] [--build BUILD]
           [--flag FLAG]…  what the libraries of the leaf headers need, for `hostile`

  install            installs BUILD below INSTALLED, for those that follow
  find_package       the installed package without components, and that it then looks for nothing
  components         the installed package with all of them, and with one that does not exist
  ipsec_mb           the component over intel-ipsec-mb, where that is; refused in words where it is not
  harness            fuzz targets and benchmarks of somebody else's datapath, through the functions of the package
  without_botan      where Botan is missing: the core works, the component is refused in words
  add_subdirectory   inside a project with tests of its own, which ours do not join
  fetch_content      FetchContent from a local path, disconnected
  plain_include      the compiler and -I, nothing else
  pkg_config         the installed .pc file
  hostile            after the macros that system headers define, C++20 and C++23, warnings as errors
  no_exceptions      the core with -fno-exceptions -fno-rtti
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wold-style-cast", "-Werror"]
LEAVES = ("crypto/botan", "crypto/ipsec_mb", "format.hpp")  # and what stands in their folders


class Broken(Exception):
    """A promise to a consumer that does not hold."""


class Absent(Exception):
    """What this machine lacks to try it."""


def run(*command, env=None, fails=False):
    """The output of a command that must succeed, or with `fails` must not."""
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})})
    output = done.stdout + done.stderr
    if (done.returncode != 0) != fails:
        raise Broken(f"{' '.join(command)}\n{output}\n(exit {done.returncode})")
    return output


def expect(words, output):
    if words not in " ".join(output.split()):
        raise Broken(f"'{words}' is not in:\n{output}")


class Ways:
    def __init__(self, given):
        self.given = given
        self.work = Path(given.work).resolve() / given.way
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.include = Path(given.source).resolve() / "include"
        text = (self.include / "esplanade/version.hpp").read_text(encoding="utf-8")
        self.greeting = "esplanade " + ".".join(re.findall(r"#define ESPLANADE_VERSION_\w+ (\d+)", text))

    def configure(self, folder, *options, env=None, fails=False):
        return run("cmake", "-S", HERE / folder, "-B", self.work / "build", f"-DCMAKE_CXX_COMPILER={self.given.compiler}",
                   *options, env=env, fails=fails)

    def consumer(self, folder, *options, env=None):
        """Configures, builds and runs one of the consumer projects beside this file."""
        self.configure(folder, *options, env=env)
        run("cmake", "--build", self.work / "build")
        expect(self.greeting, run(self.work / "build/consumer"))

    def has(self, header):
        """Whether the compiler finds somebody else's header."""
        (self.work / "has.cpp").write_text(f"#include <{header}>\n")
        try:
            run(self.given.compiler, *self.given.flag, "-fsyntax-only", self.work / "has.cpp")
        except Broken:
            return False
        return True

    def compile_and_run(self, *flags):
        program = self.work / "consumer"
        run(self.given.compiler, "-std=c++20", *flags, HERE / "main.cpp", "-o", program)
        expect(self.greeting, run(program))

    def write_everything(self, keep):
        """everything.hpp: the headers that `keep` keeps; system_includes.hpp: what these include of others."""
        headers = sorted(path.relative_to(self.include / "esplanade").as_posix() for path in self.include.rglob("*.hpp"))
        headers = [header for header in headers if keep(header)]
        foreign = {name for header in headers
                   for name in re.findall(r"^\s*#\s*include\s*<([^>]+)>",
                                          (self.include / "esplanade" / header).read_text(encoding="utf-8"), re.M)
                   if not name.startswith("esplanade/")}
        for file, names in [("everything.hpp", [f"esplanade/{header}" for header in headers]),
                            ("system_includes.hpp", sorted(foreign))]:
            (self.work / file).write_text("#pragma once\n" + "".join(f"#include <{name}>\n" for name in names))

    def install(self):
        shutil.rmtree(self.given.prefix, ignore_errors=True)
        run("cmake", "--install", self.given.build, "--prefix", self.given.prefix)
        on_disk = {path.relative_to(self.include) for path in self.include.rglob("*.hpp")}
        installed = Path(self.given.prefix).resolve() / "include"
        if missing := on_disk - {path.relative_to(installed) for path in installed.rglob("*.hpp")}:
            raise Broken("not installed: " + " ".join(sorted(map(str, missing))))

    def find_package(self):
        self.consumer("find_package", f"-DCMAKE_PREFIX_PATH={self.given.prefix}")

    def components(self):
        self.consumer("components", f"-DCMAKE_PREFIX_PATH={self.given.prefix}")
        (self.work / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES CXX)\n"
            "find_package(esplanade REQUIRED COMPONENTS quantum)\n")
        expect("the component quantum cannot be used: there is none of that name", run(
            "cmake", "-S", self.work, "-B", self.work / "refused", f"-DCMAKE_PREFIX_PATH={self.given.prefix}", fails=True))

    def ipsec_mb(self):
        (self.work / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES CXX)\n"
            "set(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)\nset(CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH OFF)\n"
            "find_package(esplanade REQUIRED COMPONENTS ipsec_mb)\n")
        expect("the component ipsec_mb cannot be used: it needs intel-ipsec-mb (Debian: libipsec-mb-dev)", run(
            "cmake", "-S", self.work, "-B", self.work / "refused", f"-DCMAKE_PREFIX_PATH={self.given.prefix}", fails=True))
        if not self.has("intel-ipsec-mb.h"):
            raise Absent("intel-ipsec-mb (Debian: libipsec-mb-dev)")
        self.consumer("ipsec_mb", f"-DCMAKE_PREFIX_PATH={self.given.prefix}")

    def harness(self):
        if not self.has("benchmark/benchmark.h"):
            raise Absent("Google Benchmark (Debian: libbenchmark-dev)")
        self.consumer("harness", f"-DCMAKE_PREFIX_PATH={self.given.prefix}")
        build = self.work / "build"
        harness = (self.include / "esplanade/testing/esplanade-harness.cmake").read_text(encoding="utf-8")
        properties = re.search(r"set\(ESPLANADE_FUZZ_PROPERTIES\s+(.*?)\s+CACHE", harness, re.S)[1].split()
        passed = run("ctest", "--test-dir", build, "-L", "fuzz", "--verbose")
        expect(f"100% tests passed, 0 tests failed out of {len(properties)}", passed)
        if len(re.findall(r"[1-9]\d* inputs replayed", passed)) != len(properties):
            raise Broken(f"a replay program replays nothing:\n{passed}")
        rows = run(build / "appliance.bench", "--benchmark_min_time=0.001", "--benchmark_filter=octets:64")
        for row in "outbound/segments:1", "outbound/segments:3", "inbound/segments:1", "inbound/segments:3":
            expect(f"appliance.bench/{row}/octets:64", rows)
        if "ERROR" in rows:
            raise Broken(rows)

    def without_botan(self):
        no_botan = {"PKG_CONFIG_LIBDIR": str(self.work), "PKG_CONFIG_PATH": ""}
        self.consumer("find_package", f"-DCMAKE_PREFIX_PATH={self.given.prefix}", env=no_botan)
        shutil.rmtree(self.work / "build")
        refusal = self.configure("components", f"-DCMAKE_PREFIX_PATH={self.given.prefix}", env=no_botan, fails=True)
        expect("the component botan cannot be used: it needs Botan 3 or 2", refusal)

    def add_subdirectory(self):
        self.consumer("add_subdirectory", f"-DESPLANADE_SOURCE={self.given.source}")
        expect("Total Tests: 0", run("ctest", "--test-dir", self.work / "build", "-N"))
        run("cmake", "--install", self.work / "build", "--prefix", self.work / "installed")
        if any((self.work / "installed").rglob("*.hpp")):
            raise Broken("the headers are installed by a project that only contains them")

    def fetch_content(self):
        self.consumer("fetch_content", f"-DESPLANADE_SOURCE={self.given.source}", "-DFETCHCONTENT_FULLY_DISCONNECTED=ON")
        expect("Total Tests: 0", run("ctest", "--test-dir", self.work / "build", "-N"))

    def plain_include(self):
        self.compile_and_run(f"-I{self.include}", *STRICT)

    def pkg_config(self):
        where = {"PKG_CONFIG_PATH": str(Path(self.given.prefix) / "share/pkgconfig")}
        flags = run("pkg-config", "--cflags", "--libs", "esplanade", env=where).split()
        self.compile_and_run(*flags)
        version = run("pkg-config", "--modversion", "esplanade", env=where)
        expect(self.greeting, f"esplanade {version}")

    def hostile(self):
        def compile_as(standard, fails):
            run(self.given.compiler, f"-std={standard}", *STRICT, f"-I{self.include}", f"-I{self.work}", *self.given.flag,
                "-fsyntax-only", HERE / "hostile.cpp", fails=fails)

        (self.work / "system_includes.hpp").touch()
        (self.work / "everything.hpp").write_text("struct packet { int near; };\n")
        compile_as("c++20", fails=True)
        has_ipsec_mb = self.has("intel-ipsec-mb.h")
        self.write_everything(lambda header: not header.startswith("crypto/ipsec_mb") or has_ipsec_mb)
        try:
            compile_as("c++20", fails=False)
            compile_as("c++2b", fails=False)
        except Broken as why:
            # g++ names the macro where it was used: that is all a reader needs.
            uses = re.findall(r"/(esplanade/\S+?):(\d+):\d+: note: in expansion of macro .(\w+)", str(why))
            if not uses:
                raise
            raise Broken("\n".join(sorted({f"{file}:{line} uses `{name}`" for file, line, name in uses}))) from why

    def no_exceptions(self):
        self.write_everything(lambda header: not header.startswith("testing/") and not header.startswith(LEAVES))
        source = self.work / "core.cpp"
        source.write_text('#include "everything.hpp"\n')
        run(self.given.compiler, "-std=c++20", *STRICT, "-fno-exceptions", "-fno-rtti", f"-I{self.include}",
            f"-I{self.work}", "-c", source, "-o", self.work / "core.o")
        self.compile_and_run("-fno-exceptions", "-fno-rtti", f"-I{self.include}")


def main():
    ways = [name for name in vars(Ways) if re.search(rf"^  {name} ", __doc__, re.M)]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=ways)
    parser.add_argument("--source", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--prefix")
    parser.add_argument("--build")
    parser.add_argument("--flag", action="append", default=[])
    given = parser.parse_args()
    try:
        getattr(Ways(given), given.way)()
    except Broken as why:
        print(why)
        return 1
    except Absent as why:
        print(f"missing here: {why}")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
