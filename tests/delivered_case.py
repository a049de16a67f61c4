"""A company that invoices what is delivered."""

from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon


class DeliveredCase(CarrierCommon):
    """One rule, on since long ago: delivered goods are invoiced, and posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Policy = cls.env["logistics.policy"]
        Policy.search([("action", "=", "release")]).active = False
        cls.rule = Policy.create(
            {
                "name": "When it is delivered",
                "action": "release",
                "trigger": "delivered",
                "proof_without_tracking": "person",
                "result": "post",
                "valid_from": "2020-01-01",
            }
        )
        cls.env["logistics.action.mode"]._switch(
            cls.company, "release", "on", since="2020-01-01"
        )
