"""Makes what is sold in the story, and where it lies."""

from odoo.fields import Command

from . import plot


def goods(env, companies):
    """Make what is sold, and have five hundred pieces of it in each warehouse.

    :rtype: dict[str, product.product]
    """
    taxes = [
        Command.set([c.account_sale_tax_id.id for c in companies.values()]),
    ]
    found = {
        key: _product(env, name, price, taxes)
        for key, (name, price) in plot.GOODS.items()
    }
    key, name, price, parts = plot.KIT
    kit = found[key] = _product(env, name, price, taxes)
    kit.is_storable = False
    env["mrp.bom"].create(
        {
            "product_tmpl_id": kit.product_tmpl_id.id,
            "type": "phantom",
            "company_id": False,
            "bom_line_ids": [
                Command.create({"product_id": found[part].id, "product_qty": quantity})
                for part, quantity in parts.items()
            ],
        }
    )
    for company in companies.values():
        warehouse = _warehouse(env, company)
        for part in plot.GOODS:
            env["stock.quant"].with_company(company)._update_available_quantity(
                found[part], warehouse.lot_stock_id, 500
            )
    return found


def price_list(env, company, sold):
    """Make prices in euros, the company's first choice: else dollars are converted."""
    env["product.pricelist"].create(
        {
            "name": f"{company.name} {company.currency_id.name}",
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "sequence": 1,
            "item_ids": [
                Command.create(
                    {
                        "applied_on": "0_product_variant",
                        "product_id": product.id,
                        "compute_price": "fixed",
                        "fixed_price": product.list_price,
                    }
                )
                for product in sold.values()
            ],
        }
    )


def _warehouse(env, company):
    """Return the company's warehouse; only the first company brings one along."""
    Warehouse = env["stock.warehouse"].with_company(company)
    found = Warehouse.search([("company_id", "=", company.id)], limit=1)
    found = found or Warehouse.create(
        {"name": company.name, "code": "WH", "company_id": company.id}
    )
    found.write({"name": company.city, "partner_id": company.partner_id.id})
    # Each transfer of the story is validated alone.
    found.out_type_id.auto_batch = False
    return found


def _product(env, name, price, taxes):
    return env["product.product"].create(
        {
            "name": name,
            "type": "consu",
            "is_storable": True,
            "list_price": price,
            "standard_price": price / 2,
            "invoice_policy": "delivery",
            "weight": 1.0,
            "taxes_id": taxes,
        }
    )
