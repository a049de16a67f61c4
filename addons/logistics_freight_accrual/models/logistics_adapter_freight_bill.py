"""Carriers' bills that come as messages."""

from odoo import models

from odoo.addons.logistics_carrier_base.signatures import StandardWebhooks

ADAPTER = "freight_bill"


class LogisticsCarrierAdapterFreightBill(models.AbstractModel):
    """A partner that pushes files of bills, in any of the layouts that are read."""

    _name = "logistics.carrier.adapter.freight_bill"
    _inherit = "logistics.carrier.adapter"
    _description = "Carrier Bill Adapter"

    def _label(self):
        """Override of the contract."""
        return self.env._("Carrier Bills (EDI or CSV)")

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _content_types(self):
        """Override of the contract: what EDI and tables are sent as."""
        return frozenset(
            {
                "application/edi-x12",
                "application/edifact",
                "application/octet-stream",
                "text/csv",
                "text/plain",
            }
        )

    def _signature_scheme(self, connection):
        """Override of the contract: Standard Webhooks."""
        return StandardWebhooks()

    def _message_key(self, body, signed_key):
        """Override of the contract: any bytes may be a bill; the reader says."""
        return signed_key

    def _parse_webhook(self, body):
        """Override of the contract: a bill is money to be asked for, and no event."""
        return []

    def _test_verdict(self, connection):
        """Override of the contract: nothing is called, so only the secret counts."""
        if any(secret.is_set for secret in connection.secret_ids):
            return "works", self.env._("A signing secret is set.")
        return "refused", self.env._("Add a signing secret and give it to the partner.")


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _ingest(self, outcome):
        """Override of `logistics_carrier_base` to take up the bills in messages."""
        result = super()._ingest(outcome)
        Bill = self.env["logistics.freight.bill"].sudo()
        for message in self:
            one = outcome[message.id]
            if one.category or one.reader.connection.adapter != ADAPTER:
                continue
            connection = one.reader.connection
            Bill._import(
                one.body,
                company=connection.company_id,
                filename=self.env._("Message %s", message.id),
                message=message,
                carrier=connection._bill_carrier(),
            )
        return result


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    def _bill_carrier(self):
        """Return whose bills come through the connection where no account says it.

        :rtype: logistics.carrier
        """
        self.ensure_one()
        return self.carrier_ids if len(self.carrier_ids) == 1 else self.carrier_ids[:0]
