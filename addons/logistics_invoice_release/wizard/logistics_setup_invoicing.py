from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.logistics_setup import CHOICES

# Paid online in full, or authorised to be: what is paid in part waits like the others.
_PAID_ONLINE = "[('logistics_is_prepaid', '=', True)]"


class LogisticsSetupInvoicing(models.TransientModel):
    """When goods are invoiced, as one of four plain choices that write rules."""

    _name = "logistics.setup.invoicing"
    _description = "When Do We Invoice?"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    choice = fields.Selection(
        CHOICES,
        required=True,
        compute="_compute_choice",
        store=True,
        readonly=False,
        precompute=True,
    )
    result = fields.Selection(
        selection="_selection_result",
        string="Then",
        required=True,
        compute="_compute_choice",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_chosen = fields.Boolean(compute="_compute_is_chosen")

    @api.model
    def _selection_result(self):
        return (
            self.env["logistics.policy"]
            ._fields["result"]
            ._description_selection(self.env)
        )

    @api.depends("company_id")
    def _compute_choice(self):
        for dialog in self:
            rule = dialog._rules().filtered("active").sorted("sequence")[-1:]
            dialog.choice = rule.setup_choice or "delivered"
            dialog.result = rule.result or "draft"

    @api.depends("company_id")
    def _compute_is_chosen(self):
        for dialog in self:
            dialog.is_chosen = any(dialog._rules().mapped("active"))

    # === ACTIONS === #

    def action_apply(self):
        """Write the rules of the choice; orders confirmed from now on follow them.

        Use the Rules by Delivery Term undoes it.

        :raise AccessError: In a company the person does not work in.
        """
        self.ensure_one()
        self._check_company()
        old, wanted = self._rules().sorted("sequence"), self._prepare_rules_vals()
        for rule, vals in zip(old, wanted, strict=False):
            changed = {
                name: value for name, value in vals.items() if rule[name] != value
            }
            if changed:
                rule.write(changed)
        old[len(wanted) :].filtered("active").active = False
        self.env["logistics.policy"].create(
            [
                vals | {"company_id": self.company_id.id, "action": "release"}
                for vals in wanted[len(old) :]
            ]
        )
        return {"type": "ir.actions.act_window_close"}

    def action_undo(self):
        """Archive what the set-up wrote: the rules by delivery term count again.

        :raise AccessError: In a company the person does not work in.
        """
        self.ensure_one()
        self._check_company()
        self._rules().filtered("active").active = False
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _rules(self):
        return self.env["logistics.policy"]._of_setup(self.company_id)

    def _check_company(self):
        if not self.env.su and self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("You do not work in %s.", self.company_id.sudo().name)
            )

    def _prepare_rules_vals(self):
        """Return the rules of the choice, in their order.

        :rtype: list[dict]
        """
        labels = dict(self._fields["choice"]._description_selection(self.env))
        web = self.choice == "delivered_web"
        common = {"setup_choice": self.choice, "result": self.result, "active": True}
        everything = common | {
            "name": labels["delivered" if web else self.choice],
            "sequence": 1,
            "trigger": "delivered" if web else self.choice,
            "domain": "[]",
        }
        if not web:
            return [everything]
        paid = common | {
            "name": self.env._("Paid online: when it leaves us"),
            "sequence": 0,
            "trigger": "dispatched",
            "domain": _PAID_ONLINE,
        }
        return [paid, everything]
