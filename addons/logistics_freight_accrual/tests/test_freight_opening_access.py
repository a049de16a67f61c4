from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .opening_case import OpeningCase


@tagged("post_install", "-at_install")
class TestFreightOpeningAccess(OpeningCase):
    """Finance brings the balance in, auditors see it, others do not."""

    def test_roles(self):
        opening = self._opening(*self._two())
        auditor = opening.with_user(self.people["auditor"])
        self.assertEqual(auditor.total, 150.0)
        for role in ("auditor", "user", "manager", "integration"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                opening.with_user(self.people[role]).action_post()
        opening.action_discard()
        with self.assertRaises(UserError):
            opening.action_post()

    def test_other_companies_do_not_see_it(self):
        opening = self._opening(*self._two())
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.finance.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        found = self.env["logistics.freight.opening"].with_user(self.finance)
        self.assertFalse(found.search([("id", "=", opening.id)]))
