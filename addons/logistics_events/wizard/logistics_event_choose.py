from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.logistics_event_screen import CHOOSER_GROUPS


class LogisticsEventChoose(models.TransientModel):
    """A person says which of several reports is right."""

    _name = "logistics.event.choose"
    _inherit = "logistics.impact.mixin"
    _description = "Choose the Right Event"

    shipment_id = fields.Many2one("logistics.shipment", required=True, readonly=True)
    kind = fields.Selection(
        [("conflict", "Conflict"), ("contradiction", "Contradiction")],
        required=True,
        readonly=True,
    )
    candidate_ids = fields.Many2many(
        "logistics.event", compute="_compute_candidate_ids", string="Reports"
    )
    right_id = fields.Many2one("logistics.event", string="This One Is Right")
    reason = fields.Text(required=True, string="How You Know")

    @api.depends("shipment_id", "kind")
    def _compute_candidate_ids(self):
        for dialog in self:
            known = (
                dialog.shipment_id.sudo()._standings().get(dialog.shipment_id.id, {})
            )
            ids = [
                event for event, standing in known.items() if standing == dialog.kind
            ]
            events = self.env["logistics.event"].browse(ids)
            if dialog.kind == "contradiction":
                counting = self.env["logistics.event"].browse(
                    [event for event, standing in known.items() if standing == "counts"]
                )
                events |= counting.filtered(_is_delivery)
            dialog.candidate_ids = events.sorted(
                lambda event: (event.occurred_at or event.stored_at, event.id)
            )

    def action_choose(self):
        """Withdraw what is wrong; `Put Back` on the event undoes it.

        Versions of one event stand and fall together, so both are withdrawn and the
        right one is stated again on the person's word.

        :raise UserError: When nothing is chosen.
        """
        self.ensure_one()
        self.candidate_ids._check_may_judge(self.reason, CHOOSER_GROUPS)
        if self.right_id not in self.candidate_ids:
            raise UserError(self.env._("Choose the report that is right."))
        again = self._ask_first(self._settle)
        if again:
            return again
        self._settle()
        return {"type": "ir.actions.act_window_close"}

    def _settle(self):
        if self.kind == "conflict":
            self._settle_conflict()
            return
        right = _is_delivery(self.right_id)
        wrong = self.candidate_ids.filtered(lambda event: _is_delivery(event) != right)
        for event in wrong.sudo():
            self.shipment_id.sudo()._withdraw_once(event, self.reason)

    def _settle_conflict(self):
        event = self.right_id.sudo()
        shipment = self.shipment_id.sudo()
        shipment._withdraw_once(event, self.reason)
        shipment._tell(
            event.event_type,
            channel="manual",
            leg=event.leg,
            occurred_at=event.occurred_at,
            parcel=event.parcel_id,
            key=f"right/{event.id}/{shipment.fact_version}",
            classifier=event.classifier,
            precision=event.precision,
            occurred_offset=event.occurred_offset or None,
            zone=event.zone,
            zone_source=event.zone_source,
            location=event.location,
            reason=event.reason,
            signer=event.signer,
            amount=event.amount or None,
            currency=event.currency,
            raw_code=event.raw_code,
            raw_text=self.reason,
        )


def _is_delivery(event):
    return event.event_type in ("delivered", "return_received")
