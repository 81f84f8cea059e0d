#!/usr/bin/env python3
"""Who may include whom, and which test is whose.

  layers.py INCLUDE_DIR             checks every header below INCLUDE_DIR/esplanade; exit 1 and one line per finding
  layers.py INCLUDE_DIR TESTS_DIR   every header of a room but `testing` has a test of its name, tests/<room>/<header>.test.cpp
                                    (`_` for the folder of a part), or is named below with the test that answers for it
  layers.py --self-test             plants one bad header, or test, per rule and checks that exactly this rule speaks
"""
import re
import sys
import tempfile
from pathlib import Path

# The arrow: a header includes its own room or rooms to its left. `testing` sees all and is seen by none.
ROOMS = ["base", "net", "buffer", "crypto", "capability", "sa", "transform", "pipeline", "offload", "testing"]

# Leaves that nobody includes, and the only headers that may include the library they stand for: they, and those in the folder
# of the same name, which only they and each other include.
LEAVES = {"crypto/botan.hpp": "botan/", "crypto/ipsec_mb.hpp": "intel-ipsec-mb.h", "format.hpp": "fmt/"}

# All that the core may ask of the standard library: cheap to parse, no heap, no stream, no thread.
CORE_MAY_INCLUDE = {
    "array", "atomic", "bit", "climits", "compare", "concepts", "cstddef", "cstdint", "cstring",
    "initializer_list", "iterator", "limits", "new", "span", "type_traits", "utility",
}

# Headers without a test of their name, and the test that answers for each. `testing` is not asked: its headers are what tests are
# made of, and each law has a broken model that a test shows to break it.
TESTED_IN = {
    # no more than names, or what several headers of one idea are shown by at once
    "buffer/nbl_mdl.hpp": "buffer/nbl_retreat", "offload/regular_oid.hpp": "offload/direct_request", "offload/sa_request.hpp": "offload/records_read",
    "offload/device.hpp": "testing/devices",
    "sa/inbound_sa.hpp": "sa/association", "sa/outbound_sa.hpp": "sa/association", "sa/sa_core.hpp": "sa/association", "sa/install.hpp": "sa/association",
    "sa/sad.hpp": "sa/stores", "pipeline/stage_facts.hpp": "pipeline/order", "transform/services.hpp": "transform/audit", "transform/audit_event.hpp": "transform/audit",
    "transform/check_lifetime.hpp": "pipeline/lifetimes", "transform/deaggregate.hpp": "transform/aggregate", "transform/reassembly.hpp": "transform/reassemble_ip",
    # engines: one test for what several of them share, or for a group of suites
    "crypto/provider.hpp": "crypto/botan", "crypto/engine.hpp": "crypto/botan", "crypto/families.hpp": "crypto/botan_families", "crypto/stand_ins.hpp": "crypto/adapters",
    "crypto/botan/aead.hpp": "crypto/botan_ccm", "crypto/botan/cipher.hpp": "crypto/botan_cipher_mac", "crypto/botan/engine.hpp": "crypto/botan",
    "crypto/botan/gcm.hpp": "crypto/gcm", "crypto/botan/ghash.hpp": "crypto/gcm", "crypto/botan/mac.hpp": "crypto/botan_cipher_mac",
    "crypto/botan/random.hpp": "crypto/botan", "crypto/botan/words.hpp": "crypto/gcm",
    "crypto/ipsec_mb/burst.hpp": "crypto/ipsec_mb_suites", "crypto/ipsec_mb/burst_job.hpp": "crypto/ipsec_mb_suites", "crypto/ipsec_mb/burst_key.hpp": "crypto/ipsec_mb_suites",
    "crypto/ipsec_mb/gcm.hpp": "crypto/ipsec_mb",
    "crypto/ipsec_mb/gmac.hpp": "crypto/ipsec_mb_suites", "crypto/ipsec_mb/library.hpp": "crypto/ipsec_mb",
    # what means something only in a whole list, queue or control path
    "offload/device_context.hpp": "offload/send_lists", "offload/send_intake.hpp": "offload/send_queue", "offload/send_frames.hpp": "offload/send_queue",
    "offload/send_backlog.hpp": "offload/nic", "offload/large_send_header.hpp": "offload/large_send", "offload/sa_commands.hpp": "offload/control_path",
    "offload/host_context.hpp": "offload/host", "offload/host_lane.hpp": "offload/host", "offload/frame_or_seal.hpp": "offload/host", "offload/seal_frame.hpp": "offload/host_bundle",
    "offload/placement_admission.hpp": "offload/placement", "offload/placement_plumbing.hpp": "offload/placement", "offload/placement_tending.hpp": "offload/placement",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def leaf_of(header):
    """The leaf that a header is, or is a part of, or None."""
    return next((leaf for leaf in LEAVES if header == leaf or header.startswith(leaf.removesuffix(".hpp") + "/")), None)


def room_of(header):
    return header.split("/")[0] if "/" in header else ""


def check_include(header, bracket, target):
    """The reason why `header` must not include `target`, or None."""
    room = room_of(header)
    if bracket == '"':
        return f'"{target}": include by <esplanade/room/file.hpp>'
    if not target.startswith("esplanade/"):
        owner = next((leaf for leaf, prefix in LEAVES.items() if target.startswith(prefix)), None)
        if owner:
            return None if leaf_of(header) == owner else f"<{target}>: only {owner} may include it"
        if room == "testing" or leaf_of(header) or target in CORE_MAY_INCLUDE:
            return None
        return f"<{target}>: not among the standard headers that the core may include"
    target = target.removeprefix("esplanade/")
    leaf = leaf_of(target)
    if leaf == target or (leaf and leaf_of(header) != leaf):
        return f"{target} is a leaf or a part of one: nobody includes it"
    theirs = room_of(target)
    if theirs and theirs not in ROOMS:
        return f"{target}: '{theirs}' is not a room"
    if theirs == "testing" and room != "testing":
        return f"{target}: testing is seen by none"
    if not room:  # esplanade.hpp and format.hpp see every room
        return None
    if not theirs:
        return None if target == "version.hpp" else f"{target}: a room must not include what gathers rooms"
    if ROOMS.index(theirs) > ROOMS.index(room):
        return f"{target}: '{room}' must not include '{theirs}', which is to its right"
    return None


def find_cycle(graph):
    """A list of headers that include each other in a circle, or None."""
    done, path = set(), []

    def visit(header):
        if header in path:
            return path[path.index(header):] + [header]
        if header in done or header not in graph:
            return None
        path.append(header)
        for target in graph[header]:
            if found := visit(target):
                return found
        path.pop()
        done.add(header)
        return None

    return next((found for header in sorted(graph) if (found := visit(header))), None)


def check(include_dir):
    """All findings, one line each."""
    root = Path(include_dir) / "esplanade"
    findings, graph = [], {}
    for path in sorted(root.rglob("*.hpp")):
        header = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        if room_of(header) not in ROOMS + [""]:
            findings.append(f"{header}: '{room_of(header)}' is not a room")
            continue
        if not re.search(r"^#pragma once$", text, re.M):
            findings.append(f"{header}: no #pragma once")
        # NDEBUG must not change what a header means: two parts of one program may disagree about it.
        if re.search(r"\bNDEBUG\b|^\s*#\s*include\s*<(cassert|assert\.h)>", text, re.M):
            findings.append(f"{header}: depends on NDEBUG")
        graph[header] = []
        for bracket, target in INCLUDE.findall(text):
            if reason := check_include(header, bracket, target):
                findings.append(f"{header}: {reason}")
            elif target.startswith("esplanade/"):
                if not (Path(include_dir) / target).exists():
                    findings.append(f"{header}: {target} does not exist")
                graph[header].append(target.removeprefix("esplanade/"))
    if cycle := find_cycle(graph):
        findings.append("a circle of includes: " + " -> ".join(cycle))
    if not graph:
        findings.append(f"{root}: no headers there")
    return findings


def headers_reached(test, include_dir, tests_dir):
    """The headers of ours that a test includes, however far away."""
    seen, left = set(), [test]
    while left:
        file = left.pop()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        for bracket, target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            left += [Path(include_dir) / target] if bracket == "<" else [file.parent / target, Path(tests_dir) / target]
    return {file.relative_to(include_dir).as_posix().removeprefix("esplanade/") for file in seen if file.is_relative_to(include_dir)}


def check_tests(include_dir, tests_dir, tested_in=None):
    """All findings, one line each."""
    include_dir, tests_dir = Path(include_dir).resolve(), Path(tests_dir).resolve()
    tested_in = TESTED_IN if tested_in is None else tested_in
    root = include_dir / "esplanade"
    headers = {path.relative_to(root).as_posix() for path in root.rglob("*.hpp")}
    findings = [f"{header}: it is said where it is tested, and it is not there" for header in sorted(set(tested_in) - headers)]
    for header in sorted(headers):
        if room_of(header) in ("", "testing"):
            continue
        room, name = header.removesuffix(".hpp").split("/", 1)
        own = f"{room}/{name.replace('/', '_')}.test.cpp"
        if header not in tested_in:
            if not (tests_dir / own).is_file():
                findings.append(f"{header}: no test: write tests/{own}, or say in layers.py which test answers for it")
            continue
        other = f"{tested_in[header]}.test.cpp"
        if (tests_dir / own).is_file():
            findings.append(f"{header}: tests/{own} is there: strike the header from the list in layers.py")
        elif header not in headers_reached(tests_dir / other, include_dir, tests_dir):
            findings.append(f"{header}: tests/{other} does not include it")
    return findings


# One bad header per rule: where it stands, what is in it, what must be said.
PLANTED = [
    ("buffer/bad.hpp", "#include <esplanade/sa/good.hpp>", "'buffer' must not include 'sa'"),
    ("sa/bad.hpp", "#include <esplanade/crypto/botan.hpp>", "is a leaf"),
    ("sa/bad.hpp", "#include <esplanade/crypto/botan/part.hpp>", "is a leaf"),
    ("crypto/botan/bad.hpp", "#include <esplanade/crypto/botan.hpp>", "is a leaf"),
    ("esplanade.hpp", "#include <esplanade/format.hpp>", "is a leaf"),
    ("pipeline/bad.hpp", "#include <esplanade/testing/good.hpp>", "testing is seen by none"),
    ("esplanade.hpp", "#include <esplanade/testing/good.hpp>", "testing is seen by none"),
    ("net/bad.hpp", "#include <vector>", "not among the standard headers"),
    ("net/bad.hpp", "#include <sys/socket.h>", "not among the standard headers"),
    ("crypto/bad.hpp", "#include <botan/aead.h>", "only crypto/botan.hpp may"),
    ("testing/bad.hpp", "#include <fmt/core.h>", "only format.hpp may"),
    ("net/bad.hpp", '#include "good.hpp"', "include by <esplanade/"),
    ("net/bad.hpp", "#include <esplanade/esplanade.hpp>", "what gathers rooms"),
    ("net/bad.hpp", "#include <esplanade/net/absent.hpp>", "does not exist"),
    ("cellar/bad.hpp", "", "is not a room"),
    ("net/bad.hpp", "#ifndef NDEBUG\n#endif", "depends on NDEBUG"),
    ("net/bad.hpp", "#include <esplanade/net/bad.hpp>", "a circle of includes"),
    ("net/bad.hpp", None, "no #pragma once"),
]


def self_test():
    failures = 0
    for where, text, words in [("net/bad.hpp", "#include <span>", None)] + PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "esplanade"
            headers = {f"{room}/good.hpp": "#pragma once\n" for room in ROOMS}
            headers |= {"crypto/botan.hpp": "#pragma once\n#include <botan/aead.h>\n#include <memory>\n",
                        "format.hpp": "#pragma once\n#include <fmt/core.h>\n",
                        "esplanade.hpp": "#pragma once\n#include <esplanade/offload/good.hpp>\n"}
            headers[where] = "#pragma once\n" + text + "\n" if text is not None else "\n"
            for name, content in headers.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(content)
            findings = check(folder)
        right = findings == [] if words is None else len(findings) == 1 and words in findings[0]
        if not right:
            failures += 1
            print(f"planted in {where}: {text!r}\n  expected: {words}\n  found: {findings}")
    # What stands below include/esplanade and below tests, what is said of it, and what must be found.
    test_cases = [
        ({"net/a.hpp"}, {"net/a.test.cpp": ""}, {}, None),
        ({"net/parts/a.hpp"}, {"net/parts_a.test.cpp": ""}, {}, None),
        ({"testing/a.hpp", "a.hpp"}, {}, {}, None),
        ({"net/a.hpp"}, {"net/b.test.cpp": '#include "help.hpp"', "net/help.hpp": "#include <esplanade/net/a.hpp>"}, {"net/a.hpp": "net/b"}, None),
        ({"net/a.hpp"}, {}, {}, "no test"),
        ({"net/a.hpp"}, {"net/b.test.cpp": ""}, {"net/a.hpp": "net/b"}, "does not include it"),
        ({"net/a.hpp"}, {"net/a.test.cpp": ""}, {"net/a.hpp": "net/b"}, "strike the header"),
        (set(), {}, {"net/a.hpp": "net/b"}, "is not there"),
    ]
    for headers, tests, tested_in, words in test_cases:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {f"include/esplanade/{header}": "" for header in headers}.items() | {f"tests/{test}": text for test, text in tests.items()}.items():
                file = Path(folder) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content)
            findings = check_tests(Path(folder) / "include", Path(folder) / "tests", tested_in)
        if not (findings == [] if words is None else len(findings) == 1 and words in findings[0]):
            failures += 1
            print(f"planted {sorted(headers)}, {sorted(tests)}\n  expected: {words}\n  found: {findings}")
    cases = len(PLANTED) + 1 + len(test_cases)
    print(f"{cases - failures} of {cases} planted cases as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    if sys.argv[1] == "--self-test":
        sys.exit(self_test())
    if len(sys.argv) == 3:
        found = check_tests(sys.argv[1], sys.argv[2])
        print("\n".join(found) or "every header has a test")
        sys.exit(1 if found else 0)
    found = check(sys.argv[1])
    print("\n".join(found) or "every header includes only its own room or rooms to its left")
    sys.exit(1 if found else 0)
