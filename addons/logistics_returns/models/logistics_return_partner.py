"""Returns that a partner's system announces, line by line."""

from odoo import api, models
from odoo.fields import Command

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.dispatch import called, folded, items_of, text_of


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _after_ingest(self, new_events):
        """Override: a partner's system announces a return, corrects or withdraws it."""
        result = super()._after_ingest(new_events)
        self.env["logistics.return"].sudo()._read_announcements(new_events.sudo())
        return result


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    @api.model
    def _read_announcements(self, events):
        """Follow what partners announce of returns.

        :param logistics.event events: Events that were not known before.
        """
        told = events.search(
            [
                ("id", "in", events.ids),
                "|",
                "&",
                ("event_type", "=", "return_created"),
                ("lines", "!=", False),
                ("classifier", "=", "retracted"),
            ],
            order="id",
        )
        for event in told:
            if event.classifier == "actual":
                self._announced_by_partner(event)
            elif event.classifier == "retracted" and event.voids_key:
                one = self.search(
                    [
                        ("company_id", "=", event.company_id.id),
                        ("source_ref", "=", event.voids_key),
                    ]
                )
                one._correct_announcement([])

    @api.model
    def _announced_by_partner(self, event):
        """Begin the return that a partner's system announces, once.

        A correction changes what is announced; goods that were not delivered, or are
        not known, are asked about.

        :param logistics.event event: A `return_created` with lines.
        :return: The return; empty when none of the goods is known.
        :rtype: logistics.return
        """
        references = event.references or {}
        deliveries = self._named_deliveries(references, event.company_id)
        shipment = event.shipment_id
        out = shipment.parent_id if shipment.direction == "return" else shipment
        deliveries |= out.link_ids.picking_id
        rows, unknown = self._announced_goods(event, deliveries)
        one = self.search(
            [
                ("company_id", "=", event.company_id.id),
                ("source_ref", "=", event.event_key),
            ]
        )
        if one:
            one._correct_announcement(rows)
        elif any(row["quantity"] for row in rows):
            one = self.create(
                {
                    "company_id": event.company_id.id,
                    "partner_id": (
                        deliveries.move_ids.sale_line_id.order_id.partner_id
                        or deliveries.partner_id
                    )[:1].id,
                    "origin": "partner",
                    "source_ref": event.event_key,
                    "outbound_ids": [
                        Command.set(deliveries.logistics_shipment_ids.ids)
                    ],
                    "line_ids": [
                        Command.create(row) for row in rows if row["quantity"]
                    ],
                }
            )
        if shipment.direction == "return" and one and not shipment.logistics_return_id:
            shipment.logistics_return_id = one
        if unknown:
            self.env["logistics.exception"]._open(
                "report_differs",
                one or event,
                self.env._(
                    "A partner announces goods that were not delivered, or are back "
                    "already: %s",
                    text_of(unknown),
                ),
                company=event.company_id,
                shipment=shipment,
                key="announced",
            )
        return one

    def _correct_announcement(self, rows):
        """Take over what a partner says now of goods that have not come yet."""
        told = {}
        for row in rows:
            origin = self.env["stock.move"].browse(row["move_id"])
            lot = self.env["stock.lot"].browse(row["lot_id"])
            line = self._lines_for(origin, origin.product_id, lot)[:1]
            line = line or self._add_line(origin, origin.product_id, lot)
            told[line] = told.get(line, 0.0) + row["quantity"]
        for line in self.line_ids:
            quantity = told.get(line, 0.0)
            if line.quantity != quantity and not line.received_quantity:
                line.quantity = quantity

    def _announced_goods(self, event, deliveries):
        """Return what a partner announces in the words of Odoo.

        :param logistics.event event: The announcement.
        :param stock.picking deliveries: What the goods may have left with.
        :return: Values of lines, and the reported lines that fit nothing.
        :rtype: tuple[list[dict], list[dict]]
        """
        moves = deliveries.move_ids.filtered(
            lambda move: move.state != "cancel" and move.location_dest_id._is_outgoing()
        )
        own = self.search(
            [
                ("company_id", "=", event.company_id.id),
                ("source_ref", "=", event.event_key),
            ]
        )
        left = {}
        for move in moves:
            if move.state == "done":
                left[move] = move._logistics_gone(True, own).left
            else:
                left[move] = ledger.quantity(move.product_uom_qty)
        rows, unknown = [], []
        for raw in event.lines:
            items = items_of([raw])
            if deliveries:
                items = deliveries[:1]._logistics_report_items(items)
            missing = False
            for item in items:
                missing |= self._place_item(item, left, rows)
            if missing:
                unknown.append(raw)
        return rows, unknown

    def _place_item(self, item, left, rows):
        """Add lines for one announced item, bounded by what may still come back.

        :param dispatch.Item item: What is announced.
        :param dict left: How much of each move may come back, taken from here.
        :param list rows: Values of lines, added to here.
        :return: Whether some of it fits nothing.
        :rtype: bool
        """
        wanted = None
        for move in sorted(left, key=lambda move: move.id):
            product = move.product_id
            codes = {folded(code) for code in (product.default_code, product.barcode)}
            if item.record != product and folded(item.product) not in codes - {""}:
                continue
            unit = called(product.uom_id | product.uom_ids, item.uom)[:1]
            unit = unit or product.uom_id
            if wanted is None:
                wanted = ledger.quantity(
                    unit._compute_quantity(float(item.quantity), product.uom_id, False)
                )
            lot = move.move_line_ids.lot_id.filtered(
                lambda lot: folded(lot.name) == folded(item.lot)
            )[:1]
            if item.lot and not lot:
                continue
            free = ledger.quantity(
                move.product_uom._compute_quantity(
                    float(left[move]), product.uom_id, False
                )
            )
            part = min(wanted, free)
            if part <= 0:
                continue
            wanted -= part
            in_move = ledger.quantity(
                product.uom_id._compute_quantity(float(part), move.product_uom, False)
            )
            left[move] -= in_move
            sold = move.sale_line_id
            own_unit = (
                sold.product_uom_id if sold.product_id == product else product.uom_id
            )
            rows.append(
                {
                    "move_id": move.id,
                    "sale_line_id": sold.id,
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "quantity": product.uom_id._compute_quantity(
                        float(part), own_unit, False
                    ),
                }
            )
        return wanted is None or wanted > 0
