"""What a run measured, in the form Google Benchmark writes: rows, their turns, and the ratios of rows that ran side by side."""

import json
import re
import statistics


class Unreadable(Exception):
    """A file that is not there or is not a run."""


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
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
            raise Unreadable(f"{path}: not a run of bench/run: {why}") from why
        if not self.rows:
            raise Unreadable(f"{path}: holds no row")

    def turns(self):
        """How often each row ran."""
        return min(len(turns) for turns in self.rows.values())

    def ratio(self, row, against):
        """The median, over all turns, of what `row` took for what `against` took in the same turn."""
        return statistics.median(a / b for a, b in zip(self.rows[row], self.rows[against]))

    def ratio_of_minima(self, row, against):
        """The best turn of the one for the best of the other."""
        return min(self.rows[row]) / min(self.rows[against])

    def floor_of(self, row):
        """The name of the floor's row for the same cipher, way and size; None when there is none here."""
        parts = row.split("/")
        way = next((part for part in parts if part in ("outbound", "inbound")), None)
        floor = f"{parts[0]}/floor/{way}/segments:1/{parts[-1]}"
        return floor if floor in self.rows else None

    def busy(self):
        """Whether others had a share of the processors when it began."""
        load = self.context.get("load_avg")
        return bool(load) and load[0] >= self.context.get("num_cpus", 1)

    def machine(self):
        """One line: what it ran on."""
        context = self.context
        words = [context.get("cpu", "unknown processor"), context.get("compiler", "unknown compiler"), context.get("flags", "")]
        if "botan" in context:
            words.append("Botan " + context["botan"])
        load = context.get("load_avg")
        if load:
            words.append(f"load {load[0]:.1f} on {context.get('num_cpus', '?')} processors")
        return " | ".join(word for word in words if word)
