"""Makes what freight starts from: the set-up of both companies, terms, agreements."""

from odoo.fields import Command

from . import plot, plot_freight


def prepare(env, companies, carriers, methods):
    """Set freight up, as finance does it, and put a purchase on its way.

    :param odoo.api.Environment env: The superuser's environment.
    :param dict companies: The companies by key.
    :param dict carriers: The carriers by key.
    :param dict methods: The shipping methods by key.
    :return: What the players must know of the purchase.
    :rtype: dict
    """
    _vendors(env, carriers)
    finance = env["res.users"].search([("login", "=", plot.FINANCE[1])])
    for key, company in companies.items():
        own = env(
            user=finance.id, su=False, context={"allowed_company_ids": [company.id]}
        )
        _set_up(own, key, carriers)
        _agree(own, key, company, carriers)
    # The rule that comes along waits for the pickup.
    env.ref("logistics_freight_accrual.logistics_policy_accrue").write(
        {"trigger": plot_freight.TRIGGER}
    )
    return _purchase(env, companies, methods)


def _vendors(env, carriers):
    """Make the partners that bill, and say which addresses are businesses."""
    billing = {key for accounts in plot_freight.ACCOUNTS.values() for key in accounts}
    for key in billing:
        carriers[key].partner_id = env["res.partner"].create(
            {
                "name": plot.CARRIERS[key][0],
                "is_company": True,
                "email": f"billing@{key}.example",
            }
        )
    names = [name for name, *_rest in plot.CUSTOMERS.values()]
    for customer in env["res.partner"].search([("name", "in", names)]):
        customer.logistics_address_class = (
            "business" if customer.is_company else "residential"
        )


def _set_up(env, key, carriers):
    """Take what the set-up proposes; name the accounts with the carriers."""
    setup = env["logistics.freight.setup"]
    setup = setup.browse(setup.action_open()["res_id"])
    accounts = plot_freight.ACCOUNTS[key]
    numbers = {carriers[name].id: number for name, number in accounts.items()}
    for row in setup.carrier_ids:
        number = numbers.get(row.carrier_id.id)
        vals = {"account_numbers": number, "tax_id": row.tax_id.id}
        if not number:
            vals["partner_id"] = False
        if not plot_freight.TAX_PERCENT[key]:
            vals["tax_id"] = False
        row.write(vals)
    setup.action_apply()
    Terms = env["logistics.freight.terms"]
    for name in accounts:
        terms = Terms._for(env.company, carriers[name]).with_env(env)
        currency = plot_freight.CURRENCIES.get((key, name))
        vals = {"flat_amount": float(plot_freight.FLAT.get((key, name), 0))}
        if currency:
            vals["currency_id"] = env.ref(f"base.{currency}").id
        terms.write(vals)


def _agree(env, key, company, carriers):
    for (owner, name), base in plot_freight.AGREED.items():
        if owner != key:
            continue
        currency = plot_freight.CURRENCIES.get((key, name), company.currency_id.name)
        env["logistics.rate.agreement"].create(
            {
                "name": f"{carriers[name].name}, {company.name}",
                "company_id": company.id,
                "carrier_id": carriers[name].id,
                "currency_id": env.ref(f"base.{currency}").id,
                "per": "shipment",
                "rate_ids": [
                    Command.create({"weight_to": 500.0, "price": float(base)})
                ],
                "surcharge_ids": [
                    Command.create(
                        {
                            "kind": "fuel",
                            "method": "percent",
                            "percent": float(plot_freight.FUEL_PERCENT),
                        }
                    )
                ],
            }
        )


# === BOUGHT GOODS === #


def _purchase(env, companies, methods):
    """Buy goods whose value is kept in the books; they are under way.

    :return: By key: id and name of the receipt, of the purchase, and the company.
    :rtype: dict
    """
    key, owner, name, quantity, price = plot_freight.RECEIPT
    company = companies[owner]
    own = env(context=dict(env.context, allowed_company_ids=[company.id]))
    goods = own["product.product"].create(
        {
            "name": name,
            "type": "consu",
            "is_storable": True,
            "weight": 4.0,
            "categ_id": _category(own, company).id,
            "taxes_id": [Command.clear()],
            "supplier_taxes_id": [Command.clear()],
        }
    )
    supplier = own["res.partner"].create(
        {
            "name": plot_freight.SUPPLIER,
            "is_company": True,
            "city": "Graz",
            "country_id": env.ref("base.at").id,
        }
    )
    order = own["purchase.order"].create(
        {
            "partner_id": supplier.id,
            "company_id": company.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": goods.id,
                        "product_qty": quantity,
                        "price_unit": price,
                    }
                )
            ],
        }
    )
    order.button_confirm()
    order.picking_ids.carrier_id = methods["northwind"]
    return {
        key: {
            "id": order.picking_ids.id,
            "name": order.picking_ids.name,
            "company": company.id,
            "purchase": order.name,
            "purchase_id": order.id,
        }
    }


def _category(env, company):
    """Return a category of average cost whose value is always in the books."""
    account = env["account.account"].create(
        {
            "name": "Bought Goods",
            "code": "110150",
            "account_type": "asset_current",
            "company_ids": [Command.set(company.ids)],
        }
    )
    return env["product.category"].create(
        {
            "name": plot_freight.CATEGORY,
            "property_valuation": "real_time",
            "property_cost_method": "average",
            "property_stock_valuation_account_id": account.id,
        }
    )
