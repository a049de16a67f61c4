from odoo import fields, models
from odoo.exceptions import UserError


class LogisticsProofRecord(models.TransientModel):
    """A person states a delivery: when, signed by whom, with which paper."""

    _name = "logistics.proof.record"
    _description = "Record Proof"

    shipment_ids = fields.Many2many("logistics.shipment", required=True)
    parcel_id = fields.Many2one("logistics.parcel")
    kind = fields.Selection(
        selection=lambda self: self.env["logistics.proof"]._fields["kind"].selection,
        required=True,
        default="document",
    )
    proof_at = fields.Datetime(
        string="Delivered At", required=True, default=fields.Datetime.now
    )
    signer = fields.Char()
    # Beside the dialog nothing keeps the file as it came.
    document = fields.Binary(attachment=False)
    document_name = fields.Char()

    def action_record(self):
        """Record the proof and the delivery it shows.

        :raise UserError: For a delivery in the future, a proof that shows nothing, or
            a parcel of another shipment.
        """
        self.ensure_one()
        self.shipment_ids.check_access("read")
        self.env["logistics.proof"].check_access("create")
        if self.proof_at > fields.Datetime.now():
            raise UserError(self.env._("A delivery in the future is no proof."))
        if not self.signer and not self.document:
            raise UserError(
                self.env._("Name who signed, or attach the paper or the photo.")
            )
        if self.parcel_id and self.parcel_id.shipment_id not in self.shipment_ids:
            raise UserError(self.env._("The parcel is not of this shipment."))
        for shipment in self.shipment_ids:
            proof = self.env["logistics.proof"].create(
                {
                    "shipment_id": shipment.id,
                    "parcel_id": self.parcel_id.id,
                    "kind": self.kind,
                    "signer": self.signer,
                    "proof_at": self.proof_at,
                    "document": self.document,
                    "document_name": self.document_name,
                }
            )
            event = shipment._tell(
                "delivered",
                channel="manual",
                key=f"proof/{proof.id}",
                occurred_at=self.proof_at,
                parcel=self.parcel_id,
                signer=self.signer,
                documents=[{"type": self.kind, "name": proof.document_name}]
                if self.document
                else None,
            )
            proof.sudo().write({"event_id": event.id})
        return {"type": "ir.actions.act_window_close"}
