"""What was credited, and more than that."""

from odoo.addons.logistics_events.models.ledger import trusted

from .freight import Freight


class Credits(Freight):
    """A sold line that is counted, and the word of somebody who went beyond it."""

    @classmethod
    def _credit_too_much(cls):
        stage, env = cls.on_stage, cls.env
        line = stage["order"].order_line[:1]
        env["logistics.credit.counter"]._begin(line)
        stage["counter"] = env["logistics.credit.counter"].search(
            [("sale_line_id", "=", line.id)]
        )
        stage["beyond"] = trusted(env["logistics.credit.override"]).create(
            {
                "company_id": cls.company.id,
                "order_id": line.order_id.id,
                "sale_line_id": line.id,
                "move_id": stage["invoice"].id,
                "move_name": stage["invoice"].name,
                "currency_id": line.currency_id.id,
                "quantity": 1,
                "amount": 100.0,
                "value": 100.0,
                "reason": "Promised",
                "user_id": env.uid,
                "asked_at": "2026-11-20 10:00:00",
            }
        )
