"""What was found when goods were inspected, what was done with them, and its undo."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted

from ..return_facts import ReturnFact
from .logistics_return_fact import DISPOSITION_LABELS
from .logistics_return_here import Spot


class LogisticsReturnFinding(models.Model):
    """Goods of one line that were found in one condition; the row that undoes it."""

    _name = "logistics.return.finding"
    _inherit = "logistics.ledger.mixin"
    _description = "Inspected Goods"
    _order = "id desc"
    _rec_name = "product_id"

    ref = fields.Char(required=True)
    return_id = fields.Many2one(
        "logistics.return", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="return_id.company_id", store=True)
    line_id = fields.Many2one(
        "logistics.return.line",
        string="Goods",
        required=True,
        ondelete="restrict",
        index=True,
    )
    product_id = fields.Many2one(related="line_id.product_id")
    uom_id = fields.Many2one(related="line_id.uom_id")
    lot_id = fields.Many2one("stock.lot", string="Lot or Serial", ondelete="restrict")
    location_id = fields.Many2one(
        "stock.location", string="Received In", ondelete="restrict"
    )
    package_id = fields.Many2one("stock.package", ondelete="restrict")
    owner_id = fields.Many2one("res.partner", ondelete="restrict")
    disposition = fields.Selection(DISPOSITION_LABELS, required=True, string="Found")
    quantity = fields.Float(required=True, digits=0)
    is_short = fields.Boolean(
        string="Never Came", help="Missing although it was still expected."
    )
    note = fields.Char()
    user_id = fields.Many2one("res.users", string="Inspected By", required=True)
    at = fields.Datetime(string="When", required=True)
    dest_id = fields.Many2one("stock.location", string="Put In", ondelete="restrict")
    move_ids = fields.Many2many(
        "stock.move",
        "logistics_return_finding_move_rel",
        "finding_id",
        "move_id",
        string="Stock Moves",
    )
    scrap_id = fields.Many2one("stock.scrap", string="Scrap", ondelete="restrict")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "logistics_return_finding_photo_rel",
        "finding_id",
        "attachment_id",
        string="Photos",
    )
    undone_at = fields.Datetime(string="Undone")
    undone_by_id = fields.Many2one("res.users", string="Undone By")
    undo_reason = fields.Char(string="Why Undone")
    undo_move_ids = fields.Many2many(
        "stock.move",
        "logistics_return_finding_undo_rel",
        "finding_id",
        "move_id",
        string="Moved Back",
    )

    _ref_uniq = models.UniqueIndex("(ref)", "This was recorded already.")

    # === ACTIONS === #

    def action_undo_dialog(self):
        """Ask why what was found is taken back."""
        self.return_id._check_may_inspect()
        return self.env["logistics.reason"]._dialog("undo_finding", self)

    def action_undo(self, reason):
        """Take back what was found and move the goods back to where they waited.

        :param str reason: Why; kept on the row.
        :raise AccessError: For anybody but operations.
        :raise UserError: Without a reason, when it is undone already, when it is
            credited, or when the goods are not there any more.
        """
        self.check_access("read")
        self.return_id._check_may_inspect()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))
        for finding in self.sudo().sorted("id", reverse=True):
            finding.return_id._lock()
            finding.with_company(finding.company_id)._undo(reason.strip())

    # === BUSINESS METHODS === #

    def _spot(self):
        """Return where the goods waited before they were inspected.

        :rtype: Spot
        """
        self.ensure_one()
        return Spot(
            self.line_id, self.lot_id, self.location_id, self.package_id, self.owner_id
        )

    def _said(self):
        """Return in words what was found, such as `2 Pump: Scrap`."""
        self.ensure_one()
        words = dict(self._fields["disposition"]._description_selection(self.env))
        goods = self.product_id.display_name
        if self.lot_id:
            goods = f"{goods} ({self.lot_id.name})"
        amount = ledger.as_text(ledger.quantity(self.quantity))
        return f"{amount} {goods}: {words[self.disposition]}"

    def _undo(self, reason):
        self.ensure_one()
        if self.undone_at:
            raise UserError(self.env._("This is undone already: %s.", self._said()))
        self._check_not_credited()
        moves = self._move_back()
        trusted(self).write(
            {
                "undone_at": fields.Datetime.now(),
                "undone_by_id": self.env.uid,
                "undo_reason": reason,
                "undo_move_ids": [fields.Command.set(moves.ids)],
            }
        )
        one = self.return_id
        one._say_many(
            [
                (
                    one,
                    "inspected",
                    f"undo/{self.id}",
                    {
                        "line": self.line_id,
                        "quantity": -self.quantity,
                        "disposition": self.disposition,
                        "lot": self.lot_id,
                        "note": reason,
                    },
                )
            ]
        )
        one._message_log(
            body=self.env._(
                "Undone: %(found)s. %(reason)s", found=self._said(), reason=reason
            )
        )

    def _check_not_credited(self):
        """Refuse to take back what the customer has the money for.

        :raise UserError: When more would be credited than what is left says.
        """
        taken_back = ReturnFact(
            kind="inspected",
            ref=f"undo/{self.id}",
            at=fields.Datetime.now(),
            line=self.line_id.id,
            quantity=-ledger.quantity(self.quantity),
            disposition=self.disposition,
        )
        problem = ("credited_more", self.line_id.id)
        one = self.return_id
        if problem in one._position([taken_back]).problems and (
            problem not in one._position().problems
        ):
            raise UserError(
                self.env._(
                    "%s is credited already and cannot be undone. Take the credit note "
                    "back first.",
                    self._said(),
                )
            )


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    finding_ids = fields.One2many(
        "logistics.return.finding", "return_id", string="Inspected", readonly=True
    )
