from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.extensions import TransactionRollbackError

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged

from .bill_case import BillCommon

ONE = ("NB1001", "base", "12.50")
TWO = ("NB1001", "fuel", "1.25")

_BILLS = "SELECT id FROM logistics_freight_bill WHERE carrier_id = %(carrier)s"
_FILES = (
    f"SELECT file_id FROM logistics_freight_bill_file_rel WHERE bill_id IN ({_BILLS})"
)
_CLEANING = (
    "CREATE TEMPORARY TABLE race_file ON COMMIT DROP AS "
    f"SELECT id, attachment_id FROM logistics_freight_bill_file WHERE id IN ({_FILES})",
    "DELETE FROM mail_message WHERE model = 'logistics.freight.bill' "
    f"AND res_id IN ({_BILLS})",
    f"DELETE FROM logistics_freight_bill WHERE id IN ({_BILLS})",
    "DELETE FROM logistics_freight_bill_file WHERE id IN (SELECT id FROM race_file)",
    "DELETE FROM ir_attachment WHERE id IN (SELECT attachment_id FROM race_file)",
    "DELETE FROM logistics_freight_terms WHERE carrier_id = %(carrier)s",
    "DELETE FROM logistics_carrier WHERE id = %(carrier)s",
    "DELETE FROM mail_message WHERE model = 'res.partner' AND res_id = %(partner)s",
    "DELETE FROM res_partner WHERE id = %(partner)s",
)


@tagged("post_install", "-at_install")
class TestBillRace(BillCommon):
    """The same bill uploaded twice at the same moment."""

    def test_two_uploads_at_the_same_moment_stop_each_other(self):
        """Whoever began before the other ended starts again, and sees the first."""
        data = self._csv(ONE, TWO, number="RACE-1", account_number="RACE")
        again = self._csv(ONE, TWO, number="RACE-1-A", account_number="RACE")
        with (
            # What is checked about lines leaves more rows, and is no part of the race.
            patch.object(type(self.Bill), "_check_or_note", lambda _bills: None),
            self._committed_terms() as (company_id, carrier_id),
            self._connection() as first,
            self._connection() as second,
        ):
            # The second one's view of the database is fixed before the first ends.
            second["logistics.carrier"].browse(carrier_id).mapped("name")
            self._take_up(first, data, company_id)
            first.cr.commit()
            with self.assertRaises(TransactionRollbackError):
                self._take_up(second, again, company_id)
            second.cr.rollback()
            second.invalidate_all()
            file = self._take_up(second, again, company_id)
            self.assertEqual(file.bill_ids.state, "stopped")
            second.cr.rollback()

    def _take_up(self, env, data, company_id):
        company = env["res.company"].browse(company_id)
        return env["logistics.freight.bill"]._import(
            data, company=company, filename="race.csv"
        )

    @contextmanager
    def _connection(self):
        """A connection of its own, beside that of the test."""
        with db_connect(self.env.cr.dbname).cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    @contextmanager
    def _committed_terms(self):
        """Terms that every connection sees, until the test is over."""
        with self._connection() as env:
            company = env["res.company"].search([], order="id", limit=1)
            partner = env["res.partner"].create({"name": "Racing Carrier"})
            carrier = env["logistics.carrier"].create({"name": "Racing Carrier"})
            env["logistics.freight.terms"].create(
                {
                    "company_id": company.id,
                    "carrier_id": carrier.id,
                    "partner_id": partner.id,
                    "account_numbers": "RACE",
                    "currency_id": company.currency_id.id,
                }
            )
            env.cr.commit()
            try:
                yield company.id, carrier.id
            finally:
                # Evidence is never deleted; of a test it must not stay.
                for statement in _CLEANING:
                    env.cr.execute(
                        statement, {"carrier": carrier.id, "partner": partner.id}
                    )
                env.cr.commit()
