"""UN/EDIFACT INVOIC, as freight bills and with or without its envelope.

One bill per message (UNH to UNT, or from one BGM to the next). What is read:

* `UNB` reference as the interchange; `BGM` the number and whether it is a credit;
  `DTM` 137 issued, 13 and 140 due, per line 11, 200, 110, 1 and 35 the service date;
  `CUX` the currency;
* `RFF` IV and OI the bill a credit is about; ADE, IT and API below a party our account;
  per line or for all: CW, CN, else AAM tracking (or `GIN` BJ), AAM, AWB, HWB, BM, MB,
  AAS waybill, ON, CO order, DQ, AAK, PK delivery, SRN, SI, UCN, BN shipment, CU, CR
  customer;
* per `LIN` its amount `MOA` 203, its tax 124, item number (`LIN`, `PIA`), words (`IMD`)
  and weight (`MEA`); each `ALC` below it with `MOA` 8, 23 or 204 is a line of its own,
  allowances negative; each `ALC` of the heading likewise;
* after `UNS` the totals: 79 lines, 125 taxable, 176 tax (else the 124 there, else those
  of the lines), and 9, 77, 86 or 39 to be paid.

`MOA` 203 contains the `ALC` of its line, so the line keeps the rest; unless only both
together make 79. The decimal mark is a point or a comma (ISO 9735 knows no grouping of
thousands). Credits are written with positive amounts; here they are negative.

Source: INVOIC in D.96A, code lists 1001, 1153, 5025 of the UN/EDIFACT directories.
"""

from ..bill import BillProblem
from . import values
from .edi_syntax import edifact_segments
from .edifact_message import Invoice

LAYOUT = "edifact_invoic"

_SERVICE_SEGMENTS = ("UNB", "UNZ", "UNG", "UNE", "UNH", "UNT", "BGM")


def looks_like(head):
    """Tell whether a file begins like EDIFACT.

    :param str head: Its beginning.
    :rtype: bool
    """
    start = head.lstrip()
    known = start[:3] in ("UNA", "UNB", "UNH", "BGM")
    return known and start[3:4] != "" and not start[3:4].isalnum()


def read(content, kind_of):
    """Read the bills of a file.

    :param str content: The file.
    :param kind_of: Code and words of a charge → a key of the charge types.
    :return: The bills, and the problems that belong to none of them.
    :rtype: tuple[list[Bill], list[BillProblem]]
    :raises UnreadableBill: When UNA does not make sense.
    """
    problems = []
    segments, mark = edifact_segments(content, problems)
    reader = _Reader(problems, kind_of, mark)
    for segment in segments:
        reader.take(segment)
    reader.end(segments[-1].row if segments else 0)
    return reader.bills, problems


class _Reader:
    """Follows the envelopes: interchange and message."""

    def __init__(self, problems, kind_of, mark):
        self.bills = []
        self._problems = problems
        self._kind_of = kind_of
        self._mark = mark
        self._interchange = self._header = self._message = None
        self._messages = 0
        self._skipped = False

    def take(self, segment):
        if segment.tag in _SERVICE_SEGMENTS:
            getattr(self, f"_take_{segment.tag.lower()}")(segment)
        elif self._message:
            self._message.take(segment)
        elif not self._skipped:
            self._tell(segment.row, "syntax", f"{segment.tag} stands outside of a bill")

    def end(self, row):
        self._close(row)
        if self._interchange:
            self._tell(row, "missing", "The file ends without UNZ")

    def _take_unb(self, segment):
        self._close(segment.row)
        self._interchange, self._messages = segment, 0

    def _take_ung(self, segment):
        self._close(segment.row)

    def _take_une(self, segment):
        self._close(segment.row)

    def _take_unh(self, segment):
        self._close(segment.row)
        self._messages += 1
        kind = segment.part(2)
        self._skipped = kind != "INVOIC"
        if self._skipped:
            reason = f"UNH: {values.shown(kind)} is not an invoice"
            self._tell(segment.row, "unsupported", reason)
        else:
            self._header = segment

    def _take_bgm(self, segment):
        if self._skipped:
            return
        if self._message:
            # Without UNH only BGM tells where the next one begins.
            header, self._header = self._header, None
            self._close(segment.row, header)
        interchange = self._interchange.part(5) if self._interchange else ""
        begin = self._header.row if self._header else segment.row
        self._message = Invoice(segment, begin, interchange, self._kind_of, self._mark)

    def _take_unt(self, segment):
        header, self._header = self._header, None
        self._skipped = False
        if header and self._message:
            count = segment.row - header.row + 1
            self._message.check_end(segment, header, count)
        self._close(segment.row)

    def _take_unz(self, segment):
        self._close(segment.row)
        opened, self._interchange = self._interchange, None
        if not opened:
            self._tell(segment.row, "syntax", "UNZ ends what did not begin")
            return
        if segment.part(1).lstrip("0") != str(self._messages):
            reason = f"UNZ counts {segment.part(1)} messages, there are "
            self._tell(segment.row, "syntax", f"{reason}{self._messages}")
        if segment.part(2) != opened.part(5):
            reason = f"UNZ says {values.shown(segment.part(2))}, UNB "
            self._tell(segment.row, "syntax", reason + values.shown(opened.part(5)))

    def _close(self, row, header=None):
        """End a message; one that UNH began and UNT did not end may have lost lines."""
        header = header or self._header
        self._skipped, self._header = False, None
        if not self._message:
            if header:
                self._tell(row, "missing", "The message has no BGM")
            return
        if header:
            reason = f"Message {header.part(1)} ends without UNT"
            self._message.draft.problem(row, "missing", reason)
        self.bills.append(self._message.finish(row))
        self._message = None

    def _tell(self, row, category, reason):
        self._problems.append(BillProblem(row, category, reason))
