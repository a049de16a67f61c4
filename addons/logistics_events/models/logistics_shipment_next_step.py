"""What a shipment waits for, in one sentence."""

from odoo import api, fields, models

from .. import vocabulary


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    next_step = fields.Char(
        compute="_compute_next_step", help="What the shipment waits for now."
    )

    @api.depends("fact_version", "state", "effect_ids.state", "exception_ids.state")
    def _compute_next_step(self):
        for shipment in self:
            shipment.next_step = next(iter(shipment.sudo()._waits_for()), "")

    def _waits_for(self):
        """Return what must happen next, the most urgent first.

        Addons with actions of their own put their sentences in front.

        :return: Sentences for a person.
        :rtype: list[str]
        """
        self.ensure_one()
        return [
            sentence
            for sentence in (
                self._waits_for_decision(),
                self._waits_for_action(),
                self._waits_for_goods(),
            )
            if sentence
        ]

    def _waits_for_decision(self):
        if self.has_conflict:
            return self.env._(
                "Two versions of one tracking event disagree: a person chooses the "
                "right one. Until then no money moves."
            )
        if self.has_contradiction:
            return self.env._(
                "Reports contradict the delivery: a person chooses the right one. "
                "Until then no money moves."
            )
        asked = self.effect_ids.approval_ids.filtered(
            lambda approval: approval.state == "waiting"
        )
        if asked:
            return self.env._("Waits for an approval by finance.")
        return ""

    def _waits_for_action(self):
        steps = self.effect_ids.filtered(lambda step: not step.observed)
        failed = steps.filtered(lambda step: step.state == "failed")[:1]
        if failed:
            return self.env._(
                "An action failed and is tried again: %(reason)s",
                reason=failed.error or "",
            )
        waiting = steps.filtered(lambda step: step.state == "waiting")[:1]
        if not waiting:
            return ""
        if waiting.not_before and waiting.not_before > fields.Datetime.now():
            return self.env._(
                "Waits until %(time)s, in case the carrier corrects itself.",
                time=self._shown_time(waiting.not_before),
            )
        return self.env._("The next action is about to be taken.")

    def _waits_for_goods(self):
        state = self.state
        if state in vocabulary.FINAL_STATES:
            return self._over_text()
        if not self.parcel_ids.filtered(lambda parcel: not parcel.closed_at):
            return self.env._("Waits for a tracking number on the transfer.")
        special = self._waiting_texts().get(state)
        if special:
            return special
        rank = vocabulary.EVENT_TYPES[state].rank if state else 0
        if rank < 30 and self._transfers_open():
            return self.env._(
                "Waits until the goods leave: validate %(transfers)s.",
                transfers=", ".join(self._transfers_open().mapped("name")),
            )
        if not self._is_trackable():
            return self.env._(
                "No connected carrier reports on it: record the proof by hand when "
                "the goods have arrived."
            )
        if rank < 40:
            return self.env._("Waits for the carrier to collect it.")
        return self._on_the_way_text()

    def _waiting_texts(self):
        return {
            "available_for_pickup": self.env._(
                "Waits for the customer to collect it from the carrier."
            ),
            "delivery_attempt_failed": self.env._(
                "The delivery failed once: waits for the carrier's next attempt."
            ),
            "delivery_failed": self.env._(
                "The carrier could not deliver it: call the customer or the carrier."
            ),
            "refused": self.env._(
                "The customer refused it: waits until it comes back."
            ),
            "lost": self.env._("The carrier reports it lost: open a claim."),
            "returning_to_sender": self.env._(
                "It comes back undelivered: waits until it is here."
            ),
            "partly_delivered": self.env._(
                "Some parcels are delivered: waits for the others."
            ),
        }

    def _over_text(self):
        if self.state == "shipment_cancelled":
            return self.env._("Cancelled: nothing is waited for.")
        if self.state == "returned_to_sender":
            return self.env._("It came back undelivered: decide what happens to it.")
        return self.env._("It has arrived: nothing is waited for.")

    def _on_the_way_text(self):
        if not self.eta:
            return self.env._("Under way: waits for the delivery.")
        if self.eta < fields.Datetime.now():
            return self.env._(
                "Late: it was expected on %(day)s.", day=self._shown_eta_day()
            )
        return self.env._("Under way: expected on %(day)s.", day=self._shown_eta_day())

    def _transfers_open(self):
        """Return the transfers that are still here."""
        return self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def _shown_eta_day(self):
        """Return the expected day as the user reads it."""
        day = self._eta_day()
        return fields.Date.to_string(day) if day else self._shown_time(self.eta, 0)

    def _shown_time(self, moment, with_time=True):
        """Return a moment as the user reads it."""
        local = fields.Datetime.context_timestamp(self, moment)
        return local.strftime("%Y-%m-%d %H:%M" if with_time else "%Y-%m-%d")
