from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.logistics_freight_accrual.agreement import Rate, Surcharge
from odoo.addons.logistics_freight_accrual.tests.expected_common import ExpectedCommon


@tagged("post_install", "-at_install")
class TestRateAgreement(ExpectedCommon):
    def test_agreement_as_plain_values(self):
        agreement = self._agree(
            {"weight_to": 5.0, "price": 6.9, "country_id": self.austria.id},
            {"per_kg": 0.123456, "minimum": 3.0, "valid_from": "2026-01-01"},
            surcharges=[
                {"kind": "fuel", "percent": 9.5},
                {
                    "kind": "residential",
                    "method": "amount",
                    "amount": 2.5,
                    "trait": "residential",
                    "per": "shipment",
                },
            ],
            divisor=5000.0,
            weight_step=0.5,
        )
        pure = agreement._pure()
        self.assertEqual(
            set(pure.rates),
            {
                Rate(price=Decimal("6.9"), weight_to=Decimal(5), country="AT"),
                Rate(
                    per_kg=Decimal("0.123456"),
                    minimum=Decimal(3),
                    valid_from=date(2026, 1, 1),
                ),
            },
        )
        self.assertEqual(
            set(pure.surcharges),
            {
                Surcharge("fuel", percent=Decimal("9.5")),
                Surcharge(
                    "residential",
                    amount=Decimal("2.5"),
                    trait="residential",
                    per="shipment",
                ),
            },
        )
        self.assertEqual(
            (pure.ref, pure.carrier, pure.divisor, pure.weight_step, pure.per),
            ("Northbound 26", "Northbound Parcel", 5000, Decimal("0.5"), "parcel"),
        )

    def test_volume_does_not_count_without_a_divisor(self):
        self.assertIsNone(self._agree()._pure().divisor)

    @mute_logger("odoo.sql_db")
    def test_values_out_of_range_are_refused(self):
        bad_rates = (
            {"price": -1.0},
            {"per_kg": -0.1},
            {"weight_to": -1.0, "price": 1.0},
            {"minimum": -1.0},
            {"price": 1.0, "valid_from": "2026-02-01", "valid_to": "2026-01-31"},
        )
        for row in bad_rates:
            with self.subTest(row), self.assertRaises(IntegrityError):
                self._agree(row, name=str(row))
        bad_surcharges = (
            {"kind": "fuel", "percent": 1000.0},
            {"kind": "fuel", "percent": -1.0},
            {"kind": "fuel", "percent": 1.0, "amount": 1.0},
            {"kind": "fuel", "method": "amount", "amount": 1.0, "percent": 1.0},
            {"kind": "fuel", "percent": 1.0, "minimum": -1.0},
        )
        for row in bad_surcharges:
            with self.subTest(row), self.assertRaises(IntegrityError):
                self._agree(surcharges=[row], name=str(row))
        for head in ({"divisor": -1.0}, {"weight_step": 0.0}):
            with self.subTest(head), self.assertRaises(IntegrityError):
                self._agree(name=str(head), **head)

    def test_two_prices_for_the_same_day_are_refused(self):
        agreement = self._agree(
            {"weight_to": 5.0, "price": 6.9, "valid_to": "2026-06-30"}
        )
        with self.assertRaises(ValidationError) as refused:
            agreement.write(
                {
                    "rate_ids": [
                        Command.create(
                            {
                                "weight_to": 5.0,
                                "price": 7.2,
                                "valid_from": "2026-06-30",
                            }
                        )
                    ]
                }
            )
        self.assertIn("up to 5 kg", str(refused.exception))
        # The first ends earlier and the second begins, in whatever order.
        agreement.write(
            {
                "rate_ids": [
                    Command.create(
                        {"weight_to": 5.0, "price": 7.2, "valid_from": "2026-06-30"}
                    ),
                    Command.update(agreement.rate_ids.id, {"valid_to": "2026-06-29"}),
                ]
            }
        )
        self.assertEqual(len(agreement.rate_ids), 2)

    def test_every_content_is_kept_with_who_and_when(self):
        agreement = self._agree()
        clerk = self.people["finance"]
        agreement.with_user(clerk).write(
            {
                "divisor": 5000.0,
                "rate_ids": [Command.update(agreement.rate_ids.id, {"price": 7.5})],
            }
        )
        first, second = agreement.version_ids.sorted("version")
        self.assertEqual(agreement.version, 2)
        self.assertEqual(second.user_id, clerk)
        self.assertTrue(second.changed_at)
        self.assertIn("6.9", str(first.content["rates"]))
        self.assertIn("7.5", str(second.content["rates"]))
        self.assertIn("Removed: weight_to 20, price 6.9", second.change_text)
        self.assertIn("Added: weight_to 20, price 7.5", second.change_text)
        self.assertIn("Volume Divisor: 0 → 5000", second.change_text)

    def test_line_changed_by_itself_is_kept_too(self):
        agreement = self._agree()
        agreement.rate_ids.with_user(self.people["finance"]).price = 8.0
        self.assertEqual(agreement.version, 2)
        agreement.rate_ids.with_user(self.people["finance"]).unlink()
        self.assertEqual(agreement.version, 3)
        self.assertEqual(
            agreement.version_ids.sorted("version")[-1].content["rates"], []
        )

    def test_nothing_new_is_no_revision(self):
        agreement = self._agree()
        agreement.write({"divisor": 0.0})
        agreement.rate_ids.price = 6.9
        self.assertEqual(agreement.version, 1)

    def test_context_of_a_caller_does_not_keep_a_revision_away(self):
        agreement = self._agree()
        agreement.with_context(logistics_rate_agreement_token=True).write(
            {"divisor": 6000.0}
        )
        self.assertEqual(agreement.version, 2)

    def test_revisions_are_written_by_nobody(self):
        version = self._agree().version_ids
        for person in ("finance", "manager", "auditor"):
            with self.assertRaises(AccessError):
                version.with_user(self.people[person]).content = {}
        with self.assertRaises(AccessError):
            version.sudo().content = {}

    def test_agreement_is_archived_and_not_deleted(self):
        agreement = self._agree()
        with self.assertRaises(UserError):
            agreement.unlink()
        agreement.active = False
        shipment = self._announce()
        self.assertIsNone(self._said(shipment, "agreement"))

    def test_form_of_finance(self):
        form = Form(
            self.env["logistics.rate.agreement"].with_user(self.people["finance"])
        )
        form.name = "Typed"
        form.carrier_id = self.carrier
        with form.rate_ids.new() as rate:
            rate.weight_to = 3.0
            rate.price = 4.2
        with form.surcharge_ids.new() as surcharge:
            surcharge.kind = "fuel"
            surcharge.percent = 7.0
        agreement = form.save()
        self.assertEqual(agreement.version, 1)
        self.assertEqual(len(agreement._pure().surcharges), 1)

    def test_who_may_do_what(self):
        agreement = self._agree()
        for person in ("user", "auditor"):
            self.assertEqual(
                agreement.with_user(self.people[person]).rate_ids.price, 6.9
            )
            with self.assertRaises(AccessError):
                agreement.with_user(self.people[person]).divisor = 1.0
            with self.assertRaises(AccessError):
                agreement.rate_ids.with_user(self.people[person]).price = 1.0

    def test_agreement_of_another_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        agreement = self._agree(company_id=other.id)
        with self.assertRaises(AccessError):
            agreement.with_user(self.people["finance"]).read(["name"])
        with self.assertRaises(AccessError):
            agreement.rate_ids.with_user(self.people["finance"]).read(["price"])
        self.assertIsNone(self._said(self._announce(), "agreement"))

    def test_longest_postcode_tells_the_zone(self):
        Zone = self.env["logistics.rate.zone"]
        at = {"carrier_id": self.carrier.id, "country_id": self.austria.id}
        Zone.create(
            [
                at | {"zone": "B"},
                at | {"zone": "A", "postcode": "10"},
                at | {"zone": "C", "postcode": "11"},
            ]
        )
        self.assertEqual(
            Zone._zones(self.company, self.carrier, self.customer),
            {self.customer: "A"},
        )
        self.customer.zip = "A-6020"
        self.assertEqual(
            Zone._zones(self.company, self.carrier, self.customer),
            {self.customer: "B"},
        )
        Zone.create(at | {"zone": "own", "company_id": self.company.id})
        self.assertEqual(
            Zone._zones(self.company, self.carrier, self.customer),
            {self.customer: "own"},
        )
