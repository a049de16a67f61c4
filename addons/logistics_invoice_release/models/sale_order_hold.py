"""What an order holds back, since when and why; the second gate."""

from odoo import api, fields, models
from odoo.tools import float_is_zero


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_goods_state = fields.Selection(
        [
            ("none", "No Goods"),
            ("waiting", "Nothing Released"),
            ("open", "Released Goods to Invoice"),
            ("pending", "Goods to Come"),
            ("clear", "Everything Released"),
        ],
        compute="_compute_logistics_goods_state",
        store=True,
        help="What the goods of the order say about its services and fees.",
        groups="base.group_user",
    )
    logistics_held_amount = fields.Monetary(
        string="Held Value",
        compute="_compute_logistics_hold",
        store=True,
        help="What is not invoiced because the proof of delivery is missing, untaxed.",
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
        help="When the proof is still missing on this day, an exception is opened.",
        groups="base.group_user",
    )
    logistics_hold_reason = fields.Char(
        string="Why It Waits",
        compute="_compute_logistics_hold_reason",
        groups="base.group_user",
    )
    logistics_waiver_ids = fields.One2many(
        "logistics.release.waiver",
        "order_id",
        string="Released without Proof",
        groups="base.group_user",
    )

    _hold_latest_idx = models.Index(
        "(logistics_hold_latest) WHERE logistics_hold_latest IS NOT NULL"
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "logistics_release_mode",
        "order_line.qty_invoiced",
        "order_line.qty_delivered",
        "order_line.product_uom_qty",
        "order_line.logistics_qty_released",
        "order_line.move_ids.state",
    )
    def _compute_logistics_goods_state(self):
        for order in self:
            order.logistics_goods_state = order._logistics_goods_state()

    def _logistics_goods_state(self):
        if self.logistics_release_mode != "hold":
            return "none"
        goods = self._logistics_goods_lines().filtered(
            lambda line: line._logistics_expects_goods()
        )
        if not goods:
            return "none"
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        released = goods.filtered(
            lambda line: (
                not float_is_zero(line.logistics_qty_released, precision_digits=digits)
            )
        )
        if not released:
            return "waiting"
        if any(
            not float_is_zero(
                max(line.logistics_qty_released - line.qty_invoiced, 0.0),
                precision_digits=digits,
            )
            for line in released
        ):
            return "open"
        return "pending" if goods._logistics_pending() else "clear"

    @api.depends(
        "logistics_release_mode",
        "logistics_release_days",
        "date_order",
        "order_line.logistics_qty_held",
        "order_line.price_subtotal",
        "order_line.move_ids.date",
        "order_line.move_ids.state",
        "order_line.move_ids.logistics_released_qty",
    )
    def _compute_logistics_hold(self):
        for order in self:
            held = order.order_line.filtered("logistics_qty_held")
            order.logistics_held_amount = sum(
                line.logistics_qty_held * line._logistics_unit_value() for line in held
            )
            goods = held.filtered(lambda line: line._logistics_is_shipped())
            if not goods:
                order.logistics_hold_since = order.logistics_hold_latest = False
                continue
            since, expected = order._logistics_hold_times(goods)
            order.logistics_hold_since = since
            order.logistics_hold_latest = fields.Date.add(
                max(since, expected), days=order.logistics_release_days or 1
            )

    def _logistics_hold_times(self, goods):
        """Return since when goods are held, and when the last of them left or will.

        :param sale.order.line goods: The lines of which something is held.
        :rtype: tuple[datetime, datetime]
        """
        gone = goods.move_ids.filtered(lambda move: move._logistics_unproven() > 0)
        to_come = goods.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        ordered = self.date_order or fields.Datetime.now()
        since = min((move.date for move in gone), default=ordered)
        if gone:
            return since, since
        return since, max((move.date for move in to_come), default=ordered)

    @api.depends("logistics_hold_since", "order_line.logistics_qty_held")
    def _compute_logistics_hold_reason(self):
        for order in self:
            order.logistics_hold_reason = (
                order.sudo()._logistics_hold_text()
                if order.logistics_hold_since
                else ""
            )

    # === BUSINESS METHODS === #

    def _logistics_waits_for_rest(self):
        """Return whether released goods wait until the order is complete.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.logistics_release_mode == "hold"
            and self.state == "sale"
            and self.logistics_release_grouping == "order"
            and self.logistics_release_result not in (False, "release")
            and self._logistics_goods_lines()._logistics_pending()
        )

    def _logistics_goods_lines(self):
        """Return the lines about goods that travel.

        :rtype: sale.order.line
        """
        return self.order_line.filtered(lambda line: line._logistics_is_shipped())

    def _logistics_held_pickings(self):
        """Return the deliveries that hold something back, those that left first.

        :rtype: stock.picking
        """
        moves = self.sudo()._logistics_goods_lines().move_ids
        gone = moves.filtered(lambda move: move._logistics_unproven() > 0)
        to_come = moves.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.location_dest_id._is_outgoing()
            )
        )
        return gone.picking_id.sorted("date_done") | to_come.picking_id

    def _logistics_hold_text(self):
        """Return why the order waits, in one sentence."""
        self.ensure_one()
        pickings = self._logistics_held_pickings()
        if not pickings:
            return self.env._("The goods are not on their way yet.")
        text = pickings[0]._logistics_hold_text()
        if len(pickings) > 1:
            text = self.env._(
                "%(text)s (%(count)s more wait)", text=text, count=len(pickings) - 1
            )
        return text

    def _logistics_waits_for(self):
        """Override of `logistics_events` to name the missing proof first."""
        sentences = super()._logistics_waits_for()
        order = self.sudo()
        text = order.logistics_hold_since and order._logistics_hold_text()
        kept = order._logistics_kept_moves().picking_id
        text = text or kept[:1]._logistics_rest_text()
        if text:
            sentences.insert(0, self.env._("Invoicing waits: %s", text))
        return sentences

    def _logistics_rest_expected(self):
        """Return when the last of the goods to come is planned.

        :rtype: datetime
        """
        moves = self._logistics_goods_lines().move_ids
        return max(
            (move.date for move in moves if move._logistics_to_come()),
            default=min(self.mapped("date_order")),
        )

    def _logistics_kept_moves(self):
        """Return the moves whose released goods wait for the rest of their order.

        :rtype: stock.move
        """
        moves = self.order_line.move_ids
        return moves.browse().union(*moves._logistics_kept())

    def _nothing_to_invoice_error_message(self):
        """Override of `sale` to say which proof is missing."""
        held = self.filtered(
            lambda order: any(order.order_line.mapped("logistics_qty_held"))
        )
        if not held:
            return super()._nothing_to_invoice_error_message()
        return "\n".join(
            f"{order.name}: {order.sudo()._logistics_hold_text()}" for order in held
        )

    def _get_invoiceable_lines(self, final=False):
        """Override of `sale` for the second gate, which catches quantities that were
        forced after the first one: an automatic invoice after online payment does so.
        """
        lines = super()._get_invoiceable_lines(final)
        if self.logistics_release_mode != "hold":
            return lines
        kept = lines.browse()
        shares = self._logistics_shares()
        for line in lines:
            if line.display_type or line.is_downpayment:
                kept |= line
                continue
            line._logistics_cap_qty_to_invoice()
            if line.product_uom_id.is_zero(line.qty_to_invoice):
                continue
            if shares is None or (
                line.qty_to_invoice > 0
                and (not line._logistics_is_shipped() or shares.get(line.id, 0.0) > 0)
            ):
                kept |= line
        return self._logistics_complete_invoice(kept, shares)

    def _create_account_invoices(self, invoice_vals_list, final):
        """Override of `sale` to date invoices by the deliveries that released them.

        Odoo names the first day on which anything of the order left.
        """
        moves = super()._create_account_invoices(invoice_vals_list, final)
        self.env.add_to_compute(moves._fields["delivery_date"], moves)
        return moves

    def _logistics_shares(self):
        """Return how much of each line an action may invoice, None for a person.

        :rtype: dict[int, float] | None
        """
        shares = self.env.context.get("logistics_shares")
        return None if shares is None else shares.get(self.id, {})

    def _logistics_complete_invoice(self, kept, shares):
        """Return the lines that make an invoice a customer can understand.

        :param sale.order.line kept: What may be invoiced.
        :param dict | None shares: See `_logistics_shares`.
        """
        real = kept.filtered(lambda line: not line.display_type)
        paid = real.filtered("is_downpayment")
        sold = real - paid
        if shares is not None and not sold & self._logistics_goods_lines():
            sold = sold.browse()
        if self._logistics_keeps_down_payment(sold, paid, shares):
            paid = paid.browse()
        return _with_sections(kept, sold | paid)

    def _logistics_is_fee_only(self, lines):
        """Return whether lines of an invoice are only the fee of goods to come.

        :param Iterable[sale.order.line] lines: What the invoice has of this order.
        :rtype: bool
        """
        self.ensure_one()
        if self.logistics_goods_state not in ("waiting", "open", "pending"):
            return False
        return bool(lines) and all(line.is_delivery for line in lines)

    def _logistics_keeps_down_payment(self, sold, paid, shares):
        """Return whether the down payment is left for a later invoice.

        While goods are to come it is deducted only where it fits: what the customer
        paid is not refunded because only some of it is delivered.
        """
        if not paid or self.logistics_goods_state in ("none", "clear"):
            return False
        if not sold:
            return True
        goods = self._logistics_goods_lines()
        to_come = goods._logistics_pending() or any(
            line.qty_to_invoice > (shares or {}).get(line.id, 0.0)
            for line in (goods if shares is not None else goods - sold)
        )
        if not to_come:
            return False
        value = sum(
            (line.qty_to_invoice if shares is None else shares.get(line.id, 0.0))
            * line._logistics_unit_value(with_tax=True)
            for line in sold
        )
        deducted = sum(
            item.price_total * (1 if item.move_id.move_type == "out_invoice" else -1)
            for item in paid.invoice_lines
            if item.parent_state != "cancel"
        )
        return self.currency_id.compare_amounts(deducted, value) > 0


def _with_sections(lines, wanted):
    """Return the wanted lines with the headings that have something below them."""
    result, waiting = lines.browse(), lines.browse()
    for line in lines:
        if line.display_type in ("line_section", "line_subsection"):
            if line.display_type == "line_section":
                waiting = lines.browse()
            waiting |= line
        elif line.display_type or line in wanted:
            if not line.display_type:
                result |= waiting
                waiting = lines.browse()
            result |= line
    return result
