"""Two customers with accounts and a delivered order of each, to test the portal."""

import re

from lxml import html

from odoo.tests import HttpCase, new_test_user

from .common import ReturnCommon
from .test_return_photo import picture

# Words of ours that must stand in no page a customer gets.
INTERNAL = ("Secret words", "restock", "goodwill", "K. Meyer", "over_received")


class ReturnPortalCase(ReturnCommon):
    """Returns are on, for 14 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.logistics_return_portal_days = 14
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.customer.email = "hansen@example.com"
        cls.guest = cls._account("hansen", cls.customer)
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Dalton Marine", "email": "dalton@example.com"}
        )
        cls.stranger = cls._account("dalton", cls.other_customer)
        cls.order, cls.picking = cls._delivered(5, number="NB100")
        cls.foreign_order = cls._sell(5, partner_id=cls.other_customer.id)
        cls.foreign_picking = cls.foreign_order.picking_ids
        cls._ship(cls.foreign_picking, "NB900")
        Reason = cls.env["logistics.return.reason"]
        Reason.search([]).portal_visible = False
        cls.fits_not, cls.broken, cls.inside = Reason.create(
            [
                {
                    "name": "Does Not Fit",
                    "code": "test_fits_not",
                    "portal_visible": True,
                    "freight_payer": "customer",
                },
                {
                    "name": "Damaged on the Way",
                    "code": "test_broken",
                    "portal_visible": True,
                    "needs_photo": True,
                    "freight_payer": "carrier",
                },
                {"name": "Secret words inside", "code": "test_inside"},
            ]
        )

    @classmethod
    def _account(cls, login, customer):
        user = new_test_user(
            cls.env,
            login=f"portal-{login}",
            password=f"portal-{login}",
            groups="base.group_portal",
        )
        user.partner_id.parent_id = customer
        return user

    @classmethod
    def _words(cls, **more):
        return {
            "reason_id": str(cls.fits_not.id),
            "replacement": "credit",
            "note": "Too large",
        } | more

    @classmethod
    def _ask(cls, quantity="2", order=None, user=None, **more):
        """Announce a return of the first goods of an order as its customer."""
        order = (order or cls.order).with_user(user or cls.guest).sudo()
        offers = order._logistics_return_offers()
        key = offers[0].key if offers else "0"
        return order._logistics_announce_return({key: quantity}, cls._words(**more))

    @classmethod
    def _label(cls, one, **more):
        """Give a return a label to print."""
        label = cls.env["ir.attachment"].create(
            {
                "name": "label.pdf",
                "raw": b"%PDF-1.4 label",
                "mimetype": "application/pdf",
                "res_model": one._name,
                "res_id": one.id,
            }
            | more
        )
        one.label_ids = [(4, label.id)]
        return label


class ReturnPageCase(ReturnPortalCase, HttpCase):
    """Opens pages and sends forms as a browser does."""

    def setUp(self):
        super().setUp()
        self.authenticate("portal-hansen", "portal-hansen")

    def _get(self, path):
        self.env.flush_all()
        return self.url_open(path, allow_redirects=False)

    def _post(self, path, data=None, photos=(), page="/my/returns", csrf=True):
        """Send a form; its key against forgery is that of a page of the session."""
        fields = dict(data or {})
        if csrf:
            found = re.search(r'csrf_token: "([^"]+)"', self._get(page).text)
            fields["csrf_token"] = found.group(1)
        return self.url_open(
            path,
            data=fields,
            files=[("photos", photo) for photo in photos] or None,
            allow_redirects=False,
        )

    def _send(self, quantity="2", order=None, photos=(), **words):
        """Send the form of an order for its first goods."""
        order = order or self.order
        key = order._logistics_delivered_moves()[:1].id
        data = self._words(**words) | {f"quantity-{key}": quantity}
        return self._post(f"/my/orders/{order.id}/return", data, photos)

    def _photo(self, name="broken.jpg", content=None):
        return (name, picture() if content is None else content, "image/jpeg")

    def _text(self, response):
        main = html.fromstring(response.content).xpath("//main")[0]
        return " ".join(main.text_content().split())

    def _one(self):
        self.env.invalidate_all()
        return self.env["logistics.return"].search([], order="id desc", limit=1)

    def _assert_silent(self, response, *more):
        for word in (*INTERNAL, *more):
            self.assertNotIn(word, response.text)
