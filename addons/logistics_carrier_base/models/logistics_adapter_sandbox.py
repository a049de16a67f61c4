from odoo import models

from ..mappers import sandbox
from ..signatures import StandardWebhooks


class LogisticsCarrierAdapterSandbox(models.AbstractModel):
    """A carrier that lives in the suite, for training, tests and the demo."""

    _name = "logistics.carrier.adapter.sandbox"
    _inherit = "logistics.carrier.adapter"
    _description = "Sandbox Adapter"

    def _label(self):
        """Override of the contract."""
        return self.env._("Sandbox Carrier")

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "poll", "book"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _test_only(self):
        """Override of the contract: never a production connection."""
        return True

    def _signature_scheme(self, connection):
        """Override of the contract: Standard Webhooks."""
        return StandardWebhooks()

    def _parse_webhook(self, body):
        """Override of the contract."""
        return sandbox.parse(body)
