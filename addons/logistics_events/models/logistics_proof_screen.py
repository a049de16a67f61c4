"""What the screens of proofs need beside the proof itself."""

from odoo import api, fields, models

from ..windows import records_window

# A proof names and shows people: these have to do with it.
SEEN_BY = (
    "logistics_events.logistics_events_group_user,"
    "logistics_events.logistics_events_group_finance,"
    "logistics_events.logistics_events_group_integration,"
    "logistics_events.logistics_events_group_auditor"
)


class LogisticsProof(models.Model):
    _inherit = "logistics.proof"

    is_image = fields.Boolean(compute="_compute_is_image")
    is_pdf = fields.Boolean(compute="_compute_is_image")

    @api.depends("mimetype", "document")
    def _compute_is_image(self):
        for proof in self:
            shown = bool(proof.document) and (proof.mimetype or "")
            proof.is_image = bool(shown) and shown.startswith("image/")
            proof.is_pdf = shown == "application/pdf"

    @api.depends("kind", "signer", "proof_at")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for proof in self:
            parts = (kinds.get(proof.kind), proof.signer, proof.document_name)
            proof.display_name = " · ".join(part for part in parts if part)

    def action_withdraw_dialog(self):
        """Ask why the proof is withdrawn."""
        return self.env["logistics.reason"]._dialog("withdraw_proof", self)


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _standing_proofs(self):
        """Return the proofs of the shipments that nobody withdrew.

        :rtype: logistics.proof
        """
        return self.sudo().proof_ids.filtered(lambda proof: not proof.withdrawn_at)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_proof_ids = fields.Many2many(
        "logistics.proof",
        string="Proofs",
        compute="_compute_logistics_proof_ids",
        groups=SEEN_BY,
    )

    @api.depends("logistics_link_ids.shipment_id.proof_ids.withdrawn_at")
    def _compute_logistics_proof_ids(self):
        for picking in self:
            shipments = picking.sudo()._logistics_shown_shipments()
            proofs = shipments._standing_proofs().sudo(self.env.su)
            picking.logistics_proof_ids = proofs._filtered_access("read")


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_proof_count = fields.Integer(
        string="Proof Count", compute="_compute_logistics_proof_count", groups=SEEN_BY
    )

    @api.depends("invoice_line_ids.sale_line_ids")
    def _compute_logistics_proof_count(self):
        for move in self:
            move.logistics_proof_count = len(move._logistics_proofs())

    def action_open_logistics_proofs(self):
        """Open what shows that the invoiced goods arrived."""
        self.ensure_one()
        self.check_access("read")
        self.env["logistics.proof"].check_access("read")
        return records_window(
            self._logistics_proofs(), self.env._("Proofs of Delivery")
        )

    def _logistics_proofs(self):
        """Return the proofs for the goods of the document that the reader may see.

        :rtype: logistics.proof
        """
        self.ensure_one()
        moves = self.sudo().invoice_line_ids.sale_line_ids.move_ids
        links = moves.picking_id.logistics_link_ids
        proofs = links.shipment_id._standing_proofs().sudo(self.env.su)
        return proofs._filtered_access("read")
