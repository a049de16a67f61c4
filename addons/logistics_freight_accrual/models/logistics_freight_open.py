"""Open accruals: what was incurred and not billed yet, by its age on any day."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..charge_types import CHARGE_TYPES
from .logistics_charge import SOURCE_LABELS, STAGE_LABELS

# Age → label, and the last day of it after the service. Their names sort by age.
AGES = (
    ("030", "0-30 Days", 30),
    ("060", "31-60 Days", 60),
    ("090", "61-90 Days", 90),
    ("180", "91-180 Days", 180),
    ("over", "Over 180 Days", None),
)
# In the context, the day that is looked at; today without it.
ON_DAY = "logistics_on_day"


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    open_own_amount = fields.Monetary(
        string="Still Accrued (Company)",
        compute="_compute_open_own_amount",
        store=True,
        currency_field="company_currency_id",
        help="What is still accrued as the books of the company show it.",
    )

    _open_own_idx = models.Index(
        "(company_id, service_date) WHERE open_own_amount <> 0 OR open_amount <> 0"
    )

    @api.depends("posting_ids.accrued_own")
    def _compute_open_own_amount(self):
        sums = dict(
            self.env["logistics.charge.posting"]
            .sudo()
            ._read_group(
                [("charge_id", "in", self.ids)], ["charge_id"], ["accrued_own:sum"]
            )
        )
        for charge in self:
            charge.open_own_amount = sums.get(charge, 0.0)


class LogisticsFreightOpen(models.Model):
    """One row for each charge that is accrued and neither billed nor released.

    The same charges whose sum the ledger proof compares with the books. Read-only;
    with `ON_DAY` in the context it shows the end of that day, by what was posted then.
    """

    _name = "logistics.freight.open"
    _description = "Open Accrual"
    _auto = False
    _order = "service_date, id"
    _rec_name = "charge_id"
    _depends = {
        "logistics.charge": [
            "carrier_id",
            "charge_type",
            "company_id",
            "currency_id",
            "expense",
            "open_amount",
            "open_own_amount",
            "partner_id",
            "reference",
            "service_date",
            "shipment_id",
            "source",
            "stage",
        ],
        "logistics.charge.posting": ["accrued", "accrued_own", "posting_date"],
        "res.company": ["currency_id"],
    }

    charge_id = fields.Many2one("logistics.charge", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    carrier_id = fields.Many2one("logistics.carrier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Vendor", readonly=True)
    shipment_id = fields.Many2one("logistics.shipment", readonly=True)
    reference = fields.Char(readonly=True)
    charge_type = fields.Selection(
        [(code, kind.label) for code, kind in CHARGE_TYPES.items()], readonly=True
    )
    source = fields.Selection(SOURCE_LABELS, string="Price From", readonly=True)
    stage = fields.Selection(STAGE_LABELS, string="Stage Now", readonly=True)
    expense = fields.Selection(
        [("freight", "Outbound"), ("freight_in", "Inbound")],
        string="Direction",
        readonly=True,
    )
    service_date = fields.Date(readonly=True)
    days = fields.Integer(
        string="Age (days)", readonly=True, aggregator="max", help="Since the service."
    )
    age = fields.Selection(
        [(code, label) for code, label, _last in AGES], readonly=True
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    open_amount = fields.Monetary(
        string="Still Accrued",
        readonly=True,
        aggregator=None,
        help="In the currency of the charge.",
    )
    open_own_amount = fields.Monetary(
        string="Still Accrued (Company)",
        readonly=True,
        currency_field="company_currency_id",
    )

    # === THE TABLE === #

    @property
    def _table_query(self):
        day = fields.Date.to_date(self.env.context.get(ON_DAY))
        open_charges = self._open_on(day) if day else self._open_now()
        day = day or fields.Date.context_today(self)
        days = SQL("%s - COALESCE(c.service_date, o.since)", day)
        return SQL(
            """
            SELECT c.id, c.id AS charge_id, c.company_id, c.carrier_id, c.partner_id,
                   c.shipment_id, c.reference, c.charge_type, c.expense,
                   c.source, c.stage,
                   COALESCE(c.service_date, o.since) AS service_date,
                   c.currency_id, company.currency_id AS company_currency_id,
                   o.amount AS open_amount, o.own AS open_own_amount,
                   %(days)s AS days, %(age)s AS age
              FROM (%(open)s) o
              JOIN logistics_charge c ON c.id = o.id
              JOIN res_company company ON company.id = c.company_id
            """,
            days=days,
            age=_age_of(days),
            open=open_charges,
        )

    def _open_now(self):
        """Return the charges that are open, from what is kept on them."""
        return SQL(
            "SELECT id, open_amount AS amount, open_own_amount AS own, "
            "create_date::date AS since FROM logistics_charge "
            "WHERE open_own_amount <> 0 OR open_amount <> 0"
        )

    def _open_on(self, day):
        """Return the charges that were open at the end of a day."""
        return SQL(
            "SELECT charge_id AS id, SUM(accrued) AS amount, SUM(accrued_own) AS own, "
            "MIN(day) AS since FROM logistics_charge_posting "
            "WHERE posting_date <= %s GROUP BY charge_id "
            "HAVING SUM(accrued) <> 0 OR SUM(accrued_own) <> 0",
            day,
        )

    # === ACTIONS === #

    def action_open_charge(self):
        """Open the charge of the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "logistics.charge",
            "res_id": self.charge_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _window_on(self, company, day):
        """Return the window that shows what was open at the end of a day.

        :param res.company company: Whose.
        :param date day: The day.
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_freight_accrual.logistics_freight_open_action"
        )
        title = self.env._(
            "Open Accruals of %(company)s on %(day)s",
            company=company.name,
            day=fields.Date.to_string(day),
        )
        return action | {
            "name": title,
            "display_name": title,
            "domain": [("company_id", "=", company.id)],
            "context": {ON_DAY: fields.Date.to_string(day)},
        }


def _age_of(days):
    """Return the SQL that names the age of a number of days."""
    cases = [
        SQL("WHEN %s <= %s THEN %s", days, last, code)
        for code, _label, last in AGES
        if last is not None
    ]
    return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), AGES[-1][0])
