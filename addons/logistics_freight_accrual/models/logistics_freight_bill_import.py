"""From what a reader read to bills: whose they are, what is new, what was there."""

from collections import defaultdict

from odoo import api, models

from odoo.addons.logistics_events.attempt import attempted
from odoo.addons.logistics_events.tracing import get_logger
from odoo.addons.logistics_events.vocabulary import normalise_tracking

from .bill_intake import Intake, batches

_logger = get_logger(__name__)


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    @api.model
    def _import(
        self, data, *, company, filename, layout=None, message=None, carrier=None
    ):
        """Take up the bills of a file. The same file again adds what is missing only.

        :param bytes data: The file.
        :param res.company company: Whose bills they are where no account says it.
        :param str filename: Its name.
        :param str | None layout: A key of `readers.LAYOUTS`; None to find out.
        :param logistics.message message: What brought it, if a message did.
        :param logistics.carrier carrier: Whose bills they are where no account says it.
        :return: The file with its bills and problems; a large one is read by the job.
        :rtype: logistics.freight.bill.file
        """
        file = self.env["logistics.freight.bill.file"]._receive(
            data, company, filename, layout=layout, message=message, carrier=carrier
        )
        file._read_soon()
        return file

    @api.model
    def _take_up(self, file, found):
        """Store what was read, portion by portion.

        :param logistics.freight.bill.file file: The file.
        :param bill.BillFile found: What was read of it.
        :return: After each portion, how many lines are done.
        :rtype: Iterator[int]
        """
        if not found.bills:
            rows = [
                (False, one.row, one.category, one.reason) for one in found.problems
            ]
            file._note_problems(rows)
            file._fail(found.problems[0].reason)
            return
        intake = Intake(self.sudo().with_company(file.company_id), file, found)
        file.write(
            {
                "bill_count": len(found.bills),
                "line_count": sum(len(bill.lines) for bill in found.bills),
                "done_count": 0,
            }
        )
        for batch in batches(found.bills):
            for done in intake.take(batch):
                file.done_count += done
                yield file.done_count
        intake.finish()

    @api.model
    def _prepare_vals(self, bill, whose, file):
        """Return what is stored of a bill that was read.

        :param bill.Bill bill: The bill.
        :param bill_intake.Whose whose: To whom it was written, by whom, in what.
        :param logistics.freight.bill.file file: Where it was read.
        :rtype: dict
        """
        return {
            "company_id": whose.company.id,
            "carrier_id": whose.carrier.id,
            "partner_id": whose.partner.id,
            "currency_id": whose.currency.id,
            "number": bill.number,
            "kind": bill.kind,
            "account": bill.account,
            "issued": bill.issued,
            "original": bill.original,
            "interchange": bill.interchange,
            "layout": file.layout,
            "is_reading": True,
            "file_ids": [(4, file.id)],
        } | self._prepare_sums(bill)

    @api.model
    def _prepare_sums(self, bill):
        """Return what a bill states about its sums and when they are due.

        :param bill.Bill bill: The bill.
        :rtype: dict
        """
        net = bill.net if bill.total is None else bill.total - bill.tax
        return {
            "due": bill.due,
            "has_total": bill.total is not None,
            "net_amount": float(net),
            "tax_amount": float(bill.tax),
            "total_amount": float(net + bill.tax),
        }

    def _is_same(self, bill, whose):
        """Return whether a bill that was read is this one, come once more.

        Everything that tells documents apart is the same. The total is, too, unless
        this one does not add up yet: then the other one may be its correction.

        :param bill.Bill bill: What was read.
        :param bill_intake.Whose whose: To whom it was written, by whom, in what.
        :rtype: bool
        """
        self.ensure_one()
        own = (
            self.number,
            self.account or "",
            self.kind,
            self.issued or None,
            self.interchange or "",
            self.original or "",
        )
        read = (
            bill.number,
            bill.account,
            bill.kind,
            bill.issued,
            bill.interchange,
            bill.original,
        )
        carriers = self.carrier_id | whose.carrier
        if own != read or self.company_id != whose.company or len(carriers) > 1:
            return False
        asked = bill.net + bill.tax if bill.total is None else bill.total
        if self.is_reading or self._exact(self.total_amount) == asked:
            return True
        if self.is_complete or not self._is_open():
            return False
        added, changed = self._missing(bill.lines)
        left = len(added) + len(changed)
        return left * 2 <= len(bill.lines)

    def _is_open(self):
        """Return whether lines may still be added.

        :rtype: bool
        """
        return self.state in ("new", "stopped", "checked") and not self.move_id

    def _missing(self, lines):
        """Tell lines that are here from those that are not, and from changed ones.

        A line is the same when parcel, charge and amount are; where only the amount
        differs it is a corrected one.

        :param list[bill.BillLine] lines: What was read.
        :return: Lines to add; pairs of a line here and what it is now.
        :rtype: tuple[list, list[tuple]]
        """
        self.ensure_one()
        Code = self.env["logistics.freight.code"]
        exact, here = defaultdict(list), defaultdict(list)
        for line in self.line_ids:
            said = Code._said(line.code, line.text)
            amount = self._exact(line.amount)
            exact[line.tracking_key or "", said, amount].append(line)
        left = []
        for line in lines:
            number = normalise_tracking(line.tracking_number)
            key = (number, Code._said(line.code, line.text))
            if found := exact.get((*key, line.amount)):
                found.pop()
            else:
                left.append((key, line))
        for (number, said, _amount), found in exact.items():
            here[number, said] += found
        added, changed = [], []
        for key, line in left:
            if here[key]:
                changed.append((here[key].pop(), line))
            else:
                added.append(line)
        return added, changed

    def _settle_carrier(self, whose):
        """Note whose the bill is, once that is clear.

        :param bill_intake.Whose whose: To whom it was written, by whom, in what.
        """
        self.ensure_one()
        vals = {"carrier_id": whose.carrier.id, "partner_id": whose.partner.id}
        if not self.currency_id:
            vals["currency_id"] = whose.terms.currency_id.id
        self.write(vals)

    def _note_corrected(self, vals):
        """Say on the bill that a later file states another total."""
        self.ensure_one()
        self.message_post(
            body=self.env._(
                "Another file of the same bill states a total of %(now)s; it was "
                "%(before)s.",
                now=vals["total_amount"],
                before=self.total_amount,
            )
        )

    def _incomplete_text(self):
        """Say what is missing of the bill.

        :rtype: str
        """
        self.ensure_one()
        if not self.has_total:
            return self.env._(
                "%(count)s rows of bill %(number)s could not be read. Import the "
                "corrected file: what is missing is added.",
                count=self.refused_count,
                number=self.number,
            )
        return self.env._(
            "Bill %(number)s does not add up: its lines and tax make %(sum)s, it "
            "states %(total)s. Import the corrected file: what is missing is added.",
            number=self.number,
            sum=self._exact(self.lines_amount) + self._exact(self.tax_amount),
            total=self._exact(self.total_amount),
        )

    def _check_or_note(self):
        """Match and audit bills together; singly only where that fails.

        A bill that cannot be checked stays as it is, with the reason as an exception.
        """
        bills = self.sudo().filtered(lambda bill: bill.state in ("new", "checked"))
        if not bills:
            return
        with attempted(self.env) as together:
            bills._check()
        if together.error is None:
            bills._note_checked()
            return
        _logger.info("%s bills failed together, checking them singly", len(bills))
        for bill in bills:
            with attempted(self.env) as alone:
                bill._check()
            if alone.error is not None:
                _logger.error("Bill %s failed", bill.id, exc_info=alone.error)
                self.env["logistics.exception"]._open(
                    "action_failed", bill, str(alone.error)[:200] or "?"
                )
            else:
                bill._note_checked()

    def _note_checked(self):
        """Close what was open because the bills could not be checked."""
        self.env["logistics.exception"].search(
            [
                ("category", "=", "action_failed"),
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("state", "in", ("open", "snoozed")),
            ]
        )._close(self.env._("It worked at a later try."))

    def _check(self):
        """Find out what the lines are about and whether they are right.

        Nothing is known about charges here: whoever knows them extends this.

        :return: The bills that were checked.
        :rtype: logistics.freight.bill
        """
        return self

    def _go_on(self):
        """Stop what repeats earlier bills, and check the rest."""
        self._stop_repeats()._check_or_note()
