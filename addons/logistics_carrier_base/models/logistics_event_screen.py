"""From a tracking event, and from what it led to, to the raw message."""

from odoo import models
from odoo.exceptions import UserError


class LogisticsEvent(models.Model):
    _inherit = "logistics.event"

    def action_open_message(self):
        """Open the raw messages the event was read from.

        :raise UserError: When a person or Odoo itself is the source.
        """
        messages = self.sighting_ids.message_id
        if not messages:
            raise UserError(
                self.env._("No message stands behind this: a person or Odoo said it.")
            )
        return messages._action_open()


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def action_open_message(self):
        """Open the raw messages behind the event that led to the action."""
        return self.event_id.action_open_message()
