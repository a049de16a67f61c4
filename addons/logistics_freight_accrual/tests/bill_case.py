"""Fixtures: files of bills made by the test, and where they land."""

import csv
import io

from odoo.tests import new_test_user

from ..readers.freight_csv import COLUMNS
from .common import FreightCommon


class BillCommon(FreightCommon):
    """A carrier in whose account NB-1 bills come in, and two people of finance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Bill = cls.env["logistics.freight.bill"]
        cls.File = cls.env["logistics.freight.bill.file"]
        cls.clerk = new_test_user(
            cls.env,
            login="logistics-finance-2",
            groups="logistics_events.logistics_events_group_finance",
        )

    @classmethod
    def _import(cls, data, user=None, **more):
        """Return the file record of an import."""
        Bill = cls.Bill.with_user(user) if user else cls.Bill
        return Bill._import(
            data,
            company=more.pop("company", cls.company),
            filename=more.pop("filename", "bill.csv"),
            **more,
        )

    @classmethod
    def _csv(cls, *rows, number="NB-1001", **common):
        """Return a file in the suite's own layout, with the total the rows make.

        :param rows: Tracking number, charge and amount each, or whole dictionaries.
        """
        rows = [
            row
            if isinstance(row, dict)
            else dict(
                zip(
                    ("tracking_number", "charge_code", "charge_amount"),
                    row,
                    strict=True,
                )
            )
            for row in rows
        ]
        common = {
            "document_number": number,
            "account_number": "NB-1",
            "currency": cls.company.currency_id.name,
            "document_date": "2026-10-08",
            "document_total": f"{sum(float(row['charge_amount']) for row in rows):.2f}",
        } | common
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(common | row for row in rows)
        return out.getvalue().encode()

    def _exceptions(self, record, category):
        """Return the open exceptions of a category about a record."""
        return self.env["logistics.exception"]._find_open(category, record)
