from datetime import date, datetime, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events import zones


@tagged("post_install", "-at_install", "standard")
class TestZones(BaseCase):
    def test_every_zone_of_the_tables_exists_here(self):
        names = {*zones.COUNTRY_ZONES.values(), *zones.STATE_ZONES.values()}
        self.assertGreater(len(names), 200)
        for name in names:
            self.assertIsNotNone(zones.known_zone(name), name)

    def test_country_with_one_clock_needs_no_state(self):
        self.assertEqual(zones.zone_of({"country": "JP"}), "Asia/Tokyo")
        self.assertEqual(zones.zone_of({"country": " de "}), "Europe/Berlin")
        self.assertEqual(
            zones.zone_of({"country": "FR", "state": "IDF"}), "Europe/Paris"
        )

    def test_large_country_needs_a_state(self):
        for country in ("US", "CA", "AU", "BR", "MX", "ID"):
            self.assertIsNone(zones.zone_of({"country": country}), country)
            self.assertIsNone(zones.zone_of({"country": country, "state": "?"}))
        for country, state, zone in (
            ("US", "CA", "America/Los_Angeles"),
            ("US", "US-AZ", "America/Phoenix"),
            ("CA", "nl", "America/St_Johns"),
            ("AU", "WA", "Australia/Perth"),
            ("BR", "AM", "America/Manaus"),
            ("MX", "SON", "America/Hermosillo"),
            ("ID", "BA", "Asia/Makassar"),
        ):
            self.assertEqual(zones.zone_of({"country": country, "state": state}), zone)

    def test_islands_have_their_own_clock(self):
        for country, state, zone in (
            ("ES", "TF", "Atlantic/Canary"),
            ("ES", "M", "Europe/Madrid"),
            ("PT", "20", "Atlantic/Azores"),
            ("PT", "", "Europe/Lisbon"),
        ):
            self.assertEqual(zones.zone_of({"country": country, "state": state}), zone)

    def test_every_state_of_the_united_states_has_a_zone(self):
        states = [state for country, state in zones.STATE_ZONES if country == "US"]
        self.assertEqual(len(states), 56)  # With the district and five territories.

    def test_unknown_places_say_nothing(self):
        for location in ({}, {"country": None}, {"country": "XX"}, {"state": "CA"}):
            self.assertIsNone(zones.zone_of(location))

    def test_names_that_are_no_zones_are_unknown(self):
        for name in (None, "", "Mars/Olympus", "../UTC", "/etc/hostname", "Europe"):
            self.assertIsNone(zones.known_zone(name), name)

    def test_day_of_an_offset_has_twenty_four_hours(self):
        self.assertEqual(
            zones.day_bounds(date(2026, 3, 3), 540),
            (datetime(2026, 3, 2, 15), datetime(2026, 3, 3, 15)),
        )

    def test_days_of_the_change_are_short_and_long(self):
        for day, hours in (
            (date(2026, 3, 8), 23),
            (date(2026, 3, 9), 24),
            (date(2026, 11, 1), 25),
        ):
            begin, end = zones.day_bounds(day, "America/New_York")
            self.assertEqual(end - begin, timedelta(hours=hours), day)

    def test_day_without_a_midnight_begins_when_the_clock_jumps(self):
        # Cairo goes from 00:00 to 01:00 on the last Friday of April.
        begin, _end = zones.day_bounds(date(2026, 4, 24), "Africa/Cairo")
        self.assertEqual(begin, datetime(2026, 4, 23, 22))

    def test_last_day_of_the_calendar_has_an_end(self):
        begin, end = zones.day_bounds(date.max, "UTC")
        self.assertGreaterEqual(end, begin)
        zones.day_bounds(date.min, "Asia/Tokyo")

    def test_wall_clock_names_one_instant(self):
        self.assertEqual(
            zones.utc_of(datetime(2026, 7, 1, 12), "Europe/Berlin"),
            (datetime(2026, 7, 1, 10), True),
        )

    def test_repeated_hour_is_ambiguous_and_means_the_first_pass(self):
        self.assertEqual(
            zones.utc_of(datetime(2026, 10, 25, 2, 30), "Europe/Berlin"),
            (datetime(2026, 10, 25, 0, 30), False),
        )

    def test_missing_hour_is_ambiguous_and_read_on_the_old_clock(self):
        self.assertEqual(
            zones.utc_of(datetime(2026, 3, 29, 2, 30), "Europe/Berlin"),
            (datetime(2026, 3, 29, 1, 30), False),
        )
