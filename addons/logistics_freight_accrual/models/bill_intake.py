"""One file while its bills are stored: whose they are, what is new, what was there."""

from bisect import bisect_left
from collections import Counter, defaultdict

from odoo.addons.logistics_events.attempt import attempted
from odoo.addons.logistics_events.tracing import get_logger
from odoo.addons.logistics_events.vocabulary import normalise_tracking

from ..duplicates import number_key
from ..rounding import rounded

_logger = get_logger(__name__)

# Lines that are stored together: a job commits in between.
PORTION = 2000


class Whose:
    """To whom a bill was written, and by whom.

    :param res.company company: Who is billed.
    :param logistics.carrier carrier: Who bills; empty when that is not clear.
    :param logistics.freight.terms terms: What is agreed, if anything is.
    :param res.currency currency: What the bill says; of the terms where it leaves that
        open.
    """

    def __init__(self, company, carrier, terms, currency):
        self.company = company
        self.carrier = carrier
        self.terms = terms
        self.partner = terms.partner_id or carrier.partner_id
        self.currency = currency or terms.currency_id


class Intake:
    """One file while its bills are stored.

    :param logistics.freight.bill model: The empty model, with the rights of the suite.
    :param logistics.freight.bill.file file: The file.
    :param bill.BillFile found: What was read of it.
    """

    def __init__(self, model, file, found):
        self.model = model
        self.env = model.env
        self.file = file
        self.counts = Counter()
        self.problems = [
            (False, one.row, one.category, one.reason) for one in found.problems
        ]
        self.seen = model.browse()
        self._terms = self._terms_by_account()
        self._agreed = {}
        self._refused = _refused_rows(found)
        currencies = self.env["res.currency"].with_context(active_test=False)
        self._currencies = {
            currency.name: currency
            for currency in currencies.search(
                [("name", "in", list({bill.currency for bill in found.bills}))]
            )
        }

    # === WHOSE === #

    def _terms_by_account(self):
        companies = self.file._companies()
        Terms = self.env["logistics.freight.terms"]
        known = defaultdict(Terms.browse)
        for terms in Terms.search(
            [("company_id", "in", (companies | companies.parent_ids).ids)], order="id"
        ):
            for number in (terms.account_numbers or "").split(","):
                if key := account_key(number):
                    known[key] |= terms
        return known

    def whose(self, bill):
        """Say whose a bill is: by its account, else as the file was handed in.

        :param bill.Bill bill: The bill.
        :rtype: Whose
        """
        Terms = self.env["logistics.freight.terms"]
        company, carrier = self.file.company_id, self.file.carrier_id
        known = self._terms.get(account_key(bill.account), Terms.browse())
        if len(known.carrier_id) == 1:
            carrier = known.carrier_id
        elif known and carrier not in known.carrier_id:
            carrier = carrier.browse()
        known = known.filtered(lambda terms: terms.carrier_id == carrier)
        if known and not known.company_id & (company | company.parent_ids):
            if len(known.company_id) == 1:
                company = known.company_id
            else:
                carrier = carrier.browse()
        pair = (company, carrier)
        if pair not in self._agreed:
            self._agreed[pair] = Terms._for(*pair) if carrier else Terms.browse()
        currency = self._currencies.get(bill.currency, self.env["res.currency"])
        return Whose(company, carrier, self._agreed[pair], currency)

    # === STORING === #

    def take(self, bills):
        """Store bills together; singly only where that fails.

        :param list[bill.Bill] bills: The bills.
        :return: How many lines are done, each time some are.
        :rtype: Iterator[int]
        """
        if len(bills) == 1 and len(bills[0].lines) > PORTION:
            yield from self._take_large(bills[0])
            return
        if self._attempt(bills) is not None:
            for bill in bills:
                error = self._attempt([bill])
                if error is not None:
                    self._note_failure(bill, error)
        yield sum(len(bill.lines) for bill in bills)

    def _attempt(self, bills):
        """Store bills completely or not at all; return why not."""
        before = (self.counts.copy(), list(self.problems), self.seen)
        with attempted(self.env) as attempt:
            placed = self._place(bills)
            self._add_lines(placed)
            self._settle(placed)
        if attempt.error is not None:
            self.counts, self.problems, self.seen = before
        return attempt.error

    def _note_failure(self, bill, error):
        _logger.error("Bill %s cannot be stored", bill.number, exc_info=error)
        row = bill.lines[0].row if bill.lines else 0
        self.counts["refused"] += len(bill.lines)
        self.problems.append((False, row, "internal", f"Bill {bill.number}: {error}"))

    def _take_large(self, bill):
        """Store one bill in portions, so that a job can commit in between."""
        with attempted(self.env) as attempt:
            placed = self._place([bill])
        if attempt.error is not None:
            self._note_failure(bill, attempt.error)
            yield len(bill.lines)
            return
        record, _bill, lines = placed[0]
        yield len(bill.lines) - len(lines)
        for at in range(0, len(lines), PORTION):
            portion = lines[at : at + PORTION]
            with attempted(self.env) as attempt:
                self._add_lines([(record, bill, portion)])
            if attempt.error is not None:
                # It stays marked as being read, and goes on when it is read again.
                self._note_failure(bill, attempt.error)
                return
            yield len(portion)
        self._settle(placed)

    def _place(self, bills):
        """Find or make the records of bills.

        :return: Record, bill and the lines that are missing, for each.
        :rtype: list[tuple]
        """
        whose = [self.whose(bill) for bill in bills]
        carriers = self.env["logistics.carrier"].union(*(one.carrier for one in whose))
        self.model._lock_carriers(carriers)
        here = self._here(bills, whose)
        pairs = list(zip(bills, whose, strict=True))
        records = [
            next((one for one in here[bill.number] if one._is_same(bill, of)), None)
            for bill, of in pairs
        ]
        new = [
            pair for pair, record in zip(pairs, records, strict=True) if record is None
        ]
        quietly = self.model.with_context(tracking_disable=True)
        made = quietly.create(
            [self.model._prepare_vals(bill, of, self.file) for bill, of in new]
        )
        upcoming = iter(made.with_env(self.env))
        placed = []
        for (bill, of), record in zip(pairs, records, strict=True):
            lines = bill.lines
            if record is None:
                record = next(upcoming)
            else:
                lines = self._lines_left(record, bill, of)
            self.seen |= record
            placed.append((record, bill, self._storable(record, bill, lines)))
        return placed

    def _here(self, bills, whose):
        """Return by number the bills that are here and may be among them."""
        found = self.model.search(
            [
                ("company_id", "in", list({one.company.id for one in whose})),
                ("number_key", "in", list({number_key(bill.number) for bill in bills})),
                ("layout", "=", self.file.layout),
            ],
            order="id",
        )
        return defaultdict(self.model.browse, found.grouped("number"))

    def _lines_left(self, record, bill, whose):
        """Return the lines a known bill has not yet; correct it where it is open."""
        record.write({"file_ids": [(4, self.file.id)]})
        if whose.carrier and not record.carrier_id:
            record._settle_carrier(whose)
            # It goes on like a new one.
            record.is_reading = True
        if not record.is_reading and (record.is_complete or not record._is_open()):
            self.counts["known"] += len(bill.lines)
            return ()
        added, changed = record._missing(bill.lines)
        self.counts["known"] += len(bill.lines) - len(added) - len(changed)
        self.counts["added"] += len(changed)
        vals = self.model._prepare_sums(bill)
        if record.total_amount != vals["total_amount"]:
            record._note_corrected(vals)
        record.write(vals | {"is_reading": True})
        for line, now in changed:
            line.write(line._vals_of(now))
        return added

    def _storable(self, record, bill, lines):
        """Return the lines whose amounts the currency can express; tell the others."""
        currency = record.currency_id
        if not currency:
            return list(lines)
        fitting, places = [], currency.decimal_places
        for line in lines:
            if _fits(line.amount, places) and _fits(line.tax, places):
                fitting.append(line)
                continue
            self.counts["refused"] += 1
            reason = self.env._(
                "Bill %(number)s: %(amount)s is finer than %(currency)s can be",
                number=bill.number,
                amount=line.amount,
                currency=currency.name,
            )
            self.problems.append((record.id, line.row, "value", reason))
        return fitting

    def _add_lines(self, placed):
        Line = self.model.line_ids
        Line.create(
            [
                Line._vals_of(line, record)
                for record, _bill, lines in placed
                for line in lines
            ]
        )
        self.counts["added"] += sum(len(lines) for _record, _bill, lines in placed)

    # === GOING ON === #

    def _settle(self, placed):
        """Let bills go on whose lines are all here."""
        told = defaultdict(list)
        for record, bill, _lines in placed:
            for one in bill.problems:
                self.problems.append((record.id, one.row, one.category, one.reason))
        for record_id, _row, category, reason in self.problems:
            told[record_id].append((category, reason))
        touched = self.model.union(
            *(record for record, _bill, _lines in placed if record.is_reading)
        )
        touched.write({"is_reading": False})
        for record, bill, _lines in placed:
            if record in touched:
                self._say_whether_complete(record, bill, told[record.id])
        unclear = touched.filtered(lambda bill: not bill.carrier_id)
        self._ask_whose(unclear)
        for layout, bills in touched.grouped("layout").items():
            self.env["logistics.freight.code"]._hold(layout, bills.line_ids)
        (touched - unclear)._go_on()

    def _say_whether_complete(self, record, bill, told):
        # Rows that were refused nearby are no news once the sums fit.
        record.refused_count = self._refused[id(bill)]
        Exception_ = self.env["logistics.exception"]
        if record.is_complete:
            record.refused_count = 0
            reasons = [reason for _category, reason in told]
            if record.problem_text:
                Exception_._solve("unreadable", record, self.env._("It adds up now."))
        else:
            text = record._incomplete_text()
            # Which sums differ is said once; the file lists it as it was read.
            reasons = [reason for category, reason in told if category != "total"]
            reasons.append(text)
            Exception_._open("unreadable", record, text)
        text = "\n".join(dict.fromkeys(reasons))
        if (record.problem_text or "") != text:
            record.problem_text = text

    def _ask_whose(self, bills):
        for account, mine in bills.grouped(lambda bill: bill.account or "").items():
            self.env["logistics.exception"]._open(
                "master_data",
                self.file,
                self.env._(
                    "%(file)s: it is not clear which carrier the account “%(account)s” "
                    "is with. Add it to the Carrier Terms, or choose the carrier, and "
                    "read the file again.",
                    file=self.file.name,
                    account=account,
                ),
                key=account_key(account) or "none",
                times=len(mine),
            )

    def finish(self):
        """Note what became of the file."""
        rows = sorted(self.problems, key=lambda problem: problem[1])
        self.file._note_problems(rows)
        self.file.write(
            {
                "state": "done",
                "read_at": self.env.cr.now(),
                "bill_ids": [(4, bill.id) for bill in self.seen],
                "added_count": self.counts["added"],
                "known_count": self.counts["known"],
                "refused_count": self.counts["refused"] + sum(self._refused.values()),
            }
        )
        Exception_ = self.env["logistics.exception"]
        Exception_._solve("unreadable", self.file, self.env._("It is read now."))
        if all(bill.carrier_id for bill in self.file.bill_ids):
            Exception_.search(
                [
                    ("category", "=", "master_data"),
                    ("res_model", "=", self.file._name),
                    ("res_id", "=", self.file.id),
                    ("state", "in", ("open", "snoozed")),
                ]
            )._close(self.env._("All carriers are known."))


def account_key(account):
    """Return the one spelling under which an account number is found.

    :param str account: As somebody wrote it.
    :rtype: str
    """
    letters = "".join(char for char in normalise_tracking(account) if char.isalnum())
    return letters.lstrip("0")


def batches(bills):
    """Give bills in batches of about one portion of lines; a large one alone.

    No two of a batch have the same number: the second one is compared with the first.

    :param Iterable[bill.Bill] bills: The bills.
    :rtype: Iterator[list[bill.Bill]]
    """
    batch, count, numbers = [], 0, set()
    for bill in bills:
        size, number = len(bill.lines), number_key(bill.number)
        if batch and (count + size > PORTION or number in numbers):
            yield batch
            batch, count, numbers = [], 0, set()
        batch.append(bill)
        count += size
        numbers.add(number)
    if batch:
        yield batch


def _fits(amount, places):
    return rounded(amount, places) == amount


def _refused_rows(found):
    """Return by bill how many rows of the file were refused that stand among its own.

    A row that could not be read is of no bill any more: it is counted where the row
    before it belongs. Row 1 is the header of a table, whose remarks cost no line.

    :rtype: dict[int, int]
    """
    owners = sorted(
        (line.row, place)
        for place, bill in enumerate(found.bills)
        for line in bill.lines
    )
    counts = Counter({id(bill): 0 for bill in found.bills})
    for problem in found.problems:
        if problem.row <= 1 or problem.category == "encoding":
            continue
        at = bisect_left(owners, (problem.row, -1)) - 1
        counts[id(found.bills[owners[at][1] if at >= 0 else 0])] += 1
    return counts
