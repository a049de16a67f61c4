"""Segments of EDI files: ANSI X12 (X12.5, X12.6) and UN/EDIFACT (ISO 9735).

Libraries were looked at first. pyx12 4.0.0 (BSD) refuses interchanges of version 00400
and files that are wrapped at a column, has maps for health care only and needs Python
3.11. pydifact 0.2.3 (MIT) reads messages without an envelope, but gives segments no
place in the file, ends at the first thing it cannot read so that everything behind is
lost, fails on files wrapped at a column, and takes any later UNA for the beginning of
the file. Both standards' syntax is a page of code, which follows.
"""

import re
from typing import NamedTuple

from ..bill import BillProblem
from .decoding import MAX_SEGMENT_LENGTH, MAX_SEGMENTS, UnreadableBill
from .values import shown

_TAG_X12 = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_TAG_EDIFACT = re.compile(r"[A-Z]{3}")
_BREAKS = str.maketrans("", "", "\r\n")
# A terminator may stand on the next line when the file is wrapped at a column.
_TERMINATOR = re.compile(r"[\r\n]*([^ \t\r\nA-Za-z0-9])")
# What comes before the terminator where there is no ISA: element by element.
_HEADS = {"GS": 8, "ST": 2}


class Segment(NamedTuple):
    """One segment.

    :param int row: Its place in the file, from 1.
    :param str tag: Such as `B3` or `MOA`.
    :param list elements: From the first behind the tag: texts in X12, lists of
        components in EDIFACT.
    """

    row: int
    tag: str
    elements: list

    def at(self, number):
        """Return an element of X12.

        :param int number: From 1, as the standard counts them.
        :return: The text without blanks around it; "" when it is missing.
        :rtype: str
        """
        if number > len(self.elements):
            return ""
        return self.elements[number - 1].strip()

    def part(self, number, component=1):
        """Return a component of an element of EDIFACT.

        :param int number: From 1, as the standard counts them.
        :param int component: From 1.
        :return: The text without blanks around it; "" when it is missing.
        :rtype: str
        """
        if number > len(self.elements):
            return ""
        components = self.elements[number - 1]
        return components[component - 1].strip() if component <= len(components) else ""


def x12_segments(content, problems):
    """Read the segments of an X12 file, with or without its envelopes.

    :param str content: The file.
    :param list problems: Where bad segments are told, as `BillProblem`.
    :rtype: list[Segment]
    :raises UnreadableBill: When it does not tell its separators.
    """
    content = content.lstrip()
    separator, terminator = _x12_separators(content)
    found = []
    for row, raw in _raw_segments(content.split(terminator), terminator, problems):
        elements = raw.split(separator)
        if _TAG_X12.fullmatch(elements[0]):
            found.append(Segment(row, elements[0], elements[1:]))
        else:
            problems.append(_not_a_segment(row, raw))
    return found


def edifact_segments(content, problems):
    """Read the segments of an EDIFACT file, with or without UNA and envelope.

    :param str content: The file.
    :param list problems: Where bad segments are told, as `BillProblem`.
    :return: The segments without UNA, and the decimal mark that UNA declares, "" when
        there is no UNA.
    :rtype: tuple[list[Segment], str]
    :raises UnreadableBill: When it does not tell its separators.
    """
    content = content.lstrip()
    colon, plus, mark, release, quote = ":", "+", "", "?", "'"
    first = 1
    if content.startswith("UNA"):
        advice = content[3:9]
        if len(advice) < 6 or len({*advice[:2], advice[3], advice[5]}) < 4:
            raise UnreadableBill(
                f"UNA: {shown(advice)} is not a set of separators", "syntax"
            )
        colon, plus, mark, release, _reserved, quote = advice
        content, first = content[9:], 2
        # A blank means that no release character is used.
        release = "" if release == " " else release
    pieces = _split(content, quote, release)
    found = []
    for row, raw in _raw_segments(pieces, quote, problems, first):
        elements = [
            [_released(part, release) for part in _split(element, colon, release)]
            for element in _split(raw, plus, release)
        ]
        tag = elements[0][0]
        if _TAG_EDIFACT.fullmatch(tag):
            found.append(Segment(row, tag, elements[1:]))
        else:
            problems.append(_not_a_segment(row, raw))
    return found, mark if mark in (".", ",") else ""


def _x12_separators(content):
    separator = content[3:4] if content.startswith("ISA") else content[2:3]
    if not separator or separator.isalnum() or separator in " \t\r\n":
        raise UnreadableBill("The file does not show its separators", "syntax")
    if content.startswith("ISA"):
        # The 16th element is one character, and what follows ends the segment.
        elements = content.split(separator, 16)
        last = elements[16].lstrip("\r\n") if len(elements) == 17 else ""
        rest = last[1:]
    else:
        elements = content.split(separator, _HEADS.get(content[:2], 2))
        # Elements of these two are letters and digits.
        rest = re.sub(rf"^[A-Za-z0-9 {re.escape(separator)}]+", "", elements[-1])
    match = _TERMINATOR.match(rest)
    if match and match[1] != separator:
        return separator, match[1]
    if rest[:1] in ("\r", "\n"):
        return separator, "\n"
    raise UnreadableBill(
        "The first segment does not show which character ends a segment", "syntax"
    )


def _raw_segments(pieces, terminator, problems, first=1):
    """Give the segments with their places; line breaks between and in them are dropped.

    What stands behind the last terminator was cut off.
    """
    if len(pieces) > MAX_SEGMENTS:
        raise UnreadableBill(
            f"The file has {len(pieces)} segments, {MAX_SEGMENTS} are read",
            "unsupported",
        )
    row = first - 1
    for place, piece in enumerate(pieces):
        raw = piece.translate(_BREAKS)
        if not raw.strip(" \t\0\x1a"):
            continue
        row += 1
        if len(raw) > MAX_SEGMENT_LENGTH:
            reason = f"The segment has {len(raw)} characters, "
            reason += f"{MAX_SEGMENT_LENGTH} are read"
            problems.append(BillProblem(row, "unsupported", reason))
        elif "\0" in raw:
            reason = "The segment contains a NUL character"
            problems.append(BillProblem(row, "encoding", reason))
        elif place == len(pieces) - 1 and terminator != "\n":
            reason = f"The file ends within a segment: {shown(raw)}"
            problems.append(BillProblem(row, "syntax", reason))
        else:
            yield row, raw.lstrip()


def _not_a_segment(row, raw):
    return BillProblem(row, "syntax", f"{shown(raw)} does not begin a segment")


def _split(content, separator, release):
    """Split at a separator that is not released."""
    pieces = content.split(separator)
    if not release or release not in content:
        return pieces
    found, held = [], []
    for piece in pieces:
        held.append(piece)
        # An odd number of release characters at the end releases the separator.
        count = len(piece) - len(piece.rstrip(release))
        if count % 2 == 0:
            found.append(separator.join(held))
            held = []
    if held:
        found.append(separator.join(held))
    return found


def _released(part, release):
    """Take the release characters off a text."""
    if not release or release not in part:
        return part
    return re.sub(re.escape(release) + "(.?)", r"\1", part, flags=re.DOTALL)
