"""Counting cases: what passed, what failed, what could not be asked and why."""
import collections


class Tally:
    """Prints the first `shown` failures in full."""

    def __init__(self, shown=20):
        self.shown = shown
        self.passed = self.failed = 0
        self.skipped = collections.Counter()

    def case(self, holds, words):
        """One case; `words` says what was expected, or is called to say it."""
        if holds:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= self.shown:
            print("FAILED:", words() if callable(words) else words)

    def skip(self, reason, count=1):
        self.skipped[reason] += count

    def close(self):
        """Prints the closing lines; the exit code."""
        if self.failed > self.shown:
            print(f"and {self.failed - self.shown} more")
        for reason, count in self.skipped.items():
            print(f"skipped {count}: {reason}")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped.total()} skipped")
        if self.passed == 0:
            print("no case was run")
        return 1 if self.failed or self.passed == 0 else 0


def shown(got):
    """Octets as they are printed, or the words that stand for them."""
    return got if isinstance(got, str) else got.hex()
