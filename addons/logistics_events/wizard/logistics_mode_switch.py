from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.logistics_action_mode_switch import SHOWN


class LogisticsModeSwitch(models.TransientModel):
    """First what a switch would change, order by order; then the switch."""

    _name = "logistics.mode.switch"
    _description = "Switch an Action"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    action = fields.Selection(selection="_selection_action", required=True)
    mode_before = fields.Selection(
        [("off", "Off"), ("observe", "Observe"), ("on", "On")],
        string="Now",
        compute="_compute_mode_before",
    )
    mode = fields.Selection(
        [("off", "Off"), ("observe", "Observe"), ("on", "On")],
        string="Switch To",
        required=True,
    )
    since = fields.Date(
        string="Start Date",
        required=True,
        default=lambda self: self.env.company._logistics_today(),
        help="Orders confirmed on this day or later follow the switch; events before "
        "it never move money. Older orders stay as they are: adopt them one by one.",
    )
    listed = fields.Char(readonly=True, help="For which choice the list was made.")
    is_listed = fields.Boolean(compute="_compute_is_listed")
    line_ids = fields.One2many("logistics.mode.switch.line", "switch_id")
    sum_ids = fields.One2many("logistics.mode.switch.sum", "switch_id")
    is_about_orders = fields.Boolean(compute="_compute_is_about_orders")
    order_count = fields.Integer(string="Orders", readonly=True)
    step_count = fields.Integer(
        string="Waiting Actions Dropped",
        readonly=True,
        help="What waits to be done and is not done any more.",
    )
    held_amount = fields.Monetary(
        string="Held", readonly=True, help="Not to be invoiced yet, untaxed."
    )
    freed_amount = fields.Monetary(
        string="No Longer Held", readonly=True, help="To be invoiced again, untaxed."
    )
    released_amount = fields.Monetary(
        string="Released", readonly=True, help="Released by what is known, with tax."
    )
    summary = fields.Char(compute="_compute_summary")

    @api.model
    def _selection_action(self):
        return self.env["logistics.action.mode"]._selection_action()

    @api.depends("company_id", "action")
    def _compute_mode_before(self):
        Mode = self.env["logistics.action.mode"]
        for dialog in self:
            dialog.mode_before = Mode._mode(dialog.company_id, dialog.action)

    @api.depends("listed", "mode", "since", "action", "company_id")
    def _compute_is_listed(self):
        for dialog in self:
            dialog.is_listed = bool(dialog.listed) and dialog.listed == dialog._choice()

    @api.depends("action")
    def _compute_is_about_orders(self):
        Mode = self.env["logistics.action.mode"]
        for dialog in self:
            dialog.is_about_orders = Mode._is_about_orders(dialog.action)

    @api.depends("order_count", "line_ids", "sum_ids", "is_listed", "is_about_orders")
    def _compute_summary(self):
        for dialog in self:
            shown = len(dialog.line_ids)
            if not dialog.is_listed or dialog.sum_ids:
                dialog.summary = False
            elif not dialog.is_about_orders:
                dialog.summary = self.env._("Nothing that is there already changes.")
            elif not dialog.order_count:
                dialog.summary = self.env._("No open order changes.")
            elif dialog.order_count > shown:
                dialog.summary = self.env._(
                    "%(count)s orders change; the amounts are those of the first "
                    "%(shown)s.",
                    count=dialog.order_count,
                    shown=shown,
                )
            else:
                dialog.summary = self.env._("%s orders change.", dialog.order_count)

    def _choice(self):
        """Return what the list depends on, as one text."""
        self.ensure_one()
        return f"{self.company_id.id}/{self.action}/{self.mode}/{self.since}"

    # === ACTIONS === #

    def action_list(self):
        """List what the switch would change; nothing is changed yet."""
        self.ensure_one()
        Mode = self.env["logistics.action.mode"]
        Mode._check_may_switch(self.company_id)
        Mode = Mode.sudo()
        orders = Mode._reach(self.company_id, self.action, self.mode, self.since)
        shown = orders[:SHOWN]
        rows = Mode._foresee(self.company_id, self.action, shown, self.mode, self.since)
        sums = Mode._foresee_sums(self.company_id, self.action, self.mode, self.since)
        steps = (
            len(Mode._open_steps(self.company_id, self.action))
            if self.mode != "on"
            else 0
        )
        follows = "released" if self.mode == "on" else "watched"
        self.write(
            {
                "listed": self._choice(),
                "order_count": len(orders),
                "step_count": steps,
                "held_amount": sum(row["after"]["held"] for row in rows),
                "freed_amount": sum(
                    max(row["before"]["held"] - row["after"]["held"], 0) for row in rows
                ),
                "released_amount": sum(row["after"][follows] for row in rows),
                "line_ids": [
                    fields.Command.clear(),
                    *(fields.Command.create(_line(row, follows)) for row in rows),
                ],
                "sum_ids": [
                    fields.Command.clear(),
                    *(fields.Command.create(_sum(row)) for row in sums),
                ],
            }
        )
        return self.env["logistics.action.mode"]._dialog(
            self.env._("Switch an Action"), self._name, {}, record=self
        )

    def action_switch(self):
        """Switch, now that the list was seen. Switch Back undoes it.

        :raise UserError: When the list was made for another choice.
        """
        self.ensure_one()
        if not self.is_listed:
            raise UserError(self.env._("Show first what changes, then switch."))
        self.env["logistics.action.mode"]._change(
            self.company_id, self.action, self.mode, self.since
        )
        # Whatever opened the dialog loads itself again; the overview is no view.
        return {"type": "ir.actions.act_window_close"}


class LogisticsModeSwitchLine(models.TransientModel):
    """What a switch would change of one order."""

    _name = "logistics.mode.switch.line"
    _description = "What a Switch Changes"

    switch_id = fields.Many2one(
        "logistics.mode.switch", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="switch_id.currency_id")
    order_id = fields.Many2one("sale.order", string="Sales Order", required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", related="order_id.partner_id"
    )
    rule = fields.Char()
    held_before = fields.Monetary(string="Held Now")
    held_after = fields.Monetary(string="Held Then")
    released = fields.Monetary(
        help="Released by what is known already, with tax; a waiting release is done "
        "in a moment."
    )


class LogisticsModeSwitchSum(models.TransientModel):
    """What a switch would do beside orders, in one currency."""

    _name = "logistics.mode.switch.sum"
    _description = "What a Switch Would Do"

    switch_id = fields.Many2one(
        "logistics.mode.switch", required=True, ondelete="cascade", index=True
    )
    what = fields.Char()
    count = fields.Integer(string="Number")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency", required=True)
    oldest = fields.Date(help="The first day that one of them is of.")


def _sum(row):
    return {
        "what": row["what"],
        "count": row["count"],
        "amount": float(row["amount"]),
        "currency_id": row["currency"].id,
        "oldest": row["oldest"],
    }


def _line(row, follows):
    before, after = row["before"], row["after"]
    return {
        "order_id": row["order"].id,
        "rule": after["rule"] or before["rule"],
        "held_before": before["held"],
        "held_after": after["held"],
        "released": after[follows],
    }
