"""What the list of proofs needs beside the proof itself."""

from odoo import api, models


class LogisticsProof(models.Model):
    _inherit = "logistics.proof"

    @api.depends("kind", "signer", "proof_at")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for proof in self:
            parts = (kinds.get(proof.kind), proof.signer, proof.document_name)
            proof.display_name = " · ".join(part for part in parts if part)

    def action_withdraw_dialog(self):
        """Ask why the proof is withdrawn."""
        return self.env["logistics.reason"]._dialog("withdraw_proof", self)
