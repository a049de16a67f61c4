"""What a person or a correction does to a report, and what a report is about."""

from odoo import models
from odoo.exceptions import UserError

from .. import dispatch
from .ledger import trusted

_PREFIX = "report/"
# Ends the key of what is open because a report changed after it was booked.
_LATER = "/later"


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    # === BUSINESS METHODS: HANDS AND CORRECTIONS === #

    def _dispatch_too_late(self, picking):
        """The transfer was validated without the report: only compare."""
        reading = dispatch.Reading(picking, dispatch.items_of(self.inputs["lines"]))
        claimed = picking._logistics_booked_reports() - self
        if not reading.problems and not claimed and _is_moved(picking, reading):
            self._dispatch_note_hand(picking)
            return
        self._dispatch_refuse(
            picking,
            [self.env._("The transfer is done already, with other quantities.")],
        )

    def _dispatch_done_by_hand(self, picking):
        """A person validated the transfer while the report waited."""
        reading = dispatch.Reading(picking, dispatch.items_of(self.inputs["lines"]))
        self._dispatch_note_hand(picking)
        if reading.problems or not _is_moved(picking, reading):
            self._dispatch_open(
                "report_differs",
                picking,
                self.env._(
                    "%(transfer)s was validated with other quantities than reported: "
                    "%(lines)s",
                    transfer=picking.name,
                    lines=self._dispatch_lines_text(),
                ),
                key=self.key,
            )

    def _dispatch_note_hand(self, picking):
        """The step is settled by what a person did; it is never taken again."""
        self._mark_done(moves=picking.move_ids.filtered(lambda m: m.state == "done"))
        name = (picking.write_uid or self.env.user).name
        trusted(self.sudo()).write(
            {"pinned": True, "pin_reason": self.env._("Validated by %s.", name)}
        )
        self._dispatch_solve(self.env._("%s was validated by hand.", picking.name))

    def _dispatch_compare(self, event):
        """Tell a person when the report of what is booked changed or was withdrawn.

        :param logistics.event event: The report that counts now; empty when it was
            withdrawn.
        """
        picking = self._dispatch_booked_transfers()[:1] or self._dispatch_pickings()
        if event:
            text = self.env._(
                "%(transfer)s is validated, and the partner corrected the report "
                "since: %(lines)s",
                transfer=picking.name,
                lines=dispatch.text_of(event.lines),
            )
        else:
            text = self.env._(
                "%s is validated, and the partner withdrew the report since.",
                picking.name,
            )
        self._dispatch_open("report_differs", picking, text, key=f"{self.key}{_LATER}")

    def _dispatch_agree(self):
        """Close what is open because the reports were corrected after the booking."""
        if not self:
            return
        found = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("effect_id", "in", self.ids),
                    ("category", "=", "report_differs"),
                    ("state", "in", ["open", "snoozed"]),
                ]
            )
        )
        found.filtered(lambda one: one.subject_key.endswith(_LATER))._close(
            self.env._("The report says again what was booked.")
        )

    def _dispatch_check(self):
        """Close what is open about the booked report once goods and report agree.

        :raise UserError: While they differ.
        """
        self.ensure_one()
        picking = self._dispatch_booked_transfers()[:1] or self._dispatch_pickings()
        lines = self._dispatch_lines_now()
        reading = dispatch.Reading(picking, dispatch.items_of(lines)) if lines else None
        if (reading and reading.problems) or not _is_moved(picking, reading):
            raise UserError(
                self.env._(
                    "%(transfer)s still differs from the report: %(lines)s",
                    transfer=picking.name,
                    lines=dispatch.text_of(lines) or self.env._("nothing was moved"),
                )
            )
        for key in (self.key, f"{self.key}{_LATER}"):
            self.env["logistics.exception"].sudo()._solve(
                "report_differs",
                picking,
                self.env._("The transfer and the report agree."),
                key=key,
            )

    def _dispatch_lines_now(self):
        """Return the lines of the report that counts now, none when it is withdrawn."""
        shipment = self.sudo().event_id.shipment_id
        told = shipment._logistics_told(shipment._load_facts())
        report = told.get(shipment, {}).get(self._dispatch_fact_key())
        return report.event.lines if report else []

    def _dispatch_open(self, category, picking, text, **more):
        return self.env["logistics.exception"]._open(
            category,
            picking,
            text,
            shipment=self.shipment_id,
            order=picking.sudo().move_ids.sale_line_id.order_id[:1],
            effect=self,
            **more,
        )

    def _dispatch_solve(self, solution):
        """Close what is open because of these steps."""
        self.env["logistics.exception"].sudo().search(
            [
                ("effect_id", "in", self.ids),
                ("category", "in", ["master_data", "moved_not_validated"]),
                ("state", "in", ["open", "snoozed"]),
            ]
        )._close(solution)

    # === BUSINESS METHODS: WHAT A STEP IS ABOUT === #

    def _dispatch_fact_key(self):
        """Return the key of the fact that a step books."""
        self.ensure_one()
        return self.key.removeprefix(_PREFIX)

    def _dispatch_pickings(self):
        """Return the transfers the reports name."""
        return (
            self.env["stock.picking"]
            .browse(sorted({step.res_id for step in self}))
            .exists()
        )

    def _dispatch_booked_transfers(self):
        """Return the transfers on which the reports were booked."""
        return self.sudo().move_ids.picking_id

    def _dispatch_transfer(self):
        """Return the transfer to book on: the rest of what other reports booked.

        Partners go on naming the first transfer. A transfer that a person validated
        is never taken for one of which the rest is meant.

        :rtype: stock.picking
        """
        self.ensure_one()
        picking = self._dispatch_pickings()
        while picking.state == "done" and (picking._logistics_booked_reports() - self):
            rest = picking.backorder_ids.filtered(lambda one: one.state != "cancel")
            if len(rest) != 1:
                break
            picking = rest
        return picking

    def _dispatch_rest(self):
        """Return what becomes of what is missing: `close` or `backorder`.

        :rtype: str
        """
        chosen = (self[:1].inputs or {}).get("missing")
        if chosen != "sender":
            return chosen or "backorder"
        items = [
            item
            for step in self
            for item in dispatch.items_of((step.inputs or {}).get("lines"))
        ]
        return "close" if items and all(item.final for item in items) else "backorder"

    def _dispatch_lines_text(self):
        self.ensure_one()
        return dispatch.text_of((self.inputs or {}).get("lines"))


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_booked_reports(self):
        """Return the reports that the suite booked on the transfer.

        :rtype: logistics.effect
        """
        self.ensure_one()
        return (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("action", "=", "dispatch"),
                    ("state", "=", "done"),
                    ("move_ids.picking_id", "=", self.id),
                ]
            )
        )

    def _logistics_backorders(self):
        """Return the transfers that carry what was left of these."""
        found, last = self.browse(), self
        while last := last.backorder_ids - found:
            found |= last
        return found


def _is_moved(picking, reading):
    """Return whether a done transfer moved just what a report says, returns left out.

    :param dispatch.Reading | None reading: The report; None when nothing is reported.
    """
    reported, moved = {}, {}
    for row in reading.rows if reading else ():
        lot = row.lot.name or row.lot_name or ""
        place = (row.product, lot)
        reported[place] = reported.get(place, 0.0) + row.quantity
    done = picking.move_ids.filtered(lambda move: move.state == "done")
    back = done.returned_move_ids.filtered(lambda move: move.state == "done")
    for lines, sign in ((done.move_line_ids, 1), (back.move_line_ids, -1)):
        for line in lines:
            product = line.product_id
            tracked = product.tracking != "none"
            place = (product, (line.lot_id.name or "") if tracked else "")
            moved[place] = moved.get(place, 0.0) + sign * line.quantity_product_uom
    return all(
        place[0].uom_id.compare(reported.get(place, 0.0), moved.get(place, 0.0)) == 0
        for place in reported.keys() | moved.keys()
    )
