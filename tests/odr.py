#!/usr/bin/env python3
"""No macro changes layout or meaning: one program may hold parts that were compiled with NDEBUG and parts without.

  odr.py COMPILER FOLDER FLAG…     compiles odr.cpp of this folder twice against FOLDER/everything.hpp, with and without
                                   NDEBUG, with every inline function kept, and links both with -flto -Wodr
  odr.py COMPILER --self-test      plants a type that NDEBUG changes, and one that it does not

Needs g++: clang's linker does not compare types. Exit 77 with another compiler.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

ODR_CPP = Path(__file__).parent / "odr.cpp"


def check(compiler, source, folder, flags):
    """What the compiler or the linker complains of, or an empty text."""
    common = [compiler, "-std=c++20", "-O0", "-flto=1", "-fPIC", "-fkeep-inline-functions", f"-I{folder}", *flags]
    with tempfile.TemporaryDirectory() as build:
        without, with_it = f"{build}/without.o", f"{build}/with.o"
        for command in [[*common, "-UNDEBUG", "-c", str(source), "-o", without],
                        [*common, "-DNDEBUG", "-c", str(source), "-o", with_it],
                        [*common, "-shared", "-Werror=odr", "-Werror=lto-type-mismatch", without, with_it,
                         "-o", f"{build}/both.so"]]:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                return done.stdout + done.stderr
    return ""


def self_test(compiler):
    grows = "#ifdef NDEBUG\n#define GROWS long slack = 0;\n#else\n#define GROWS\n#endif\n"
    header = "struct packet { %s int length = 0; int cut(int n) { return length -= n; } };\n" \
             "inline int shorten(packet& p) { return p.cut(1); }\n"
    failures = 0
    for text, wrong in [(header % "", False), (grows + header % "GROWS", True)]:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "planted.cpp"
            source.write_text(text)
            if bool(check(compiler, source, folder, [])) != wrong:
                failures += 1
                print(f"{text}  should {'not ' if wrong else ''}have linked")
    print("a type that NDEBUG changes is found" if not failures else "self-test failed")
    return 1 if failures else 0


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    compiler = arguments[0]
    about = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    if "Free Software Foundation" not in about:
        print(f"{compiler} is not g++")
        return 77
    if arguments[1] == "--self-test":
        return self_test(compiler)
    complaint = check(compiler, ODR_CPP, arguments[1], arguments[2:])
    print(complaint or "the same meaning with and without NDEBUG")
    return 1 if complaint else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
