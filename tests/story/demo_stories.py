"""What a demo database tells of each scene, and what Odoo alone would have done.

`casting` writes them beside the orders; the list is reached from the overview.
"""

from . import plot, plot_freight, plot_returns

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
    "return_announced": (
        "A customer who paid online announces on the portal that three valves come "
        "back: two are accepted and refunded through the same payment, the third goes "
        "back to the customer.",
        "Would have left announcement, credit note and refund to somebody who thinks "
        "of all three.",
    ),
    "return_unannounced": (
        "A carrier picks up a parcel that nobody announced: its first scan begins the "
        "return, and what left with the order is expected.",
        "Would have had a parcel at the dock and nobody who knows whose it is.",
    ),
    "return_to_sender": (
        "A receiver refuses, and the parcel comes back under a number of its own: it "
        "is one chain, and what was invoiced at the pickup is credited.",
        "Would have kept the invoice, as it does not know that two numbers are one "
        "parcel.",
    ),
    "return_damaged": (
        "A customer shows a photo of a pump that arrived broken: it comes back, is "
        "scrapped and credited, and the carrier is asked to pay.",
        "Would have had the photo in a mail and no claim before its deadline.",
    ),
    "return_two_people": (
        "Eight pumps come back: the credit is so large that two people must agree, and "
        "the first of them cannot agree twice.",
        "Would have let one person credit any amount.",
    ),
    "return_not_released": (
        "A parcel is refused before its invoice was released: the goods are back in "
        "stock, and there is nothing to credit.",
        "Would have invoiced it when it left, and credited it after the complaint.",
    ),
    "freight_accrual": (
        "The goods leave, and their freight is accrued the same day: by what was "
        "agreed with the carrier, then by the booked price once the label is bought.",
        "Would have had no cost of the delivery until the carrier's bill came.",
    ),
    "freight_euro": (
        "A carrier charges euros to a company that books in dollars: the accrual "
        "stands in both, at the rate of the day of service.",
        "Would have known the euros when somebody typed the bill, at the rate of its "
        "date.",
    ),
    "freight_bill": (
        "A bill over three shipments comes as a file: each line finds its charge, one "
        "is 0.40 higher and within tolerance, and it is posted against the accruals.",
        "Would have had somebody type six lines and compare them with nothing.",
    ),
    "freight_dispute": (
        "The carrier bills twice the agreed fuel, and a fee for a home that is a "
        "business: both are blocked and disputed, and its credit memo settles them.",
        "Would have paid the bill as it came.",
    ),
    "freight_duplicate": (
        "A bill comes again under a number that is written otherwise: it is stopped "
        "beside the first one before anything of it is posted.",
        "Would have warned only if the reference were the same to the letter.",
    ),
    "freight_inbound": (
        "Bought goods come in with a carrier: their freight is accrued at the pickup, "
        "and raises the value of the goods when they are received.",
        "Would have raised it only if somebody typed a landed cost by hand.",
    ),
    "freight_two_companies": (
        "One bill to the German company has a shipment of the American one: it is "
        "paid where it was billed, and the recharge is drafted on both sides.",
        "Would have left the cost with the company that got the bill.",
    ),
}


def make(env, companies, orders, receipts):
    """Mark the database as a demo, and write its stories.

    :param odoo.api.Environment env: The superuser's environment.
    :param dict companies: The companies by key.
    :param dict orders: What `casting` says of the orders, by key.
    :param dict receipts: What it says of the purchases, by key.
    """
    # Needs Odoo; what is told does not.
    from odoo.fields import Command

    def ids(keys):
        return [Command.set([orders[key]["id"] for key in keys])]

    env["ir.config_parameter"].set_param("logistics_events.demo_database", True)
    told = [
        {
            "name": title,
            "company_id": companies[plans[0].company].id,
            "order_ids": ids(plan.key for plan in plans),
        }
        | _sentences(key)
        for key, title, plans in _scenes(plot.ORDERS, plot.SCENES)
    ]
    told += [
        {
            "name": title,
            "company_id": companies[plans[0].company].id,
            "order_ids": ids(plan.key for plan in plans),
            "is_return": True,
        }
        | _sentences(key)
        for key, title, plans in _scenes(plot_returns.ORDERS, plot_returns.SCENES)
    ]
    bought = [receipt["purchase_id"] for receipt in receipts.values()]
    told += [
        {
            "name": scene.title,
            "company_id": companies[scene.company].id,
            "order_ids": ids(scene.orders),
            "purchase_ids": [Command.set([] if scene.orders else bought)],
            "is_freight": True,
        }
        | _sentences(key)
        for key, scene in plot_freight.FREIGHT.items()
    ]
    env["logistics.demo.story"].create(
        [row | {"sequence": 10 * place} for place, row in enumerate(told, start=1)]
    )


def _sentences(key):
    return {"sentence": TOLD[key][0], "plain_odoo": TOLD[key][1]}


def _scenes(orders, scenes):
    for scene, title in scenes.items():
        yield scene, title, [plan for plan in orders if plan.scene == scene]
