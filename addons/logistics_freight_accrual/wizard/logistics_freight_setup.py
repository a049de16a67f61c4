from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..books import JOURNAL_FIELD, ROLE_FIELDS
from ..chart import ROLES, propose

_FINANCE = "logistics_events.logistics_events_group_finance"
_JOURNAL_CODES = ("FRT", "FRGHT", "FRT1", "FRT2", "FRT3", "FRT4", "FRT5")


class LogisticsFreightSetup(models.TransientModel):
    """Accounts, journal and carriers of a company, proposed and made in one go."""

    _name = "logistics.freight.setup"
    _description = "Freight Set-Up"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    owner_id = fields.Many2one(
        "res.company", string="Accounts Of", compute="_compute_owner"
    )
    has_chart = fields.Boolean(compute="_compute_owner")
    is_inherited = fields.Boolean(compute="_compute_owner")
    inherited_text = fields.Char(compute="_compute_owner")
    account_ids = fields.One2many(
        "logistics.freight.setup.account", "setup_id", string="Accounts"
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain=[("type", "=", "general")],
        help="Leave it empty to make one of its own: its posted entries are secured "
        "by a hash.",
    )
    journal_name = fields.Char(default=lambda self: self.env._("Freight"))
    journal_code = fields.Char(size=5)
    tax_id = fields.Many2one(
        "account.tax",
        string="Usual Purchase Tax",
        check_company=True,
        domain=[("type_tax_use", "=", "purchase"), ("amount_type", "=", "percent")],
        help="Written on the terms of carriers that have none yet.",
    )
    tax_share = fields.Float(
        string="Recoverable Share",
        digits=(7, 6),
        default=1.0,
        help="How much of the tax comes back, 0 to 1. The rest is cost.",
    )
    carrier_ids = fields.One2many(
        "logistics.freight.setup.carrier", "setup_id", string="Carriers"
    )
    gap_ids = fields.One2many(
        "logistics.freight.setup.gap", "setup_id", string="Still Missing"
    )

    @api.depends("company_id")
    def _compute_owner(self):
        for setup in self:
            company = setup.company_id.sudo()
            books = company._logistics_freight_books()
            owner = books.owner
            if company.parent_id and not books.journal and owner == company:
                # Neither has any: those of the parent are to be chosen.
                owner = company.root_id
            setup.owner_id = owner
            setup.is_inherited = owner != company
            setup.has_chart = bool(company._logistics_chart())
            setup.inherited_text = owner != company and self.env._(
                "%(branch)s is a branch: it takes the accounts and the journal of "
                "%(parent)s, and its entries carry its own name.",
                branch=company.name,
                parent=owner.name,
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to propose what was not given."""
        setups = super().create(vals_list)
        for setup, vals in zip(setups, vals_list, strict=True):
            proposed = setup._prepare_proposal()
            setup.write({name: proposed[name] for name in proposed if name not in vals})
        return setups

    # === ACTIONS === #

    @api.model
    def action_open(self):
        """Open the set-up of the company at work.

        :raise AccessError: For people who do not set freight up.
        """
        self._check_may(self.env.company)
        return self.create({"company_id": self.env.company.id})._window()

    def action_apply(self):
        """Make what is missing, and use what is there; doing it twice changes nothing.

        :raise UserError: When the company has no chart, or a code is taken.
        :raise AccessError: For people who do not set freight up.
        """
        self.ensure_one()
        self._check_may(self.company_id)
        if not self.has_chart:
            raise UserError(self.company_id._logistics_freight_gaps()[0].text)
        if not self.is_inherited:
            self._apply_books()
        self.carrier_ids._apply()
        return self.create({"company_id": self.company_id.id})._window()

    # === BUSINESS METHODS === #

    @api.model
    def _check_may(self, company):
        if self.env.su:
            return
        if not self.env.user.has_group(_FINANCE):
            raise AccessError(self.env._("Only logistics finance sets freight up."))
        if company not in self.env.companies:
            raise AccessError(self.env._("You do not work in %s.", company.sudo().name))

    def _window(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Freight Set-Up"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _prepare_proposal(self):
        """Return what is proposed, as values of the fields.

        :rtype: dict
        """
        self.ensure_one()
        company = self.company_id.sudo()
        owner = self.owner_id.sudo()
        tax = company.account_purchase_tax_id or owner.account_purchase_tax_id
        fits = tax.amount_type == "percent" and not tax.price_include
        vals = {
            "tax_id": tax.id if fits else False,
            "account_ids": [Command.create(row) for row in self._prepare_accounts()],
            "gap_ids": [
                Command.create(
                    {
                        "code": gap.code,
                        "text": gap.text,
                        "button": gap.button,
                        "res_id": gap.res_id,
                    }
                )
                for gap in company._logistics_freight_gaps()
            ],
            "journal_id": owner[JOURNAL_FIELD].id,
        }
        if not vals["journal_id"]:
            vals["journal_code"] = self._free_journal_code()
        default_tax = tax if fits else tax.browse()
        vals["carrier_ids"] = [
            Command.create(row) for row in self._prepare_carriers(default_tax)
        ]
        return vals

    def _prepare_accounts(self):
        owner = self.owner_id.sudo()
        by_code, known = owner._logistics_known_accounts()
        chosen = {
            role: owner[name].with_company(owner).code
            for role, name in ROLE_FIELDS.items()
            if owner[name]
        }
        proposals = propose(known, chosen)
        rows = []
        for role, wanted in ROLES.items():
            found = proposals.get(role)
            if role in chosen:
                rows.append({"role": role, "account_id": owner[ROLE_FIELDS[role]].id})
            elif found and found.is_new:
                rows.append({"role": role, "code": found.code, "name": wanted.name})
            elif found:
                rows.append({"role": role, "account_id": by_code[found.code].id})
        return rows

    def _prepare_carriers(self, tax):
        company = self.company_id
        Terms = self.env["logistics.freight.terms"]
        carriers = self.env["logistics.carrier"].sudo().search([("active", "=", True)])
        found = Terms._for_many([(company, carrier) for carrier in carriers])
        rows = []
        for carrier in carriers:
            terms = found[company, carrier]
            if terms and terms.company_id != company:
                continue  # Those of the parent count.
            rows.append(
                {
                    "carrier_id": carrier.id,
                    "terms_id": terms.id,
                    "partner_id": (terms or carrier).partner_id.id,
                    "account_numbers": terms.account_numbers,
                    "tax_id": terms.tax_id.id if terms else tax.id,
                    "tax_share": terms.tax_share if terms else self.tax_share,
                }
            )
        return rows

    def _free_journal_code(self):
        Journal = self.env["account.journal"].sudo()
        taken = Journal.with_context(active_test=False).search(
            [
                *Journal._check_company_domain(self.owner_id),
                ("code", "in", _JOURNAL_CODES),
            ]
        )
        codes = set(taken.mapped("code"))
        return next((code for code in _JOURNAL_CODES if code not in codes), False)

    def _apply_books(self):
        company = self.company_id.sudo()
        vals = {ROLE_FIELDS[row.role]: row._made().id for row in self.account_ids}
        self.journal_id = self.journal_id or self._make_journal()
        vals[JOURNAL_FIELD] = self.journal_id.id
        changed = {
            name: value for name, value in vals.items() if company[name].id != value
        }
        if changed:
            company.write(changed)

    def _make_journal(self):
        """Return a journal that is used for nothing else."""
        if not self.journal_code:
            raise UserError(self.env._("Write a short code for the new journal."))
        return (
            self.env["account.journal"]
            .sudo()
            .with_company(self.company_id)
            .create(
                {
                    "name": self.journal_name or self.env._("Freight"),
                    "code": self.journal_code,
                    "type": "general",
                    "company_id": self.company_id.id,
                    "restrict_mode_hash_table": True,
                    "show_on_dashboard": False,
                }
            )
        )
