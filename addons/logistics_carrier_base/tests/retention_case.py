"""A delivered shipment whose message, event and proof are due to be erased."""

from odoo import fields
from odoo.tools import SQL

from odoo.addons.logistics_events.tests import files

from .common import CarrierCommon

CANARY = "Canary Meyer"


class RetentionCase(CarrierCommon):
    """One message of each kind of data, 91 days old, and times set to erase it."""

    ALL = {"event_count": 1, "proof_count": 1, "message_count": 1}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "NB100")
        cls.message = cls._hand_in(cls._body("NB100", "PUP", "DLV"))
        cls.event = cls.message.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        cls.proof = cls.env["logistics.proof"].create(
            {
                "shipment_id": cls.shipment.id,
                "signer": CANARY,
                "proof_at": fields.Datetime.now(),
                "document": files.encoded(files.image()),
                "document_name": "canary.png",
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE logistics_event SET signer = %s, raw_text = %s, "
            'location = %s, documents = \'[{"url": "x"}]\' WHERE id = %s',
            [
                CANARY,
                f"Signed by {CANARY}",
                '{"name": "Canary House", "city": "Leipzig", "country": "DE"}',
                cls.event.id,
            ],
        )
        cls.env["logistics.exception"].search(
            [("shipment_id", "=", cls.shipment.id)]
        )._close("Settled")
        cls.company.write(
            {
                "logistics_personal_days": 30,
                "logistics_message_days": 90,
                "logistics_refused_days": 7,
            }
        )
        cls._age(cls.message, 91)
        cls.env.invalidate_all()

    @classmethod
    def _age(cls, messages, days):
        """Make messages, their events and the proof older."""
        then = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE logistics_message SET received_at = %s WHERE id = ANY(%s)",
            [then, messages.ids],
        )
        cls.env.cr.execute(
            "UPDATE logistics_event SET stored_at = %s WHERE id = ANY(%s)",
            [then, messages.event_ids.ids],
        )
        cls.env.cr.execute("UPDATE logistics_proof SET proof_at = %s", [then])
        cls.env.invalidate_all()

    def _run(self, dry=False, **more):
        erasure = self.env["logistics.erasure"].create(
            {"company_id": self.company.id, "kind": "schedule"} | more
        )
        return {name: count for name, count in erasure._work(dry).items() if count}

    def _tables_with_canary(self):
        query = "SELECT 1 FROM %s t WHERE t::text ILIKE %s LIMIT 1"
        return {
            table
            for table in ("logistics_event", "logistics_proof", "logistics_message")
            if self.env.execute_query(SQL(query, SQL.identifier(table), "%canary%"))
        }
