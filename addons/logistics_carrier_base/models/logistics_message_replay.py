"""Reading stored messages again: first as a trial that changes nothing."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger

# A dry run of more is a report of its own, not a dialog.
DRY_RUN_LIMIT = 2000


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def action_replay(self):
        """Open the dialog that shows what reading the messages again would do."""
        self._check_may_replay()
        return self.env["logistics.message.replay"]._dialog(
            {"default_message_ids": self.ids}
        )

    def _dry_run(self):
        """Say what reading the messages again would change, and change nothing.

        The whole way is gone inside a savepoint that is rolled back: what is listed is
        what would happen, not an estimate.

        :return: One mapping per change: `kind` (`event`, `status`, `action`, `error`),
            `name`, `text`, `amount` (what is asked for, negative when taken back) and
            `currency` (code, for an action that is not only observed).
        :rtype: list[dict]
        :raise UserError: For more messages than a dialog can show.
        """
        if len(self) > DRY_RUN_LIMIT:
            raise UserError(
                self.env._("Choose at most %s messages for a trial.", DRY_RUN_LIMIT)
            )
        messages = self._readable().filtered(
            lambda message: message.state in ("done", "dead")
        )
        changes, refused = [], []
        self.env.flush_all()

        def deed():
            try:
                changes.extend(messages._try_reading())
            except UserError as error:
                refused.append(str(error))
                raise

        actions = self.env["logistics.effect"]._trial(deed) or []
        changes += [
            {"kind": "error", "name": "", "text": reason, "amount": 0}
            for reason in refused
        ]
        return changes + [self._action_change(action) for action in actions]

    def _action_change(self, action):
        text = f"{action['name']}: {ledger.as_text(action['quantity'], sign=True)}"
        if action["observed"]:
            text = self.env._("%s (only noted)", text)
        return {
            "kind": "action",
            "name": action["subject"],
            "text": text,
            "amount": action["amount"],
            "currency": False if action["observed"] else action["currency"],
        }

    def _try_reading(self):
        """Read and record the messages, and say what became different but for money.

        :rtype: list[dict]
        """
        outcome = self._parse()
        before = self._states(outcome)
        changes = [
            {"kind": "error", "name": str(result.id), "text": result.error, "amount": 0}
            for result in outcome.values()
            if result.category
        ]
        new, shipments = self._ingest(outcome)
        self.env.flush_all()
        if new:
            changes.append(
                {
                    "kind": "event",
                    "name": self.env._("Tracking events"),
                    "text": self.env._("%s are new or read differently", new),
                    "amount": 0,
                }
            )
        changes += [
            {
                "kind": "status",
                "name": shipment.display_name,
                "text": f"{before[shipment.id]} → {shipment.state}",
                "amount": 0,
            }
            for shipment in shipments
            if shipment.state != before.get(shipment.id, shipment.state)
        ]
        return changes

    def _states(self, outcome):
        results = [result for result in outcome.values() if result.events]
        matcher = self.env["logistics.matcher"]._for_events(results)
        states = {}
        for result in results:
            for event in result.events:
                targets, _reason = matcher.match(result.reader.connection, event)
                for _company, shipment, _parcel in targets:
                    states[shipment.id] = shipment.state
        return states
