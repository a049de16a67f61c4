from odoo.tests import new_test_user, tagged

from odoo.addons.http_routing.tests.common import MockRequest

from ..models.logistics_overview_live import CHANNEL
from .overview_case import OverviewCase


@tagged("post_install", "-at_install")
class TestOverviewLive(OverviewCase):
    """Whoever looks is told that something changed, and nobody else."""

    def _notified(self):
        return [
            values
            for values in self.env.cr.precommit.data.get("bus.bus.values", ())
            if "logistics_events/overview" in values["message"]
        ]

    def _forget_notes(self):
        self.env.cr.precommit.data.pop("logistics_overview_noted", None)
        self.env.cr.precommit.data.pop("bus.bus.values", None)
        self.env.cr.precommit.clear()

    def test_a_batch_is_noted_once_and_says_nothing(self):
        self._forget_notes()
        self.env["logistics.overview"]._note_change()
        self.env["logistics.overview"]._note_change()
        (note,) = self._notified()
        self.assertIn('"payload":{}', note["message"])
        self.assertIn(CHANNEL, note["channel"])

    def test_actions_that_were_taken_are_noted(self):
        self._forget_notes()
        self.env["logistics.effect"]._take()
        self.assertEqual(len(self._notified()), 1)

    def test_only_people_in_logistics_may_listen(self):
        outsider = new_test_user(
            self.env, login="overview-listener", groups="base.group_user"
        )
        for person, hears in ((self.people["user"], True), (outsider, False)):
            with self.subTest(person=person.login):
                named = [
                    channel if isinstance(channel, str) else channel[1]
                    for channel in self._channels(person)
                    if isinstance(channel, str | tuple)
                ]
                self.assertEqual(CHANNEL in named, hears)

    def _channels(self, person):
        with MockRequest(self.env(user=person)):
            return (
                self.env["ir.websocket"]
                .with_user(person)
                ._build_bus_channel_list([CHANNEL])
            )
