"""From Validate to the printed label in the browser, against plain Odoo."""

from odoo.tests import HttpCase, tagged

from ..sandbox.label import label_pdf
from ..sandbox.server import SandboxServer
from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestLabelTour(CarrierCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = SandboxServer(api_key="tour").start()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.connection.write({"base_url": cls.sandbox.url, "credential": "tour"})
        cls._book_with_partner()
        cls.warehouse.out_type_id.print_label = True
        # Who may not read contacts' postcodes cannot open Odoo's own list either.
        cls.people["user"].write(
            {
                "odoobot_state": "disabled",
                "group_ids": [(4, cls.env.ref("base.group_partner_manager").id)],
            }
        )
        cls.picking = cls._sell(1).picking_ids

    def _walk(self, tour):
        self.start_tour(
            f"/odoo/deliveries/{self.picking.id}",
            tour,
            login=self.people["user"].login,
            timeout=120,
        )
        self.env.invalidate_all()

    def test_label_is_printed_with_no_more_clicks_than_in_odoo(self):
        self._walk("logistics_label_tour")
        self.assertEqual(self.picking.state, "done")
        booking = self.picking._logistics_bookings()
        self.assertRecordValues(booking, [{"state": "booked", "attempts": 0}])
        self.assertEqual(len(self.sandbox.carrier._bookings), 1)

    def test_clicks_in_odoo_until_the_label_is_seen(self):
        """A provider of Odoo leaves its label at the message that Validate writes."""
        self.method.delivery_type = "fixed"

        def send(_method, pickings):
            pickings.message_post(
                body="Shipment created", attachments=[("plain.pdf", label_pdf("P1"))]
            )
            return [{"exact_price": 1.0, "tracking_number": "P1"}]

        self.patch(type(self.method), "fixed_send_shipping", send)
        self._walk("logistics_label_plain_tour")
        self.assertEqual(self.picking.carrier_tracking_ref, "P1")

    def test_missing_label_is_put_right_on_the_delivery(self):
        self.customer.street = False
        self._walk("logistics_label_missing_tour")
        self.assertEqual(self.picking.logistics_label_state, "booked")
        self.assertEqual(self.customer.street, "Werkstr. 7")
