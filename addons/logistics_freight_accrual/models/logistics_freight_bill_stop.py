"""Bills and lines that were billed before are stopped, whatever they wear."""

from collections import deque

from odoo import api, models
from odoo.tools import SQL

from ..bill import Bill, BillLine
from ..duplicates import History, KnownBill
from .logistics_freight_bill import NOT_STANDING, TYPED

_JUDGED = ("new", "stopped", "checked", "waiting")


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    @api.model
    def _lock_carriers(self, carriers):
        """Take up bills of a carrier one transaction after the other.

        The row is touched: whoever waited for it and began earlier cannot see what was
        taken up meanwhile, and starts again.

        :param logistics.carrier carriers: Whose bills are going to be compared.
        """
        for carrier_id in sorted(carriers.ids):
            self.env.cr.execute(
                "UPDATE logistics_carrier SET write_date = write_date WHERE id = %s",
                [carrier_id],
                # A conflict is no error: whoever called starts again.
                log_exceptions=False,
            )

    def _stop_repeats(self):
        """Stop what repeats earlier bills, as a whole or line by line.

        Called when bills come in and again before they are posted.

        :return: The bills that may go on.
        :rtype: logistics.freight.bill
        """
        bills = self.sudo().filtered(
            lambda bill: (
                bill.carrier_id and bill.state in _JUDGED and not bill.is_reading
            )
        )
        bills._lock_carriers(bills.carrier_id)
        for carrier, ours in bills.grouped("carrier_id").items():
            ours._adopt_posted(carrier)
            ours._judge(carrier)
        return bills.filtered(lambda bill: bill.state != "stopped").with_env(self.env)

    def _judge(self, carrier):
        """Compare bills of one carrier with those that came before."""
        earlier = deque(self._earlier(carrier).sorted("turn"))
        turn = self._last_turn(carrier)
        history = History()
        for bill in self.sorted(lambda bill: (not bill.turn, bill.turn, bill.id)):
            while earlier and (not bill.turn or earlier[0].turn < bill.turn):
                history.add(earlier.popleft()._known())
            known = bill._known()
            verdict = history.judge(known)
            if not bill.turn:
                turn += 1
                bill.turn = turn
            if bill._take_verdict(verdict):
                history.add(known)

    def _earlier(self, carrier):
        """Return the bills that may matter for these: same number, original or parcel.

        :param logistics.carrier carrier: Who bills.
        :rtype: logistics.freight.bill
        """
        standing = [
            ("carrier_id", "=", carrier.id),
            ("turn", ">", 0),
            ("state", "not in", NOT_STANDING),
            ("id", "not in", self.ids),
            # A typed bill that was cancelled or deleted asks for nothing.
            "|",
            ("layout", "!=", TYPED),
            ("move_id.state", "in", ("draft", "posted")),
        ]
        keys = {key for bill in self for key in (bill.number_key, bill.original_key)}
        keys = [key for key in keys if key]
        found = self.search(
            ["|", ("number_key", "in", keys), ("original_key", "in", keys), *standing]
        )
        numbers = list({line.tracking_key for line in self.line_ids} - {False})
        if numbers:
            groups = self.line_ids._read_group(
                [("tracking_key", "in", numbers), ("carrier_id", "=", carrier.id)],
                ["bill_id"],
            )
            ids = [bill.id for (bill,) in groups]
            found |= self.search([("id", "in", ids), *standing])
        # What was taken back was billed for nothing.
        credited = list(set(found.mapped("number_key")) - {False})
        found |= self.search(
            [("original_key", "in", credited), ("kind", "=", "credit"), *standing]
        )
        return found

    @api.model
    def _last_turn(self, carrier):
        """Return how many bills of a carrier came in; its row is locked by now."""
        self.flush_model(["turn", "carrier_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT COALESCE(MAX(turn), 0) FROM logistics_freight_bill "
                "WHERE carrier_id = %s",
                carrier.id,
            )
        )
        return rows[0][0]

    def _known(self):
        """Return the bill as the history takes it; its rows are the ids of its lines.

        :rtype: duplicates.KnownBill
        """
        self.ensure_one()
        exact = self._exact
        made = Bill(
            number=self.number,
            kind=self.kind,
            account=self.account or "",
            currency=self.currency_id.name or "",
            issued=self.issued or None,
            total=exact(self.total_amount) if self.has_total else None,
            tax=exact(self.tax_amount),
            original=self.original or "",
            interchange=self.interchange or "",
            lines=tuple(
                BillLine(
                    row=line.id,
                    amount=exact(line.amount),
                    code=line.code or "",
                    text=line.text or "",
                    kind=line.charge_type,
                    tracking_number=line.tracking_key or "",
                )
                for line in self.line_ids
            ),
        )
        return KnownBill(self.id, str(self.carrier_id.id), made)

    def _take_verdict(self, verdict):
        """Note what is to be thought of the bill, and stop it if need be.

        :param duplicates.Verdict verdict: What came of comparing.
        :return: Whether it stands: later bills are compared with it.
        :rtype: bool
        """
        self.ensure_one()
        is_stopped = verdict.is_stopped and not self.is_genuine
        vals = {
            "verdict": verdict.verdict,
            "verdict_reason": verdict.reason or False,
            "duplicate_of_id": verdict.of or False,
            "disguises": ",".join(verdict.disguises) or False,
        }
        if is_stopped:
            vals["state"] = "stopped"
        elif self.state == "stopped":
            vals["state"] = "new"
        changed = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        if changed:
            self.write(changed)
        self._take_repeats(verdict.lines)
        Exception_ = self.env["logistics.exception"]
        if is_stopped:
            Exception_._open(
                "duplicate_document",
                self,
                self._stopped_text(),
                amount=abs(self.total_amount),
            )
        elif "state" in changed:
            Exception_._solve(
                "duplicate_document", self, self.env._("It repeats nothing any more.")
            )
        return not is_stopped

    def _take_repeats(self, repeats):
        """Mark the lines that an earlier bill had already."""
        Line = self.line_ids
        earlier = {repeat.row: repeat.of_row for repeat in repeats}
        for line in Line.filtered("repeats_id"):
            if line.id not in earlier:
                line.write({"repeats_id": False, "status": False, "reason": False})
        for line_id, of_row in earlier.items():
            line = Line.browse(line_id)
            if line.repeats_id.id != of_row:
                line.write(
                    {"repeats_id": of_row, "status": "duplicate", "reason": "repeats"}
                )

    def _stopped_text(self):
        """Say which bill is stopped, and because of which.

        :rtype: str
        """
        self.ensure_one()
        first = self.duplicate_of_id
        return self.env._(
            "%(carrier)s bills %(number)s again: it repeats %(first)s%(how)s.",
            carrier=self.carrier_id.name,
            number=self.number,
            first=first.number,
            how=f" ({self.disguise_text})" if self.disguise_text else "",
        )
