"""The lists of the freight set-up: accounts, carriers, and what is missing."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..chart import ROLES


class LogisticsFreightSetupAccount(models.TransientModel):
    """One account: chosen, or to be made with a code."""

    _name = "logistics.freight.setup.account"
    _description = "Account of the Freight Set-Up"
    _order = "id"

    setup_id = fields.Many2one(
        "logistics.freight.setup", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="setup_id.company_id")
    role = fields.Selection(
        [
            ("freight", "Freight Expense"),
            ("freight_in", "Freight-in"),
            ("variance", "Freight Variance"),
            ("accrued", "Accrued Freight"),
            ("clearing", "Disputed Freight"),
        ],
        string="For",
        required=True,
        readonly=True,
    )
    account_id = fields.Many2one(
        "account.account",
        string="Account",
        check_company=True,
        help="Leave it empty to make one with the code beside it.",
    )
    account_code = fields.Char(string="Code", related="account_id.code")
    code = fields.Char(string="New Code")
    name = fields.Char(string="New Name")
    account_domain = fields.Binary(compute="_compute_account_domain")

    @api.depends("role")
    def _compute_account_domain(self):
        for row in self:
            role = ROLES[row.role]
            domain = [("account_type", "in", list(role.kinds))]
            if role.is_own:
                domain.append(("reconcile", "=", True))
            row.account_domain = domain

    def _made(self):
        """Return the account, made when it is not there.

        :rtype: account.account
        :raise UserError: When a code is missing or belongs to another account.
        """
        self.ensure_one()
        if self.account_id:
            return self.account_id.sudo()
        role, company = ROLES[self.role], self.company_id.sudo()
        label = dict(self._fields["role"]._description_selection(self.env))[self.role]
        if not self.code:
            raise UserError(
                self.env._("%s: choose an account, or write a code for it.", label)
            )
        if self.code in company._logistics_chart().mapped("code"):
            raise UserError(
                self.env._(
                    "%(label)s: the code %(code)s is taken. Choose that account, or "
                    "write another code.",
                    label=label,
                    code=self.code,
                )
            )
        self.account_id = (
            self.env["account.account"]
            .sudo()
            .with_company(company)
            .create(
                {
                    "name": self.name or role.name,
                    "code": self.code,
                    "account_type": role.kinds[0],
                    "reconcile": role.is_own,
                    "company_ids": [Command.set(company.ids)],
                }
            )
        )
        return self.account_id.sudo()


class LogisticsFreightSetupCarrier(models.TransientModel):
    """One carrier: who bills, and under which numbers."""

    _name = "logistics.freight.setup.carrier"
    _description = "Carrier of the Freight Set-Up"
    _order = "id"

    setup_id = fields.Many2one(
        "logistics.freight.setup", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="setup_id.company_id")
    carrier_id = fields.Many2one("logistics.carrier", required=True, readonly=True)
    terms_id = fields.Many2one("logistics.freight.terms", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Vendor", check_company=True)
    account_numbers = fields.Char(string="Our Account Numbers")
    tax_id = fields.Many2one(
        "account.tax",
        string="Purchase Tax",
        check_company=True,
        domain=[("type_tax_use", "=", "purchase"), ("amount_type", "=", "percent")],
    )
    tax_share = fields.Float(string="Recoverable Share", digits=(7, 6), default=1.0)

    def _apply(self):
        """Write the terms: new ones where a vendor is named, else what changed."""
        Terms = self.env["logistics.freight.terms"]
        for row in self:
            vals = {
                "partner_id": row.partner_id.id,
                "account_numbers": row.account_numbers or False,
                "tax_id": row.tax_id.id,
                "tax_share": row.tax_share,
            }
            terms = row.terms_id or row._archived_terms()
            if terms:
                changed = {
                    name: value
                    for name, value in (vals | {"active": True}).items()
                    if terms._fields[name].convert_to_write(terms[name], terms) != value
                }
                if changed and row.partner_id:
                    terms.write(changed)
            elif row.partner_id:
                terms = Terms.create(
                    vals
                    | {
                        "company_id": row.company_id.id,
                        "carrier_id": row.carrier_id.id,
                        "currency_id": row.company_id.currency_id.id,
                    }
                )
            row.terms_id = terms

    def _archived_terms(self):
        """Return the terms that were left once; there is one for each carrier."""
        Terms = self.env["logistics.freight.terms"].with_context(active_test=False)
        return Terms.search(
            [
                ("company_id", "=", self.company_id.id),
                ("carrier_id", "=", self.carrier_id.id),
            ]
        )


class LogisticsFreightSetupGap(models.TransientModel):
    """One thing that is missing, with the button that mends it."""

    _name = "logistics.freight.setup.gap"
    _description = "Missing in the Freight Set-Up"
    _order = "id"

    setup_id = fields.Many2one(
        "logistics.freight.setup", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="setup_id.company_id")
    code = fields.Char(required=True)
    text = fields.Char(required=True)
    button = fields.Char(required=True)
    res_id = fields.Integer()

    def action_open(self):
        """Open what the sentence is about.

        :rtype: dict
        """
        self.ensure_one()
        return getattr(self, f"_open_{self.code}")()

    def _open_chart(self):
        return self.env["ir.actions.actions"]._for_xml_id(
            "account.action_account_config"
        )

    def _open_parent(self):
        parent = self.env["res.company"].browse(self.res_id)
        Setup = self.env["logistics.freight.setup"]
        Setup._check_may(parent)
        return Setup.create({"company_id": parent.id})._window()

    def _open_books(self):
        return self.setup_id._window()

    def _open_reconcile(self):
        return self._record("account.account")

    def _open_hash(self):
        return self._record("account.journal")

    def _open_no_carrier(self):
        return self.env["ir.actions.actions"]._for_xml_id(
            "logistics_events.logistics_carrier_action"
        )

    def _open_terms(self):
        carrier = self.env["logistics.carrier"].browse(self.res_id)
        return self._record("logistics.freight.terms", new=True) | {
            "context": {
                "default_company_id": self.company_id.id,
                "default_carrier_id": carrier.id,
                "default_partner_id": carrier.partner_id.id,
            }
        }

    def _open_numbers(self):
        return self._record("logistics.freight.terms")

    def _open_off(self):
        return self.env["ir.actions.actions"]._for_xml_id(
            "logistics_events.logistics_action_mode_action"
        )

    def _record(self, model, new=False):
        return {
            "type": "ir.actions.act_window",
            "name": self.button,
            "res_model": model,
            "res_id": False if new else self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
