"""Reads the text format of Prometheus as strictly as a scraper does."""

import re

from ..metrics import LABELS

COMMENT = re.compile(r"# (HELP|TYPE) (\S+) (.+)")
SAMPLE = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*)(?:\{(?P<labels>.*)\})? (?P<value>[-+.0-9e]+)"
)
LABEL = re.compile(r'([a-z][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)')
PARTS_OF_HISTOGRAM = re.compile(r"_(bucket|sum|count)$")
FOREIGN_UNIT = re.compile(r"_(ms|minutes|hours|days|kilobytes)$")


def lint(text):
    """Read an exposition.

    :param str text: The whole text.
    :return: The value of every series by name and labels, and the faults found.
    :rtype: tuple[dict, list[str]]
    """
    reading = _Reading()
    if not text.endswith("\n"):
        reading.faults.append("does not end in a line break")
    for line in text.splitlines():
        comment = COMMENT.fullmatch(line)
        if comment:
            reading.take_comment(*comment.groups())
        else:
            reading.take_sample(line)
    reading.judge_names()
    return reading.series, reading.faults


class _Reading:
    def __init__(self):
        self.faults, self.series = [], {}
        self.told = {"HELP": {}, "TYPE": {}}
        self.current, self.closed = None, set()

    def take_comment(self, word, name, text):
        if name in self.told[word]:
            self.faults.append(f"{word} twice: {name}")
        self.told[word][name] = text
        if name != self.current:
            self.closed.add(self.current)
            self.current = name

    def take_sample(self, line):
        sample = SAMPLE.fullmatch(line)
        if not sample:
            self.faults.append(f"unreadable: {line}")
            return
        pairs = LABEL.findall(sample["labels"] or "")
        spelled = ",".join(f'{name}="{value}"' for name, value in pairs)
        if spelled != (sample["labels"] or ""):
            self.faults.append(f"labels: {line}")
        if {name for name, _value in pairs} - LABELS - {"le"}:
            self.faults.append(f"label that is not bounded: {line}")
        key = (sample["name"], tuple(sorted(pairs)))
        if key in self.series:
            self.faults.append(f"twice: {line}")
        self.series[key] = float(sample["value"])
        self.judge_family(sample["name"], line, self.series[key])

    def judge_family(self, name, line, value):
        kind = self.told["TYPE"].get(self.current)
        if kind == "histogram":
            name = PARTS_OF_HISTOGRAM.sub("", name)
        if name != self.current or name in self.closed:
            self.faults.append(f"out of its family: {line}")
        if kind == "counter" and value < 0:
            self.faults.append(f"negative: {line}")

    def judge_names(self):
        kinds = self.told["TYPE"]
        for name in kinds.keys() ^ self.told["HELP"].keys():
            self.faults.append(f"HELP or TYPE alone: {name}")
        for name, kind in kinds.items():
            if (kind == "counter") != name.endswith("_total"):
                self.faults.append(f"suffix: {name}")
            if FOREIGN_UNIT.search(name):
                self.faults.append(f"unit: {name}")
