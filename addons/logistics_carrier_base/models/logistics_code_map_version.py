"""What a code meant before, and the way back."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import vocabulary
from odoo.addons.logistics_events.models.ledger import trusted

DRY_RUN_LIMIT = 2000


class LogisticsCodeMapVersion(models.Model):
    """One meaning a code had, from when, and by whose decision."""

    _name = "logistics.code.map.version"
    _inherit = ["logistics.selection.name.mixin", "logistics.ledger.mixin"]
    _description = "Meaning of a Code"
    _order = "code_id, revision desc"
    _rec_name = "event_type"

    code_id = fields.Many2one(
        "logistics.code.map", required=True, ondelete="cascade", index=True
    )
    revision = fields.Integer(required=True)
    event_type = fields.Selection(
        [(code, kind.label) for code, kind in vocabulary.EVENT_TYPES.items()],
        string="Means",
    )
    user_id = fields.Many2one("res.users", string="Decided By")
    decided_at = fields.Datetime(required=True, default=fields.Datetime.now)

    _revision_uniq = models.UniqueIndex("(code_id, revision)")


class LogisticsCodeMap(models.Model):
    _inherit = "logistics.code.map"

    version_ids = fields.One2many(
        "logistics.code.map.version", "code_id", string="Meanings"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to keep every meaning."""
        codes = super().create(vals_list)
        codes._keep_version()
        return codes

    def write(self, vals):
        """Override of `base` to keep every meaning."""
        # A code that was put on the list by SQL has its first meaning kept now.
        self._keep_version()
        result = super().write(vals)
        self._keep_version()
        return result

    def _keep_version(self):
        known = {
            (version.code_id.id, version.revision)
            for version in self.env["logistics.code.map.version"]
            .sudo()
            .search([("code_id", "in", self.ids)])
        }
        missing = [code for code in self if (code.id, code.revision) not in known]
        if missing:
            trusted(self.env["logistics.code.map.version"].sudo()).create(
                [
                    {
                        "code_id": code.id,
                        "revision": code.revision,
                        "event_type": code.event_type,
                        "user_id": self.env.uid,
                    }
                    for code in missing
                ]
            )

    # === ACTIONS === #

    def action_restore_dialog(self):
        """Show what restoring the meaning before would do; nothing is changed.

        :raise UserError: When the code had no other meaning.
        """
        self.ensure_one()
        self.check_access("write")
        before = self._version_before()
        dialog = self.env["logistics.code.map.restore"].create(
            {"code_id": self.id, "version_id": before.id}
        )
        dialog._try()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Restore Previous Version"),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _version_before(self):
        """Return the meaning the code had before the one it has now.

        :rtype: logistics.code.map.version
        :raise UserError: When there is none.
        """
        self.ensure_one()
        before = self.version_ids.filtered(
            lambda version: (
                version.revision < self.revision
                and version.event_type != self.event_type
            )
        )
        if not before:
            raise UserError(
                self.env._("“%s” had no other meaning before.", self.raw_code)
            )
        return before.sorted("revision")[-1:]

    def _restore(self, version):
        """Give the code an earlier meaning again, as a new revision.

        A code that had no meaning is unknown again: nothing follows from it, and the
        question what it means is asked once more.

        :param logistics.code.map.version version: The earlier meaning.
        """
        self.ensure_one()
        self.write({"event_type": version.event_type or "unmapped"})

    def _read_held_again(self):
        """Read the messages that held the code with its meaning of now.

        Used to find out what would follow; the button puts them in line instead.
        """
        messages = self._held_messages()
        messages._ingest(messages._parse())

    def _held_messages(self):
        """Return the messages that held the code.

        :rtype: logistics.message
        """
        messages = self._held_events().sighting_ids.message_id
        return messages._readable().sorted("id")

    @api.model
    def _trial_limit(self):
        """Return how many messages are read for a trial at most."""
        return DRY_RUN_LIMIT

    def _check_can_be_tried(self):
        """Check that there is not too much to try out.

        :raise UserError: When there is.
        """
        count = len(self._held_messages())
        if count > self._trial_limit():
            raise UserError(
                self.env._(
                    "%s messages hold the code, too many to try out: choose the "
                    "meaning on the code and apply it.",
                    count,
                )
            )

    def _ask_again(self):
        """Open the question what the code means."""
        partners = dict(self._fields["adapter"]._description_selection(self.env))
        for code in self.sudo():
            self.env["logistics.exception"]._open(
                "unknown_code",
                code,
                self.env._(
                    "%(partner)s says %(words)s, which means nothing here any more.",
                    partner=partners[code.adapter],
                    words=code._in_words(),
                ),
                company=self.env.company,
            )
