from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import vocabulary
from odoo.addons.logistics_events.models.ledger import insert_once


class LogisticsCodeMap(models.Model):
    """What a partner's code means here, where the adapter's own table does not say.

    Every decision is a revision; the newest counts and all messages that held the
    code are read again. Codes are retired, never renamed.
    """

    _name = "logistics.code.map"
    _inherit = ["mail.thread"]
    _description = "Code Mapping"
    _order = "adapter, raw_code, revision desc"
    _rec_name = "raw_code"

    adapter = fields.Selection(
        selection=lambda self: self.env["logistics.connection"]._selection_adapter(),
        required=True,
        string="Partner",
    )
    raw_code = fields.Char(string="Partner's Code", required=True)
    raw_text = fields.Char(string="Partner's Text")
    event_type = fields.Selection(
        [(code, kind.label) for code, kind in vocabulary.EVENT_TYPES.items()],
        string="Means",
    )
    revision = fields.Integer(default=0, readonly=True)
    held_count = fields.Integer(compute="_compute_held_count", string="Events")

    _code_uniq = models.UniqueIndex(
        "(adapter, raw_code)", "This code of the partner is listed already."
    )

    def _compute_held_count(self):
        counts = Counter()
        for raw_code, source, count in (
            self.env["logistics.event"]
            .sudo()
            ._read_group(
                [("raw_code", "in", self.mapped("raw_code"))],
                ["raw_code", "source"],
                ["__count"],
            )
        ):
            counts[raw_code, source.partition(":")[0]] += count
        for code in self:
            code.held_count = counts[code.raw_code, code.adapter]

    def write(self, vals):
        """Override of `base` to count a changed meaning as a revision."""
        if "event_type" in vals:
            for code in self:
                if code.event_type != vals["event_type"]:
                    super(LogisticsCodeMap, code).write({"revision": code.revision + 1})
        return super().write(vals)

    def action_apply_dialog(self):
        """Say what would follow from the meaning, and apply it when a person goes on.

        :raise UserError: When no meaning is chosen.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_has_meaning()
        return self.env["logistics.ahead"]._ask("apply_code", self)

    def action_apply(self):
        """Read all messages that held the code again, with its new meaning.

        :raise UserError: When no meaning is chosen.
        """
        self.check_access("write")
        self._check_has_meaning()
        for code in self:
            messages = code.sudo()._held_messages()
            if messages:
                messages._requeue()
            self.env["logistics.exception"]._solve(
                "unknown_code", code, self.env._("Mapped by %s.", self.env.user.name)
            )
        return True

    def _check_has_meaning(self):
        for code in self:
            if not code.event_type:
                raise UserError(
                    self.env._("Choose what “%s” means first.", code.raw_code)
                )

    def _in_words(self):
        """Return the code as the partner says it, with its text where it has one.

        :rtype: str
        """
        self.ensure_one()
        text = f" ({self.raw_text})" if self.raw_text else ""
        return f"“{self.raw_code}”{text}"

    def _held_events(self):
        self.ensure_one()
        return (
            self.env["logistics.event"]
            .sudo()
            .search(
                [
                    ("raw_code", "=", self.raw_code),
                    ("source", "=like", f"{self.adapter}:%"),
                ]
            )
        )

    @api.model
    def _meanings(self, adapter):
        """Return what the codes of an adapter mean by a person's decision.

        :rtype: dict[str, tuple[str, int]]
        """
        return {
            code.raw_code: (code.event_type, code.revision)
            for code in self.sudo().search([("adapter", "=", adapter)])
            if code.event_type
        }

    @api.model
    def _hold(self, connection, raw_code, raw_text, count):
        """Put an unknown code on the list and open one exception for it."""
        code = self.sudo().search(
            [("adapter", "=", connection.adapter), ("raw_code", "=", raw_code)]
        )
        code = code or insert_once(
            self.sudo(),
            {
                "adapter": connection.adapter,
                "raw_code": raw_code,
                "raw_text": raw_text or None,
                "revision": 0,
            },
        )
        if code.event_type == "unmapped":
            return
        self.env["logistics.exception"]._open(
            "unknown_code",
            code,
            self.env._(
                "%(partner)s says %(words)s, which nobody has mapped yet.",
                partner=connection.name,
                words=code._in_words(),
            ),
            company=connection.company_id,
            times=count,
        )
