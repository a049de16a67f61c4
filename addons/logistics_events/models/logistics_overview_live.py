"""Telling whoever looks at the overview that something changed."""

from odoo import api, models

from .logistics_overview import VIEWERS

CHANNEL = "logistics_overview"
_NOTED = "logistics_overview_noted"


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    @api.model
    def _note_change(self):
        """Tell those who look at the overview, once per transaction, when it commits.

        To be called at the end of a batch, never for one message or from a request
        that a partner waits for. What is told is only that something changed: the
        page asks again, with the rights of who looks.
        """
        data = self.env.cr.precommit.data
        if not data.get(_NOTED):
            data[_NOTED] = True
            self.env.ref("base.group_user")._bus_send(
                "logistics_events/overview", {}, subchannel=CHANNEL
            )


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Override of `bus`: the overview listens, if the person may look at it."""
        channels = list(channels)
        if CHANNEL in channels:
            channels.remove(CHANNEL)
            if any(map(self.env.user.has_group, VIEWERS)):
                channels.append((self.env.ref("base.group_user"), CHANNEL))
        return super()._build_bus_channel_list(channels)


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _take(self):
        """Override to tell the overview when a batch of actions was taken."""
        result = super()._take()
        self.env["logistics.overview"]._note_change()
        return result
