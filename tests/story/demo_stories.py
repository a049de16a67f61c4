"""What a demo database tells of each scene, and what Odoo alone would have done.

`casting` writes them beside the orders; the list is reached from the overview.
"""

from . import plot

# Scene → what happens, and what plain Odoo would have done: one sentence each.
TOLD = {
    "dap": (
        "Three pumps are sold delivered at place: nothing is invoiced on the way, and "
        "when the customer has signed, the invoice is posted and mailed.",
        "Would have offered the invoice when the warehouse validated the transfer, "
        "days before the goods arrived.",
    ),
    "two_parcels": (
        "Two parcels leave and one arrives: what is in it is invoiced, the rest waits "
        "for the other.",
        "Would have invoiced both when they left, as it knows no parcels.",
    ),
    "exw": (
        "Twenty valves are sold ex works: they are invoiced when the carrier of the "
        "buyer collects them.",
        "Would have invoiced them by the validated transfer, collected or not.",
    ),
    "web": (
        "A web order is paid first, and invoiced when the goods leave.",
        "Would have waited for somebody to press Create Invoice.",
    ),
    "shared": (
        "Two orders ride in one transfer: one delivery releases both.",
        "Would have shown the transfer on the first order only.",
    ),
    "backorder": (
        "Four of ten pumps have arrived and are invoiced; six are under way and wait "
        "for their own proof.",
        "Would have invoiced all ten once both transfers were validated.",
    ),
    "kit": (
        "A kit travels in two parcels and is invoiced when its last part has arrived.",
        "Would have invoiced the kit when its parts had left.",
    ),
    "out_of_order": (
        "Reports come in the wrong order and several times: one shipment, one invoice.",
        "Would have read none of them: somebody looks at the page of the carrier.",
    ),
    "unknown_code": (
        "A carrier uses a code that nobody knows: a person decides what it means, and "
        "the message is read again.",
        "Would have had nothing to read it with, nor a list of what is unknown.",
    ),
    "forged": (
        "A forged message that reports the delivery is refused and kept; the genuine "
        "one is taken.",
        "Would have had no way in for carriers, genuine or forged.",
    ),
    "withdrawn_draft": (
        "The carrier takes its delivery back while the invoice is a draft: the draft "
        "is gone and the goods wait again.",
        "Would have kept the draft, as nobody tells it.",
    ),
    "withdrawn_posted": (
        "The carrier takes its delivery back after the invoice was posted: a credit is "
        "proposed, and finance approves it.",
        "Would have kept the invoice until the customer complained.",
    ),
    "carrier_down": (
        "The carrier does not answer: the goods leave all the same, and booking and "
        "reports are caught up later.",
        "Would have refused to validate the transfer while its carrier is down.",
    ),
    "own_truck": (
        "Our own driver brings a pump: the warehouse records the signed paper, and the "
        "invoice follows.",
        "Would have invoiced it when it was loaded; the paper would be a file.",
    ),
    "easypost": (
        "EasyPost reports the delivery: the status moves at once, the money after the "
        "confirming question.",
        "Would have kept the number as text.",
    ),
    "third_party": (
        "A 3PL reports in an open format, and its word brings number, delivery and "
        "invoice.",
        "Would have waited for somebody to type the number and to guess the delivery.",
    ),
}


def make(env, companies, orders):
    """Mark the database as a demo, and write its stories.

    :param odoo.api.Environment env: The superuser's environment.
    :param dict companies: The companies by key.
    :param dict orders: What `casting` says of the orders, by key.
    """
    # Needs Odoo; what is told does not.
    from odoo.fields import Command

    env["ir.config_parameter"].set_param("logistics_events.demo_database", True)
    env["logistics.demo.story"].create(
        [
            {
                "name": title,
                "sequence": 10 * place,
                "sentence": TOLD[scene][0],
                "plain_odoo": TOLD[scene][1],
                "company_id": companies[plans[0].company].id,
                "order_ids": [Command.set([orders[plan.key]["id"] for plan in plans])],
            }
            for place, (scene, title, plans) in enumerate(_scenes(), start=1)
        ]
    )


def _scenes():
    for scene, title in plot.SCENES.items():
        yield scene, title, [plan for plan in plot.ORDERS if plan.scene == scene]
