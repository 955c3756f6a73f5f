"""Whole-process figures for comparisons: user + system CPU, wall and peak memory, medians of alternating runs.

Used by the scripts beside it. Absolute times are noise from machine to machine; quote the ratios."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BONAFIDE = ROOT / "target/release/bonafide"


def build():
    """The release binary and the floor program, built as they ship."""
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)


def floor():
    """The program that only decompresses and hashes with the same libraries."""
    folder = ROOT / "bench/floor"
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=folder, check=True)
    return folder / "target/release/floor"


def rival(name, variable):
    """A rival's path from a variable or $PATH, or None with a line that says that it is skipped."""
    path = os.environ.get(variable) or shutil.which(name)
    if path is None:
        print(f"skipped: {name} is not on $PATH and ${variable} is not set", file=sys.stderr)
    return path


class Figures:
    """Medians over runs: cpu and wall in seconds, peak in MiB."""

    def __init__(self, rows):
        def middle(key):
            return sorted(row[key] for row in rows)[len(rows) // 2]

        self.cpu, self.wall, self.peak = middle(0), middle(1), max(row[2] for row in rows) / 1024

    def __str__(self):
        return f"CPU {self.cpu:7.3f} s  wall {self.wall:7.3f} s  peak {self.peak:6.1f} MiB"


# Started afresh for each run: the kernel counts the memory of the process that starts another as the other's own peak,
# and the scripts hold whole archives.
STARTER = """
import json, os, subprocess, sys, time
command = json.loads(sys.argv[1])
began = time.monotonic()
process = subprocess.Popen(command, shell=isinstance(command, str), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, _, used = os.wait4(process.pid, 0)
print(json.dumps([used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss]))
"""


def once(command, env=None):
    """One run: (cpu s, wall s, peak KiB). A list is a program, a string is for the shell."""
    words = command if isinstance(command, str) else [str(word) for word in command]
    ran = subprocess.run([sys.executable, "-S", "-E", "-c", STARTER, json.dumps(words)], capture_output=True, env=env, check=True)
    return tuple(json.loads(ran.stdout))


def together(commands, runs=5, env=None):
    """Runs several commands in turn, A B C A B C …, after one warm-up of each: {name: Figures}."""
    rows = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            row = once(command, env)
            if turn:
                rows[name].append(row)
    return {name: Figures(row) for name, row in rows.items()}


class Report:
    """Prints figures and bounds, and remembers whether every bound held."""

    def __init__(self, title):
        self.held = True
        print(f"# {title}")

    def figures(self, figures):
        width = max(len(name) for name in figures)
        for name, figure in figures.items():
            print(f"{name:{width}}  {figure}")

    def bound(self, what, value, limit):
        fits = value <= limit
        self.held &= fits
        print(f"{'holds' if fits else 'FALLS SHORT'}: {what}: {value:.2f} (at most {limit})")

    def fact(self, what, holds):
        self.held &= holds
        print(f"{'holds' if holds else 'FALLS SHORT'}: {what}")

    def end(self):
        sys.exit(0 if self.held else 1)


def scratch():
    """A temporary folder that goes with the process."""
    folder = tempfile.TemporaryDirectory(prefix="compare-")
    scratch.kept = getattr(scratch, "kept", []) + [folder]
    return pathlib.Path(folder.name)
