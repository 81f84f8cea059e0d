"""What a run measured, in the form Google Benchmark writes: rows, their turns, and the ratios of rows that ran side by side."""

import json
import re
import statistics

WAYS = ("outbound", "inbound")


class Unreadable(Exception):
    """A file that is not there or is not a run."""


def by_others(row):
    """Whether a row is a peer's, of whom we do not say whether he got slower."""
    return any(part.startswith("dpdk") for part in row.split("/"))


def yardsticks(row):
    """What a row may be measured by: the floor for the same cipher, way and size; else what does the least with the same."""
    parts = row.split("/")
    if parts[0] == "lookup":
        return ["/".join(["lookup", "plain_table", "spi", *parts[3:]])]
    way = next((k for k, part in enumerate(parts) if part in WAYS), None)
    if way is None:
        return []
    if parts[0] in ("many_sas", "lanes"):
        return ["/".join([*parts[:2], least, *parts[way:]]) for least in ("raw", "table_walk")]
    behind = ["segments:1" if part.startswith("segments:") else part for part in parts[way:]]
    return ["/".join([parts[0], "floor", *behind])]


class Run:
    """One file of Google Benchmark's form. A row has a figure, in ns per packet, for every turn."""

    def __init__(self, path):
        try:
            with open(path, encoding="utf-8") as file:
                run = json.load(file)
            self.context = run["context"]
            self.rows = {}
            for one in run["benchmarks"]:
                if one.get("run_type", "iteration") != "iteration":
                    continue
                if one.get("error_occurred"):
                    raise Unreadable(f"{path}: {one['name']}: {one.get('error_message', 'failed')}")
                name = re.sub(r"/(iterations:\d+|manual_time|repeats:\d+)(?=/|$)", "", one["run_name"])
                self.rows.setdefault(name, []).append(one["s/packet"] * 1e9)
        except OSError as why:
            raise Unreadable(f"{path}: {why.strerror}") from why
        except (ValueError, KeyError, TypeError, AttributeError) as why:
            raise Unreadable(f"{path}: not a run of bench/run: {why}") from why
        if not self.rows:
            raise Unreadable(f"{path}: holds no row")

    def turns(self):
        """How often each row ran."""
        return min(len(turns) for turns in self.rows.values())

    def ratios(self, row, against):
        """What `row` took for what `against` took, turn by turn."""
        return [a / b for a, b in zip(self.rows[row], self.rows[against])]

    def ratio(self, row, against):
        """The median of those."""
        return statistics.median(self.ratios(row, against))

    def ratio_of_minima(self, row, against):
        """The best turn of the one for the best of the other."""
        return min(self.rows[row]) / min(self.rows[against])

    def yardstick_of(self, row):
        """The name of the row that `row` is measured by; None when there is none here."""
        return next((name for name in yardsticks(row) if name in self.rows), None)

    def busy(self):
        """Whether others had a share of the processors when it began."""
        load = self.context.get("load_avg")
        return bool(load) and load[0] >= self.context.get("num_cpus", 1)

    def machine(self):
        """One line: what it ran on."""
        context = self.context
        words = [context.get("cpu", "unknown processor"), context.get("compiler", "unknown compiler"), context.get("flags", "")]
        for key, name in (("botan", "Botan"), ("ipsec_mb", "ipsec-mb"), ("dpdk", "DPDK")):
            if key in context:
                words.append(f"{name} {context[key]}")
        load = context.get("load_avg")
        if load:
            words.append(f"load {load[0]:.1f} on {context.get('num_cpus', '?')} processors")
        return " | ".join(word for word in words if word)
