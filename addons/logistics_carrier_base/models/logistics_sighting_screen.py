"""From the source of a tracking event to the raw message."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.windows import records_window


class LogisticsSighting(models.Model):
    _inherit = "logistics.sighting"

    def _source_text(self):
        """Override of `logistics_events` to name the partner by its connection."""
        if self.message_id:
            return self.sudo().message_id.connection_id.name
        return super()._source_text()

    def action_open_message(self):
        """Open the raw message.

        :raise UserError: When a person or Odoo itself is the source.
        """
        self.ensure_one()
        if not self.message_id:
            raise UserError(self.env._("This source sent no message."))
        return self.message_id._action_open()


class LogisticsMessageUnmatched(models.Model):
    _inherit = "logistics.message.unmatched"

    def action_open_message(self):
        """Open the message that spoke of the number."""
        return self.message_id._action_open()


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _action_open(self):
        """Return the window that shows the messages; a single one as a form."""
        return records_window(self, self.env._("Messages"))
