from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.facts import Fact
from odoo.addons.logistics_events.fold import fold

from ..return_scans import is_scan, of_outbound, of_return


def _fact(event_type, hour, **more):
    more = {"key": f"{event_type}/{hour}", "ref": hour} | more
    return Fact(
        event_type=event_type, occurred_at=datetime(2026, 1, 5, hour, 0), **more
    )


def _outbound(*facts, numbered=()):
    parcels = {"outbound": [1, 2]}
    leg = fold(facts, parcels=parcels, company_zone="UTC").legs.get("outbound")
    return of_outbound(facts, leg, numbered)


@tagged("post_install", "-at_install")
class TestReturnScans(BaseCase):
    def test_label_and_what_odoo_says_are_no_scans(self):
        self.assertFalse(is_scan(_fact("return_created", 1, leg="return")))
        self.assertFalse(is_scan(_fact("shipment_created", 1)))
        self.assertFalse(is_scan(_fact("lost", 1)))
        self.assertFalse(is_scan(_fact("in_transit", 1, classifier="planned")))
        self.assertFalse(is_scan(_fact("return_received", 1, key="odoo|7|done/1")))
        self.assertTrue(is_scan(_fact("in_transit", 1)))

    def test_the_first_scan_shows_it_whatever_came_first(self):
        facts = [
            _fact("out_for_delivery", 9, leg="return"),
            _fact("picked_up", 7, leg="return"),
            _fact("return_created", 6, leg="return"),
        ]
        for order in (facts, facts[::-1]):
            self.assertEqual(of_return(order).ref, 7)

    def test_withdrawn_scan_shows_nothing(self):
        facts = [
            _fact("picked_up", 7, leg="return"),
            _fact(
                "picked_up",
                8,
                key="void",
                leg="return",
                classifier="retracted",
                voids="picked_up/7",
            ),
        ]
        self.assertIsNone(of_return(facts))

    def test_turned_parcels_are_named(self):
        way = _outbound(
            _fact("in_transit", 1, parcel=1),
            _fact("in_transit", 1, parcel=2, key="b"),
            _fact("returning_to_sender", 3, parcel=2),
        )
        self.assertEqual((way.to_sender, way.parcels), (True, frozenset({2})))

    def test_parcel_that_arrived_after_all_does_not_come_back(self):
        self.assertIsNone(
            _outbound(
                _fact("returning_to_sender", 3, parcel=1),
                _fact("delivered", 5, parcel=1),
            )
        )

    def test_way_back_under_another_number_is_of_another_shipment(self):
        back = _fact("in_transit", 3, leg="return", parcel=1)
        self.assertEqual(_outbound(back).ref, 3)
        self.assertIsNone(_outbound(back, numbered={3}))

    def test_day_without_a_time_is_its_beginning(self):
        fact = Fact(
            key="a",
            event_type="in_transit",
            occurred_at=date(2026, 1, 5),
            precision="date",
            leg="return",
            ref=1,
        )
        self.assertEqual(of_return([fact]).at, datetime(2026, 1, 5))
