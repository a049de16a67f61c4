"""The buttons with which a person books, corrects or settles a report."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    effect_action = fields.Selection(
        related="effect_id.action", string="Kind of Action"
    )

    # === ACTIONS === #

    def action_dispatch_review(self):
        """Show the reported quantities, to be corrected and validated."""
        self.ensure_one()
        self.check_access("write")
        return self._dispatch_picking().action_logistics_review_report()

    def action_dispatch_retry(self):
        """Book the report now, after what was wrong was corrected in Odoo.

        :raise UserError: With the problems that are still there.
        """
        self.ensure_one()
        self.check_access("write")
        self._dispatch_picking()._logistics_check_may_validate()
        step = self._effect_needed().sudo()
        if step.action != "dispatch" or step.state != "failed":
            raise UserError(self.env._("Only a failed action can be tried again."))
        step._set_state("waiting", attempts=0, next_try_at=False)
        step._run()
        if step.state != "done":
            raise UserError(step.error or self.env._("It cannot be booked yet."))

    def action_dispatch_check(self):
        """Compare the transfer with the report again, and close when they agree."""
        self.ensure_one()
        self.check_access("write")
        self._effect_needed()._dispatch_check()

    def action_dispatch_choose(self):
        """Ask which transfer a report is about."""
        self.ensure_one()
        self.check_access("write")
        if self.res_model != "logistics.event":
            raise UserError(self.env._("There is nothing to choose from."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the Transfer"),
            "res_model": "logistics.dispatch.choose",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.res_id},
        }

    def _dispatch_picking(self):
        """Return the transfer the exception is about.

        :rtype: stock.picking
        """
        self.ensure_one()
        if self.res_model != "stock.picking":
            raise UserError(self.env._("This exception is about no transfer."))
        return self.env["stock.picking"].browse(self.res_id)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_is_reported = fields.Boolean(
        string="Reported Moved",
        compute="_compute_logistics_is_reported",
        compute_sudo=True,
        groups="base.group_user",
        help="A partner reports quantities of this transfer that are not booked yet.",
    )

    def _compute_logistics_is_reported(self):
        reported = self._logistics_reported()
        for picking in self:
            picking.logistics_is_reported = picking in reported

    def _logistics_check_may_validate(self):
        """Refuse whoever may not validate the transfers by hand either.

        :raise AccessError: For other people than those of the warehouse.
        """
        self.check_access("write")
        if not self.env.user.has_group("stock.group_stock_user"):
            raise AccessError(self.env._("Only warehouse users validate transfers."))

    # === ACTIONS === #

    def action_logistics_review_report(self):
        """Show what is reported of the transfer, to be corrected and validated."""
        self.ensure_one()
        self._logistics_check_may_validate()
        return self.env["logistics.dispatch.review"]._open_for(self)
