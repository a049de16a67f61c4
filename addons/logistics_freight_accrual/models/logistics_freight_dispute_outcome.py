"""What becomes of a dispute: conceded, not paid, or credited; each decided once."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import as_suite
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from ..rounding import ZERO
from .logistics_charge import PROBLEM_LABELS
from .logistics_freight_dispute import UNDECIDED
from .money import money

# Action of the ledger → the fact that it says, and whether others have to agree.
DEEDS = {
    "dispute": ("dispute", False),
    "concede": ("concede", True),
    "short_pay": ("short_paid", False),
}


class LogisticsFreightDispute(models.Model):
    _inherit = "logistics.freight.dispute"

    # === ACTIONS === #

    def action_concede_dialog(self):
        """Ask how much is conceded, and why."""
        return self._decide_dialog("concede")

    def action_short_pay_dialog(self):
        """Ask how much is finally not paid, and why."""
        self._check_finance()
        self._check_short_pay()
        return self._decide_dialog("short_pay")

    def action_credit_dialog(self):
        """Ask which credit memo settles the dispute."""
        return self._decide_dialog("credit")

    def _decide_dialog(self, deed):
        self.ensure_one()
        self._check_finance()
        self._check_undecided()
        return self.env["logistics.freight.decide"]._window(
            deed, dispute=self, amount=self.open_amount
        )

    def action_open_bill(self):
        """Open the carrier's bill."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "logistics.freight.bill",
            "res_id": self.bill_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _concede(self, amount, reason):
        """Ask to accept a part of what is disputed; another person must agree.

        :param Decimal amount: The part, tax excluded.
        :param str reason: Why; kept.
        :return: The action that waits for the decision.
        :rtype: logistics.effect
        :raise AccessError: For anybody but finance.
        :raise UserError: Without a reason, for more than is undecided, or when another
            decision is on its way.
        """
        return self._ask("concede", amount, reason)

    def _short_pay(self, amount, reason):
        """Finally not pay a part of what is disputed, where the terms allow it.

        :param Decimal amount: The part, tax excluded.
        :param str reason: Why; kept.
        :rtype: logistics.effect
        :raise AccessError: For anybody but finance.
        :raise UserError: As `_concede`, or when the terms do not allow it.
        """
        self._check_short_pay()
        return self._ask("short_pay", amount, reason)

    def _check_short_pay(self):
        """Check that the carrier accepts to be paid less.

        :raise UserError: When its terms do not say so.
        """
        for dispute in self.sudo():
            if not dispute._allows_short_pay():
                raise UserError(
                    self.env._(
                        "The terms of %s do not allow to pay less: wait for its credit "
                        "memo, or concede.",
                        dispute.carrier_id.name,
                    )
                )
            if not dispute.move_id:
                raise UserError(
                    self.env._(
                        "%s is not posted yet: nothing of it can be left unpaid.",
                        dispute.bill_id.display_name,
                    )
                )

    def _check_undecided(self):
        """Check that the disputes can still be decided, and nobody is about to.

        :raise UserError: When one is decided, or a decision waits.
        """
        for dispute in self.sudo():
            if dispute.state not in UNDECIDED:
                raise UserError(
                    self.env._("%s is decided already.", dispute.display_name)
                )
            if dispute._steps().filtered(lambda step: step.state in OPEN_STATES):
                raise UserError(
                    self.env._(
                        "A decision about %s is on its way: wait for it, or refuse it.",
                        dispute.display_name,
                    )
                )

    def _ask(self, deed, amount, reason, asked_by=None):
        """Ask for one of `DEEDS` through the ledger of actions.

        :param res.users asked_by: Who asks; the user at work by default.
        :return: The step, taken already where nobody has to agree.
        :rtype: logistics.effect
        """
        self.ensure_one()
        self._check_finance()
        dispute = self.sudo()
        dispute._check_undecided()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why."))
        left = money(dispute.open_amount, dispute.currency_id)
        if not ZERO < amount <= left:
            raise UserError(
                self.env._(
                    "%(asked)s cannot be decided about: %(left)s is undecided.",
                    asked=dispute.currency_id.format(float(amount)),
                    left=dispute.currency_id.format(float(left)),
                )
            )
        tax = dispute._share(amount)
        own = dispute._own(amount + tax)
        company = dispute.company_id
        _kind, needs_others = DEEDS[deed]
        Effect = self.env["logistics.effect"].sudo()
        opened = Effect._desire(
            [
                {
                    "company": company,
                    "record": dispute,
                    "action": deed,
                    "key": f"{dispute.name}/{len(dispute._steps()) + 1}",
                    "desired": 1,
                    "amount": own,
                    "currency": company.currency_id,
                    "approvers": company._logistics_people_needed(own)
                    if needs_others
                    else 0,
                    "force_mode": "on",
                    "asked_by": asked_by or self.env.user,
                    "inputs": {
                        "reason": reason,
                        "bill": dispute.bill_id.display_name,
                        "amount": str(amount),
                        "tax": str(tax),
                        "currency": dispute.currency_id.name,
                    },
                }
            ]
        )
        dispute._message_log(body=f"{opened._said()}: {reason}")
        if not needs_others:
            opened._take_if_ready()
        return opened

    def _own(self, amount):
        """Return an amount of the dispute in the currency of its company.

        :param Decimal amount: In the currency of the dispute.
        :rtype: float
        """
        self.ensure_one()
        company = self.company_id
        return self.currency_id._convert(
            float(amount),
            company.currency_id,
            company,
            company._logistics_today(),
        )

    def _steps(self):
        """Return all that was ever asked for about the dispute.

        :rtype: logistics.effect
        """
        self.ensure_one()
        return (
            self.env["logistics.effect"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        )


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _settle(self, steps=None):
        """Post what decisions about disputes change between accounts.

        Where a document of the charge is about to be posted, it goes first and carries
        the change; then nothing is posted here.

        :param dict steps: By charge the `logistics.effect` because of which.
        :return: By charge the entry, for those that needed one.
        :rtype: dict[logistics.charge, account.move]
        :raise UserError: When the facts of a charge contradict each other.
        """
        self = as_suite(self.sudo())
        nothing = self.env["logistics.effect"]
        steps = {charge.id: step for charge, step in (steps or {}).items() if step}
        rows = []
        for charge, planned in self._plans().items():
            charge._refuse_if_held(planned)
            keys = {posting.key.partition(":")[0] for posting in planned.postings}
            waits = bool(keys & {"bill", "credit"})
            charge.dispute_ids.is_unsettled = waits and "settle" in keys
            if not waits:
                rows += [
                    (charge, posting, steps.get(charge.id, nothing))
                    for posting in planned.postings
                    if posting.key == "settle"
                ]
        moves = self._book(rows) if rows else self.env["account.move"]
        found = {}
        for (charge, _posting, step), move in zip(rows, moves, strict=True):
            charge._close_payable(move, step)
            found[charge] = move
        self._reckon()
        return found

    def _settle_rest(self, plans, steps=None):
        """Post what is left between accounts, of the charges that have anything left.

        :param dict plans: By charge its plan, as `_reckon` returns it.
        :param dict steps: By charge the `logistics.effect` because of which.
        """
        left = self.filtered(
            lambda charge: any(row.key == "settle" for row in plans[charge].postings)
        )
        if left:
            left._settle({charge: (steps or {}).get(charge) for charge in left})

    def _refuse_if_held(self, planned):
        """Refuse to go on while facts contradict each other.

        :param accrual.Plan planned: What is planned for the charge.
        :raise UserError: Saying why.
        """
        if planned.held:
            raise UserError(
                self.env._(
                    "%(charge)s is held: %(reason)s.",
                    charge=self.display_name,
                    reason=dict(PROBLEM_LABELS)[planned.held],
                )
            )

    def _close_payable(self, move, step):
        """Reconcile what an entry takes from a payable with the bill that made it.

        :param account.move move: An entry of the charge.
        :param logistics.effect step: Because of which, if any: the dispute it is about
            says which of several bills.
        """
        self.ensure_one()
        own = move.line_ids.filtered(
            lambda item: item.logistics_charge_role == "payable"
        )
        if not own:
            return
        disputes = self.dispute_ids
        if step.res_model == disputes._name:
            disputes = step._dispute()
        bills = disputes.move_id.line_ids.filtered(
            lambda item: item.account_id == own.account_id and not item.reconciled
        )
        if bills:
            (own | bills[:1]).reconcile()

    def _line_vals(self, books, role):
        """Override: what is finally not paid leaves the payable and the tax of the
        bill that is posted.
        """
        if role in books.accounts:
            return super()._line_vals(books, role)
        bill = self.dispute_ids.move_id.sorted("id")[-1:]
        items = bill.line_ids.filtered(
            lambda item: (
                item.account_type == "liability_payable"
                if role == "payable"
                else item.tax_line_id
            )
        )
        if not items:
            return super()._line_vals(books, role)
        item = items[0]
        vals = {
            "account_id": item.account_id.id,
            "partner_id": item.partner_id.id,
            "currency_id": self.currency_id.id,
            "logistics_charge_id": self.id,
            "logistics_charge_role": role,
        }
        if role != "payable":
            vals |= {
                "tax_repartition_line_id": item.tax_repartition_line_id.id,
                "tax_tag_ids": [(6, 0, item.tax_tag_ids.ids)],
            }
        return vals


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_dispute(self):
        """Contest what a person found after the bill was posted."""
        self._run_deed("dispute")

    def _run_concede(self):
        """Accept what was disputed, after others agreed."""
        self._run_deed("concede")

    def _run_short_pay(self):
        """Finally not pay what was disputed."""
        self._run_deed("short_pay")

    def _run_deed(self, deed):
        """Say on the charges what was decided, and post what follows from it."""
        kind, _others = DEEDS[deed]
        told, steps = [], {}
        for step in self:
            dispute = step._dispute()
            amount = Decimal(step.inputs["amount"])
            if amount > money(dispute.open_amount, dispute.currency_id):
                raise UserError(
                    self.env._(
                        "%s: less is undecided now. Refuse this, and ask again.",
                        dispute.display_name,
                    )
                )
            told.append((dispute.charge_id, kind, *step._deed_fact(dispute, kind)))
            steps[dispute.charge_id] = step
        Charge = self.env["logistics.charge"].sudo()
        Charge._say_many(told)
        moves = Charge.union(*steps)._settle(steps)
        for step in self:
            dispute = step._dispute()
            move = moves.get(dispute.charge_id)
            lines = move.line_ids if move else None
            step._mark_done(lines=lines)
            dispute._message_log(body=f"{step._said()}: {step.inputs['reason']}")

    def _deed_fact(self, dispute, kind):
        """Return the name and the attributes of the fact that a decision says."""
        self.ensure_one()
        attrs = {
            "amount": Decimal(self.inputs["amount"]),
            "tax": Decimal(self.inputs["tax"]),
            "target": dispute._fact_ref(),
            "on": dispute.company_id._logistics_today(),
            "currency": self.inputs["currency"],
            "user": self.asked_by,
        }
        if kind != "dispute":
            return f"{dispute.name}/{self.id}", attrs
        return dispute._fact_ref(), attrs | {
            "target": dispute.bill_id._freight_ref(),
            "treatment": dispute.treatment,
        }

    def _dispute(self):
        self.ensure_one()
        return self.env["logistics.freight.dispute"].sudo().browse(self.res_id)
