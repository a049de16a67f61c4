import base64
import binascii
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from .. import proof_files

_lt = LazyTranslate(__name__)

# Why a file is refused, as a person reads it; by `proof_files.REFUSALS`.
REASONS = {
    "empty": _lt("The file is empty."),
    "size": _lt("The file is larger than 10 MB."),
    "type": _lt("The file is no JPEG, PNG or GIF image and no PDF."),
    "pixels": _lt("The image has more than 25 million pixels."),
    "broken": _lt("The file is damaged or cut off."),
    "locked": _lt("The PDF needs a password."),
    "active": _lt("The PDF holds a program, a form or another file."),
}

# Withdrawing a proof withdraws its event: a typed one would withdraw any.
NOT_TYPED = frozenset(
    {
        "event_id",
        "user_id",
        "digest",
        "received_digest",
        "mimetype",
        "withdrawn_at",
        "withdrawn_reason",
        "withdrawn_by_id",
        "erased_at",
    }
)


class LogisticsProof(models.Model):
    """What shows that the goods arrived: a signature, a photo, a paper, a word.

    Beside the event and not on it, because a proof holds personal data and may have
    to be erased; its hash stays.
    """

    _name = "logistics.proof"
    _description = "Proof of Delivery"
    _order = "id desc"

    shipment_id = fields.Many2one(
        "logistics.shipment", required=True, ondelete="restrict", index=True
    )
    parcel_id = fields.Many2one("logistics.parcel", ondelete="restrict")
    company_id = fields.Many2one(related="shipment_id.company_id", store=True)
    event_id = fields.Many2one("logistics.event", ondelete="restrict", readonly=True)
    kind = fields.Selection(
        [
            ("statement", "Statement"),
            ("signature", "Signature"),
            ("photo", "Photo"),
            ("document", "Document"),
        ],
        required=True,
        default="document",
    )
    signer = fields.Char()
    proof_at = fields.Datetime(string="Delivered At", required=True)
    document = fields.Binary(attachment=True)
    document_name = fields.Char()
    mimetype = fields.Char(
        string="File Type", readonly=True, help="By the content, whatever it is called."
    )
    digest = fields.Char(
        string="SHA-256", compute="_compute_digest", store=True, readonly=True
    )
    received_digest = fields.Char(
        string="SHA-256 as Received",
        readonly=True,
        help="Of the file as it came; of images only the picture itself is kept.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    withdrawn_at = fields.Datetime(readonly=True)
    withdrawn_reason = fields.Char(readonly=True)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True)
    erased_at = fields.Datetime(readonly=True)

    @api.depends("document")
    def _compute_digest(self):
        for proof in self:
            if proof.document:
                proof.digest = hashlib.sha256(
                    base64.b64decode(proof.document)
                ).hexdigest()
            elif not proof.digest:
                proof.digest = False

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: who recorded a proof, and what for, is not typed."""
        typed = set().union(*vals_list) & self._not_typed()
        if typed and not self.env.su:
            raise AccessError(
                self.env._(
                    "A proof is recorded in the name of who records it (%s).",
                    ", ".join(sorted(typed)),
                )
            )
        # Odoo would make the picture smaller once more, and its hash another one.
        whole = self.with_context(image_no_postprocess=True)
        kept = [self._with_kept_file(vals) for vals in vals_list]
        return super(LogisticsProof, whole).create(kept).with_env(self.env)

    def _not_typed(self):
        """Return the fields that only the suite fills.

        :rtype: frozenset[str]
        """
        return NOT_TYPED

    def write(self, vals):
        """Override of `base` to keep a proof as it was recorded."""
        if not self.env.su:
            raise AccessError(
                self.env._("A proof is not edited: withdraw it and record a new one.")
            )
        whole = self.with_context(image_no_postprocess=True)
        return super(LogisticsProof, whole).write(self._with_kept_file(vals))

    def _with_kept_file(self, vals):
        """Return the values with what may be kept of the file among them.

        :raise UserError: When the file is none of what is kept, or may do harm.
        """
        if not vals.get("document"):
            return vals
        try:
            kept = proof_files.checked(base64.b64decode(vals["document"]))
        except (binascii.Error, proof_files.ProofRefused) as error:
            reason = getattr(error, "reason", "broken")
            raise UserError(self.env._(REASONS[reason])) from error
        return vals | {
            "document": base64.b64encode(kept.content),
            "document_name": proof_files.file_name(
                vals.get("document_name"), kept.extension
            ),
            "mimetype": kept.mimetype,
            "received_digest": kept.received_digest,
        }

    def action_withdraw(self, reason):
        """Withdraw the proof and the delivery it stated.

        :param str reason: Why; kept on the proof.
        :raise UserError: When it is withdrawn already or no reason is given.
        """
        self.check_access("write")
        for proof in self:
            if proof.withdrawn_at:
                raise UserError(self.env._("This proof is withdrawn already."))
            if not (reason or "").strip():
                raise UserError(self.env._("Say why the proof is withdrawn."))
            proof.sudo().write(
                {
                    "withdrawn_at": fields.Datetime.now(),
                    "withdrawn_reason": reason,
                    "withdrawn_by_id": self.env.uid,
                }
            )
            proof.shipment_id._retract(proof.event_id, reason)
