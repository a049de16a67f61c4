"""Whose money waits to go back: since when, what for, and the way to it."""

from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.windows import records_window

from .logistics_refund_wish import REFUND

CREDIT = "credit"
PAID = ("paid", "in_payment", "reversed")
MODES = "logistics_events.logistics_action_mode_action"


class Waits(NamedTuple):
    """What a return waits for.

    :param str text: One sentence for a person; empty when it waits for nothing.
    :param on: The record where a person goes on; may be empty.
    """

    text: str = ""
    on: models.BaseModel | None = None


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    pending_since = fields.Datetime(
        string="Waiting Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Since when money is to go back to the customer and has not.",
    )
    waits_for = fields.Char(
        string="Why It Waits",
        compute="_compute_waits_for",
        help="What is missing before the money goes back to the customer.",
    )

    @api.depends("pending_since", "state", "problems")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        for one, waits in self._waits().items():
            one.waits_for = waits.text

    # === ACTIONS === #

    def action_open_waiting(self):
        """Open what the return waits for, where the person may; else the return."""
        self.ensure_one()
        self.check_access("read")
        on = self._waits()[self].on
        on = self if on is None else on.sudo(False)
        if not on.has_access("read"):
            on = self
        if on._name == "logistics.action.mode":
            action = self.env["ir.actions.act_window"]._for_xml_id(MODES)
            return action | {"domain": [("id", "in", on.ids)], "context": {}}
        return records_window(on, self.env._("What It Waits For"))

    # === BUSINESS METHODS === #

    @api.model
    def _pending_domain(self):
        """Return which returns wait for money to go back to the customer.

        :rtype: list
        """
        return [("pending_since", "!=", False)]

    def _store(self, position):
        """Override to note since when money waits to go back."""
        super()._store(position)
        pending = self._is_pending()
        if pending != bool(self.pending_since):
            since = fields.Datetime.now() if pending else False
            trusted(self).write({"pending_since": since})

    def _is_pending(self):
        """Return whether money is to go back to the customer and has not.

        :rtype: bool
        """
        self.ensure_one()
        if self.state == "credited" or any(
            ledger.quantity(line.credit_quantity)
            > ledger.quantity(line.own_credit_quantity)
            for line in self.line_ids
        ):
            return True
        if self.state != "refunded" and any(
            line.own_credit_quantity and not line._is_settled()
            for line in self.line_ids
        ):
            return True
        return any(
            not grant._is_paid() for grant in self.grant_ids if not grant.withdrawn_at
        )

    def _waits(self):
        """Return what each return waits for.

        :rtype: dict[logistics.return, Waits]
        """
        pending = self.sudo().filtered("pending_since")
        steps = pending._last_credit_steps()
        return {
            one: one.sudo()._waiting(steps) if one.sudo() in pending else Waits()
            for one in self
        }

    def _last_credit_steps(self):
        """Return the last credit step of each sold line and each goodwill.

        :rtype: dict[tuple[int, str], logistics.effect]
        """
        orders = self.order_ids | self.grant_ids.order_id
        found = self.env["logistics.effect"].search(
            [
                ("res_model", "=", orders._name),
                ("res_id", "in", orders.ids),
                ("action", "=", CREDIT),
                ("observed", "=", False),
            ],
            order="id",
        )
        return {(step.res_id, step.key): step for step in found}

    def _waiting(self, last_steps):
        """Return what the return waits for.

        :param dict last_steps: As `_last_credit_steps` returns them.
        :rtype: Waits
        """
        self.ensure_one()
        if any(kind == "conflict" for kind, _key in self.problems or ()):
            found = self.env["logistics.exception"]._find_open(
                "report_differs", self, "conflict"
            )
            return Waits(
                self.env._("Two reports contradict each other: clear that up first."),
                found[:1],
            )
        keys = self._credit_step_keys()
        orders = self.order_ids | self.grant_ids.order_id
        steps = self.env["logistics.effect"].union(
            *(
                step
                for (order, key), step in last_steps.items()
                if order in orders.ids and key in keys
            )
        )
        return (
            self._waits_for_claim(steps)
            or self._waits_for_step(steps, self.env._("Credit note"))
            or self._waits_for_note()
            or self._waits_for_refund()
            or Waits(self.env._("Credited, and not paid back yet."), self)
        )

    def _waits_for_claim(self, steps):
        """Return whether the carrier is to be claimed before anybody agrees."""
        asked = steps.approval_ids.filtered(lambda one: one.state == "waiting")
        if (
            asked
            and "claim" in (self.credit_terms or {}).get("first", ())
            and not self._is_claimed()
        ):
            shipments = (self.shipment_ids | self.outbound_ids).filtered("carrier_id")
            return Waits(
                self.env._("A claim against the carrier comes first."), shipments[:1]
            )
        return None

    def _waits_for_step(self, steps, what):
        """Return what keeps steps from being taken, the most urgent first.

        :param logistics.effect steps: The last ones of their keys.
        :param str what: What they make.
        :rtype: Waits | None
        """
        failed = steps.filtered(lambda step: step.state == "failed")[:1]
        if failed:
            return Waits(
                self.env._(
                    "%(what)s: it failed. %(error)s",
                    what=what,
                    error=failed.error or "",
                ),
                failed,
            )
        waiting = steps.filtered(lambda step: step.state == "waiting")
        asked = waiting.approval_ids.filtered(lambda one: one.state == "waiting")
        if asked:
            return Waits(self._approval_text(asked, what), asked[:1])
        refused = steps.filtered(lambda step: step.state == "rejected")[:1]
        if refused:
            decided = refused.approval_ids.filtered(lambda one: one.state == "refused")
            return Waits(
                self.env._(
                    "%(what)s: it was refused. %(why)s",
                    what=what,
                    why=decided[:1].reason or "",
                ),
                decided[:1] or refused,
            )
        if not waiting:
            return None
        later = waiting.filtered(
            lambda step: step.not_before and step.not_before > fields.Datetime.now()
        )
        if later:
            zone = later.with_context(tz=self.env.user.tz or "UTC")
            day = fields.Datetime.context_timestamp(zone, later[0].not_before).date()
            return Waits(
                self.env._(
                    "%(what)s: not before %(day)s, as the rule says.",
                    what=what,
                    day=self._day_text(day),
                ),
                later[:1],
            )
        return Waits(self.env._("%s: it is being made.", what), waiting[:1])

    def _approval_text(self, asked, what):
        """Return who must still agree to what, and why.

        :param logistics.approval asked: Of steps of one action.
        :param str what: What they agree to.
        :rtype: str
        """
        if max(asked.mapped("decided_count")):
            people = self.env._("A second person of finance must agree")
        elif max(asked.mapped("needed")) > 1:
            people = self.env._("Two people of finance must agree")
        else:
            people = self.env._("One person of finance must agree")
        words = self._reason_words()
        terms = (self.credit_terms or {}) if asked[0].action == CREDIT else {}
        why = ", ".join(words[reason] for reason in terms.get("reasons", ()))
        if terms.get("people") and why:
            return self.env._("%(people)s: %(why)s.", people=people, why=why)
        return self.env._(
            "%(people)s. It is about: %(what)s.", people=people, what=what
        )

    def _waits_for_note(self):
        """Return what keeps the credit note from being there, where no step says it."""
        typed = self.line_ids.sale_line_id.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_refund"
        )
        notes = self._own_notes() | typed
        draft = notes.filtered(lambda note: note.state == "draft")[:1]
        if draft:
            return Waits(
                self.env._("%s is to be posted.", draft.display_name or ""), draft
            )
        if not any(
            line.credit_quantity > line.own_credit_quantity for line in self.line_ids
        ) and not any(
            not grant._documents() for grant in self.grant_ids if not grant.withdrawn_at
        ):
            return None
        row = self.env["logistics.action.mode"]._row(self.company_id, CREDIT)
        if row.mode != "on":
            return Waits(
                self.env._(
                    "Credit notes are not switched on: make it on the invoice, or "
                    "switch them on."
                ),
                row,
            )
        if any(line._is_part() for line in self.line_ids):
            return Waits(
                self.env._(
                    "A kit is credited when all of its parts are back: some are not."
                ),
                self,
            )
        return Waits(self.env._("No credit note was asked for yet."), self)

    def _waits_for_refund(self):
        """Return what keeps posted credit notes from being paid back."""
        notes = self._own_notes().filtered(
            lambda note: note.state == "posted" and note.payment_state not in PAID
        )
        if not notes:
            return None
        steps = self.env["logistics.effect"].search(
            [
                ("res_model", "=", notes._name),
                ("res_id", "in", notes.ids),
                ("action", "=", REFUND),
                ("observed", "=", False),
            ],
            order="id",
        )
        last = steps.browse({step.res_id: step.id for step in steps}.values())
        return (
            self._waits_for_payment(notes.logistics_refund_ids)
            or self._waits_for_step(last, self.env._("Refund"))
            or self._waits_for_hand(notes)
        )

    def _waits_for_payment(self, refunds):
        """Return what keeps refunds on record from arriving, the worst first."""
        texts = (
            (
                lambda one: one.state == "unclear",
                self.env._("It is unclear whether the refund arrived: look it up."),
            ),
            (
                lambda one: one.state == "asked" and not one.source_id,
                self.env._("Finance pays it back: no payment of the order can."),
            ),
            (
                lambda one: one.state in ("asked", "sent"),
                self.env._("The refund is with the payment provider."),
            ),
            (
                lambda one: one.state == "done" and not one.settled,
                self.env._("Paid back; the payment is not posted yet."),
            ),
        )
        for is_so, text in texts:
            if found := refunds.filtered(is_so)[:1]:
                return Waits(text, found)
        refused = refunds.filtered(
            lambda one: one.state == "refused" and not one.withdrawn
        )[:1]
        if refused:
            return Waits(
                self.env._("The refund was refused: %s", refused.error or ""), refused
            )
        return None

    def _waits_for_hand(self, notes):
        row = self.env["logistics.action.mode"]._row(self.company_id, REFUND)
        if row.mode != "on":
            return Waits(
                self.env._(
                    "%s is posted, and refunds are not switched on: pay it back or "
                    "set it off.",
                    notes[0].name,
                ),
                notes[:1],
            )
        return Waits(self.env._("%s is not paid back yet.", notes[0].name), notes[:1])

    def _own_notes(self):
        """Return the credit notes of the return, goodwill included, but cancelled ones.

        :rtype: account.move
        """
        self.ensure_one()
        notes = self._credit_notes() | self.grant_ids._documents()
        return notes.filtered(
            lambda note: note.move_type == "out_refund" and note.state != "cancel"
        ).sorted("id")


class LogisticsReturnGrant(models.Model):
    _inherit = "logistics.return.grant"

    def _is_paid(self):
        """Return whether the goodwill is paid back, or set off.

        :rtype: bool
        """
        self.ensure_one()
        notes = self._documents().filtered(lambda move: move.move_type == "out_refund")
        return bool(notes) and all(note.payment_state in PAID for note in notes)
