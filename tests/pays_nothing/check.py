"""check.py COMPILER GATEWAY FLAG…: the object of the least profile has no symbol of a feature that it does not select.

The object is compiled so that nothing dead is left and whatever is called has a symbol. Each feature is then selected alone,
and its words must be seen: a word that has become another is found out.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

# Feature → words of its symbols.
FEATURES = {
    "LIFETIME": "exact_lifetime|check_lifetime_stage|check_expiry_stage|report_lifetime",
    "LEASED_LIFETIME": "leased_lifetime",
    "CLOCK": "ticking",
    "AUDIT": "audit_event|audit_of_packet|bounded_ring",
    "TRACE": "trace_record|bounded_ring",
    "RESYNC": "resynchronise_stage|look_further|note_failure",
    "OVERRIDES": "override_header|packet_options const",
    "UDP": "find_wrapping|udp_checksum_of|write_udp_header|encapsulation_octets",
    "WESP": "read_wesp|write_wesp",
    "TRANSPORT": "set_ip_header|move_to_front|move_from_front",
    "ATOMIC_SEQUENCE": "basic_atomic_sequence",
    "RESERVED_BLOCK": "lane_block|reserved_block",
    "SHARED_WINDOW": "shared_window",
    "COUNTED_WINDOW": "counted_window",
    "POLICY": "linear_policy|select_sa_stage|ask_for_successor",
    "MACS": "hmac_sha|mac_suite",
    "AH": "ah_open_stage|ah_seal_stage|mute_headers|mute_options|write_ah_header_stage",
    "EPOCH": "epoch|atomic_word",
}


def symbols(compiler, gateway, flags, selected, folder):
    """What the object defines and refers to, one a line, in words."""
    made = pathlib.Path(folder) / "gateway.o"
    subprocess.run([compiler, "-std=c++20", "-O1", "-fno-inline", "-c", str(gateway), "-o", str(made), *flags, *(["-DSELECTS_" + selected] if selected else [])], check=True)
    return subprocess.run(["nm", "-C", str(made)], check=True, capture_output=True, text=True).stdout.splitlines()


def main():
    compiler, gateway, flags = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        least = symbols(compiler, gateway, flags, "", folder)
        if not any("esp_seal" in line for line in least):
            sys.exit("the least profile has no datapath")
        for feature, words in FEATURES.items():
            paid = [line for line in least if re.search(words, line)]
            if paid:
                wrong.append(f"the least profile does not select {feature} and has {len(paid)} symbols of it, such as\n  {paid[0]}")
            if not any(re.search(words, line) for line in symbols(compiler, gateway, flags, feature, folder)):
                wrong.append(f"a profile that selects {feature} has no symbol with {words}: its words are others now")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(least)} symbols, none of {len(FEATURES)} features")


if __name__ == "__main__":
    main()
