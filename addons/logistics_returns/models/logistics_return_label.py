"""The label for the way back: what stands on it, and what follows when it is there."""

from odoo import api, fields, models

from odoo.addons.logistics_events import vocabulary

_OUT = ("outgoing", "dropship")
_OVER = ("closed", "refused")


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    can_send_label = fields.Boolean(
        compute="_compute_can_send_label",
        help="Whether the label may be sent now, or another one booked.",
    )

    @api.depends("state")
    def _compute_can_send_label(self):
        for one in self:
            one.can_send_label = one.state == "approved" or (
                one.state == "label_sent" and bool(one.sudo()._label_method())
            )

    def write(self, vals):
        """Override: what its shipments cost may be somebody else's from now on."""
        result = super().write(vals)
        if "freight_payer" in vals and self.shipment_ids:
            shipments = self.sudo().shipment_ids
            shipments._lock_for_facts()
            shipments._refold()
        return result

    # === HOOKS === #

    def _label_method(self):
        """Hook: return the shipping method with which the way back is booked.

        :return: Empty when the label is made elsewhere.
        :rtype: delivery.carrier
        """
        self.ensure_one()
        return self.env["delivery.carrier"]

    def _logistics_book_return(self):
        """Hook: book the way back with the carrier; the one that stands is voided.

        :return: Whether a label is being made. It is said to be sent when it is there,
            see `_label_made`.
        :rtype: bool
        """
        self.ensure_one()
        return False

    def _logistics_void_label(self):
        """Hook: the goods do not come back with the label, it is to be cancelled."""

    def _follow(self, positions):
        """Override: closed or refused before it is on its way, it needs no label."""
        result = super()._follow(positions)
        over = self.filtered(lambda one: one.state in _OVER and not one._is_on_way())
        if over:
            over._logistics_void_label()
        return result

    # === WHAT STANDS ON IT === #

    def _is_on_way(self):
        """Return whether a carrier was seen with the goods, or they came.

        :rtype: bool
        """
        self.ensure_one()
        kinds = self.sudo().fact_ids.mapped("kind")
        return "scanned" in kinds or "received" in kinds

    def _label_deliveries(self):
        """Return the transfers the goods left with.

        :rtype: stock.picking
        """
        self.ensure_one()
        return self.line_ids.move_id.picking_id

    def _needs_label(self):
        """Return whether the goods need somebody to bring them: what could not be
        delivered comes by itself, and so does what the carrier takes back.

        :rtype: bool
        """
        self.ensure_one()
        return self.kind in ("customer", "damaged") and self.freight_payer != "carrier"

    def _label_sender(self):
        """Return where the goods are: at the address they were delivered to.

        :rtype: res.partner
        """
        return self._label_deliveries().partner_id[:1] or self.partner_id

    def _label_receiver(self):
        """Return where the goods go: the warehouse that expects or had sent them.

        :rtype: res.partner
        """
        pickings = self.picking_ids | self._label_deliveries()
        warehouses = pickings.picking_type_id.warehouse_id
        return warehouses.partner_id[:1] or self.company_id.partner_id

    def _label_order(self):
        """Return what is booked: our number, from where, to where, and the weight.

        :rtype: tuple[str, res.partner, res.partner, float]
        """
        self.ensure_one()
        sender, receiver = self._label_sender(), self._label_receiver()
        return self.name, sender, receiver, self._label_weight()

    def _label_weight(self):
        """Return what the goods weigh that are still to come; of one that expects
        nothing any more, all of them.

        :return: In the unit of the database.
        :rtype: float
        """
        self.ensure_one()
        coming = [(line, line.expected_quantity) for line in self.line_ids]
        if not any(quantity for _line, quantity in coming):
            coming = [(line, line.quantity) for line in self.line_ids]
        return sum(
            line.uom_id._compute_quantity(
                quantity, line.product_id.uom_id, round=False, raise_if_failure=False
            )
            * line.product_id.weight
            for line, quantity in coming
        )

    # === WHEN IT IS THERE === #

    def _label_made(self, ref, labels, numbers, carrier, user):
        """Give the customer a label, start its shipment, and say that it is sent.

        :param str ref: What tells it from other labels of the return.
        :param ir.attachment labels: Files of this return.
        :param list[str] numbers: The tracking numbers.
        :param logistics.carrier carrier: Who brings the goods.
        :param res.users user: Who asked for it.
        :return: The return shipment; empty without a number.
        :rtype: logistics.shipment
        """
        self.ensure_one()
        one = self.sudo()
        one._lock()
        one.label_ids |= labels
        shipment = one._label_shipment(numbers, carrier)
        one._say("label_sent", ref, at=one._answer_time(), user=user)
        return shipment

    def _label_shipment(self, numbers, carrier):
        """Start the shipment in which the goods come back, in one chain with those
        they left with.

        :rtype: logistics.shipment
        """
        left_with = self._label_deliveries().logistics_shipment_ids
        self.outbound_ids |= left_with.filtered(lambda one: one.direction in _OUT)
        shipments = self.env["logistics.shipment"].sudo()
        if not numbers:
            return shipments
        outbound = self.outbound_ids[:1]
        made = shipments.create(
            {
                "company_id": self.company_id.id,
                "direction": "return",
                "carrier_id": carrier.id,
                "partner_id": self._label_sender().id,
                "parent_id": outbound.id,
                "parent_kind": "return" if outbound else False,
                "logistics_return_id": self.id,
            }
        )
        for parcel in self.env["logistics.parcel"].create(
            [{"shipment_id": made.id, "tracking_number": number} for number in numbers]
        ):
            made._tell(
                "return_created",
                channel="odoo",
                key=f"number/{parcel.id}",
                leg="return",
                parcel=parcel,
            )
        for picking in self.picking_ids:
            if picking.state not in ("done", "cancel"):
                picking._logistics_join(made)
        return made

    def _label_gone(self, labels, numbers):
        """Forget a label that was cancelled: nothing comes back under its numbers.

        :param ir.attachment labels: Its files.
        :param list[str] numbers: Its tracking numbers.
        """
        self.ensure_one()
        one = self.sudo()
        one.label_ids -= labels
        keys = {vocabulary.normalise_tracking(number) for number in numbers}
        for parcel in one.shipment_ids.parcel_ids:
            if parcel.tracking_key in keys and not parcel.closed_at:
                parcel.shipment_id._tell(
                    "shipment_cancelled",
                    channel="odoo",
                    key=f"void/{parcel.id}",
                    leg="return",
                    parcel=parcel,
                )
                parcel.closed_at = fields.Datetime.now()

    def _live_shipments(self):
        """Return the return shipments whose label was not cancelled.

        :rtype: logistics.shipment
        """
        return self.shipment_ids.filtered(
            lambda shipment: shipment.state != "shipment_cancelled"
        )
