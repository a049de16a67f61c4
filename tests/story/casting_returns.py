"""Makes what returns start from: places, who agrees, and customers on the portal."""

from odoo.fields import Command

from . import plot, plot_returns

# What is sold in the story, what comes back of it included.
ORDERS = (*plot.ORDERS, *plot_returns.ORDERS)
TITLES = plot.SCENES | plot_returns.SCENES


def prepare(env, companies, customers):
    """Set returns up, as managers and finance do it.

    :param odoo.api.Environment env: The superuser's environment.
    :param dict companies: The companies by key.
    :param dict customers: The customers by key.
    """
    _people(env, companies)
    for company in companies.values():
        _places(env, company)
        company.logistics_return_portal_days = plot_returns.PORTAL_DAYS
        _set_up(env, company)
    for key, login in plot_returns.CUSTOMERS.items():
        _account(env, companies[plot.CUSTOMERS[key][1]], customers[key], login)


def _people(env, companies):
    """Make the second person of finance."""
    role, login, password = plot_returns.COLLEAGUE
    names = (*plot.EVERYBODY, *plot.GROUPS[plot.FINANCE[1]])
    overview = env.ref("logistics_events.logistics_overview_action")
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": f"{role.capitalize()} (demo)",
            "login": login,
            "password": password,
            "email": f"{login}@demo.example",
            "notification_type": "inbox",
            "action_id": overview.id,
            "company_id": companies["us"].id,
            "company_ids": [Command.set([one.id for one in companies.values()])],
            "group_ids": [Command.set([env.ref(name).id for name in names])],
        }
    )


def _places(env, company):
    """Choose where returned goods wait, are put in order, and end as scrap."""
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    waiting, workshop, scrap = (
        env["stock.location"].create(
            {
                "name": name,
                "usage": usage,
                "location_id": warehouse.view_location_id.id if parent else False,
                "company_id": company.id,
            }
        )
        for name, usage, parent in zip(
            plot_returns.PLACES,
            ("internal", "internal", "inventory"),
            (True, True, False),
            strict=True,
        )
    )
    warehouse.logistics_quarantine_id = waiting
    company.logistics_return_refurbish_id = workshop
    company.logistics_return_scrap_id = scrap


def _set_up(env, company):
    """Finance confirms who agrees to credits, as it is proposed."""
    finance = env["res.users"].search([("login", "=", plot.FINANCE[1])])
    own = env(user=finance.id, su=False, context={"allowed_company_ids": [company.id]})
    setup = own["logistics.return.setup"]
    setup.browse(setup.action_open()["res_id"]).action_save()


def _account(env, company, customer, login):
    """Give a customer an account on the portal."""
    _role, name, password = login
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "partner_id": customer.id,
            "login": name,
            "password": password,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set([env.ref("base.group_portal").id])],
        }
    )
