"""What people can do about a held order."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_can_hold_again = fields.Boolean(
        compute="_compute_logistics_can_hold_again",
        help="Something was released on a person's word, and nothing is posted yet.",
        groups="base.group_user",
    )

    logistics_can_propose_credit = fields.Boolean(
        compute="_compute_logistics_can_hold_again",
        help="Something was released on a person's word and is invoiced already.",
        groups="base.group_user",
    )

    @api.depends("logistics_waiver_ids.withdrawn_at", "order_line.qty_invoiced")
    def _compute_logistics_can_hold_again(self):
        for order in self:
            order_sudo = order.sudo()
            on_word = bool(
                order_sudo.logistics_release_mode == "hold"
                and (
                    order_sudo._logistics_live_waivers()
                    or order_sudo._logistics_proofs()
                )
            )
            posted = on_word and order_sudo._logistics_is_posted()
            order.logistics_can_hold_again = on_word and not posted
            order.logistics_can_propose_credit = on_word and posted

    # === ACTIONS === #

    def action_logistics_create_invoice(self):
        """Say why the order waits, with what can be done about it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waiting for Proof of Delivery"),
            "res_model": "logistics.release.dialog",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_logistics_record_proof(self):
        """Open the dialog in which a person states the delivery.

        :raise UserError: When nothing that left waits for its proof.
        """
        self.check_access("read")
        shipments = self._logistics_held_shipments()
        if not shipments:
            raise UserError(
                self.env._("Nothing of this order has left and waits for its proof.")
            )
        return shipments.with_env(self.env).action_record_proof()

    def action_logistics_hold_again(self, reason):
        """Withdraw what people said, so that the goods are held again.

        :param str reason: Why; kept with what is withdrawn.
        :raise UserError: When an invoice is posted, or nothing was released by people.
        """
        for order in self:
            order.check_access("read")
            if not order.logistics_can_hold_again:
                raise UserError(
                    self.env._(
                        "%s: nothing was released on a person's word, or its invoice "
                        "is posted already.",
                        order.name,
                    )
                )
            order._logistics_take_word_back(reason)
        return True

    def action_logistics_propose_credit(self, reason):
        """Withdraw what people said after it was invoiced: a credit note is proposed.

        It waits for an approval; releasing or recording the proof again undoes it.

        :param str reason: Why; kept with what is withdrawn.
        :raise UserError: When nothing of it is invoiced, people released nothing, or
            no credit is proposed in the company.
        """
        for order in self:
            order.check_access("read")
            order._logistics_check_credit_is_on()
            if not order.logistics_can_propose_credit:
                raise UserError(
                    self.env._(
                        "%s: nothing that was released on a person's word is invoiced.",
                        order.name,
                    )
                )
            order._logistics_take_word_back(reason)
        return True

    def action_logistics_propose_credit_dialog(self):
        """Ask why a credit note is proposed, and say what would follow."""
        for order in self:
            order.check_access("read")
            order._logistics_check_credit_is_on()
        return self.env["logistics.reason"]._dialog("propose_credit", self)

    def _logistics_check_credit_is_on(self):
        """Check that a withdrawal leads to a proposal in the company of the order.

        :raise UserError: Otherwise.
        """
        self.ensure_one()
        Mode = self.env["logistics.action.mode"]
        if Mode._mode(self.company_id, "credit") != "on":
            actions = dict(self.env["logistics.effect"]._selection_action())
            raise UserError(
                self.env._(
                    "“%(action)s” is not On in %(company)s, so nothing would be "
                    "proposed: switch it on under Action Modes first.",
                    action=actions["credit"],
                    company=self.company_id.name,
                )
            )

    def _logistics_take_word_back(self, reason):
        """Withdraw the waivers and proofs by which people released the goods.

        :param str reason: Why; kept with each.
        """
        self.ensure_one()
        self.env["logistics.release.waiver"]._check_finance()
        self.sudo()._logistics_live_waivers().with_env(self.env)._withdraw(reason)
        for proof in self.sudo()._logistics_proofs().with_env(self.env):
            proof.action_withdraw(reason)

    def action_logistics_view_held(self):
        """Open the deliveries of the order that wait for their proof."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "logistics_invoice_release.stock_picking_action_pending"
        )
        action["domain"] = [("id", "in", self._logistics_held_pickings().ids)]
        return action

    # === BUSINESS METHODS === #

    def _logistics_held_shipments(self):
        """Return the shipments that hold something back."""
        pickings = self._logistics_held_pickings().filtered(lambda p: p.state == "done")
        return pickings._logistics_counted_shipments()

    def _logistics_live_waivers(self):
        return self.logistics_waiver_ids.filtered(
            lambda waiver: not waiver.withdrawn_at
        )

    def _logistics_proofs(self):
        """Return the proofs that people recorded for deliveries of the order."""
        pickings = self.order_line.move_ids.picking_id
        return pickings._logistics_counted_shipments().proof_ids.filtered(
            lambda proof: proof.event_id and not proof.withdrawn_at
        )

    def _logistics_is_posted(self):
        """Return whether anything of the goods is on a posted invoice."""
        return any(
            item.parent_state == "posted" and item.move_id.move_type == "out_invoice"
            for item in self._logistics_goods_lines().invoice_lines
        )

    def _logistics_held_value(self, picking):
        """Return what a delivery holds of this order, tax included.

        :param stock.picking picking: The delivery.
        :return: In company currency.
        :rtype: float
        """
        self.ensure_one()
        return sum(
            move._logistics_value(move._logistics_unproven(), with_tax=True)
            for move in picking.move_ids
            if move.sale_line_id.order_id == self
        )

    # === CRONS === #

    @api.model
    def _cron_alert_holds(self):
        """Open an exception for every hold that lasts longer than its rule allows."""
        today = fields.Date.context_today(self)
        late = self.search(
            [("logistics_hold_latest", "<", today), ("state", "=", "sale")]
        )
        kept = self.env["stock.picking"].search(
            [
                ("logistics_hold_kind", "=", "rest"),
                ("logistics_hold_latest", "<", today),
            ]
        )
        # A delivery may have goods of another order that waits for nothing.
        late |= kept.move_ids.sale_line_id.order_id.filtered(
            lambda order: order._logistics_kept_moves() & kept.move_ids
        )
        for order in late:
            self.env["logistics.exception"]._open(
                "proof_missing",
                order,
                order._logistics_alert_text(),
                order=order,
                shipment=order._logistics_held_shipments()[:1],
                amount=order._logistics_alert_amount(today),
            )
        stale = self.env["logistics.exception"].search(
            [
                ("category", "=", "proof_missing"),
                ("state", "in", ("open", "snoozed")),
                ("res_model", "=", "sale.order"),
            ]
        )
        stale.order_id._logistics_close_alerts()

    def _logistics_alert_text(self):
        self.ensure_one()
        kept = self._logistics_kept_moves().picking_id
        if not self.logistics_hold_since and kept:
            return self.env._(
                "%(order)s waits to be complete since %(day)s: %(reason)s Cancel what "
                "will not come, or create the invoice by hand.",
                order=self.name,
                day=fields.Date.to_string(min(kept.mapped("logistics_hold_since"))),
                reason=kept[0]._logistics_rest_text(),
            )
        return self.env._(
            "%(order)s waits for its proof since %(day)s: %(reason)s",
            order=self.name,
            day=fields.Date.to_string(self.logistics_hold_since),
            reason=self._logistics_hold_text(),
        )

    def _logistics_alert_amount(self, day):
        """Return what the order holds back, in company currency."""
        self.ensure_one()
        return self.currency_id._convert(
            self.logistics_held_amount,
            self.company_id.currency_id,
            self.company_id,
            day,
        ) + sum(
            move._logistics_value(quantity)
            for move, quantity in self.order_line.move_ids._logistics_kept().items()
        )

    def _logistics_close_alerts(self):
        """Close the alerts of orders that hold nothing any more."""
        free = self.filtered(
            lambda order: (
                not order.logistics_hold_since and not order._logistics_kept_moves()
            )
        )
        alerts = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("category", "=", "proof_missing"),
                    ("state", "in", ("open", "snoozed")),
                    ("res_model", "=", "sale.order"),
                    ("res_id", "in", free.ids),
                ]
            )
        )
        for order in alerts.order_id:
            self.env["logistics.exception"].sudo()._solve(
                "proof_missing", order, self.env._("Nothing is held any more.")
            )
