"""Rate agreements from a table that was filled in elsewhere."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.logistics_events.windows import records_window

from .. import rate_sheet, rate_template
from ..agreement import Rate
from ..models.logistics_rate_agreement import within_agreement
from ..models.logistics_rate_agreement_surcharge import SURCHARGES
from ..models.money import share
from .logistics_rate_import_plan import AgreementPlan, compare, imprecise, problem

# So many lines of a kind are listed; the counts are of all of them.
SHOWN_LINES = 300
_HEAD = ("currency_id", "divisor", "weight_step", "per")


class LogisticsRateImport(models.TransientModel):
    """On screen: Import Rates. Shows what a file would change, and changes it only
    when a person confirms.
    """

    _name = "logistics.rate.import"
    _description = "Import Rates"
    _rec_name = "filename"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    file = fields.Binary(attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [("choose", "Choose a File"), ("preview", "Preview")],
        string="Status",
        default="choose",
        required=True,
    )
    skip_bad = fields.Boolean(
        string="Import without the Bad Rows",
        help="What the agreements have and the table has not then stays: a bad row may "
        "be meant for it.",
    )
    is_stale = fields.Boolean(readonly=True)
    seen = fields.Json(readonly=True)
    line_ids = fields.One2many("logistics.rate.import.line", "import_id", readonly=True)
    problem_count = fields.Integer(string="Problems", readonly=True)
    added_count = fields.Integer(string="Added", readonly=True)
    changed_count = fields.Integer(string="Changed", readonly=True)
    removed_count = fields.Integer(string="Removed", readonly=True)
    same_count = fields.Integer(string="Unchanged", readonly=True)
    template_csv = fields.Binary(compute="_compute_templates", string="CSV Template")
    template_xlsx = fields.Binary(compute="_compute_templates", string="XLSX Template")

    @api.depends("state")
    def _compute_templates(self):
        for dialog in self:
            dialog.template_csv = base64.b64encode(rate_template.template_csv())
            dialog.template_xlsx = base64.b64encode(rate_template.template_xlsx())

    # === ACTIONS === #

    def action_template_csv(self):
        """Download an empty table as CSV."""
        return self._download("template_csv", "rates.csv")

    def action_template_xlsx(self):
        """Download an empty table as XLSX."""
        return self._download("template_xlsx", "rates.xlsx")

    def action_preview(self):
        """Read the file and show what it would change; nothing is written.

        :raise UserError: Without a file.
        """
        self.ensure_one()
        self._show(*self._read())
        return self._again()

    def action_back(self):
        """Choose another file."""
        self.ensure_one()
        self.line_ids.unlink()
        self.write({"state": "choose", "file": False, "filename": False})
        return self._again()

    def action_confirm(self):
        """Write what the preview shows.

        :raise UserError: When rows are bad and nobody said to go on without them, when
            nothing changes, or when somebody else changes an agreement just now.
        """
        self.ensure_one()
        self.env["logistics.rate.agreement"].check_access("create")
        plans, problems = self._read()
        if problems and not self.skip_bad:
            raise UserError(
                self.env._(
                    "%s rows have problems. Correct the file, or tick “Import without "
                    "the Bad Rows”.",
                    len({one.row for one in problems}),
                )
            )
        if (self.seen or {}) != self._seen(plans):
            # What was shown is not what would be written: show it again.
            self._show(plans, problems)
            self.is_stale = True
            return self._again()
        if all(plan.is_empty for plan in plans):
            raise UserError(self.env._("The table changes nothing."))
        written = self._write_plans(plans)
        return records_window(written, self.env._("Rate Agreements"), True)

    # === BUSINESS METHODS === #

    def _download(self, name, filename):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{name}/{filename}"
            "?download=true",
            "target": "download",
        }

    def _again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Rates"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _read(self):
        """Read the file, and compare it with the agreements of the company.

        :return: A plan for each agreement, and what is wrong.
        :rtype: tuple[list[AgreementPlan], list[rate_sheet.SheetProblem]]
        """
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        currencies = {
            one.name: one.decimal_places for one in self.env["res.currency"].search([])
        }
        sheet = rate_sheet.read(base64.b64decode(self.file), currencies, SURCHARGES)
        problems = list(sheet.problems)
        countries = self._countries()
        rows, heads = [], {one.ref: one for one in sheet.agreements}
        known = self._known(heads)
        for row in sheet.rows:
            head = heads.get(row.agreement)
            wrong = (
                imprecise(row)
                or (
                    row.entry.country
                    and row.entry.country not in countries
                    and problem(row.row, "country", "not_a_code", row.entry.country)
                )
                or (head and self._wrong_head(row, head, known))
            )
            if wrong:
                problems.append(wrong)
            elif head:
                rows.append(row)
        plans = [
            self._plan(head, rows, known, not problems)
            for head in sheet.agreements
            if any(row.agreement == head.ref for row in rows)
        ]
        return plans, sorted(problems, key=lambda one: one.row)

    def _countries(self):
        return {one.code: one for one in self.env["res.country"].search([])}

    def _known(self, heads):
        """Return the carriers by folded name and SCAC, and the agreements by name."""
        carriers = {}
        named = Domain.OR(
            Domain("name", "=ilike", name) | Domain("scac", "=ilike", name)
            for name in {head.carrier for head in heads.values()}
        )
        for carrier in self.env["logistics.carrier"].search(named):
            for name in {_folded(carrier.name), _folded(carrier.scac)} - {""}:
                carriers.setdefault(name, []).append(carrier)
        agreements = (
            self.env["logistics.rate.agreement"]
            .with_context(active_test=False)
            .search(
                [("company_id", "=", self.company_id.id), ("name", "in", list(heads))]
            )
        )
        return carriers, {one.name: one for one in agreements}

    def _wrong_head(self, row, head, known):
        """Return what keeps the agreement of a row from being written, if anything."""
        carriers, agreements = known
        found = carriers.get(_folded(head.carrier), [])
        if len(found) != 1:
            reason = "two_carriers" if found else "no_carrier"
            return problem(row.row, "carrier", reason, head.carrier)
        record = agreements.get(head.ref)
        if record and record.carrier_id != found[0]:
            return problem(row.row, "carrier", "other_carrier", head.ref)
        if record and not record.active:
            return problem(row.row, "agreement", "archived", head.ref)
        for name in ("divisor", "weight_step"):
            value = getattr(head, name)
            if value is not None and round(value, 6) != value:
                return problem(row.row, name, "too_precise", str(value))
        return None

    def _plan(self, head, rows, known, is_complete):
        carriers, agreements = known
        record = agreements.get(head.ref) or self.env["logistics.rate.agreement"]
        plan = AgreementPlan(head, carriers[_folded(head.carrier)][0], record)
        lines = {
            line: line._pure() for line in (*record.rate_ids, *record.surcharge_ids)
        }
        entries = [row.entry for row in rows if row.agreement == head.ref]
        compare(plan, entries, lines, is_complete)
        new = self._head_vals(plan)
        if record:
            plan.head = {
                name: (_plain(record[name]), new[name])
                for name in _HEAD
                if _plain(record[name]) != new[name]
            }
        return plan

    def _head_vals(self, plan):
        currency = self.env["res.currency"].search([("name", "=", plan.pure.currency)])
        return {
            "currency_id": currency.id,
            "divisor": float(plan.pure.divisor or 0),
            "weight_step": float(plan.pure.weight_step),
            "per": plan.pure.per,
        }

    def _seen(self, plans):
        """Return which revisions the preview was made from.

        :rtype: dict[str, int]
        """
        return {plan.pure.ref: plan.record.version or 0 for plan in plans}

    def _show(self, plans, problems):
        """Keep the preview: what the file would change, and what is wrong with it."""
        self.line_ids.unlink()
        Line = self.env["logistics.rate.import.line"]
        rows = Line._rows(plans, problems)
        Line.create(
            [
                {"import_id": self.id, **row}
                for kind in rows
                for row in rows[kind][:SHOWN_LINES]
            ]
        )
        self.write(
            {
                "state": "preview",
                "is_stale": False,
                "seen": self._seen(plans),
                "problem_count": len(rows["problem"]),
                "added_count": len(rows["added"]),
                "changed_count": len(rows["changed"]),
                "removed_count": len(rows["removed"]),
                "same_count": sum(len(plan.same) for plan in plans),
            }
        )

    def _write_plans(self, plans):
        """Write the agreements, each as one revision.

        :rtype: logistics.rate.agreement
        """
        Agreement = self.env["logistics.rate.agreement"]
        there = Agreement.union(*(plan.record for plan in plans))
        if there.try_lock_for_update() != there:
            raise UserError(
                self.env._("Somebody is changing an agreement just now. Try again.")
            )
        countries, written = self._countries(), Agreement
        for plan in plans:
            agreement = plan.record
            if not agreement:
                agreement = within_agreement(Agreement).create(
                    {
                        "name": plan.pure.ref,
                        "company_id": self.company_id.id,
                        "carrier_id": plan.carrier.id,
                    }
                    | self._head_vals(plan)
                )
            elif plan.head:
                within_agreement(agreement).write(self._head_vals(plan))
            self._write_lines(within_agreement(agreement), plan, countries)
            agreement = agreement.with_env(self.env)
            agreement.invalidate_recordset(["rate_ids", "surcharge_ids"])
            agreement._check_repeats()
            agreement._keep_version()
            written |= agreement
        return written

    def _write_lines(self, agreement, plan, countries):
        """Put what changed in place of what was there, all at once."""
        gone = [*plan.removed, *(line for line, _entry in plan.changed)]
        entries = [*plan.added, *(entry for _line, entry in plan.changed)]
        for name, is_rate in (
            ("logistics.rate.agreement.rate", True),
            ("logistics.rate.agreement.surcharge", False),
        ):
            Line = agreement.env[name]
            Line.browse([one.id for one in gone if one._name == name]).unlink()
            Line.create(
                [
                    {"agreement_id": agreement.id, **_line_vals(entry, countries)}
                    for entry in entries
                    if isinstance(entry, Rate) == is_rate
                ]
            )


def _folded(text):
    return " ".join((text or "").split()).casefold()


def _plain(value):
    if isinstance(value, models.BaseModel):
        return value.id
    return float(share(value)) if isinstance(value, float) else value


def _line_vals(entry, countries):
    vals = {
        "service": entry.service or False,
        "zone": entry.zone or False,
        "country_id": countries[entry.country].id if entry.country else False,
        "minimum": float(entry.minimum),
        "valid_from": entry.valid_from,
        "valid_to": entry.valid_to,
    }
    if isinstance(entry, Rate):
        return vals | {
            "weight_to": float(entry.weight_to or 0),
            "price": float(entry.price),
            "per_kg": float(entry.per_kg),
        }
    return vals | {
        "kind": entry.kind,
        "method": "amount" if entry.percent is None else "percent",
        "percent": float(entry.percent or 0),
        "amount": float(entry.amount or 0),
        "basis": entry.basis,
        "per": entry.per,
        "trait": entry.trait or False,
    }
