"""A report of which nobody can tell which transfer it is about."""

from odoo import models

from .. import dispatch


class LogisticsEvent(models.Model):
    _inherit = "logistics.event"

    def _dispatch_ask_transfer(self):
        """Ask a person which transfer the report is about."""
        self.ensure_one()
        mode = self.env["logistics.action.mode"]._mode(self.company_id, "dispatch")
        if mode == "off":
            return
        named = self.references or {}
        self.env["logistics.exception"].sudo()._open(
            "master_data",
            self,
            self.env._(
                "Several transfers fit the report of %(name)s: choose one.",
                name=named.get("delivery")
                or named.get("order")
                or self.tracking_number
                or self.source,
            ),
            shipment=self.shipment_id,
            company=self.company_id,
            key="transfer",
        )

    def _dispatch_candidates(self):
        """Return the transfers a person may choose from for the report.

        :rtype: stock.picking
        """
        self.ensure_one()
        Picking = self.env["stock.picking"].sudo()
        shipment = self.shipment_id.sudo()
        if shipment:
            return shipment._logistics_report_transfer(self)
        return Picking._logistics_reported_transfers(
            self.references or {}, self.event_type, self.company_id
        )

    def _dispatch_text(self):
        """Return the reported lines, one below the other.

        :rtype: str
        """
        return "\n".join(
            dispatch.text_of([line]) for event in self for line in event.lines or ()
        )
