"""Which tests say that they answer for a number: of a bug class (classes.py), of a feature (rows.py).

A test says so where it stands, here with the word `class`:
  in the name of a doctest case      TEST_CASE("esp_open: a flipped bit is found [class 17]")
  in a script or a reject            # class 54: every suite has cases of two makers      (or // in C++)
  on any other ctest                 set_tests_properties(… LABELS "vectors;class 28")
Several at once: [class 5, 6]. Only what ctest runs counts.
"""
import json
import re
import subprocess
from pathlib import Path

NO_TESTS = {"classes.py", "rows.py"}   # they name every number


class Tag:
    """The word before the numbers."""

    def __init__(self, word):
        self.word = word
        self.in_name = re.compile(rf"\[{word} ([\d, ]+)\]")
        self.in_comment = re.compile(rf"^\s*(?:#|//) {word} ([\d, ]+\d)\b", re.M)
        self.in_label = re.compile(rf"^{word} ([\d, ]+)$")

    def collect(self, build):
        """(number, test) of everything that ctest runs in this build."""
        shown = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True)
        programs, scripts = {}, set()
        for test in json.loads(shown.stdout)["tests"]:
            command = test.get("command", [])
            labels = next((p["value"] for p in test.get("properties", []) if p["name"] == "LABELS"), [])
            for number in (n for label in labels for n in numbers(self.in_label, label)):
                yield number, test["name"]
            if any(word.startswith("--source-file=") for word in command):
                programs[command[0]] = test["name"].split(".")[0]
            scripts |= {Path(word) for word in command if word.endswith((".py", ".cpp")) and Path(word).name not in NO_TESTS}
        for program, room in sorted(programs.items()):
            for case in cases_of(program):
                for number in numbers(self.in_name, case):
                    yield number, f"{room}: {case}"
        for script in sorted(scripts):
            if script.is_file():
                for number in numbers(self.in_comment, script.read_text(encoding="utf-8")):
                    yield number, f"tests/{script.parent.name}/{script.name}"

    def checks(self):
        """What must hold of the patterns, by name."""
        word = self.word
        return {
            "name tags": numbers(self.in_name, f"esp: x [{word} 5, 6] [{word} 17]") == [5, 6, 17],
            "comment tags": numbers(self.in_comment, f"# {word} 54: words\n// {word} 1, 2: words\nx # {word} 3\n") == [54, 1, 2],
            "label tags": numbers(self.in_label, f"{word} 28") == [28] and not numbers(self.in_label, f"{word}es"),
        }


def numbers(pattern, text):
    return [int(number) for found in pattern.findall(text) for number in found.replace(",", " ").split()]


def cases_of(program):
    """The names of a doctest program's cases."""
    listed = subprocess.run([program, "--list-test-cases"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if not line.startswith(("[doctest]", "==="))]
