import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests import contract


def push(number, status, message, at, **parcel):
    """Return a push as Sendcloud sends it; `at` in milliseconds since 1970."""
    content = {
        "id": 5117,
        "tracking_number": number,
        "status": {"id": status, "message": message},
        "carrier": {"code": "postnl"},
    }
    return json.dumps(
        {
            "action": "parcel_status_changed",
            "timestamp": at + 60000,
            "carrier_status_change_timestamp": at,
            "parcel": content | parcel,
        }
    ).encode()


@tagged("post_install", "-at_install")
class TestSendcloudWebhook(contract.WebhookContract):
    adapter = "sendcloud"
    signs_time = False

    # 2026-11-20T10:00:00Z
    delivered_at = 1795168800000

    def genuine(self):
        """Override of the contract."""
        return push(self.number, 11, "Delivered", self.delivered_at)

    def unknown_code(self):
        """Override of the contract."""
        return push(self.number, 70001, "Taken for a walk", self.delivered_at)
