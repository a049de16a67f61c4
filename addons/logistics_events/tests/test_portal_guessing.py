"""Who guesses gets nothing: neither a page nor a hint that there is one."""

import re
import secrets
import uuid
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.logistics_events.controllers import portal
from odoo.addons.logistics_events.controllers.throttle import Misses

from .portal_case import PortalCase

GUESSES = 10_000


@tagged("post_install", "-at_install")
class TestGuessing(PortalCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.token = cls._link()
        cls.foreign_token = cls._link(cls.foreign)

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(portal, "misses", Misses(limit=GUESSES * 2)))

    def _guesses(self):
        """Yield addresses of every kind somebody would try."""
        shipment_id = self.shipment.id
        yield from ("", "0", "-1", "null", "%00", "../../web", "'%20OR%201=1--")
        yield from (str(number) for number in range(shipment_id - 50, shipment_id + 50))
        yield self.shipment.name.replace("/", "%2F")
        yield "NB100"
        for place in range(len(self.token)):
            other = "A" if self.token[place] != "A" else "B"
            yield self.token[:place] + other + self.token[place + 1 :]
            yield self.token[:place]
            yield self.token + self.token[place]
        yield self.token.swapcase()
        while True:
            yield secrets.token_urlsafe(32)
            yield str(uuid.uuid4())
            yield secrets.token_hex(16)

    def _shape(self, response):
        """Return an answer without what differs in every answer: what was asked."""
        text = response.text.replace(response.request.path_url, "")
        text = re.sub(r"csrf_token: \"\w+\"", "", text)
        return response.status_code, len(text) > 0, "There Is Nothing Here" in text

    @mute_logger("odoo.http")
    def test_ten_thousand_tokens_give_nothing(self):
        """All through the lookup, a part of them through the door."""
        Link = self.env["logistics.tracking.link"]
        guesses = self._guesses()
        for _number in range(GUESSES):
            guess = next(guesses)
            self.assertFalse(Link._shipment_of(guess), guess)
        self.assertEqual(Link._shipment_of(self.token), self.shipment)

    @mute_logger("odoo.http")
    def test_wrong_links_have_one_answer(self):
        shapes = set()
        guesses = self._guesses()
        next(guesses)
        for _number in range(60):
            guess = next(guesses)
            if "/" in guess or guess == "%00":
                continue
            response = self.url_open(f"/shipment/{guess}", allow_redirects=False)
            shapes.add(self._shape(response))
            self.assertNotIn(self.order.name, response.text)
            self.assertNotIn("NB100", response.text.replace("/shipment/NB100", ""))
        self.assertEqual(shapes, {(404, True, True)})

    @mute_logger("odoo.http")
    def test_ten_thousand_ids_give_a_customer_nothing_of_others(self):
        Shipment = self.env["logistics.shipment"].sudo()
        domain = Shipment._portal_domain(self.guest)
        first = max(self.shipment.id - GUESSES // 2, 1)
        found = Shipment.search(
            [("id", "in", list(range(first, first + GUESSES))), *domain]
        )
        self.assertEqual(found, self.shipment)
        self.authenticate("portal-hansen", "portal-hansen")
        for number in range(self.shipment.id - 10, self.shipment.id + 30):
            if number == self.shipment.id:
                continue
            response = self.url_open(f"/my/shipments/{number}", allow_redirects=False)
            self.assertEqual(response.status_code, 404)
            self.assertNotIn(self.foreign.name, response.text)

    @mute_logger("odoo.http")
    def test_who_guesses_too_much_is_slowed_and_others_are_not(self):
        with patch.object(portal, "misses", Misses(limit=3)):
            codes = [
                self.url_open(f"/shipment/{secrets.token_urlsafe(32)}").status_code
                for _number in range(5)
            ]
            self.assertEqual(codes, [404, 404, 404, 429, 429])
            right = self.url_open(f"/shipment/{self.token}")
            self.assertEqual(right.status_code, 200)

    def test_every_link_is_new_and_long(self):
        tokens = {self.token, self.foreign_token}
        for _number in range(20):
            self.shipment.action_withdraw_tracking_link()
            tokens.add(self._link())
        self.assertEqual(len(tokens), 22)
        self.assertEqual({len(token) for token in tokens}, {43})
