from odoo import api, fields, models

from odoo.addons.logistics_events import vocabulary


class LogisticsForeignDeclare(models.TransientModel):
    """A person says which of the unknown numbers are not ours."""

    _name = "logistics.foreign.declare"
    _description = "Not Ours Dialog"

    connection_id = fields.Many2one(
        "logistics.connection", required=True, readonly=True
    )
    kind = fields.Selection(
        selection=lambda self: (
            self.env["logistics.foreign.rule"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        required=True,
        default="number",
        string="What Is Not Ours",
    )
    numbers = fields.Text(help="One per line, in any spelling.")
    prefix = fields.Char(string="Beginning With")
    reason = fields.Char(string="Why")
    covered_count = fields.Integer(
        compute="_compute_covered_count",
        string="Unknown Numbers Concerned",
        help="How many of the numbers that wait now are ignored from then on.",
    )

    @api.depends("connection_id", "kind", "numbers", "prefix")
    def _compute_covered_count(self):
        for dialog in self:
            keys = dict(
                self.env["logistics.message.unmatched"]._read_group(
                    [
                        ("connection_id", "=", dialog.connection_id.id),
                        ("foreign_rule_id", "=", False),
                    ],
                    ["tracking_key"],
                    ["__count"],
                )
            )
            dialog.covered_count = sum(dialog._covers(key) for key in keys)

    def action_declare(self):
        """Ignore them from now on. Withdraw under Not Ours undoes it."""
        self.ensure_one()
        self.env["logistics.foreign.rule"]._declare(
            self.connection_id, self.kind, self._values(), (self.reason or "").strip()
        )
        return {"type": "ir.actions.act_window_close"}

    def _values(self):
        if self.kind == "number":
            return [
                line for line in (self.numbers or "").splitlines() if line.strip()
            ] or [""]
        return [self.prefix or ""]

    def _covers(self, key):
        if self.kind == "account":
            return True
        values = {vocabulary.normalise_tracking(value) for value in self._values()}
        if self.kind == "number":
            return key in values
        return any(value and key.startswith(value) for value in values)
