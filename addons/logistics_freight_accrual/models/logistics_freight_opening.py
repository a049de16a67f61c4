"""Open accruals of before, with which the proof of accrued freight starts at 0.00."""

import base64
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import vocabulary
from odoo.addons.logistics_events.models.ledger import trusted

from .. import opening_sheet
from ..charge_types import CHARGE_TYPES
from ..opening_sheet import fold
from ..rounding import rounded
from .money import money

# What a person says before it is posted; never after.
_SAID = ("company_id", "file", "account_id", "day", "rest_reason")


class LogisticsFreightOpening(models.Model):
    """On screen: Opening Balance. One table of open accruals, read and then posted."""

    _name = "logistics.freight.opening"
    _inherit = ["logistics.folded.mixin", "mail.thread"]
    _description = "Opening Balance of Freight"
    _order = "id desc"
    _rec_name = "filename"
    _check_company_auto = True
    _folded_fields = frozenset({"state", "move_id", "problem_text"})

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    file = fields.Binary(
        string="Table", attachment=True, help="XLSX or CSV, as in the template."
    )
    filename = fields.Char(string="Name of the File")
    account_id = fields.Many2one(
        "account.account",
        string="Old Account",
        check_company=True,
        help="Where these accruals stand until now. The entry empties it.",
    )
    day = fields.Date(
        required=True,
        default=lambda self: self.env.company._logistics_today(),
        help="The day of the entry; the old account is read up to it.",
    )
    rest_reason = fields.Char(
        string="Why the Rest Is Variance",
        help="What the table does not explain of the old account goes to freight "
        "variance, with this reason.",
    )
    state = fields.Selection(
        [("draft", "Not Posted"), ("posted", "Posted"), ("cancel", "Discarded")],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many(
        "logistics.freight.opening.line", "opening_id", string="Open Accruals"
    )
    problem_text = fields.Char(string="Not Read", readonly=True, copy=False)
    problem_count = fields.Integer(compute="_compute_totals")
    new_count = fields.Integer(compute="_compute_totals")
    total = fields.Monetary(
        string="In the Table",
        currency_field="company_currency_id",
        compute="_compute_totals",
        help="What is new in it.",
    )
    old_balance = fields.Monetary(
        string="On the Old Account",
        currency_field="company_currency_id",
        compute="_compute_totals",
        help="What it owes on that day.",
    )
    rest = fields.Monetary(
        string="Difference",
        currency_field="company_currency_id",
        compute="_compute_totals",
    )
    move_id = fields.Many2one(
        "account.move", string="Opening Entry", readonly=True, copy=False
    )

    template_xlsx = fields.Binary(compute="_compute_templates")
    template_csv = fields.Binary(compute="_compute_templates")

    # === COMPUTE METHODS === #

    def _compute_templates(self):
        for opening in self:
            opening.template_xlsx = base64.b64encode(opening_sheet.template_xlsx())
            opening.template_csv = base64.b64encode(opening_sheet.template_csv())

    @api.depends("line_ids.state", "line_ids.own_amount", "account_id", "day")
    def _compute_totals(self):
        for opening in self:
            currency = opening.company_currency_id
            new = opening.line_ids.filtered(lambda line: line.state == "new")
            posted = opening.state == "posted"
            total = sum((opening.line_ids if posted else new).mapped("own_amount"), 0.0)
            opening.new_count = len(new)
            opening.problem_count = len(
                opening.line_ids.filtered(lambda line: line.state == "problem")
            )
            opening.total = currency.round(total)
            opening.old_balance = float(opening._old_balance())
            opening.rest = currency.round(opening.old_balance - opening.total)

    def _old_balance(self):
        """Return what the old account owes on the day, in company currency.

        :rtype: Decimal
        """
        self.ensure_one()
        if not self.account_id or not self.day:
            return Decimal(0)
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "=", self.account_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", self.day),
                ],
                [],
                ["balance:sum"],
            )
        )
        return -money(rows[0][0], self.company_currency_id)

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: what was posted stays as it was posted."""
        if {*_SAID} & {*vals} and any(one.state == "posted" for one in self):
            raise UserError(
                self.env._("This opening balance is posted and stays as it is.")
            )
        return super().write(vals)

    # === ACTIONS === #

    def action_read(self):
        """Read the table and show what it would post; nothing is posted.

        :raise UserError: Without a table, or after it was posted.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        if not self.file or not self.account_id:
            raise UserError(
                self.env._("Choose the table, and the account of before, first.")
            )
        sheet = opening_sheet.read(
            base64.b64decode(self.file),
            {fold(name) for name in self._carriers()},
            {c.name: c.decimal_places for c in self._currencies().values()},
            CHARGE_TYPES,
        )
        whole = [problem.text for problem in sheet.problems if not problem.row]
        trusted(self).write({"problem_text": whole[0] if whole else False})
        lines = trusted(self.line_ids.sudo())
        lines.unlink()
        lines.create([*self._good_rows(sheet), *self._bad_rows(sheet)])
        return True

    def action_discard(self):
        """Leave the table unposted for good."""
        self.check_access("write")
        self._check_draft()
        trusted(self).write({"state": "cancel"})
        return True

    def action_template_xlsx(self):
        """Download an empty table as a workbook."""
        return self._template("xlsx")

    def action_template_csv(self):
        """Download an empty table as text."""
        return self._template("csv")

    # === BUSINESS METHODS === #

    def _template(self, kind):
        self.ensure_one()
        url = f"/web/content/{self._name}/{self.id}/template_{kind}"
        return {
            "type": "ir.actions.act_url",
            "url": f"{url}?download=true&filename=opening-balance.{kind}",
            "target": "download",
        }

    def _check_draft(self):
        if any(opening.state != "draft" for opening in self):
            raise UserError(self.env._("This opening balance is not open any more."))

    def _carriers(self):
        """Return the carriers by what a table may call them: name or SCAC.

        :rtype: dict[str, logistics.carrier]
        """
        carriers = self.env["logistics.carrier"].sudo().search([("active", "=", True)])
        return {one.scac: one for one in carriers if one.scac} | {
            one.name: one for one in carriers
        }

    def _currencies(self):
        return {
            one.name: one
            for one in self.env["res.currency"].sudo().search([("active", "=", True)])
        }

    def _bad_rows(self, sheet):
        return [
            {
                "opening_id": self.id,
                "row": problem.row,
                "state": "problem",
                "problem": ": ".join(filter(None, (problem.column, problem.text))),
            }
            for problem in sheet.problems
            if problem.row
        ]

    def _good_rows(self, sheet):
        """Return the values of the lines for the rows that can be used.

        :rtype: list[dict]
        """
        carriers = {fold(name): one for name, one in self._carriers().items()}
        currencies = self._currencies()
        wanted = [
            self._charge_vals(
                row, carriers[fold(row.carrier)], currencies[row.currency]
            )
            for row in sheet.rows
        ]
        wanted = self._at_shipments(wanted)
        known = self.env["logistics.charge"].sudo()._find_known(wanted)
        rows = []
        for row, vals, charge in zip(sheet.rows, wanted, known, strict=True):
            state, problem = self._judged(row, charge, vals)
            currency = self.env["res.currency"].browse(vals["currency_id"])
            rows.append(
                {
                    "opening_id": self.id,
                    "row": row.row,
                    "carrier_id": vals["carrier_id"],
                    "reference": row.reference,
                    "shipment_id": vals.get("shipment_id"),
                    "service_date": row.service_date,
                    "charge_type": row.charge_type,
                    "currency_id": currency.id,
                    "amount": float(row.amount),
                    "own_amount": float(
                        self._own(row.amount, currency, row.service_date)
                    ),
                    "note": row.note,
                    "state": state,
                    "problem": problem,
                    "charge_id": charge.id,
                }
            )
        return rows

    def _own(self, amount, currency, day):
        """Return an amount in company currency, at the rate of its day.

        :rtype: Decimal
        """
        company = self.company_id
        rate = self.env["res.currency"]._get_conversion_rate(
            currency, company.currency_id, company, day
        )
        return rounded(amount * Decimal(repr(rate)), company.currency_id.decimal_places)

    def _charge_vals(self, row, carrier, currency):
        return {
            "company_id": self.company_id.id,
            "carrier_id": carrier.id,
            "reference": row.reference,
            "charge_type": row.charge_type,
            "currency_id": currency.id,
            "source": "opening",
            "is_all_in": row.charge_type == "base",
        }

    def _at_shipments(self, wanted):
        """Return the values with the shipments that we know the number of.

        Only where the shipment is that one parcel: its charge is then the same one
        that later messages of the carrier are about.
        """
        keys = {
            vals["reference"]: vocabulary.normalise_tracking(vals["reference"])
            for vals in wanted
        }
        parcels = (
            self.env["logistics.parcel"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("tracking_key", "in", [*keys.values()]),
                ]
            )
        )
        by_key = parcels.grouped(lambda one: (one.carrier_id.id, one.tracking_key))
        found = []
        for vals in wanted:
            same = by_key.get(
                (vals["carrier_id"], keys[vals["reference"]]), parcels[:0]
            )
            shipment = same.shipment_id
            if len(same) == 1 and len(shipment.parcel_ids) == 1:
                expense = (
                    "freight_in" if shipment.direction == "incoming" else "freight"
                )
                vals = vals | {"shipment_id": shipment.id, "expense": expense}
                del vals["reference"]
            found.append(vals)
        return found

    def _judged(self, row, charge, vals):
        """Return what becomes of a row, and why it is not used.

        :return: `new`, `known` or `problem`, and a sentence.
        :rtype: tuple[str, str | bool]
        """
        if not charge:
            return "new", False
        if charge.currency_id.id != vals["currency_id"]:
            return "problem", self.env._(
                "This charge is known in %s.", charge.currency_id.name
            )
        postings = charge.posting_ids
        if not postings:
            return "new", False
        opened = charge._opened()
        if opened == row.amount:
            return "known", False
        if opened:
            return "problem", self.env._(
                "It was opened with %s before.",
                charge.currency_id.format(float(opened)),
            )
        return "problem", self.env._("It was accrued here already.")
