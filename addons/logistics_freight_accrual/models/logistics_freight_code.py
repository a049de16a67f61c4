"""What a carrier's charge means, where no table of ours says it."""

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import insert_once, trusted

from ..charge_codes import fold_name
from ..charge_types import CHARGE_TYPES, kind_of
from ..readers import LAYOUTS

# Our own file may name our charge types instead of the carrier's codes.
_NAMES_TYPES = "freight_csv"
_TYPES = [
    (code, kind.label) for code, kind in CHARGE_TYPES.items() if code != "unknown"
]


class LogisticsFreightCode(models.Model):
    """On screen: Charge Code. A code, or the words of a charge that has none.

    A line with a code that nobody explained is held as unknown. Once finance says what
    it is, all lines of bills that are not posted yet are read again.
    """

    _name = "logistics.freight.code"
    _inherit = ["mail.thread"]
    _description = "Charge Code"
    _order = "layout, code"
    _rec_name = "code"

    layout = fields.Selection(list(LAYOUTS.items()), required=True)
    code = fields.Char(
        string="Carrier's Code",
        required=True,
        help="As it is looked up: in capitals, and the words where there is no code.",
    )
    text = fields.Char(string="Carrier's Text")
    charge_type = fields.Selection(_TYPES, string="Means", tracking=True)
    revision = fields.Integer(default=0, readonly=True)
    version_ids = fields.One2many(
        "logistics.freight.code.version", "code_id", string="Meanings"
    )
    line_ids = fields.One2many("logistics.freight.bill.line", "code_id")
    line_count = fields.Integer(compute="_compute_line_count", string="Lines")

    _code_uniq = models.UniqueIndex(
        "(layout, code)", "This code is listed already for this kind of file."
    )

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["logistics.freight.bill.line"]._read_group(
                [("code_id", "in", self.ids)], ["code_id"], ["__count"]
            )
        )
        for code in self:
            code.line_count = counts.get(code, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to store codes as they are looked up."""
        for vals in vals_list:
            if "code" in vals:
                vals["code"] = fold_name(vals["code"])
        codes = super().create(vals_list)
        decided = codes.filtered("charge_type")
        decided._note_meaning()
        return codes

    def write(self, vals):
        """Override of `base`: a changed meaning is kept, and lines read again."""
        if "code" in vals:
            vals = vals | {"code": fold_name(vals["code"])}
        changed = self.browse()
        if "charge_type" in vals:
            changed = self.filtered(
                lambda code: (
                    (code.charge_type or False) != (vals["charge_type"] or False)
                )
            )
        result = super().write(vals)
        if changed:
            changed._note_meaning()
            changed._read_lines_again()
        return result

    # === ACTIONS === #

    def action_view_lines(self):
        """Open the lines of bills that have the code."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lines with %s", self.code),
            "res_model": "logistics.freight.bill.line",
            "view_mode": "list",
            "domain": [("code_id", "=", self.id)],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _kind_of(self):
        """Return how readers learn what a charge is, people's decisions included.

        :return: Layout, code and words → a key of the charge types.
        """
        own = {
            (code.layout, code.code): code.charge_type
            for code in self.sudo().search([("charge_type", "!=", False)])
        }

        def known(layout, code, text):
            kind = kind_of(layout, code, text, own)
            named = code.strip().lower()
            if kind == "unknown" and layout == _NAMES_TYPES and named in CHARGE_TYPES:
                return named
            return kind

        return known

    @api.model
    def _said(self, code, text):
        """Return under what a charge is looked up.

        :param str code: As the carrier codes it, "" where it only has words.
        :param str text: The charge in the carrier's words.
        :rtype: str
        """
        return fold_name(code) or fold_name(text)

    @api.model
    def _hold(self, layout, lines):
        """Put the unknown charges of lines on the list and ask what they mean.

        :param str layout: A key of `LAYOUTS`.
        :param logistics.freight.bill.line lines: Lines of that layout, any type.
        """
        if layout not in LAYOUTS:
            return
        unknown = {}
        for line in lines.filtered(lambda line: line.charge_type == "unknown"):
            if said := self._said(line.code, line.text):
                unknown.setdefault(said, []).append(line.id)
        if not unknown:
            return
        codes = self.sudo().search(
            [("layout", "=", layout), ("code", "in", list(unknown))]
        )
        known = {code.code: code for code in codes}
        Line = self.env["logistics.freight.bill.line"].sudo()
        for said, ids in sorted(unknown.items()):
            held = Line.browse(ids)
            code = known.get(said) or insert_once(
                self.sudo(),
                {
                    "layout": layout,
                    "code": said,
                    "text": held[0].text or None,
                    "revision": 0,
                },
            )
            held.write({"code_id": code.id})
            for company, ours in held.grouped("company_id").items():
                code._ask(company, len(ours))

    def _ask(self, company, times):
        """Open one exception for the code, or count it once more."""
        self.ensure_one()
        labels = dict(self._fields["layout"]._description_selection(self.env))
        words = f"“{self.code}”"
        if self.text and fold_name(self.text) != self.code:
            words += f" ({self.text})"
        self.env["logistics.exception"]._open(
            "unknown_code",
            self,
            self.env._(
                "%(layout)s: nobody has said what the charge %(words)s is.",
                layout=labels[self.layout],
                words=words,
            ),
            company=company,
            times=times,
        )

    def _note_meaning(self):
        """Keep what the codes mean from now on, and by whose decision."""
        Version = trusted(self.env["logistics.freight.code.version"].sudo())
        for code in self.sudo():
            code.revision += 1
            Version.create(
                {
                    "code_id": code.id,
                    "revision": code.revision,
                    "charge_type": code.charge_type,
                    "user_id": self.env.uid,
                }
            )

    def _read_lines_again(self):
        """Give the lines with the codes their meaning, where nothing is posted yet."""
        lines = (
            self.env["logistics.freight.bill.line"]
            .sudo()
            .search(
                [
                    ("code_id", "in", self.ids),
                    ("bill_id.state", "in", ("new", "stopped", "checked")),
                ]
            )
        )
        for code, held in lines.grouped("code_id").items():
            held.write({"charge_type": code.charge_type or "unknown"})
        Exception_ = self.env["logistics.exception"].sudo()
        for code in self:
            if code.charge_type:
                Exception_._solve(
                    "unknown_code",
                    code,
                    self.env._("Explained by %s.", self.env.user.name),
                )
            else:
                held = lines.filtered(lambda line, code=code: line.code_id == code)
                for company, ours in held.grouped("company_id").items():
                    code._ask(company, len(ours))
        bills = lines.bill_id.filtered(lambda bill: bill.state in ("new", "checked"))
        bills._check_or_note()


class LogisticsFreightCodeVersion(models.Model):
    """One meaning a charge code had, from when, and by whose decision."""

    _name = "logistics.freight.code.version"
    _inherit = "logistics.ledger.mixin"
    _description = "Meaning of a Charge Code"
    _order = "code_id, revision desc"
    _rec_name = "charge_type"

    code_id = fields.Many2one(
        "logistics.freight.code", required=True, ondelete="restrict", index=True
    )
    revision = fields.Integer(required=True)
    charge_type = fields.Selection(_TYPES, string="Means")
    user_id = fields.Many2one("res.users", string="Decided By")
    decided_at = fields.Datetime(required=True, default=fields.Datetime.now)

    _revision_uniq = models.UniqueIndex("(code_id, revision)")

    @api.depends("charge_type")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["charge_type"]._description_selection(self.env))
        for version in self:
            version.display_name = labels.get(version.charge_type, "")


class LogisticsFreightBillLine(models.Model):
    _inherit = "logistics.freight.bill.line"

    code_id = fields.Many2one(
        "logistics.freight.code",
        string="Charge Code",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The code nobody had explained when the line came in.",
    )
