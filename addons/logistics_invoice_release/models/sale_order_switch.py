"""Orders that follow a switch of the release, are adopted, or given free again."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import trusted

from .sale_order_terms import _FROM_RULE

# What the mode of the action makes of an order.
_MODES = {"on": "hold", "observe": "observe", "off": ""}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_adopted_at = fields.Datetime(
        string="Adopted On",
        readonly=True,
        copy=False,
        help="The order was confirmed before, and a person let the rules follow it.",
        groups="base.group_user",
    )
    logistics_can_give_free = fields.Boolean(
        compute="_compute_logistics_can_give_free", groups="base.group_user"
    )

    @api.depends("logistics_adopted_at", "logistics_release_mode")
    def _compute_logistics_can_give_free(self):
        for order in self:
            order_sudo = order.sudo()
            order.logistics_can_give_free = bool(
                order_sudo.logistics_adopted_at
                and order_sudo.logistics_release_mode
                and not order_sudo._logistics_posted_by_suite()
            )

    # === ACTIONS === #

    def action_logistics_give_free(self):
        """Undo the adoption of orders: they wait for nothing any more.

        :raise AccessError: Without the right.
        :raise UserError: When an order was not adopted, or an invoice is posted.
        """
        self.check_access("read")
        for order in self:
            self.env["logistics.action.mode"]._check_may_switch(order.company_id)
            if not order.logistics_can_give_free:
                raise UserError(
                    self.env._(
                        "%s was not adopted, or an action posted its invoice already.",
                        order.name,
                    )
                )
        orders = self.sudo()
        orders._logistics_follow_mode("off", None)
        trusted(orders).write({"logistics_adopted_at": False})
        # Their drafts can be adopted again, too.
        drafts = orders.order_line.invoice_lines.move_id.filtered(
            lambda move: (
                move.state == "draft"
                and move.logistics_is_adopted
                and not any(move._logistics_orders().mapped("logistics_release_mode"))
            )
        )
        trusted(drafts).write({"logistics_is_adopted": False})
        return True

    # === BUSINESS METHODS === #

    def _logistics_posted_by_suite(self):
        """Return whether an action posted an invoice of the order.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.env["logistics.effect"].search_count(
                [
                    ("order_id", "=", self.id),
                    ("action", "=", "invoice"),
                    ("state", "=", "done"),
                    ("line_ids.parent_state", "=", "posted"),
                ],
                limit=1,
            )
        )

    def _logistics_follow_mode(self, mode, since, restore=None):
        """Bring orders in line with the mode of the release, all at once.

        Orders that no rule is for stay as they are. An order that was only watched
        keeps the rule it was frozen with.

        :param str mode: `off`, `observe` or `on`.
        :param date since: The first day on which events move money.
        :param dict restore: By id of the order (as text) what it was before.
        :return: By id of the order (as text) what it was; orders that changed only.
        :rtype: dict[str, str]
        """
        self._logistics_touch()
        wanted = {
            order: _MODES[mode] if restore is None else restore.get(str(order.id), "")
            for order in self
        }
        changed = self.filtered(
            lambda order: (order.logistics_release_mode or "") != wanted[order]
        )
        before = {order: order.logistics_release_mode or "" for order in changed}
        fresh = changed.filtered(lambda order: restore is None and not before[order])
        rules = self.env["logistics.policy"]._match_many("release", fresh)
        changed -= fresh.filtered(lambda order: not rules.get(order))
        for order in changed:
            trusted(order).write(
                order._logistics_terms(wanted[order], since, rules.get(order), restore)
            )
        changed._message_log_batch(
            bodies={order.id: order._logistics_terms_text() for order in changed}
        )
        changed._logistics_after_mode(before)
        return {str(order.id): before[order] for order in changed}

    def _logistics_terms(self, mode, since, rule, restore):
        """Return the terms of an order in a mode.

        :param str mode: `hold`, `observe` or nothing.
        :param date since: The first day on which events move money.
        :param logistics.policy rule: The rule, where it is chosen now.
        :param dict restore: Given when an earlier state is put back as it was.
        """
        self.ensure_one()
        vals = {"logistics_release_mode": mode or False}
        if not mode or restore is not None:
            return vals
        if rule:
            vals |= {
                **{ours: rule[theirs] for theirs, ours in _FROM_RULE.items()},
                "logistics_release_policy_id": rule.id,
                "logistics_release_version": rule.version,
                "logistics_release_decided_at": fields.Datetime.now(),
            }
        rule = rule or self.logistics_release_policy_id
        return vals | {"logistics_release_from": max(rule.valid_from, since)}

    def _logistics_after_mode(self, before):
        """Ask for what holds now; drop what waits and holds no more.

        :param dict[sale.order, str] before: What the orders were.
        """
        free = self.filtered(
            lambda order: (
                before[order] == "hold" and order.logistics_release_mode != "hold"
            )
        )
        if free:
            self.env["logistics.effect"].search(
                [
                    ("res_model", "=", "sale.order"),
                    ("res_id", "in", free.ids),
                    ("action", "in", ("release", "invoice")),
                    ("observed", "=", False),
                    ("state", "in", ("waiting", "failed")),
                ]
            )._set_state("superseded")
            free._logistics_close_alerts()
        governed = self.filtered(
            lambda order: order.logistics_release_mode and order.state == "sale"
        )
        governed._logistics_reconsider()
        governed._logistics_wish_invoices()
