"""Who and what nearly every test works with: people, a carrier, goods, a customer.

Each class makes them for itself where a database has none. Where they were kept, as
`bin/test` does, they are found, and a class begins sooner.
"""

from unittest.mock import patch

from passlib.context import CryptContext

from odoo.fields import Command

from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT

ROLES = ("user", "manager", "finance", "integration", "auditor")
# The module of the names under which they are kept.
MODULE = "__logistics_cast__"


def cast(env):
    """Find all of them, or make them.

    :return: Records by name; people have the name of their role.
    :rtype: dict[str, BaseModel]
    """
    names = env["ir.model.data"].sudo().search([("module", "=", MODULE)])
    return {row.name: env[row.model].browse(row.res_id) for row in names} or made(env)


def keep(env):
    """Make them and remember them; whoever commits shares them with all classes.

    Their passwords are digested in one round, as in a test.
    """
    quick = CryptContext(["pbkdf2_sha512"], pbkdf2_sha512__rounds=1)
    users = env.registry["res.users"]
    with patch.object(users, "_crypt_context", lambda _users: quick):
        found = made(env(context=env.context | DISABLED_MAIL_CONTEXT))
    env["ir.model.data"].create(
        [
            {
                "module": MODULE,
                "name": name,
                "model": record._name,
                "res_id": record.id,
                "noupdate": True,
            }
            for name, record in found.items()
        ]
    )


def made(env):
    """Make all of them.

    :return: Records by name; people have the name of their role.
    :rtype: dict[str, BaseModel]
    """
    carrier = env["logistics.carrier"].create(
        {"name": "Northbound Parcel", "scac": "NBPX"}
    )
    freight, product = env["product.product"].create(
        [
            {"name": "Freight", "type": "service", "list_price": 9.0},
            {
                "name": "Pump",
                "type": "consu",
                "is_storable": True,
                "list_price": 100.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            },
        ]
    )
    method = env["delivery.carrier"].create(
        {
            "name": "Northbound Ground",
            "product_id": freight.id,
            "logistics_carrier_id": carrier.id,
        }
    )
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 1000)
    return _people(env) | {
        "carrier": carrier,
        "method": method,
        "product": product,
        "customer": env["res.partner"].create({"name": "Hansen Machines"}),
        "warehouse": warehouse,
    }


def _people(env):
    """Make somebody for each role as Odoo's `new_test_user` does, but all at once: one
    by one takes three times as long.
    """
    groups = {role: f"logistics_events.logistics_events_group_{role}" for role in ROLES}
    users = env["res.users"].create(
        [
            {
                "name": f"logistics-{role} ({group})",
                "login": f"logistics-{role}",
                "password": f"logistics-{role}",
                "email": "l.l@example.com",
                "group_ids": [Command.set(env.ref(group).ids)],
            }
            for role, group in groups.items()
        ]
    )
    return dict(zip(ROLES, users, strict=True))
