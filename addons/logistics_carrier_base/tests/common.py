"""Fixtures for adapters: a connection with a live secret, and the whole way in."""

import json
import time

from odoo.tools import config

from odoo.addons.logistics_events.tests.common import LogisticsCommon

from .. import vault


def give_secret_key(case):
    """Let secrets be kept during the tests of a class, where no key is configured."""
    if not config.get("logistics_secret_key"):
        config["logistics_secret_key"] = vault.generate_key()
        case.addClassCleanup(config.options.pop, "logistics_secret_key", None)


class CarrierCommon(LogisticsCommon):
    """A company that ships, connected to one partner."""

    adapter = "sandbox"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        give_secret_key(cls)
        cls.connection = cls._connect()

    @classmethod
    def _connect(cls, **more):
        connection = cls.env["logistics.connection"].create(
            {
                "name": "Northbound Test Account",
                "adapter": cls.adapter,
                "environment": "test",
                "carrier_ids": [(6, 0, cls.carrier.ids)],
                "poll_minutes": 0,
            }
            | more
        )
        if "webhook" in connection._able():
            cls.secret_value = cls._scheme(connection).new_secret()
            cls.env["logistics.connection.secret"].create(
                {"connection_id": connection.id, "value": cls.secret_value}
            )
        return connection

    @classmethod
    def _book_with_partner(cls):
        """Let the delivery method ask the partner for rates and labels."""
        cls._give_addresses()
        cls.method.write(
            {
                "delivery_type": "logistics_connection",
                "integration_level": "rate_and_ship",
                "logistics_connection_id": cls.connection.id,
            }
        )

    @classmethod
    def _give_addresses(cls):
        """Give both sides an address, and the goods a weight: a label needs them."""
        germany = cls.env.ref("base.de")
        place = {"city": "Leipzig", "zip": "04177", "country_id": germany.id}
        home = cls.warehouse.partner_id or cls.company.partner_id
        home.write({"street": "Lindenau 2"} | place)
        cls.customer.write({"street": "Werkstr. 7"} | place)
        cls.product.weight = cls.product.weight or 2.0

    @classmethod
    def _scheme(cls, connection):
        return connection._adapter()._signature_scheme(connection)

    @classmethod
    def _body(cls, number, *codes, **more):
        """Return a message of the sandbox carrier about one number.

        :param codes: Codes, or whole scans as mappings.
        """
        scans = [
            {"row": row, "code": code, "at": f"2026-11-20T{8 + row:02d}:00:00+01:00"}
            if isinstance(code, str)
            else {"row": row} | code
            for row, code in enumerate(codes, 1)
        ]
        return json.dumps(
            {"parcels": [{"number": number, "scans": scans} | more]}
        ).encode()

    @classmethod
    def _hand_in(cls, *bodies, trust=4, channel="manual"):
        """Store bodies as messages and drain them; return the messages."""
        Message = cls.env["logistics.message"]
        last = Message.search([], limit=1).id or 0
        Message._store(cls.connection, channel, list(bodies), trust)
        Message._drain_batch(200)
        return Message.search([("id", ">", last)])

    def _push(self, body, connection=None, headers=None, **sign):
        """Post a body to the webhook as the partner would.

        :param headers: Headers instead of a genuine signature.
        """
        connection = connection or self.connection
        scheme = self._scheme(connection)
        if headers is None:
            headers = scheme.sign(
                body,
                sign.get("secret", self.secret_value),
                sign.get("now", time.time()),
                sign.get("message_id", "msg_1"),
            )
        return self.opener.post(
            self.base_url() + self._address(connection),
            data=body,
            headers={"Content-Type": "application/json"} | headers,
            timeout=30,
        )

    def _address(self, connection):
        token = connection._webhook_token()
        return f"/logistics/webhook/{connection.adapter}/{token}"
