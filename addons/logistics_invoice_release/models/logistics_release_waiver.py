from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.models.ledger import trusted

FINANCE_GROUP = "logistics_events.logistics_events_group_finance"


class LogisticsReleaseWaiver(models.Model):
    """Finance lets a delivery be invoiced without its proof, and says why."""

    _name = "logistics.release.waiver"
    _inherit = "logistics.ledger.mixin"
    _description = "Release without Proof"
    _order = "id desc"
    _rec_name = "reason"

    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="restrict", index=True
    )
    picking_id = fields.Many2one(
        "stock.picking", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        required=True, help="What was held when it was asked for, tax included."
    )
    reason = fields.Char(required=True)
    user_id = fields.Many2one("res.users", required=True, string="Asked By")
    asked_at = fields.Datetime(required=True, default=fields.Datetime.now)
    withdrawn_at = fields.Datetime()
    withdrawn_by = fields.Many2one("res.users")
    withdrawn_reason = fields.Char()

    def _waive(self, order, pickings, reason):
        """Release deliveries of an order without their proof.

        Above the amount of the rule a second person must agree.

        :param sale.order order: The order.
        :param stock.picking pickings: Deliveries that hold goods of the order.
        :param str reason: Why; kept.
        :return: One row per delivery.
        :rtype: logistics.release.waiver
        :raise AccessError: For anybody but finance.
        :raise UserError: Without a reason, or when nothing is held.
        """
        self._check_finance()
        order.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why it is released without proof."))
        order_sudo = order.sudo()
        held = order_sudo._logistics_held_pickings() & pickings.sudo()
        held = held.filtered(lambda picking: picking.state == "done")
        if not held:
            raise UserError(
                self.env._("Nothing of %s waits for a proof there.", order.name)
            )
        now = fields.Datetime.now()
        rows = trusted(self.sudo()).create(
            [
                {
                    "order_id": order.id,
                    "picking_id": picking.id,
                    "company_id": order_sudo.company_id.id,
                    "amount": order_sudo._logistics_held_value(picking),
                    "reason": reason,
                    "user_id": self.env.uid,
                    "asked_at": now,
                }
                for picking in held
            ]
        )
        held._logistics_reconsider()
        return rows

    def _together(self):
        """Return what stands of the decision this is a part of.

        :rtype: logistics.release.waiver
        """
        self.ensure_one()
        return self.order_id.logistics_waiver_ids.filtered(
            lambda waiver: (
                not waiver.withdrawn_at
                and waiver.user_id == self.user_id
                and waiver.asked_at == self.asked_at
            )
        )

    def _withdraw(self, reason):
        """Hold the goods again.

        :param str reason: Why; kept.
        """
        self._check_finance()
        live = self.sudo().filtered(lambda waiver: not waiver.withdrawn_at)
        trusted(live).write(
            {
                "withdrawn_at": fields.Datetime.now(),
                "withdrawn_by": self.env.uid,
                "withdrawn_reason": reason,
            }
        )
        live.picking_id._logistics_reconsider()

    def _check_finance(self):
        if not (self.env.su or self.env.user.has_group(FINANCE_GROUP)):
            raise AccessError(self.env._("Only finance releases without proof."))
