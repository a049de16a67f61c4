"""Messages that hold the proof itself: noted while they are read, opened later."""

from odoo import models

from ..outcome import PROVEN_BY


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _ingest(self, outcome):
        """Override to have messages about deliveries searched for proofs."""
        done = super()._ingest(outcome)
        telling = [
            outcome[message_id]
            for message_id in self.ids
            if outcome[message_id].may_hold_proof()
        ]
        if telling:
            self._note_proofs(telling)
        return done

    def _note_proofs(self, telling):
        """Put the parcels of messages in line that may hold their proofs.

        :param list[Outcome] telling: The parsed messages.
        """
        Request = self.env["logistics.proof.request"].sudo()
        matcher = self.env["logistics.matcher"]._for_events(telling)
        found = {}
        for result in telling:
            connection = result.reader.connection
            for event in result.events:
                if event.event_type not in PROVEN_BY or event.classifier != "actual":
                    continue
                targets, _reason = matcher.match(connection, event)
                for _company, _shipment, parcel in targets:
                    if parcel:
                        found[parcel.with_env(Request.env)] = (
                            connection.sudo(),
                            result.id,
                        )
        if found:
            Request._found_inside(found)
