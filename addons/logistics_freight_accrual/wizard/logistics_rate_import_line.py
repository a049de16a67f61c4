"""The preview of an import of rates, line by line."""

from odoo import api, fields, models

from .. import rate_template
from .logistics_rate_import_plan import WORDS


class LogisticsRateImportLine(models.TransientModel):
    """One line of the preview."""

    _name = "logistics.rate.import.line"
    _description = "Preview of an Import of Rates"
    _order = "sequence, row, id"

    import_id = fields.Many2one(
        "logistics.rate.import", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        [
            ("problem", "Problem"),
            ("changed", "Changed"),
            ("removed", "Removed"),
            ("added", "Added"),
        ],
        string="What Happens",
        readonly=True,
    )
    row = fields.Integer(
        readonly=True, help="As the spreadsheet counts it. 0: the file."
    )
    column = fields.Char(readonly=True)
    agreement = fields.Char(readonly=True)
    before = fields.Text(readonly=True)
    after = fields.Text(string="After, or What Is Wrong", readonly=True)

    @api.model
    def _rows(self, plans, problems):
        """Return the lines of a preview by kind.

        :rtype: dict[str, list[dict]]
        """
        rows = {"problem": [], "changed": [], "removed": [], "added": []}
        for one in problems:
            rows["problem"].append(
                {
                    "row": one.row,
                    "column": one.column,
                    "after": self.env._(WORDS[one.reason])
                    % ({"column": one.column} | one.values),
                }
            )
        for plan in plans:
            ref = {"agreement": plan.pure.ref}
            labels = plan.record.fields_get(list(plan.head), ["string"])
            for name, (before, after) in plan.head.items():
                rows["changed"].append(
                    ref
                    | {
                        "column": labels[name]["string"],
                        "before": self._head_text(name, before),
                        "after": self._head_text(name, after),
                    }
                )
            for line, entry in plan.changed:
                rows["changed"].append(
                    ref
                    | {"before": _entry_text(line._pure()), "after": _entry_text(entry)}
                )
            rows["removed"] += [
                ref | {"before": _entry_text(line._pure())} for line in plan.removed
            ]
            rows["added"] += [
                ref | {"after": _entry_text(entry)} for entry in plan.added
            ]
        for sequence, (kind, found) in enumerate(rows.items()):
            for row in found:
                row |= {"kind": kind, "sequence": sequence}
        return rows

    @api.model
    def _head_text(self, name, value):
        if name == "currency_id":
            return self.env["res.currency"].browse(value).name
        return f"{value:g}" if isinstance(value, float) else str(value)


def _entry_text(entry):
    """Return an entry in the words of the columns of the template."""
    names = [
        name
        for name in rate_template.COLUMNS
        if getattr(entry, name, None) not in (None, "")
    ]
    words = []
    for name in names:
        value = getattr(entry, name)
        if name in rate_template.NUMBERS:
            if not value:
                continue
            value = format(value.normalize() + 0, "f")
        words.append(f"{name} {value}")
    return ", ".join(words)
