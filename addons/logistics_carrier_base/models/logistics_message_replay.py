"""Reading stored messages again: first as a trial that changes nothing."""

from odoo import models
from odoo.exceptions import UserError

# A dry run of more is a report of its own, not a dialog.
DRY_RUN_LIMIT = 2000


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def action_replay(self):
        """Open the dialog that shows what reading the messages again would do."""
        self._check_may_replay()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read Again"),
            "res_model": "logistics.message.replay",
            "view_mode": "form",
            "target": "new",
            "context": {"default_message_ids": self.ids},
        }

    def _dry_run(self):
        """Say what reading the messages again would change, and change nothing.

        The whole way is gone inside a savepoint that is rolled back: what is listed is
        what would happen, not an estimate.

        :return: One mapping per change: `kind` (`event`, `status`, `action`, `error`),
            `name`, `text`, `amount`.
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
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            changes = messages._trial()
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()
        return changes

    def _trial(self):
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM logistics_effect")
        last_effect = self.env.cr.fetchone()[0]
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
        for shipment in shipments:
            if shipment.state != before.get(shipment.id, shipment.state):
                changes.append(
                    {
                        "kind": "status",
                        "name": shipment.display_name,
                        "text": f"{before[shipment.id]} → {shipment.state}",
                        "amount": 0,
                    }
                )
        effects = self.env["logistics.effect"].search([("id", ">", last_effect)])
        actions = dict(effects._fields["action"]._description_selection(self.env))
        changes += [
            {
                "kind": "action",
                "name": effect.order_id.name or effect.key,
                "text": f"{actions[effect.action]}: {effect.quantity:+g}",
                "amount": effect.amount,
            }
            for effect in effects
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
