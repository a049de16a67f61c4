"""What a delivery holds back, since when and why."""

from odoo import api, fields, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "logistics.folded.mixin"]

    logistics_company_currency_id = fields.Many2one(
        related="company_id.currency_id",
        string="Company Currency",
        groups="base.group_user",
    )
    logistics_held_amount = fields.Monetary(
        string="Held Value",
        compute="_compute_logistics_hold",
        store=True,
        currency_field="logistics_company_currency_id",
        help="What left and is not invoiced: its proof is missing, or the rest of the "
        "order. Untaxed.",
        groups="base.group_user",
    )
    logistics_hold_since = fields.Datetime(
        string="Held Since",
        compute="_compute_logistics_hold",
        store=True,
        groups="base.group_user",
    )
    logistics_hold_latest = fields.Date(
        string="Alert On",
        compute="_compute_logistics_hold",
        store=True,
        groups="base.group_user",
    )
    logistics_hold_kind = fields.Selection(
        [("proof", "Proof Missing"), ("rest", "Order Not Complete")],
        string="Waits For",
        compute="_compute_logistics_hold",
        store=True,
        groups="base.group_user",
    )
    logistics_hold_days = fields.Integer(
        string="Days Held",
        compute="_compute_logistics_hold_days",
        groups="base.group_user",
    )
    logistics_hold_reason = fields.Char(
        string="Why It Waits",
        compute="_compute_logistics_hold_reason",
        groups="base.group_user",
    )
    logistics_order_names = fields.Char(
        string="Sales Orders",
        compute="_compute_logistics_order_names",
        groups="base.group_user",
    )
    logistics_released_untracked = fields.Boolean(
        readonly=True,
        copy=False,
        help="Goods were released although no carrier could report on them; a tracking "
        "number that is typed later does not take that back.",
        groups="base.group_user",
    )

    _hold_since_idx = models.Index(
        "(logistics_hold_since) WHERE logistics_hold_since IS NOT NULL"
    )
    _folded_fields = frozenset(
        {
            "logistics_held_amount",
            "logistics_hold_since",
            "logistics_hold_latest",
            "logistics_hold_kind",
            "logistics_released_untracked",
        }
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "date_done",
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.logistics_released_qty",
        "move_ids.returned_move_ids.state",
        "move_ids.returned_move_ids.quantity",
        "move_ids.sale_line_id.price_subtotal",
        "move_ids.sale_line_id.qty_delivered",
        "move_ids.sale_line_id.qty_invoiced",
        "move_ids.sale_line_id.order_id.state",
        "move_ids.sale_line_id.order_id.logistics_release_mode",
        "move_ids.sale_line_id.order_id.logistics_release_days",
        "move_ids.sale_line_id.order_id.logistics_release_grouping",
        "move_ids.sale_line_id.order_id.logistics_release_result",
        "move_ids.sale_line_id.order_id.order_line.move_ids.date",
        "move_ids.sale_line_id.order_id.order_line.move_ids.state",
        "move_ids.sale_line_id.order_id.order_line.move_ids.logistics_released_qty",
    )
    def _compute_logistics_hold(self):
        kept = self.move_ids._logistics_kept()
        for picking in self:
            unproven = {m: m._logistics_unproven() for m in picking.move_ids}
            held = picking.move_ids.filtered(
                lambda move, unproven=unproven: unproven[move] > 0 or move in kept
            )
            picking.logistics_held_amount = sum(
                move._logistics_value(unproven[move] + kept.get(move, 0.0))
                for move in held
            )
            if not held:
                picking.logistics_hold_since = picking.logistics_hold_latest = False
                picking.logistics_hold_kind = False
                continue
            since = picking.date_done or min(held.mapped("date"))
            orders = held.sale_line_id.order_id
            proof = any(unproven.values())
            # What waits for the rest is late when the rest is.
            expected = since if proof else max(since, orders._logistics_rest_expected())
            days = min(orders.mapped("logistics_release_days"))
            picking.logistics_hold_since = since
            picking.logistics_hold_latest = fields.Date.add(expected, days=days or 1)
            picking.logistics_hold_kind = "proof" if proof else "rest"

    @api.depends("logistics_hold_since")
    def _compute_logistics_hold_days(self):
        now = fields.Datetime.now()
        for picking in self:
            since = picking.logistics_hold_since
            picking.logistics_hold_days = (now - since).days if since else 0

    @api.depends("logistics_hold_since", "logistics_link_ids.shipment_id.state")
    def _compute_logistics_hold_reason(self):
        for picking in self:
            why = (
                picking.sudo()._logistics_hold_why()
                if picking.logistics_hold_since
                else ""
            )
            picking.logistics_hold_reason = why[:1].upper() + why[1:]

    @api.depends("move_ids.sale_line_id.order_id.name")
    def _compute_logistics_order_names(self):
        for picking in self:
            orders = picking.sudo().move_ids.sale_line_id.order_id
            picking.logistics_order_names = ", ".join(orders.mapped("name"))

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `stock`: a signature can be the proof that was missing."""
        result = super().write(vals)
        if vals.get("signature"):
            self.filtered(
                lambda picking: picking.state == "done"
            )._logistics_reconsider()
        return result

    # === BUSINESS METHODS === #

    def _logistics_needs_shipment(self):
        """Override of `logistics_events`: a held order needs a record of the way,
        whoever carries the goods.
        """
        self.ensure_one()
        if super()._logistics_needs_shipment():
            return True
        return self._logistics_direction() in ("outgoing", "dropship") and any(
            self.move_ids.sale_line_id.order_id.mapped("logistics_release_mode")
        )

    def _logistics_counted_shipments(self):
        """Return the shipments that bring the goods to their end.

        Replaced bookings do not count, nor does the way to a forwarder.

        :rtype: logistics.shipment
        """
        return self.logistics_link_ids.filtered(
            lambda link: (
                not link.replaced_by_id
                and link.leg != "pre"
                and link.shipment_id.direction in ("outgoing", "dropship")
            )
        ).shipment_id

    def _logistics_reconsider(self):
        """Work out anew what is released of the transfers, from the facts known."""
        pickings = self.sudo().filtered(
            lambda picking: (
                picking.state == "done"
                and any(
                    picking.move_ids.sale_line_id.order_id.mapped(
                        "logistics_release_mode"
                    )
                )
            )
        )
        for picking in pickings:
            if not picking._logistics_counted_shipments():
                # Done while nothing was held: its way has no record yet.
                picking._logistics_tell_done()
        shipments = pickings._logistics_counted_shipments().sorted("id")
        shipments._lock_for_facts()
        shipments._refold()

    def _logistics_hold_text(self):
        """Return which delivery waits, with whom and for what, in one sentence."""
        self.ensure_one()
        shipment = self._logistics_counted_shipments()[-1:]
        return self.env._(
            "%(transfer)s with %(carrier)s: %(why)s",
            transfer=self.name,
            carrier=shipment.carrier_id.name
            or self.carrier_id.name
            or self.env._("our own transport"),
            why=self._logistics_hold_why(),
        )

    def _logistics_hold_why(self):
        """Return what the delivery waits for, without naming it."""
        self.ensure_one()
        if self.logistics_hold_kind == "rest":
            return self._logistics_rest_text()
        shipment = self._logistics_counted_shipments()[-1:]
        if self.state != "done":
            return self.env._(
                "not shipped yet, planned for %s.",
                self._logistics_shown_day(self.scheduled_date),
            )
        if not shipment:
            return self.env._("left without a record of its way: record the proof.")
        return self._logistics_shipment_why(shipment)

    def _logistics_rest_text(self):
        """Return which rest of the order released goods wait for, in one sentence."""
        if not self:
            return ""
        orders = self.move_ids.sale_line_id.order_id.filtered(
            lambda order: order._logistics_waits_for_rest()
        )
        rest = orders._logistics_held_pickings() - self
        if not rest:
            return self.env._("released, waits for the rest of the order.")
        return self.env._(
            "released, waits for the rest of the order: %(transfer)s, %(why)s",
            transfer=rest[0].name,
            why=rest[0]._logistics_hold_why(),
        )

    def _logistics_shipment_why(self, shipment):
        """Return what is missing of a shipment that left."""
        steps = shipment.effect_ids.filtered(
            lambda step: step.action == "release" and not step.observed
        )
        if shipment.money_hold:
            return self.env._("reports do not agree, a person must decide.")
        if any(step._logistics_awaits_word_on(shipment) for step in steps):
            return self.env._("damage is reported, a person must decide.")
        if steps.approval_ids.filtered(lambda approval: approval.state == "waiting"):
            return self.env._("waits for an approval by finance.")
        if any(step.state in ("waiting", "failed") for step in steps):
            return self.env._("about to be released.")
        states = dict(shipment._fields["state"]._description_selection(self.env))
        state = states.get(shipment.state, self.env._("on its way")).lower()
        if not shipment._is_trackable():
            return self.env._(
                "%s, and nobody reports on it: record the proof of delivery.", state
            )
        if shipment.eta:
            return self.env._(
                "%(state)s, expected on %(day)s.",
                state=state,
                day=self._logistics_shown_day(shipment.eta),
            )
        return self.env._("%s, no day of arrival is known.", state)

    def _logistics_shown_day(self, moment):
        """Return the day of an instant as the user reads it."""
        if not moment:
            return self.env._("no day")
        local = fields.Datetime.context_timestamp(self, moment)
        return fields.Date.to_string(local.date())
