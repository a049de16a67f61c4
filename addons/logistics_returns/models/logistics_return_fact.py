"""What is known of a return; never changed, never lost."""

from odoo import api, fields, models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import insert_all_once

from ..return_facts import ReturnFact

KIND_LABELS = [
    ("requested", "Asked For"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("label_sent", "Label Sent"),
    ("scanned", "On the Way Back"),
    ("received", "Received"),
    ("inspected", "Inspected"),
    ("kept", "Customer Keeps It"),
    ("lost", "Lost on the Way"),
    ("goodwill", "Goodwill"),
    ("withdrawn", "Withdrawn"),
    ("closed", "Closed"),
    ("reopened", "Reopened"),
]
DISPOSITION_LABELS = [
    ("restock", "Accept to Stock"),
    ("refurbish", "Refurbish"),
    ("scrap", "Scrap"),
    ("send_back", "Return to Customer"),
    ("missing", "Missing"),
    ("wrong_item", "Wrong Item"),
]


class LogisticsReturnFact(models.Model):
    """One thing that is known of a return; saying it again is not another one."""

    _name = "logistics.return.fact"
    _inherit = "logistics.ledger.mixin"
    _description = "Fact of a Return"
    _order = "id"
    _rec_name = "ref"

    return_id = fields.Many2one(
        "logistics.return", required=True, ondelete="restrict", index=True
    )
    line_id = fields.Many2one(
        "logistics.return.line", ondelete="restrict", string="Goods"
    )
    company_id = fields.Many2one(related="return_id.company_id")
    kind = fields.Selection(KIND_LABELS, required=True, string="What")
    ref = fields.Char(
        required=True, string="Name", help="The same name again is the same fact."
    )
    quantity = fields.Float(digits=0)
    disposition = fields.Selection(DISPOSITION_LABELS)
    at = fields.Datetime(string="When", required=True)
    note = fields.Char(string="Why")
    lot_id = fields.Many2one("stock.lot", ondelete="restrict", string="Lot or Serial")
    event_id = fields.Many2one(
        "logistics.event", string="Tracking Event", ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="restrict")

    _said_uniq = models.UniqueIndex("(return_id, kind, ref)")

    def _pure(self):
        """Return the fact as plain values.

        :rtype: return_facts.ReturnFact
        """
        self.ensure_one()
        return ReturnFact(
            kind=self.kind,
            ref=self.ref,
            at=self.at,
            line=self.line_id.id or "",
            quantity=ledger.quantity(self.quantity) if self.quantity else None,
            disposition=self.disposition or "",
        )


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _say(self, kind, ref, **attrs):
        """Record one fact about each of the returns; see `_say_many`."""
        self._say_many([(one, kind, ref, attrs) for one in self])

    @api.model
    def _say_many(self, told):
        """Record facts, each once, and do what follows from them.

        :param list[tuple] told: (return, kind, ref, attributes): `line`, `quantity` (in
            the unit of the line), `disposition`, `at` (naive UTC, now by default),
            `note`, `lot`, `event`, and `user` for whose word it is.
        :raises ValueError: For a fact that cannot be; nothing is recorded then.
        """
        returns = self.browse(dict.fromkeys(one.id for one, *_more in told)).sudo()
        returns._lock()
        insert_all_once(
            self.env["logistics.return.fact"].sudo(),
            [self._fact_row(one, kind, ref, attrs) for one, kind, ref, attrs in told],
        )
        returns.invalidate_recordset(["fact_ids"])
        returns._reckon()

    def _fact_row(self, one, kind, ref, attrs):
        attrs = dict(attrs)
        line = attrs.pop("line", None)
        more = {
            name: attrs.pop(name, None) for name in ("lot", "event", "user", "note")
        }
        quantity = attrs.pop("quantity", None)
        fact = ReturnFact(
            kind=kind,
            ref=str(ref),
            at=attrs.pop("at", None) or fields.Datetime.now(),
            line=line.id if line else "",
            quantity=ledger.quantity(quantity) if quantity else None,
            disposition=attrs.pop("disposition", None) or "",
            **attrs,
        )
        return {
            "return_id": one.id,
            "line_id": fact.line or None,
            "kind": fact.kind,
            "ref": fact.ref,
            "quantity": float(fact.quantity or 0),
            "disposition": fact.disposition or None,
            "at": fact.at,
            "note": more["note"] or None,
            "lot_id": more["lot"].id if more["lot"] else None,
            "event_id": more["event"].id if more["event"] else None,
            "user_id": (more["user"] or self.env.user).id,
        }

    def _lock(self):
        """Lock the returns, in the same order for everybody, before facts change.

        Other returns of the same sold lines may have to be worked out, too. They are
        locked along with these: two that each held their own return and then wanted
        that of the other would stop each other.
        As every reckoning counts `reckoned` up, the second of two workers starts again
        with a snapshot that has the first one's facts.
        """
        if self:
            self.env.cr.execute(
                "SELECT id FROM logistics_return WHERE id IN ("
                " SELECT unnest(%(ids)s) UNION"
                " SELECT other.return_id FROM logistics_return_line own"
                " JOIN logistics_return_line other"
                " ON other.sale_line_id = own.sale_line_id"
                " WHERE own.return_id = ANY(%(ids)s)"
                ") ORDER BY id FOR NO KEY UPDATE",
                {"ids": sorted(self.ids)},
            )
