#!/usr/bin/env python3
"""A mistake must not compile, and the compiler must say why in our words.

  check.py COMPILER INCLUDE_DIR FILE.cpp
  check.py COMPILER --self-test

Line 1 of FILE is `// expect: <regex>`. As it stands FILE must fail with exactly one error; the regex must match that
error's message (for an unsatisfied constraint: that message, one of its notes or its unmet<"…"> sentence; no other quoted
source line counts);
the output must name a line of FILE and be at most 40 lines long. With -DGOOD it must compile without a warning.
Exit 0 when all of that holds, else 1 with what does not.
"""
# class 55: a reject fails for its own reason, and its good twin compiles
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
LINES_MAX = 40


def compile_file(compiler, include_dir, file, *defines):
    """Exit code and the lines that the compiler wrote."""
    command = [compiler, *FLAGS, *defines, f"-I{include_dir}", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def messages(output, kind):
    """What the compiler itself said, without the source lines it quotes (those never start at the margin)."""
    found = [re.match(rf"\S[^:]*(?::\d+)*: (?:fatal )?{kind}: (.*)", line) for line in output]
    return [match[1] for match in found if match]


def check(compiler, include_dir, file):
    """What does not hold, one line each, and the compiler's output."""
    first = file.read_text(encoding="utf-8").split("\n", 1)[0]
    if not first.startswith("// expect: "):
        return ["line 1 must be `// expect: <regex>`"], []
    words = re.compile(first.removeprefix("// expect: "))

    findings = []
    status, output = compile_file(compiler, include_dir, file)
    if status == 0:
        return ["it compiles"], output
    said = messages(output, "error")
    if len(said) != 1:
        findings.append(f"{len(said)} errors instead of one")
    if not any(re.match(r"static assertion failed|static_assert failed", message) for message in said):
        said += messages(output, "note")
        # g++ shows the sentence of an unmet constraint only in the line of ours that it quotes.
        said += [line for line in output if 'unmet<"' in line]
    if not any(words.search(message) for message in said):
        findings.append(f"nobody says /{words.pattern}/")
    if not any(re.search(rf"\b{re.escape(file.name)}:\d+", line) for line in output):
        findings.append(f"no line of {file.name} is named")
    if len(output) > LINES_MAX:
        findings.append(f"{len(output)} lines of output, more than {LINES_MAX}")

    good_status, good_output = compile_file(compiler, include_dir, file, "-DGOOD")
    if good_status != 0 or good_output:
        findings.append("its good twin (-DGOOD) does not compile cleanly")
        output = good_output
    return findings, output


# A file, and what check() must say of it (None: nothing).
ONE_ERROR = "#ifndef GOOD\nstatic_assert(sizeof(int) == 1, \"a window has 32 packets or more: widen it\");\n#endif\n"
PLANTED = [
    ("// expect: a window has 32 packets or more: widen it\n" + ONE_ERROR, None),
    ("// expect: satisfied\ntemplate <class T> concept narrow = sizeof(T) == 1;\nvoid take(narrow auto);\n"
     "#ifdef GOOD\nvoid use() { take('a'); }\n#else\nvoid use() { take(1); }\n#endif\n", None),
    ("// expect: words\nint fine;\n", "it compiles"),
    ("// expect: other words\n" + ONE_ERROR, "nobody says"),
    ("// expect: quoted only\n#ifndef GOOD\nstatic_assert(sizeof(int) == 1, \"words\");  // quoted only\n#endif\n",
     "nobody says"),
    ("// expect: a window\n" + ONE_ERROR + ONE_ERROR, "2 errors instead of one"),
    ("// expect: a window\n" + ONE_ERROR.replace("#ifndef GOOD", "#if 1"), "good twin"),
    ("// expect: a window\n#ifndef GOOD\n#line 2 \"elsewhere.hpp\"\n" + ONE_ERROR + "#endif\n", "no line of"),
    ("// expect: a window\n#ifndef GOOD\n" + "".join(f"#warning {n}\n" for n in range(20)) + "#endif\n" + ONE_ERROR,
     "lines of output"),
    ("int no_words;\n", "line 1 must be"),
]


def self_test(compiler):
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (text, expected) in enumerate(PLANTED):
            file = Path(folder) / f"planted_{number}.cpp"
            file.write_text(text)
            findings, _ = check(compiler, folder, file)
            right = not findings if expected is None else any(expected in finding for finding in findings)
            if not right:
                failures += 1
                print(f"{text}  expected: {expected}\n  found: {findings}")
    print(f"{len(PLANTED) - failures} of {len(PLANTED)} planted files judged as expected")
    return 1 if failures else 0


def main(arguments):
    if len(arguments) == 2 and arguments[1] == "--self-test":
        return self_test(arguments[0])
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    compiler, include_dir, file = arguments[0], arguments[1], Path(arguments[2])
    findings, output = check(compiler, include_dir, file)
    for finding in findings:
        print(f"{file.name}: {finding}")
    if findings:
        print("\n".join(output))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
