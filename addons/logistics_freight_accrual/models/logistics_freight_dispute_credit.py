"""Credit memos find the disputes they settle."""

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import as_suite

from .. import dispute_match as pure
from ..charge_types import charge_of
from ..duplicates import number_key
from ..rounding import ZERO
from .account_payment_block import WITHHELD_KEY
from .logistics_freight_dispute import UNDECIDED
from .money import money


class LogisticsFreightDispute(models.Model):
    _inherit = "logistics.freight.dispute"

    @api.model
    def _match_credit(self, bill):
        """Find which disputes a credit memo settles, and link its lines with them.

        A linked line has `dispute_id` and the charge of the dispute, so that the credit
        is said about the dispute (`_fact_ref`) when the memo is posted. Lines that are
        linked already stay so; saying it again changes nothing.

        :param logistics.freight.bill bill: Of the kind `credit`.
        :return: The disputes that are settled by it, as a whole or in part.
        :rtype: logistics.freight.dispute
        """
        bill = bill.sudo()
        linked = bill.line_ids.dispute_id
        if bill.kind != "credit" or bill.state == "posted":
            return linked
        lines = bill.line_ids.filtered(
            lambda line: line.amount < 0 and not line.dispute_id
        )
        disputes = self.sudo().search(
            [
                ("company_id", "=", bill.company_id.id),
                ("carrier_id", "=", bill.carrier_id.id),
                ("currency_id", "=", bill.currency_id.id),
                ("state", "in", UNDECIDED),
                ("id", "not in", linked.ids),
            ],
            order="id",
        )
        found = pure.match(
            [line._as_credit() for line in lines],
            [dispute._as_open() for dispute in disputes],
        )
        for line_id, (dispute_id, _step) in found.items():
            line = lines.browse(line_id)
            line._settle_dispute(disputes.browse(dispute_id))
        return bill.line_ids.dispute_id

    def _link_credit(self, bill):
        """Say that a credit memo settles the dispute.

        :param logistics.freight.bill bill: A credit memo that is not posted yet.
        :raise AccessError: For anybody but finance.
        :raise UserError: When it is posted, or credits nothing that fits.
        """
        self.ensure_one()
        self._check_finance()
        self._check_undecided()
        bill.check_access("read")
        bill, dispute = bill.sudo(), self.sudo()
        if bill.kind != "credit" or bill.state == "posted":
            raise UserError(
                self.env._(
                    "%s is posted already, or no credit memo: only one that is not "
                    "posted yet settles a dispute. Concede the dispute instead; what "
                    "was credited makes up for it.",
                    bill.display_name,
                )
            )
        if any(
            bill[name] != dispute[name]
            for name in ("company_id", "carrier_id", "currency_id")
        ):
            raise UserError(
                self.env._(
                    "%s is of another carrier, company or currency.", bill.display_name
                )
            )
        lines = bill.line_ids.filtered(lambda line: line.amount < 0)
        free = lines.filtered(lambda line: not line.dispute_id)
        meant = free.filtered(lambda line: line._is_about(dispute)) or free
        if len(meant) != 1:
            meant = meant.filtered(
                lambda line: (
                    -bill._exact(line.amount)
                    == money(dispute.open_amount, dispute.currency_id)
                )
            )
        if not meant:
            raise UserError(
                self.env._(
                    "No line of %s is about what is disputed here.", bill.display_name
                )
            )
        meant[0]._settle_dispute(dispute)
        dispute._message_log(
            body=self.env._("Settled by %s once it is posted.", bill.display_name)
        )

    def _credited_by(self, bill):
        """Return how much a posted credit memo gives back about the dispute, tax
        included.

        :param logistics.freight.bill bill: The memo.
        :rtype: Decimal
        """
        self.ensure_one()
        ref = bill._freight_ref()
        facts = self.charge_id.fact_ids.filtered(
            lambda fact: (
                fact.kind == "credit"
                and fact.target == self._fact_ref()
                and fact.ref.partition("/")[0] == ref
            )
        )
        return sum((fact._pure().gross() for fact in facts), ZERO)

    def _as_open(self):
        """Return the dispute as it waits for its credit.

        :rtype: dispute_match.OpenDispute
        """
        self.ensure_one()
        return pure.OpenDispute(
            ref=self.id,
            name=self.name,
            bill=number_key(self.bill_id.number),
            kind=charge_of(self.charge_type),
            parcels=frozenset(filter(None, self.bill_line_ids.mapped("tracking_key"))),
            left=money(self.open_amount, self.currency_id),
        )


class LogisticsFreightBillLine(models.Model):
    _inherit = "logistics.freight.bill.line"

    def _as_credit(self):
        """Return the line as it is looked for among disputes.

        :rtype: dispute_match.CreditLine
        """
        self.ensure_one()
        bill = self.bill_id
        numbers = (self.references or {}).values()
        words = [bill.number, bill.original, self.text, *numbers]
        return pure.CreditLine(
            ref=self.id,
            amount=-bill._exact(self.amount),
            kind=charge_of(self.charge_type),
            parcel=self.tracking_key or "",
            bill=number_key(bill.original) if bill.original else "",
            words=" ".join(word for word in words if word),
        )

    def _settle_dispute(self, dispute):
        """Note that the line settles a dispute, or a part of it.

        :param logistics.freight.dispute dispute: An undecided one.
        """
        self.ensure_one()
        self.sudo().write({"dispute_id": dispute.id, "charge_id": dispute.charge_id.id})
        dispute.sudo().credit_bill_ids |= self.bill_id


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    def _check(self):
        """Override: a credit memo is about the disputes it settles."""
        Dispute = self.env["logistics.freight.dispute"]
        credits = self.filtered(lambda bill: bill.kind == "credit" and bill.carrier_id)
        for bill in credits:
            Dispute._match_credit(bill)
        result = super()._check()
        for line in credits.line_ids.filtered("dispute_id"):
            if line.charge_id != line.dispute_id.charge_id:
                line.sudo().charge_id = line.dispute_id.charge_id
        return result

    def _post_now(self, step):
        """Override: a credit memo lowers what is open of the bills it is about."""
        move = super()._post_now(step)
        if self.kind == "credit":
            self.sudo()._use_credit()
        return move

    def _use_credit(self):
        """Reconcile the memo with the bills whose disputes it settles, each as far as
        it is about them; the rest of the memo stays open.
        """
        self.ensure_one()
        own = self.move_id._logistics_payable_items()
        for bill, disputes in self.line_ids.dispute_id.grouped("bill_id").items():
            left = sum((dispute._credited_by(self) for dispute in disputes), ZERO)
            withheld = {}
            items = bill.move_id._logistics_payable_items().filtered(
                lambda item: not item.reconciled
            )
            for item in reversed(items):
                open_amount = money(-item.amount_residual_currency, item.currency_id)
                used = min(max(open_amount, ZERO), left)
                left -= used
                withheld[item.id] = float(open_amount - used)
            both = (own | items).filtered(lambda item: not item.reconciled)
            if own & both and items & both and len(both.account_id) == 1:
                as_suite(both).with_context(**{WITHHELD_KEY: withheld}).reconcile()
