from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rehearsal import rehearsed

# The past is worked out in portions, so that nobody waits long for a locked order.
PORTION = 50
LIMIT = 2000


class LogisticsObserve(models.TransientModel):
    """What an action would have done with the events of the past.

    It is worked out by the very code that does it, and taken back at once: nothing is
    written, held or made.
    """

    _name = "logistics.observe"
    _description = "Observe the Past"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    since = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.subtract(
            self.env.company._logistics_today(), days=30
        ),
    )
    until = fields.Date(
        string="To",
        required=True,
        default=lambda self: self.env.company._logistics_today(),
    )

    # === ACTIONS === #

    def action_observe(self):
        """List what would have been done; nothing is done.

        :raise AccessError: Without the right.
        :raise UserError: When the days are in the wrong order.
        """
        self.ensure_one()
        self.env["logistics.action.mode"]._check_may_switch(self.company_id)
        if self.since > self.until:
            raise UserError(self.env._("The first day is after the last."))
        orders, count = self.sudo()._orders()
        rows = self.sudo()._work_out(orders)
        # What Odoo itself would have said first is gone again.
        known = self.env["logistics.event"].browse(
            {row["event_id"] for row in rows if row["event_id"]}
        )
        known = set(known.exists().ids)
        for row in rows:
            row["event_id"] = row["event_id"] in known and row["event_id"]
        lines = self.env["logistics.observe.line"].create(
            [row | {"observe_id": self.id} for row in rows]
        )
        # One of the steps of the set-up.
        self.env["onboarding.onboarding.step"].sudo().with_company(
            self.company_id
        ).action_validate_step("logistics_events.onboarding_step_observe")
        title = self.env._("What Would Have Been Done")
        if count > len(orders):
            title = self.env._(
                "What Would Have Been Done (%(shown)s of %(count)s orders)",
                shown=len(orders),
                count=count,
            )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": lines._name,
            "view_mode": "list,pivot",
            "domain": [("observe_id", "=", self.id)],
            # A release and its invoice are about the same money: not to be summed up.
            "context": {"search_default_group_action": 1},
            "help": Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>")
            % (
                self.env._("Nothing would have been done"),
                self.env._(
                    "On these days nothing happened that the rules wait for, or what "
                    "they ask for is done already."
                ),
            ),
        }

    # === BUSINESS METHODS === #

    def _span(self):
        """Return when the days begin and end on the clock of the company.

        :return: Both in naive UTC; the second one no longer belongs to them.
        :rtype: tuple[datetime, datetime]
        """
        self.ensure_one()
        day = self.company_id._logistics_day
        return day(self.since)[0], day(self.until)[1]

    def _orders(self):
        """Hook: return the orders about which something happened in these days.

        :return: The orders to look at, at most `LIMIT`, and how many there are.
        :rtype: tuple[sale.order, int]
        """
        return self.env["sale.order"], 0

    def _follow_rules(self, orders):
        """Hook: let the rules follow the facts, for orders that are only watched.

        It runs where everything is taken back.
        """

    def _work_out(self, orders):
        """Return what would have been done.

        :param sale.order orders: Those to look at.
        :return: Values of lines.
        :rtype: list[dict]
        """
        rows = []
        for number in range(0, len(orders), PORTION):
            portion = orders[number : number + PORTION]
            with rehearsed(self.env):
                self._follow_rules(portion)
                self.env.flush_all()
                rows += self._observed(portion)
        return rows

    @api.model
    def _observed(self, orders):
        """Return what the open observed steps of orders add up to.

        :rtype: list[dict]
        """
        pickings = orders.order_line.move_ids.picking_id
        steps = self.env["logistics.effect"].search(
            [
                ("observed", "=", True),
                ("state", "=", "waiting"),
                "|",
                ("order_id", "in", orders.ids),
                "&",
                ("res_model", "=", "stock.picking"),
                ("res_id", "in", pickings.ids),
            ],
            order="order_id, id",
        )
        by_key = defaultdict(self.env["logistics.effect"].browse)
        for step in steps:
            order = step.order_id
            if step.res_model == "stock.picking":
                # A transfer may serve several: it is listed with the first.
                picking = pickings.browse(step.res_id).with_prefetch(pickings.ids)
                order = (picking.move_ids.sale_line_id.order_id & orders)[:1]
            by_key[order, step.action, step.key] |= step
        rows = []
        for (order, action, key), own in by_key.items():
            quantity = sum(own.mapped("quantity"))
            if not quantity:
                continue
            last = own[-1:]
            rows.append(
                {
                    "order_id": order.id,
                    "partner_id": order.partner_id.id,
                    "action": action,
                    "key": key,
                    "subject": last._subject_of_key(),
                    "quantity": quantity,
                    "uom_id": last.uom_id.id,
                    "amount": sum(
                        step.amount if step.quantity > 0 else -step.amount
                        for step in own
                    ),
                    "currency_id": last.currency_id.id,
                    "rule": last.policy_id.name,
                    "event_id": last.event_id.id,
                }
            )
        return rows


class LogisticsObserveLine(models.TransientModel):
    """Something that would have been done."""

    _name = "logistics.observe.line"
    _description = "What Would Have Been Done"
    _order = "order_id, id"

    observe_id = fields.Many2one(
        "logistics.observe", required=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one("sale.order", string="Sales Order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    action = fields.Selection(selection="_selection_action", readonly=True)
    key = fields.Char(readonly=True)
    subject = fields.Char(string="What", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    rule = fields.Char(readonly=True)
    event_id = fields.Many2one("logistics.event", string="Because of", readonly=True)

    @api.model
    def _selection_action(self):
        return self.env["logistics.effect"]._selection_action()
