"""What an agreement said at a time, and who changed it."""

from collections import Counter

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import trusted

from .logistics_rate_agreement import is_within_agreement, kept_value, within_agreement

# So many changed lines are written out; who wants more compares the kept contents.
SHOWN_LINES = 20
_HEAD = (
    "name",
    "active",
    "carrier_id",
    "currency_id",
    "valid_from",
    "valid_to",
    "per",
    "divisor",
    "weight_step",
)


class LogisticsRateAgreementVersion(models.Model):
    """One content an agreement had; written once."""

    _name = "logistics.rate.agreement.version"
    _inherit = "logistics.ledger.mixin"
    _description = "Revision of a Rate Agreement"
    _order = "agreement_id, version desc"
    _rec_name = "version"

    agreement_id = fields.Many2one(
        "logistics.rate.agreement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="agreement_id.company_id", store=True, index=True
    )
    version = fields.Integer(string="Revision", required=True)
    user_id = fields.Many2one("res.users", string="Changed By", required=True)
    changed_at = fields.Datetime(required=True, default=fields.Datetime.now)
    content = fields.Json(required=True)
    change_text = fields.Text(string="What Changed", compute="_compute_change_text")

    _version_uniq = models.UniqueIndex("(agreement_id, version)")

    @api.depends("content", "version")
    def _compute_change_text(self):
        for version in self:
            before = version.agreement_id.version_ids.filtered(
                lambda other, now=version: other.version < now.version
            ).sorted("version")[-1:]
            version.change_text = (
                "\n".join(version._changes(before.content))
                if before
                else self.env._(
                    "First revision. Rates: %(rates)s, surcharges: %(surcharges)s",
                    rates=len(version.content["rates"]),
                    surcharges=len(version.content["surcharges"]),
                )
            )

    def _changes(self, before):
        """Return what is new against the content of an older version.

        :param dict before: The older content.
        :rtype: list[str]
        """
        self.ensure_one()
        labels = self.env["logistics.rate.agreement"].fields_get(
            list(_HEAD), ["string"]
        )
        words = [
            f"{labels[name]['string']}: {before['head'].get(name) or '-'} → "
            f"{self.content['head'].get(name) or '-'}"
            for name in _HEAD
            if before["head"].get(name) != self.content["head"].get(name)
        ]
        for part in ("rates", "surcharges"):
            old = Counter(map(tuple, before[part]))
            new = Counter(map(tuple, self.content[part]))
            words += self._lines_in_words(self.env._("Removed"), (old - new).elements())
            words += self._lines_in_words(self.env._("Added"), (new - old).elements())
        return words

    def _lines_in_words(self, title, lines):
        lines = sorted(lines)
        words = [f"{title}: {', '.join(line)}" for line in lines[:SHOWN_LINES]]
        if len(lines) > SHOWN_LINES:
            words.append(f"{title}: +{len(lines) - SHOWN_LINES}")
        return words


class LogisticsRateAgreement(models.Model):
    _inherit = "logistics.rate.agreement"

    def _keep_unless_within(self):
        """Keep what the agreements say now, unless the write of one does so itself."""
        if not is_within_agreement(self.env):
            self._keep_version()

    def _keep_version(self):
        """Keep what the agreements say now, where it is not what they said before."""
        Version = trusted(self.env["logistics.rate.agreement.version"].sudo())
        last = {}
        for version in Version.search(
            [("agreement_id", "in", self.ids)], order="version"
        ):
            last[version.agreement_id.id] = version
        rows = []
        for agreement in within_agreement(self.sudo()):
            content, before = agreement._content(), last.get(agreement.id)
            if before and before.content == content:
                continue
            agreement.version += 1
            rows.append(
                {
                    "agreement_id": agreement.id,
                    "version": agreement.version,
                    "user_id": self.env.uid,
                    "content": content,
                }
            )
        Version.create(rows)

    def _content(self):
        """Return what the agreement says, as a version keeps it.

        :return: Under `head` its values by field name, under `rates` and `surcharges`
            a list of texts for each line.
        :rtype: dict
        """
        self.ensure_one()
        return {
            "head": {name: kept_value(self[name]) for name in _HEAD},
            "rates": self.rate_ids._kept_lines(),
            "surcharges": self.surcharge_ids._kept_lines(),
        }
