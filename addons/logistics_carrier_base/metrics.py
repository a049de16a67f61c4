"""The text format of Prometheus: what is wrong with it is refused, not written."""

import math
import re
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "logistics_"
# Bounded by how the suite is set up, never by what passes through it.
LABELS = frozenset(
    {"endpoint", "carrier", "type", "category", "company", "stage", "reason"}
)
KINDS = frozenset({"counter", "gauge", "histogram"})

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_HELP_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n"})
_LABEL_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many observations were how large.

    :param dict[float, float] counts: Observations by upper bound, each counted once,
        the last bound being infinity.
    :param float total: The sum of what was observed.
    """

    counts: dict
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Family:
    """One metric with all its series.

    :param str name: In base units; a counter ends in `_total`.
    :param str kind: `counter`, `gauge` or `histogram`.
    :param str text: What it says, for a person.
    :param tuple samples: Pairs of labels (a mapping) and value (a number, or a
        `Histogram`).
    """

    name: str
    kind: str
    text: str
    samples: tuple = ()


def render(families):
    """Return the families as Prometheus reads them.

    :param families: The families, each name once.
    :rtype: str
    :raises ValueError: For what a scraper would refuse or misread: a wrong name or
        unit, a label that is not bounded, a series or a name that is there twice.
    """
    lines, names = [], set()
    for family in families:
        _check_family(family)
        if family.name in names:
            raise ValueError(f"{family.name} is there twice")
        names.add(family.name)
        lines.append(f"# HELP {family.name} {family.text.translate(_HELP_ESCAPES)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        series = set()
        for labels, value in family.samples:
            key = _labels(labels)
            if key in series:
                raise ValueError(f"{family.name}{key} is there twice")
            series.add(key)
            lines += _sample_lines(family.name, labels, value)
    return "\n".join([*lines, ""])


def _check_family(family):
    name = family.name
    if not name.startswith(PREFIX) or not _NAME.fullmatch(name):
        raise ValueError(f"{name} is no name of ours")
    if family.kind not in KINDS:
        raise ValueError(f"{name} has no kind")
    if (family.kind == "counter") != name.endswith("_total"):
        raise ValueError(f"{name}: counters alone end in _total")
    if re.search(r"_(ms|milliseconds|minutes|hours|days|count|bucket|sum)$", name):
        raise ValueError(f"{name} is not in a base unit, or taken by histograms")
    if not family.text:
        raise ValueError(f"{name} says nothing")


def _sample_lines(name, labels, value):
    if not isinstance(value, Histogram):
        return [f"{name}{_labels(labels)} {_number(value)}"]
    lines, seen = [], 0
    for bound in sorted(value.counts):
        seen += value.counts[bound]
        upper = "+Inf" if math.isinf(bound) else _number(bound)
        lines.append(f"{name}_bucket{_labels(labels, le=upper)} {_number(seen)}")
    lines.append(f"{name}_sum{_labels(labels)} {_number(value.total)}")
    lines.append(f"{name}_count{_labels(labels)} {_number(seen)}")
    return lines


def _labels(labels, **more):
    unknown = set(labels) - LABELS
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is not bounded")
    # An empty label is the same as none.
    pairs = [
        f'{name}="{str(value).translate(_LABEL_ESCAPES)}"'
        for name, value in sorted(labels.items() | more.items())
        if value
    ]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def _number(value):
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a value that is no number")
    return str(int(number)) if number.is_integer() else repr(number)
