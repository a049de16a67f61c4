"""What a return wants credited: told to the one credit action, with who must agree."""

from odoo import api, fields, models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from .logistics_return_share import CAUSE, ZERO

# Set while the returns of credits that were just made are worked out: what they want is
# what they got.
JUST_CREDITED = "logistics_just_credited"
# On whose word something is credited: nobody agrees to their own.
_TELLING = ("requested", "received", "inspected", "kept", "lost", "goodwill")
# Whoever changes these changes what is credited, or which fee is charged.
_MATTERS = frozenset(
    {"replacement", "freight_payer", "reason_id", "kind", "partner_id"}
)
_DECIDES = _MATTERS - {"partner_id"}
_MATTERS_OF_GOODS = frozenset({"quantity", "sale_line_id", "move_id", "product_id"})


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    edited_by_id = fields.Many2one(
        "res.users", string="Last Edited By", readonly=True, copy=False
    )
    credit_terms = fields.Json(readonly=True, copy=False)
    credit_terms_text = fields.Char(
        string="Who Must Agree", compute="_compute_credit_terms_text"
    )

    @api.depends("credit_terms")
    def _compute_credit_terms_text(self):
        people = [
            self.env._("Nobody has to agree"),
            self.env._("One person agrees"),
            self.env._("Two people agree"),
        ]
        words = self._reason_words()
        for one in self:
            terms = one.credit_terms
            one.credit_terms_text = terms and self.env._(
                "%(people)s: %(reasons)s.",
                people=people[terms["people"]],
                reasons=", ".join(words[code] for code in terms["reasons"]),
            )

    @api.model
    def _reason_words(self):
        """Return how the reasons of `return_approval` are put, as part of a sentence.

        :rtype: dict[str, str]
        """
        return {
            "amount": self.env._("it is a large amount"),
            "share": self.env._("it is a large part of the order"),
            "repeated": self.env._("the customer had several refunds lately"),
            "no_goods": self.env._("no goods come back for it"),
            "no_photo": self.env._("there is no photo of the damage"),
            "one_person_amount": self.env._("it is more than a small amount"),
            "evidence": self.env._("there is a photo of the damage"),
            "small": self.env._("it is a small amount"),
        }

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base` to know who last changed what is credited."""
        result = super().write(vals)
        if _MATTERS & set(vals):
            self._note_editor()
            if _DECIDES & set(vals):
                self.sudo()._reckon_again()
        return result

    def _note_editor(self):
        if not self.env.su:
            trusted(self.sudo()).write({"edited_by_id": self.env.uid})

    # === BUSINESS METHODS === #

    def _reckon(self):
        """Override: what comes back in one return changes what later ones are about."""
        before = {line: line._left_to_others() for line in self.sudo().line_ids}
        found = super()._reckon()
        moved = self.env["logistics.return.line"].union(
            *(
                line
                for line in self.sudo().line_ids
                if before.get(line, line._left_to_others()) != line._left_to_others()
            )
        )
        others = (
            moved.search([("sale_line_id", "in", moved.sale_line_id.ids)]).return_id
            - self
        )
        if others:
            others._lock()
            others._reckon()
        return found

    def _follow(self, positions):
        """Override: the credits follow what is creditable."""
        result = super()._follow(positions)
        for one, position in positions.items():
            one._want_credits(position)
        return result

    def _want_credits(self, position):
        """Tell the credit action what the return wants credited in all, line by line.

        :param return_fold.Position position: Where the return stands.
        """
        self.ensure_one()
        Demand = self.env["logistics.credit.demand"].sudo()
        demands = Demand.search(
            [
                ("cause", "=", CAUSE),
                ("key", "=", self._credit_key()),
                ("quantity", ">", 0),
            ]
        )
        known = demands.sale_line_id
        wanted = dict.fromkeys(known, ZERO)
        for sold, lines in self._lines_by_sold().items():
            left = lines._creditable(position) - self._by_hand(sold)
            wanted[sold] = max(left, ZERO)
        if not any(wanted.values()) and not known:
            return
        told = {
            demand.sale_line_id: ledger.quantity(demand.quantity) for demand in demands
        }
        if self.env.context.get(JUST_CREDITED) and all(
            told.get(sold, ZERO) == quantity for sold, quantity in wanted.items()
        ):
            return
        decision = self._credit_decision(position)
        if self._keep_terms(decision):
            self._void_agreements(self.env["sale.order.line"].union(*wanted))
        shipment = self.shipment_ids[:1] or self.outbound_ids[:1]
        for sold, quantity in sorted(wanted.items(), key=lambda row: row[0].id):
            if quantity or sold in known:
                Demand._want(
                    sold,
                    CAUSE,
                    self._credit_key(),
                    quantity,
                    reason=self._credit_reason(),
                    shipment=shipment,
                    askers=self._people_behind(),
                    people=decision.people,
                )

    def _keep_terms(self, decision):
        """Keep who must agree, and what is charged.

        :return: Whether something else is charged than what was asked for before.
        :rtype: bool
        """
        before = self.credit_terms or {}
        terms = {
            "people": decision.people,
            "reasons": list(decision.reasons),
            "first": list(decision.first),
            "fees": self._fee_terms(),
            "table": before.get("table") or self.company_id._logistics_return_table(),
        }
        if before != terms:
            trusted(self).write({"credit_terms": terms})
        return before.get("fees", terms["fees"]) != terms["fees"]

    def _void_agreements(self, lines):
        """Ask anew who agreed to credits of sold lines: other fees are charged now.

        :param sale.order.line lines: The sold lines.
        """
        steps = (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "sale.order"),
                    ("res_id", "in", lines.order_id.ids),
                    ("action", "=", "credit"),
                    ("key", "in", [f"line/{line.id}" for line in lines]),
                    ("observed", "=", False),
                    ("state", "in", OPEN_STATES),
                ]
            )
        )
        steps.filtered("approval_ids.decided_by_ids")._set_state("superseded")
        steps.flush_model(["state"])

    def _credit_reason(self):
        """Return why it is credited, for whoever decides.

        :rtype: str
        """
        self.ensure_one()
        return ", ".join(filter(None, [self.name, self.sudo().reason_id.name]))

    def _people_behind(self):
        """Return on whose word the return is credited; the system where nobody's.

        :rtype: res.users
        """
        self.ensure_one()
        told = self.sudo().fact_ids.filtered(lambda fact: fact.kind in _TELLING)
        people = told.user_id | self.sudo().edited_by_id
        people = people.filtered(lambda user: not user._is_superuser())
        return people or self.env.ref("base.user_root")


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    def write(self, vals):
        """Override of `base` to know who last changed what is credited."""
        result = super().write(vals)
        if _MATTERS_OF_GOODS & set(vals):
            self.return_id._note_editor()
        return result

    def _left_to_others(self):
        """Return what other returns of the same goods depend on."""
        self.ensure_one()
        return self.given_up_quantity, self.hand_quantity


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _returns_behind(self):
        """Return the returns that ask for these steps.

        :rtype: logistics.return
        """
        credits = self.sudo().filtered(lambda step: step.action == "credit")
        lines = self.env["sale.order.line"].union(
            *(step._credited_line() for step in credits)
        )
        demands = (
            self.env["logistics.credit.demand"]
            .sudo()
            .search(
                [
                    ("sale_line_id", "in", lines.ids),
                    ("cause", "=", CAUSE),
                    # Others may want something by the same word under their own key.
                    ("key", "=like", "return/%"),
                ]
            )
        )
        ids = {int(demand.key.partition("/")[2]) for demand in demands}
        return self.env["logistics.return"].sudo().browse(sorted(ids)).exists()


class LogisticsApproval(models.Model):
    _inherit = "logistics.approval"

    def _involved(self):
        """Override: who inspected, or last changed what a return is about, is involved
        as well, also where that was after it was asked for.
        """
        people = (
            self.env["res.users"]
            .sudo()
            .union(*(one._people_behind() for one in self.effect_id._returns_behind()))
        )
        return super()._involved() | people.filtered(
            lambda user: not user._is_superuser()
        )
