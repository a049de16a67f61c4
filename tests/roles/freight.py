"""Freight on the stage: accrued, billed, disputed, written off and proven."""

import base64

from odoo.fields import Command

from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_freight_accrual.tests.bill_case import BillCommon
from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon
from odoo.addons.logistics_freight_accrual.tests.sheets import as_csv

from .place import Place

WHY = "Because"
ACCOUNT = "FC-1"


class Freight(Place):
    """One carrier has terms; what it carries costs 100.00 and is accrued at pickup.

    Its bills are in `cls.on_stage` by what can be done with them.
    """

    @classmethod
    def _have_freight_billed(cls):
        cls._agree_with_a_carrier()
        cls._accrue_freight()
        cls._bill_freight()
        cls._dispute_freight()
        cls._give_freight_up()
        cls._prove_freight()

    @classmethod
    def _agree_with_a_carrier(cls):
        stage, env = cls.on_stage, cls.env
        FreightCommon._open_books.__func__(cls, cls.company)
        cls.haulier = env["logistics.carrier"].create({"name": "Haulier"})
        cls.haulier_method = cls.method.copy(
            {"name": "By Haulier", "logistics_carrier_id": cls.haulier.id}
        )
        stage["freight_terms"] = env["logistics.freight.terms"].create(
            {
                "company_id": cls.company.id,
                "carrier_id": cls.haulier.id,
                "partner_id": env["res.partner"].create({"name": "Haulier Ltd"}).id,
                "account_numbers": ACCOUNT,
                "currency_id": cls.company.currency_id.id,
                "flat_amount": 100.0,
                "hold_percent": 100,
                "header_limit": 1.0,
                "leakage_percent": 100.0,
                "leakage_amount": 1000.0,
            }
        )
        env["logistics.policy"].search([("action", "=", "accrue")]).active = False
        env["logistics.policy"].create(
            {
                "name": "At pickup",
                "company_id": cls.company.id,
                "action": "accrue",
                "trigger": "picked_up",
                "domain": f"[('carrier_id', '=', {cls.haulier.id})]",
                "valid_from": "2020-01-01",
            }
        )
        env["logistics.action.mode"]._switch(
            cls.company, "accrue", "on", since="2020-01-01"
        )
        stage["agreement"] = env["logistics.rate.agreement"].create(
            {
                "name": "Haulier 26",
                "company_id": cls.company.id,
                "carrier_id": cls.carrier.id,
                "currency_id": cls.company.currency_id.id,
                "rate_ids": [Command.create({"weight_to": 20.0, "price": 6.9})],
                "surcharge_ids": [Command.create({"kind": "fuel", "percent": 9.5})],
            }
        )
        stage["rate"] = stage["agreement"].rate_ids
        stage["rate_surcharge"] = stage["agreement"].surcharge_ids
        stage["rate_version"] = stage["agreement"].version_ids
        stage["rate_zone"] = env["logistics.rate.zone"].create(
            {
                "company_id": cls.company.id,
                "carrier_id": cls.haulier.id,
                "zone": "A",
                "country_id": env.ref("base.at").id,
            }
        )
        Tolerance = env["logistics.freight.tolerance"]
        stage["freight_setup"] = env["logistics.freight.setup"].create(
            {"company_id": cls.company.id}
        )
        stage["tolerance"], stage["tolerance_in_force"] = Tolerance.create(
            [
                {
                    "company_id": cls.company.id,
                    "carrier_id": carrier.id,
                    "charge_class": "base",
                    "over_amount": 5.0,
                    "over_percent": 2.0,
                }
                for carrier in (cls.haulier, cls.carrier)
            ]
        )
        trusted(stage["tolerance_in_force"]).write({"state": "in_force"})

    @classmethod
    def _carry(cls, number):
        """Return the charge of a delivery that the haulier has picked up."""
        pickings = cls._sell(user_id=False).picking_ids
        pickings.carrier_id = cls.haulier_method
        shipment = cls._ship(pickings, number)
        cls._report(shipment, "picked_up")
        cls._take()
        return shipment.logistics_charge_ids

    @classmethod
    def _accrue_freight(cls):
        stage = cls.on_stage
        cls.freight = {number: cls._carry(f"FR10{number}") for number in range(10)}
        stage["charge"] = cls.freight[0]
        stage["freight_shipment"] = cls.freight[0].shipment_id
        stage["charge_fact"] = cls.freight[0].fact_ids
        stage["charge_posting"] = cls.freight[0].posting_ids
        stage["open_charge"] = cls.freight[8]
        stage["expected"] = stage["freight_shipment"].expected_cost_ids

    # === BILLS === #

    @classmethod
    def _bill_of(cls, number, *rows, **more):
        """Return a bill of rows of a tracking number and an amount."""
        return BillCommon._csv.__func__(
            cls,
            *(
                row if isinstance(row, dict) else (row[0], "base", row[1])
                for row in rows
            ),
            number=number,
            account_number=ACCOUNT,
            **more,
        )

    @classmethod
    def _import_bill(cls, number, *rows, **more):
        """Return the file of a bill, after it was read."""
        return cls.env["logistics.freight.bill"]._import(
            cls._bill_of(number, *rows, **more),
            company=cls.company,
            filename=f"{number}.csv",
        )

    @classmethod
    def _bill_freight(cls):
        stage = cls.on_stage
        stage["bill_file"] = cls._import_bill("FB-1", ("FR100", "130.00"))
        stage["posted_bill"] = stage["bill_file"].bill_ids
        stage["posted_bill"].action_post()
        cls._take()
        stage["bill_move"] = stage["posted_bill"].move_id
        stage["leakage"] = cls.env["logistics.freight.leakage"].search(
            [("carrier_id", "=", cls.haulier.id)]
        )
        for name, number, row in (
            ("checked", "FB-2", ("FR101", "150.00")),
            ("accepted", "FB-3", ("FR102", "150.00")),
            ("dear", "FB-4", ("FR103", "101.90")),
            ("waiting", "FB-5", ("FR104", "390.00")),
            ("strange", "FB-6", ("0FR105", "100.00")),
            ("chosen", "FB-7", ("FR996", "80.00")),
            ("partial", "FB-8", ("FR102", "10.00")),
        ):
            bill = cls._import_bill(number, row).bill_ids
            stage[f"{name}_bill"] = bill
            stage[f"{name}_line"] = bill.line_ids
        stage["accepted_line"].action_accept(WHY)
        stage["waiting_line"].action_accept(WHY)
        stage["waiting_bill"].action_post()
        stage["chosen_line"]._take_charge(cls.freight[6])
        stage["chosen_bill"]._check()
        stage["partial_line"].action_expect_more()
        for name, number in (("stopped", "FB-1-A"), ("refused", "FB-1-B")):
            again = cls._import_bill(number, ("FR100", "130.00")).bill_ids
            stage[f"{name}_bill"] = again
        stage["refused_bill"].action_duplicate(WHY)
        strange = {
            "tracking_number": "FR107",
            "charge_code": "QQ7",
            "charge_text": "Moon surcharge",
            "charge_amount": "5.00",
        }
        cls._import_bill("FB-8", strange)
        stage["freight_code"] = cls.env["logistics.freight.code"].search(
            [("code", "=", "QQ7")], limit=1
        )
        stage["freight_code"].charge_type = "storage"
        stage["freight_code_version"] = stage["freight_code"].version_ids
        broken = strange | {"service_date": "soon"}
        stage["bill_problem"] = cls._import_bill("FB-9", broken).problem_ids
        stage["typed_bill"] = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": cls.company.id,
                "partner_id": stage["freight_terms"].partner_id.id,
                "ref": "FB-77",
                "invoice_date": "2026-10-08",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Freight",
                            "account_id": cls.company.logistics_freight_account_id.id,
                            "price_unit": 12.5,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )

    @classmethod
    def _dispute_freight(cls):
        stage = cls.on_stage
        stage["dispute"] = stage["posted_bill"].dispute_ids
        stage["bill_attachment"] = cls.env["ir.attachment"].create(
            {
                "name": "later.csv",
                "raw": cls._bill_of("FB-10", ("FR108", "100.00")),
                "public": True,
            }
        )
        stage["credit_bill"] = cls._import_bill("FC-1", ("FR100", "-30.00")).bill_ids
        # From now the carrier lets itself be paid less.
        stage["freight_terms"].treatment = "short_pay"

    # === BOOKS === #

    @classmethod
    def _give_freight_up(cls):
        stage, env = cls.on_stage, cls.env
        window = cls.freight[7].action_write_off()
        stage["write_off"] = env[window["res_model"]].browse(window["res_id"])
        stage["write_off"].reason = WHY
        old = env["account.account"].create(
            {"code": "LF2100", "name": "Old", "account_type": "liability_current"}
        )
        cls._book_by_hand(cls.company.logistics_freight_account_id, old, 40.0)
        row = {
            "carrier": cls.haulier.name,
            "reference": "OLD1",
            "service_date": "2026-01-15",
            "currency": cls.company.currency_id.name,
            "amount": "40.00",
            "note": "",
        }
        stage["opening"] = env["logistics.freight.opening"].create(
            {
                "file": base64.b64encode(as_csv(row)),
                "filename": "open.csv",
                "company_id": cls.company.id,
                "account_id": old.id,
                "day": cls.company._logistics_today(),
            }
        )
        stage["landed_cost"] = env["stock.landed.cost"].create(
            {"company_id": cls.company.id}
        )
        stage["opening"].action_read()
        stage["opening_line"] = stage["opening"].line_ids

    @classmethod
    def _book_by_hand(cls, debited, credited, amount):
        entry = cls.env["account.move"].create(
            {
                "company_id": cls.company.id,
                "journal_id": cls.env["account.journal"]
                .search(
                    [
                        ("type", "=", "general"),
                        ("company_id", "parent_of", cls.company.id),
                    ],
                    limit=1,
                )
                .id,
                "date": cls.company._logistics_today(),
                "line_ids": [
                    Command.create({"account_id": debited.id, "balance": amount}),
                    Command.create({"account_id": credited.id, "balance": -amount}),
                ],
            }
        )
        entry.action_post()

    @classmethod
    def _prove_freight(cls):
        """Somebody booked on accrued freight by hand: the proof says so."""
        stage, env, company = cls.on_stage, cls.env, cls.company
        cls._book_by_hand(
            company.logistics_freight_account_id,
            company.logistics_freight_accrued_account_id,
            7.0,
        )
        env.flush_all()
        stage["ledger_proof"] = env["logistics.ledger.proof"]._prove(
            company, company._logistics_today()
        )
        stage["ledger_proof_line"] = stage["ledger_proof"].line_ids.filtered("move_id")
        env.invalidate_all()
        for name, model in (
            ("margin", "logistics.margin"),
            ("open_row", "logistics.freight.open"),
            ("accuracy", "logistics.freight.accuracy"),
        ):
            stage[name] = env[model].search([("company_id", "=", company.id)], limit=1)
