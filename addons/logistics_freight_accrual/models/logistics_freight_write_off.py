"""Accrued freight that no bill comes for any more: given up under approval."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from ..rounding import ZERO
from .logistics_charge_reckon import ACCRUE
from .logistics_freight_dispute import FINANCE

# What a person chooses while nothing is asked for yet.
_CHOSEN = frozenset({"charge_ids", "reason"})


class LogisticsFreightWriteOff(models.Model):
    """On screen: Write-Off. Charges whose open accruals are to be released, decided
    together. What is asked for is kept with the action: only before the list changes.
    """

    _name = "logistics.freight.write.off"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Write-Off"
    _order = "id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_proposed = fields.Boolean(
        string="Proposed",
        readonly=True,
        help="Put together because no bill came in time.",
    )
    reason = fields.Char(tracking=True, help="Why no bill is expected any more.")
    charge_ids = fields.Many2many(
        "logistics.charge",
        "logistics_freight_write_off_charge_rel",
        "write_off_id",
        "charge_id",
        string="Freight Charges",
        check_company=True,
    )
    charge_count = fields.Integer(string="Charges", compute="_compute_total_amount")
    total_amount = fields.Monetary(
        string="Still Accrued",
        compute="_compute_total_amount",
        help="In the currency of the company.",
    )
    state = fields.Selection(
        [
            ("draft", "To Be Asked"),
            ("waiting", "Waiting for Approval"),
            ("done", "Written Off"),
            ("refused", "Refused"),
            ("discarded", "Discarded"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    editor_ids = fields.Many2many(
        "res.users",
        "logistics_freight_write_off_editor_rel",
        "write_off_id",
        "user_id",
        string="Put Together By",
        readonly=True,
    )

    _proposal_uniq = models.UniqueIndex(
        "(company_id) WHERE is_proposed AND state = 'draft'",
        "A proposal of this company is open already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("charge_ids.open_amount")
    def _compute_total_amount(self):
        for write_off in self:
            charges = write_off.sudo().charge_ids
            write_off.charge_count = len(charges)
            write_off.total_amount = sum(charge._open_own() for charge in charges)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to name it; people make one of chosen charges."""
        if not self.env.su:
            raise AccessError(self.env._("Choose freight charges, and write them off."))
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: only the list and the reason are typed, and only before
        it is asked for; who did is kept, since they cannot agree to it.
        """
        typed = [
            name for name in vals if name in _CHOSEN or self._fields[name].readonly
        ]
        if typed and not self.env.su:
            self._check_finance()
            if set(typed) - _CHOSEN:
                raise AccessError(
                    self.env._("What became of a write-off is not typed.")
                )
            if any(write_off.state != "draft" for write_off in self):
                raise UserError(
                    self.env._("What is asked for already does not change any more.")
                )
            self.sudo().editor_ids |= self.env.user
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Discard it instead: what was proposed is kept."))

    # === ACTIONS === #

    def action_ask(self):
        """Ask for the approval of other people.

        :raise AccessError: For anybody but finance.
        :raise UserError: Without a reason, or when a charge cannot be written off.
        """
        self._check_finance()
        for write_off in self:
            write_off._ask()
        return True

    def action_discard(self):
        """Put it aside: nothing is written off."""
        self._check_finance()
        if any(write_off.state != "draft" for write_off in self):
            raise UserError(self.env._("It is asked for already: refuse it instead."))
        self.sudo().write({"state": "discarded"})
        self._solve(self.env._("Discarded by %s.", self.env.user.name))
        return True

    # === BUSINESS METHODS === #

    def _check_finance(self):
        """Check that the user may propose write-offs.

        :raise AccessError: When the user is not of finance, or may not see one.
        """
        if not (self.env.su or self.env.user.has_group(FINANCE)):
            raise AccessError(self.env._("Only finance writes off accrued freight."))
        self.check_access("read")

    def _ask(self):
        """Ask for the release of what is open now of each charge.

        :return: The action that waits for approval.
        :rtype: logistics.effect
        """
        self.ensure_one()
        asker, write_off = self.env.user, self.sudo()
        if write_off.state != "draft":
            raise UserError(self.env._("It is asked for already."))
        reason = (write_off.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why no bill is expected any more."))
        charges = write_off.charge_ids.sorted("id")
        charges._check_write_off()
        rows = charges._write_off_rows()
        if not rows:
            raise UserError(self.env._("Nothing of these charges is accrued any more."))
        write_off.editor_ids |= asker
        company = write_off.company_id
        own = sum(abs(charge._open_own()) for charge in charges)
        opened = (
            self.env["logistics.effect"]
            .sudo()
            ._desire(
                [
                    {
                        "company": company,
                        "record": write_off,
                        "action": "write_off",
                        "key": write_off.name,
                        "desired": 1,
                        "amount": own,
                        "currency": company.currency_id,
                        "approvers": company._logistics_people_needed(own),
                        "force_mode": "on",
                        "asked_by": asker,
                        "inputs": {"reason": reason, "charges": rows},
                    }
                ]
            )
        )
        write_off.state = "waiting"
        return opened

    def _solve(self, solution):
        """Close what people were told of the proposal."""
        for write_off in self:
            self.env["logistics.exception"].sudo()._solve(
                "unmatched", write_off, solution
            )


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def action_write_off(self):
        """Put the charges on a write-off, and open it; nothing is asked for yet.

        :raise AccessError: For anybody but finance.
        :raise UserError: When one cannot be written off, or they are of two companies.
        """
        WriteOff = self.env["logistics.freight.write.off"]
        WriteOff._check_finance()
        self.check_access("read")
        charges = self.sudo()
        if len(charges.company_id) != 1:
            raise UserError(self.env._("Choose charges of one company."))
        charges._check_write_off()
        if not charges.filtered("open_amount"):
            raise UserError(self.env._("Nothing of these charges is accrued any more."))
        write_off = WriteOff.sudo().create(
            {
                "company_id": charges.company_id.id,
                "charge_ids": [fields.Command.set(charges.filtered("open_amount").ids)],
                "editor_ids": [fields.Command.set(self.env.user.ids)],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write Off"),
            "res_model": WriteOff._name,
            "res_id": write_off.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _check_write_off(self):
        """Check that the charges can be written off.

        :raise UserError: When something of one is contested, on its way, or held.
        """
        waiting = self._with_waiting_accruals()
        for charge in self:
            reason = ""
            if charge.stage == "disputed":
                reason = self.env._("it is disputed: decide the dispute first")
            elif charge.held_reason:
                reason = self.env._("its documents contradict each other")
            elif charge in waiting:
                reason = self.env._("an entry of it is on its way")
            if reason:
                raise UserError(
                    self.env._(
                        "%(charge)s cannot be written off: %(reason)s.",
                        charge=charge.display_name,
                        reason=reason,
                    )
                )

    def _with_waiting_accruals(self):
        """Return the charges of which an accrual is not posted yet.

        :rtype: logistics.charge
        """
        steps = self.env["logistics.effect"].sudo().search(self._waiting_domain())
        return self.browse(steps.mapped("res_id"))

    def _waiting_domain(self):
        return [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("action", "=", ACCRUE),
            ("observed", "=", False),
            ("state", "in", OPEN_STATES),
        ]

    def _write_off_rows(self):
        """Return what of the charges is open, as it is asked for and kept.

        :rtype: list[dict]
        """
        return [
            {
                "id": charge.id,
                "name": charge.display_name,
                "amount": str(amount),
                "currency": charge.currency_id.name,
            }
            for charge, amount in self._open_amounts().items()
            if amount
        ]

    def _open_amounts(self):
        """Return what is accrued and neither billed nor written off, by what is known.

        :rtype: dict[logistics.charge, Decimal]
        """
        return {
            charge: planned.position.open if planned.position else ZERO
            for charge, planned in self._plans().items()
        }

    def _open_own(self):
        """Return what is open of the charge in the currency of its company.

        :rtype: float
        """
        self.ensure_one()
        company = self.company_id
        return self.currency_id._convert(
            self.open_amount,
            company.currency_id,
            company,
            self.service_date or company._logistics_today(),
        )


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _askers(self):
        """Override of `logistics_events`: who put a write-off together asked for it."""
        askers = super()._askers()
        if self.action == "write_off":
            askers |= self._write_off().editor_ids
        return askers

    def _set_state(self, state, **more):
        """Override of `logistics_events`: a refused write-off is told so."""
        result = super()._set_state(state, **more)
        if state == "rejected":
            for step in self.filtered(lambda step: step.action == "write_off"):
                step._write_off().write({"state": "refused"})
        return result

    def _run_write_off(self):
        """Release what others agreed to, of the charges of which just that is open."""
        for step in self:
            step._release()

    def _release(self):
        """Release the charges of one write-off; those that changed since are left."""
        self.ensure_one()
        write_off = self._write_off()
        asked = {row["id"]: Decimal(row["amount"]) for row in self.inputs["charges"]}
        charges = self.env["logistics.charge"].sudo().browse(sorted(asked))
        charges._lock()
        charges.invalidate_recordset(["fact_ids", "posting_ids"])
        now = charges._open_amounts()
        waiting = charges._with_waiting_accruals()
        same = charges.filtered(
            lambda charge: now[charge] == asked[charge.id] and charge not in waiting
        )
        lines = same._release_now(self, asked)
        self._mark_done(lines=lines)
        write_off.state = "done"
        write_off._solve(self.env._("Written off."))
        if changed := charges - same:
            write_off._message_log(
                body=self.env._(
                    "Not written off, since something changed meanwhile: %s",
                    ", ".join(changed.mapped("display_name")),
                )
            )

    def _write_off(self):
        self.ensure_one()
        return self.env["logistics.freight.write.off"].sudo().browse(self.res_id)
