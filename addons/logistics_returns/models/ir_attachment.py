"""Photos of a return are evidence: they stay as they were attached."""

from odoo import api, models
from odoo.exceptions import UserError

_CONTENT = frozenset(
    {"raw", "datas", "db_datas", "store_fname", "mimetype", "res_model", "res_id"}
)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        """Override of `base`: a photo of a return is not replaced or moved.

        :raise UserError: For a photo that is evidence.
        """
        if _CONTENT & vals.keys():
            self._check_no_return_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_return_evidence(self):
        self._check_no_return_evidence()

    def _check_no_return_evidence(self):
        """Refuse to touch photos of returns that something is known of.

        Also for the superuser, as whom the chatter deletes files.

        :raise UserError: For such a photo.
        """
        photos = self.sudo().filtered(
            lambda file: (
                file.res_model == "logistics.return"
                and file.res_id
                and (file.mimetype or "").startswith("image/")
            )
        )
        if not photos:
            return
        known = self.env["logistics.return"].sudo().browse(photos.mapped("res_id"))
        if known.exists().fact_ids:
            raise UserError(
                self.env._(
                    "%s is a photo of a return: it is evidence and stays as it is.",
                    photos[0].name,
                )
            )
