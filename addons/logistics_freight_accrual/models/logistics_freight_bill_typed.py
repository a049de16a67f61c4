"""Vendor bills of freight carriers that somebody typed in Odoo."""

import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import by_suite
from odoo.addons.logistics_events.vocabulary import normalise_tracking

from ..duplicates import number_key
from .logistics_freight_bill import TYPED

# So far back typed bills are compared with; carriers bill late, but not later.
LOOK_BACK = timedelta(days=400)
# A receipt is paid like a bill, and would be a way around whatever stops one.
CARRIER_TYPES = ("in_invoice", "in_receipt", "in_refund")
# What may be a number of a parcel, a waybill or an order among words.
_NUMBER = re.compile(r"(?=[^\s,;]*\d)[A-Za-z0-9][A-Za-z0-9/_.-]{4,}[A-Za-z0-9]")


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_bill_ids = fields.One2many(
        "logistics.freight.bill",
        "move_id",
        string="Carrier Bills",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    logistics_is_carrier_bill = fields.Boolean(
        string="Bill of a Freight Carrier",
        compute="_compute_logistics_is_carrier_bill",
        compute_sudo=True,
        groups="base.group_user",
    )

    @api.depends("partner_id", "company_id", "move_type")
    def _compute_logistics_is_carrier_bill(self):
        carriers = self._logistics_of_carriers()
        for move in self:
            move.logistics_is_carrier_bill = move in carriers

    def _logistics_of_carriers(self):
        """Return those of the documents that are bills or refunds of freight carriers.

        :rtype: account.move
        """
        bills = self.filtered(
            lambda move: move.move_type in CARRIER_TYPES and move.partner_id
        )
        if not bills:
            return bills
        vendors = (
            self.env["logistics.freight.terms"]
            .sudo()
            .search([("partner_id", "child_of", bills.commercial_partner_id.ids)])
            .partner_id.commercial_partner_id
        )
        return bills.filtered(
            lambda move: (
                move.partner_id.commercial_partner_id in vendors
                and move.partner_id._logistics_is_freight_carrier(move.company_id)
            )
        )

    def _post(self, soft=True):
        """Override of `account`: a freight carrier's bill is never posted twice."""
        self._logistics_stop_repeats()
        posted = super()._post(soft)
        bills = posted.sudo().logistics_bill_ids.filtered(
            lambda bill: bill.layout == TYPED
        )
        bills.write({"state": "posted"})
        return posted

    def _logistics_stop_repeats(self):
        """Refuse to post a typed bill of a carrier that repeats an earlier one.

        :raise UserError: With the name of the first bill.
        """
        if by_suite(self.env):
            return
        Bill = self.env["logistics.freight.bill"].sudo()
        for move in self._logistics_of_carriers():
            bill = Bill._adopt_move(move)
            if bill.layout != TYPED:
                continue
            bill._stop_repeats()
            if bill.state == "stopped":
                raise UserError(
                    self.env._(
                        "%(text)s It cannot be posted. If it is genuine, use “Check as "
                        "Carrier Bill” on the draft: a second person has to agree.",
                        text=bill._stopped_text(),
                    )
                )

    def action_logistics_take_up(self):
        """Make a carrier bill of a typed draft, and compare it with the earlier ones.

        :raise UserError: When it is not a bill of a freight carrier.
        """
        Bill = self.env["logistics.freight.bill"]
        Bill._check_finance()
        self.ensure_one()
        self.check_access("read")
        if not self._logistics_of_carriers():
            raise UserError(
                self.env._("%s is no bill of a freight carrier.", self.display_name)
            )
        bill = Bill.sudo()._adopt_move(self)
        bill._go_on()
        return {
            "type": "ir.actions.act_window",
            "res_model": bill._name,
            "res_id": bill.id,
            "view_mode": "form",
        }


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    @api.model
    def _adopt_move(self, move):
        """Return the carrier bill of a vendor bill; make it for a typed one.

        A typed bill that was changed since says here what it says now; then nobody has
        called it genuine yet.

        :param account.move move: A vendor bill or refund of a freight carrier.
        :rtype: logistics.freight.bill
        """
        Bill = self.sudo()
        bill = Bill.search([("move_id", "=", move.id)])
        if bill and bill.layout != TYPED:
            return bill
        vals = Bill._prepare_typed_vals(move.sudo())
        if not bill:
            quietly = Bill.with_context(tracking_disable=True)
            bill = quietly.create(vals | {"move_id": move.id}).with_env(Bill.env)
        elif bill.state != "posted":
            changed = any(
                bill._fields[name].convert_to_write(bill[name], bill) != vals[name]
                for name in ("number", "kind", "partner_id", "currency_id")
            ) or bill._exact(bill.total_amount) != bill._exact(vals["total_amount"])
            if changed:
                bill.is_genuine = False
                bill.turn = 0
            bill.write(vals)
        else:
            return bill
        bill._take_typed_lines(move.sudo())
        if move.state == "posted":
            bill.state = "posted"
        return bill

    @api.model
    def _prepare_typed_vals(self, move):
        """Return what a typed bill says, as an imported one says it.

        :param account.move move: The vendor bill or refund.
        :rtype: dict
        """
        Terms = self.env["logistics.freight.terms"]
        terms = Terms._for_vendor(move.company_id, move.partner_id)
        sign = -1 if move.move_type == "in_refund" else 1
        return {
            "company_id": move.company_id.id,
            "carrier_id": terms.carrier_id.id,
            "partner_id": move.partner_id.id,
            "currency_id": move.currency_id.id,
            "number": move.ref or move.payment_reference or move.name or "/",
            "kind": "credit" if sign < 0 else "invoice",
            "issued": move.invoice_date,
            "due": move.invoice_date_due,
            "original": move.reversed_entry_id.ref or False,
            "layout": TYPED,
            "has_total": True,
            "net_amount": sign * move.amount_untaxed,
            "tax_amount": sign * move.amount_tax,
            "total_amount": sign * move.amount_total,
        }

    def _take_typed_lines(self, move):
        """Bring the lines in line with those of the vendor bill.

        :param account.move move: The vendor bill or refund.
        """
        self.ensure_one()
        sign = -1 if self.kind == "credit" else 1
        items = move.invoice_line_ids.filtered(
            lambda item: item.display_type == "product"
        )
        numbers = self._parcel_numbers(items)
        rows = []
        for row, item in enumerate(items, 1):
            words = _NUMBER.findall(item.name or "")
            charge = item.logistics_charge_id
            rows.append(
                {
                    "bill_id": self.id,
                    "row": row,
                    "code": "",
                    "text": item.name or "",
                    "charge_type": charge.charge_type or "unknown",
                    "amount": sign * item.price_subtotal,
                    "tax": sign * (item.price_total - item.price_subtotal),
                    "tracking_number": next(
                        (word for word in words if normalise_tracking(word) in numbers),
                        "",
                    ),
                    "references": {"customer": "\n".join(words)} if words else {},
                }
            )
        here = [
            {name: line[name] or "" for name in ("text", "tracking_number")}
            | {name: line[name] for name in ("row", "amount", "tax", "charge_type")}
            for line in self.line_ids
        ]
        names = list(here[0]) if here else ["row"]
        if here != [{name: row[name] for name in names} for row in rows]:
            self.line_ids.unlink()
            self.line_ids.create(rows)

    @api.model
    def _parcel_numbers(self, items):
        """Return which of the numbers in the words of items are parcels of ours.

        :param account.move.line items: Lines of a vendor bill.
        :rtype: set[str]
        """
        words = {
            normalise_tracking(word)
            for item in items
            for word in _NUMBER.findall(item.name or "")
        }
        parcels = self.env["logistics.parcel"].sudo()
        found = parcels.search([("tracking_key", "in", list(words))])
        return set(found.mapped("tracking_key"))

    def _adopt_posted(self, carrier):
        """Take up vendor bills that were posted before with a number of these.

        :param logistics.carrier carrier: Who bills.
        """
        keys = {key for bill in self for key in (bill.number_key, bill.original_key)}
        vendors = (
            self.env["logistics.freight.terms"]
            .search([("carrier_id", "=", carrier.id)])
            .partner_id.commercial_partner_id
        )
        since = fields.Date.context_today(self) - LOOK_BACK
        moves = self.env["account.move"].search_fetch(
            [
                ("move_type", "in", CARRIER_TYPES),
                ("state", "=", "posted"),
                ("commercial_partner_id", "in", vendors.ids),
                ("invoice_date", ">=", since),
                ("ref", "!=", False),
                ("logistics_bill_ids", "=", False),
            ],
            ["ref"],
            order="id",
        )
        known = moves.filtered(lambda move: number_key(move.ref) in keys)
        for move in known:
            # It was there first: its turn comes before those of the new ones.
            bill = self._adopt_move(move)
            if not bill.turn and bill.carrier_id == carrier:
                bill.turn = self._last_turn(carrier) + 1
