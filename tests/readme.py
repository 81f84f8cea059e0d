#!/usr/bin/env python3
"""The README keeps its promises.

  readme.py map README REPOSITORY                  its `## Map of rooms` names every header on disk and no other; what it
                                                   says elsewhere of headers, laws and verdicts is there
  readme.py commands README REPOSITORY             what a ```sh block starts by a path in the repository is there
  readme.py code README REPOSITORY COMPILER DIR [FLAG…]
                                                   every ```cpp block compiles; one with `int main` is run too
  readme.py --self-test COMPILER                   each of the three finds what is planted

A ```cpp block that is not a program may need names that the text before it introduced: they stand in an HTML comment
right above the block, `<!-- preamble: … -->`.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"(?:<!-- preamble:(?P<preamble>(?:(?!-->).)*)-->\s*)?^```(?P<kind>cpp|sh)\n(?P<text>.*?)^```$", re.M | re.S)
STRICT = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]


def blocks(readme, kind):
    """(line number, preamble, text) of every block of that kind."""
    text = readme.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        if match["kind"] == kind:
            yield text.count("\n", 0, match.start("text")) + 1, match["preamble"] or "", match["text"]


def check_map(readme, repository):
    text = readme.read_text(encoding="utf-8")
    section = re.search(r"^## Map of rooms$(.*?)(?=^## |\Z)", text, re.M | re.S)
    if not section:
        return ["README has no section `## Map of rooms`"]
    named, room = set(), ""
    # `room/` changes the room, `file.hpp` is a header of the room named last, `room/file.hpp` is both.
    for match in re.finditer(r"((?:[a-z0-9_]+/)*)([a-z0-9_]+\.hpp)?", section[1]):
        if match[1]:
            room = match[1].removeprefix("include/esplanade/")
        if match[2]:
            named.add(room + match[2])
    root = repository / "include" / "esplanade"
    on_disk = {path.relative_to(root).as_posix() for path in root.rglob("*.hpp")}
    return ([f"not on the map: {header}" for header in sorted(on_disk - named)] +
            [f"on the map, not on disk: {header}" for header in sorted(named - on_disk)] +
            check_names(text[:section.start()] + text[section.end():], root, on_disk))


def check_names(text, root, on_disk):
    """Headers by room, law functions, the suites of their table, and the verdicts of the tables that say their order."""
    findings = [f"no such header: {header}" for header in sorted(set(re.findall(r"`((?:[a-z_]+/)+[a-z0-9_]+\.hpp)`", text)) - on_disk)]
    declared = "".join((root / header).read_text(encoding="utf-8") for header in sorted(on_disk) if header.startswith("testing/"))
    findings += [f"no such laws: {laws}" for laws in sorted(set(re.findall(r"`(check_[a-z_]+_laws)`", text))) if not re.search(rf"\b{laws}\b", declared)]
    for table in re.findall(r"^\| suites \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M):
        suites = (root / "crypto" / "suite.hpp").read_text(encoding="utf-8")
        findings += [f"no such suite: {name}" for name in re.findall(r"\b((?:esp|ah|hmac|aes)_\w+)", table) if not re.search(rf"\bstruct {name}\b", suites)]
    for table in re.findall(r"^\| (?:in|out)bound \| verdicts.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M):
        verdicts = (root / "base" / "verdict.hpp").read_text(encoding="utf-8")
        for row in table.splitlines():
            said = row.split("|")[2]
            findings += [f"no such verdict: {name}" for name in re.findall(r"`([a-z_]+)`", said) if not re.search(rf"\bverdict::{name}\b", verdicts)]
    return findings


def check_commands(readme, repository):
    findings = []
    for line, _, text in blocks(readme, "sh"):
        for command in text.splitlines():
            word = command.strip().split(" ")[0]
            if "/" in word and not word.startswith(("/", "$", "http")) and not (repository / word).is_file():
                findings.append(f"README:{line}: `{command}` starts {word}, which is not there")
    return findings


def check_code(readme, repository, compiler, folder, flags):
    findings = []
    folder.mkdir(parents=True, exist_ok=True)
    for line, preamble, text in blocks(readme, "cpp"):
        source, program = folder / f"readme_{line}.cpp", folder / f"readme_{line}"
        source.write_text(f'{preamble}\n#line {line} "README.md"\n{text}')
        runs = re.search(r"\bint main\b", text)
        command = [compiler, *STRICT, f"-I{repository / 'include'}", str(source)]
        command += ["-o", str(program), *flags] if runs else ["-fsyntax-only", *flags]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0 and runs:
            done = subprocess.run([str(program)], capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0:
            findings.append(f"README:{line}: {done.stdout}{done.stderr}(exit {done.returncode})")
    return findings


def self_test(compiler):
    failures, planted = 0, 0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "include/esplanade/net").mkdir(parents=True)
        (root / "include/esplanade/esplanade.hpp").touch()
        (root / "include/esplanade/net/ip.hpp").touch()
        (root / "include/esplanade/net/v6").mkdir()
        (root / "include/esplanade/net/v6/ip6.hpp").touch()
        (root / "tests").mkdir()
        (root / "tests/run").touch()
        readme = root / "README.md"

        def expect(check, text, words, *arguments):
            nonlocal failures, planted
            planted += 1
            readme.write_text(text)
            findings = check(readme, root, *arguments)
            if (findings != []) != bool(words) or (words and words not in findings[0]):
                failures += 1
                print(f"{text}\n  expected: {words}\n  found: {findings}")

        whole = "## Map of rooms\n`include/esplanade/esplanade.hpp`\n| `net/` | `ip.hpp` `net/v6/ip6.hpp` |\n## Next\n`gone.hpp`\n"
        expect(check_map, whole, None)
        expect(check_map, whole.replace("`ip.hpp`", ""), "not on the map: net/ip.hpp")
        expect(check_map, whole.replace("`ip.hpp`", "`ip.hpp`, `udp.hpp`"), "not on disk: net/udp.hpp")
        expect(check_map, "# esplanade\n", "no section")
        (root / "include/esplanade/base").mkdir()
        (root / "include/esplanade/base/verdict.hpp").write_text("case verdict::replayed:\n")
        (root / "include/esplanade/testing").mkdir()
        (root / "include/esplanade/testing/store_laws.hpp").write_text("auto check_store_laws();\n")
        table = "| inbound | verdicts, in this order |\n|---|---|\n| `check_replay` | `replayed` |\n"
        whole = "`net/ip.hpp` `check_store_laws`\n" + table + whole.replace("`ip.hpp`", "`ip.hpp` `base/verdict.hpp` `testing/store_laws.hpp`")
        expect(check_map, whole, None)
        expect(check_map, whole.replace("`net/ip.hpp` `check", "`net/gone.hpp` `check"), "no such header: net/gone.hpp")
        expect(check_map, whole.replace("check_store", "check_shop"), "no such laws: check_shop_laws")
        (root / "include/esplanade/crypto").mkdir()
        (root / "include/esplanade/crypto/suite.hpp").write_text("struct esp_null {};\n")
        suites = "`crypto/suite.hpp`\n\n| suites | RFC |\n|---|---|\n| `esp_null` | 2410 |\n\n"
        whole = suites + whole.replace("`base/verdict.hpp`", "`base/verdict.hpp` `crypto/suite.hpp`")
        expect(check_map, whole, None)
        expect(check_map, whole.replace("| `esp_null`", "| `esp_none`"), "no such suite: esp_none")
        expect(check_map, whole.replace("| `replayed`", "| `replaid`"), "no such verdict: replaid")
        expect(check_commands, "```sh\ntests/run unit\ncmake -B build/x\n```\n", None)
        expect(check_commands, "```sh\nbench/run\n```\n", "bench/run, which is not there")
        for text, words in [("```cpp\nint main() { return 0; }\n```\n", None),
                            ("```cpp\nint main() { return 3; }\n```\n", "(exit 3)"),
                            ("```cpp\nint f() { return g(); }\n```\n", "README:2:"),
                            ("<!-- preamble:\nint g();\n-->\n```cpp\nint f() { return g(); }\n```\n", None)]:
            expect(check_code, text, words, compiler, root / "out", [])
    print(f"{planted - failures} of {planted} planted cases as expected")
    return 1 if failures else 0


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--self-test":
        return self_test(arguments[1])
    if len(arguments) < 3 or arguments[0] not in ("map", "commands", "code"):
        print(__doc__, file=sys.stderr)
        return 2
    what, readme, repository = arguments[0], Path(arguments[1]), Path(arguments[2]).resolve()
    if not readme.is_file():
        findings = [f"{readme} is not there"]
    elif what == "code":
        findings = check_code(readme, repository, arguments[3], Path(arguments[4]), arguments[5:])
    else:
        findings = {"map": check_map, "commands": check_commands}[what](readme, repository)
    print("\n".join(findings) or f"{what}: as the README says")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
