from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_waits_inspection = fields.Boolean(
        compute="_compute_logistics_waits_inspection",
        compute_sudo=True,
        groups="base.group_user",
    )

    @api.depends("state", "logistics_return_id.state")
    def _compute_logistics_waits_inspection(self):
        for picking in self:
            picking.logistics_waits_inspection = (
                picking.state == "done"
                and picking.logistics_return_id.state == "received"
            )

    def action_logistics_inspect(self):
        """Open the screen on which the goods of the transfer are inspected."""
        self.ensure_one()
        return self.logistics_return_id.action_inspect()
