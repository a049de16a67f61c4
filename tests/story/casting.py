"""Makes what the story starts from: companies, people, goods, partners, quotations."""

import secrets
import socket
from urllib.parse import urlsplit

from odoo import fields
from odoo.fields import Command

from . import (
    casting_carriers,
    casting_freight,
    casting_goods,
    casting_returns,
    demo_stories,
    neighbours,
    plot,
    plot_carriers,
)

DEMO_PAYMENT = "payment.payment_provider_demo"
_ADMINISTRATOR = "base.user_admin"


def prepare(env):
    """Make everything the story needs on a database that has the suite only.

    :param odoo.api.Environment env: The superuser's environment.
    :return: What the players must know, ready for JSON.
    :rtype: dict
    """
    env.ref("base.EUR").active = True
    companies = {key: _company(env, key) for key in plot.COMPANIES}
    admin = env.ref(_ADMINISTRATOR)
    admin.company_ids = [Command.link(company.id) for company in companies.values()]
    _people(env, companies)
    goods = casting_goods.goods(env, companies)
    carriers, methods = _carriers(env)
    ports = _free_ports(neighbours.WHICH)
    partners = _connections(env, companies, carriers, ports)
    # Both book by themselves when a delivery is validated.
    for key in ("northwind", "baltic"):
        methods[key].write(
            {
                "delivery_type": "logistics_connection",
                "logistics_connection_id": partners[key]["id"],
                "logistics_service": "standard",
            }
        )
    stand_ins = _free_ports(plot_carriers.BESIDE)
    connected = casting_carriers.connect(env, companies["us"], stand_ins)
    _mail_server(env, ports["mail"])
    _rules(env, companies)
    casting_goods.price_list(env, companies["eu"], goods)
    customers = _customers(env, companies)
    casting_returns.prepare(env, companies, customers)
    receipts = casting_freight.prepare(env, companies, carriers, methods)
    provider = env.ref(DEMO_PAYMENT)
    provider.write({"company_id": companies["us"].id, "state": "test"})
    orders = {
        plan.key: _quotation(env, plan, companies, customers, goods, methods)
        for plan in casting_returns.ORDERS
    }
    demo_stories.make(env, companies, orders, receipts)
    # Without a program that prints PDF, the confirmation would never leave.
    env.ref("sale.mail_template_sale_confirmation").report_template_ids = False
    return {
        "db": env.cr.dbname,
        "ports": ports,
        "companies": {
            key: {
                "id": company.id,
                "name": company.name,
                "currency": company.currency_id.name,
            }
            for key, company in companies.items()
        },
        "partners": partners,
        "connected": connected,
        "stand_ins": stand_ins,
        "orders": orders,
        "receipts": receipts,
        "payment": {
            "provider": provider.id,
            "method": provider.payment_method_ids[:1].id,
        },
    }


# === COMPANIES AND PEOPLE === #


def _company(env, key):
    name, currency_name, country, city, street, zone = plot.COMPANIES[key]
    main = env.ref("base.main_company")
    company = main if key == "us" else env["res.company"].create({"name": name})
    company.write(
        {
            "name": name,
            "city": city,
            "street": street,
            "zip": plot.POSTCODES[city],
            "country_id": env.ref(f"base.{country.lower()}").id,
            "email": f"office@{key}.example",
        }
    )
    company.partner_id.tz = zone
    if company != main:
        env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
    # The generic chart brings dollars; nothing is booked yet.
    company.currency_id = env.ref(f"base.{currency_name}")
    _rate(env, company)
    return company


def _rate(env, company):
    other, rate = (
        ("EUR", 1 / plot.DOLLARS_PER_EURO)
        if company.currency_id.name == "USD"
        else ("USD", plot.DOLLARS_PER_EURO)
    )
    env["res.currency.rate"].create(
        {
            "company_id": company.id,
            "currency_id": env.ref(f"base.{other}").id,
            "name": fields.Date.today(),
            "rate": rate,
        }
    )


def _people(env, companies):
    overview = env.ref("logistics_events.logistics_overview_action")
    for role, login, password in plot.LOGINS:
        groups = [env.ref(name) for name in (*plot.EVERYBODY, *plot.GROUPS[login])]
        env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": f"{role.title()} (demo)",
                "login": login,
                "password": password,
                "email": f"{login}@demo.example",
                "notification_type": "inbox",
                "action_id": overview.id,  # Where they begin.
                "company_id": companies["us"].id,
                "company_ids": [Command.set([c.id for c in companies.values()])],
                "group_ids": [Command.set([group.id for group in groups])],
            }
        )


def _customers(env, companies):
    found = {}
    for key, (name, company, address, city, country) in plot.CUSTOMERS.items():
        found[key] = env["res.partner"].create(
            {
                "name": name,
                "company_id": companies[company].id,
                "is_company": key != plot.PRIVATE,
                "email": address,
                "city": city,
                "street": "1 Main Street",
                "zip": plot.POSTCODES[city],
                "country_id": env.ref(f"base.{country.lower()}").id,
            }
        )
    return found


# === CARRIERS AND CONNECTIONS === #


def _carriers(env):
    service = env["product.product"].create(
        {
            "name": "Delivery",
            "type": "service",
            "list_price": plot.DELIVERY_PRICE,
            "taxes_id": [Command.clear()],
        }
    )
    carriers, methods = {}, {}
    for key, (name, scac) in plot.CARRIERS.items():
        carriers[key] = env["logistics.carrier"].create({"name": name, "scac": scac})
        methods[key] = env["delivery.carrier"].create(
            {
                "name": name,
                "delivery_type": "fixed",
                "fixed_price": plot.DELIVERY_PRICE,
                "product_id": service.id,
                "logistics_carrier_id": carriers[key].id,
            }
        )
    return carriers, methods


def _connections(env, companies, carriers, ports):
    """Connect the partners; each gets a key of its own, and signs with its own secret.

    :return: By partner: address of its webhook, signing secret, API key.
    :rtype: dict
    """
    us, eu = companies["us"], companies["eu"]
    here = "http://127.0.0.1"
    described = {
        "northwind": ("sandbox", eu, f"{here}:{ports['northwind']}", 0),
        "baltic": ("sandbox", eu, f"{here}:{ports['baltic']}", plot.POLL_MINUTES),
        "usps": ("easypost", us, f"{here}:{ports['usps']}/v2", 60),
        "rhein": ("canonical", eu, False, 0),
    }
    partners = {}
    for key, (adapter, owner, address, minutes) in described.items():
        name = "EasyPost" if adapter == "easypost" else plot.CARRIERS[key][0]
        connection = env["logistics.connection"].create(
            {
                "name": name,
                "adapter": adapter,
                "environment": "test",
                "company_id": owner.id,
                "served_company_ids": [Command.set((us | eu).ids)]
                if key == "northwind"
                else [],
                "carrier_ids": [Command.set(carriers[key].ids)],
                "base_url": address,
                "poll_minutes": minutes,
            }
        )
        api_key = f"EZTK{secrets.token_hex(20)}"
        if address:
            connection.credential = api_key
        secret = plot.EASYPOST_SECRET
        if adapter != "easypost":
            scheme = connection._adapter()._signature_scheme(connection)
            secret = scheme.new_secret()
        env["logistics.connection.secret"].create(
            {"connection_id": connection.id, "value": secret}
        )
        partners[key] = {
            "id": connection.id,
            "name": name,
            "webhook": urlsplit(connection.webhook_url).path,
            "secret": secret,
            "api_key": api_key,
        }
    return partners


def _free_ports(names):
    """Find ports on this machine that are free now, one for each name.

    :rtype: dict[str, int]
    """
    probes = {name: socket.socket() for name in names}
    try:
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return {name: probe.getsockname()[1] for name, probe in probes.items()}
    finally:
        for probe in probes.values():
            probe.close()


def _mail_server(env, port):
    env["ir.mail_server"].create(
        {
            "name": "Local mailbox",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_encryption": "none",
            "sequence": 1,
        }
    )


# === RULES === #


def _rules(env, companies):
    for name, choice in plot.RULE_CHOICES.items():
        env.ref(f"logistics_invoice_release.{name}").write(choice)
    env["logistics.policy"].create([plot.DRAFT_RULE, plot.CREDIT_RULE])
    # Today has not begun everywhere: the companies are in two zones.
    yesterday = fields.Date.subtract(fields.Date.today(), days=1)
    env["logistics.policy"].search([]).valid_from = yesterday
    Mode = env["logistics.action.mode"]
    for company in companies.values():
        for action, _label in Mode._selection_action():
            Mode._switch(company, action, "on", since=yesterday)


# === ORDERS === #


def _quotation(env, plan, companies, customers, goods, methods):
    company = companies[plan.company]
    order = (
        env["sale.order"]
        .with_company(company)
        .create(
            {
                "company_id": company.id,
                "partner_id": customers[plan.customer].id,
                "client_order_ref": casting_returns.TITLES[plan.scene],
                "user_id": env["res.users"]
                .search([("login", "=", plot.SERVICE[1])])
                .id,
                "carrier_id": methods[plan.carrier].id,
                "incoterm": env["account.incoterms"]
                .search([("code", "=", plan.incoterm)])
                .id
                if plan.incoterm
                else False,
                "require_payment": plan.key in plot.PREPAID,
                "order_line": [
                    Command.create(
                        {"product_id": goods[key].id, "product_uom_qty": quantity}
                    )
                    for key, quantity in plan.lines.items()
                ],
            }
        )
    )
    if plan.fee:
        order.set_delivery_line(methods[plan.carrier], plot.DELIVERY_PRICE)
    return {"id": order.id, "name": order.name, "company": company.id}
