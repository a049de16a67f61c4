"""What a screen says about the source of a tracking event."""

from odoo import api, fields, models

from .. import vocabulary

_TRUST_BY_LEVEL = {level: code for code, level in vocabulary.TRUST_LEVELS.items()}


class LogisticsSighting(models.Model):
    _inherit = "logistics.sighting"

    trust_kind = fields.Selection(
        [("own", "Our Own Record"), *vocabulary.TRUST.items()],
        string="Vouched For",
        compute="_compute_trust_kind",
    )
    source_text = fields.Char(string="Told by", compute="_compute_source_text")

    @api.depends("trust", "channel")
    def _compute_trust_kind(self):
        for sighting in self:
            sighting.trust_kind = (
                "own"
                if sighting.channel == "odoo"
                else _TRUST_BY_LEVEL.get(sighting.trust, False)
            )

    @api.depends("source", "channel", "user_id")
    def _compute_source_text(self):
        for sighting in self:
            sighting.source_text = sighting._source_text()

    def _source_text(self):
        """Return who told it, as a person reads it.

        :rtype: str
        """
        self.ensure_one()
        if self.channel == "odoo":
            return self.env._("Odoo")
        if self.channel == "manual" and self.user_id:
            return self.sudo().user_id.name
        return self.source
