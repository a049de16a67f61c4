"""Scenes about freight: what is accrued, billed, disputed, and what the goods carry."""

import csv
import io
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from . import plot, plot_freight

_BILL_FIELDS = ("state", "line_ids", "hold_reason", "duplicate_of_id", "move_id")
_SCALE = Decimal("0.01")


def freight_accrual(scene):
    """The goods left: what the delivery will cost is in the books since then."""
    order = scene.stage.order("web")
    accrued = scene.wait(
        f"the freight of {order['name']} is accrued",
        lambda: _postings(scene, "web", "accrue"),
    )
    for row in accrued:
        scene.note(_entry(row))
    scene.wait(
        "the booked price takes the place of the agreed one",
        lambda: _charges(scene, "web", ("source", "=", "booked")),
    )


def freight_euro(scene):
    """A carrier that charges euros: the entry is in dollars, the charge is not."""
    charges = _charges(scene, "out_of_order")
    scene.expect("it has two charges, price and fuel", len(charges) == 2)
    currencies = {charge["currency_id"][1] for charge in charges}
    scene.expect(f"they are in euros, not {currencies}", currencies == {"EUR"})
    for row in _postings(scene, "out_of_order", "accrue"):
        scene.note(_entry(row))


def freight_bill(scene):
    """A file with one bill, a line of which is a little higher: posted as it is."""
    bill = take_bill(scene, "fitting")
    _post(scene, bill)


def freight_dispute(scene):
    """What was not agreed on is blocked and disputed, until the carrier credits it."""
    bill = take_bill(scene, "overcharged")
    _post(scene, bill)
    finance, options = scene.stage.finance, _options(scene, "us")
    disputes = finance.find(
        "logistics.freight.dispute",
        [("bill_id", "=", bill["id"])],
        ["name", "amount", "blocked_amount", "reason"],
        order="id",
        **options,
    )
    scene.expect(f"two lines are disputed, not {len(disputes)}", len(disputes) == 2)
    for dispute in disputes:
        scene.note(
            f"{dispute['name']}: {dispute['amount']:.2f} EUR disputed, "
            f"{dispute['blocked_amount']:.2f} of the payment blocked"
        )
    _evidence(scene, disputes[0], options)
    credit = take_bill(scene, "credit")
    _post(scene, credit)
    ids = [dispute["id"] for dispute in disputes]
    names = ("state", "open_amount", "blocked_amount")
    for dispute in finance.read("logistics.freight.dispute", ids, *names, **options):
        scene.expect(
            f"the credit memo settles it: {dispute}",
            dispute["state"] == "credited"
            and not dispute["open_amount"]
            and not dispute["blocked_amount"],
        )
    scene.note("both disputes are credited, nothing is blocked")


def freight_duplicate(scene):
    """The same bill under a number that looks otherwise: stopped beside the first."""
    first = take_bill(scene, "first")
    _post(scene, first)
    again = take_bill(scene, "again")
    scene.expect(
        f"it is stopped beside {first['number']}: {again}",
        again["state"] == "stopped" and again["duplicate_of_id"][0] == first["id"],
    )
    scene.note(f"{again['number']}: stopped, it repeats {first['number']}")


def freight_inbound(scene):
    """Bought goods come in: their freight is accrued, and they carry it."""
    stage, key = scene.stage, plot_freight.RECEIPT[0]
    receipt = stage.conf["receipts"][key]
    (number,) = scene.label(receipt, receipt["id"], stage.northwind)
    scene.scan(stage.northwind, number, "PUP")
    shipment = scene.shipment_of(receipt, receipt["id"])
    accrued = scene.wait(
        f"the freight of {receipt['purchase']} is accrued",
        lambda: _posted(
            scene,
            [("charge_id.shipment_id", "=", shipment["id"]), ("reason", "=", "accrue")],
            receipt["company"],
        ),
    )
    for row in accrued:
        scene.note(_entry(row))
    scene.scan(stage.northwind, number, "OFD", "DLV")
    scene.validate(receipt, receipt["id"])
    costs = scene.wait(
        "the goods carry their freight",
        lambda: _enough(
            stage.finance.find(
                "stock.landed.cost",
                [("logistics_charge_id.shipment_id", "=", shipment["id"])],
                ["name", "amount_total", "account_move_id"],
                order="id",
                company=receipt["company"],
            ),
            len(accrued),
        ),
    )
    for cost in costs:
        scene.note(
            f"landed cost {cost['name']}: {cost['amount_total']:.2f} EUR on the stock, "
            f"{cost['account_move_id'][1].partition(' ')[0]}"
        )


def freight_two_companies(scene):
    """A bill to one company with a shipment of the other: drafts on both sides."""
    bill = take_bill(scene, "shared_bill")
    _post(scene, bill)
    finance = scene.stage.finance
    for key, type_ in (("eu", "out_invoice"), ("us", "in_invoice")):
        options = _options(scene, key)
        drafts = finance.find(
            "account.move",
            [("ref", "like", bill["number"]), ("state", "=", "draft")],
            ["move_type", "amount_total"],
            **options,
        )
        scene.expect(
            f"{plot.COMPANIES[key][0]} has one draft {type_}: {drafts}",
            [draft["move_type"] for draft in drafts] == [type_],
        )
        scene.note(
            f"{plot.COMPANIES[key][0]}: draft over {drafts[0]['amount_total']:.2f} EUR"
        )


SCENES = {
    scene.__name__: scene
    for scene in (
        freight_accrual,
        freight_euro,
        freight_bill,
        freight_dispute,
        freight_duplicate,
        freight_inbound,
        freight_two_companies,
    )
}


def prove(scene):
    """Finance proves for both companies that charges and books are equal."""
    finance = scene.stage.finance
    for company in scene.stage.conf["companies"].values():
        options = {"company": company["id"]}
        asked = finance.do(
            "logistics.freight.day",
            "create",
            {"report": "proof", "is_full": True},
            **options,
        )
        window = finance.do("logistics.freight.day", "action_show", [asked], **options)
        (proof,) = finance.read(
            window["res_model"],
            [window["res_id"]],
            *("difference", "book_amount"),
            **options,
        )
        scene.note(
            f"{company['name']}: {proof['book_amount']:.2f} {company['currency']} "
            f"accrued, difference {proof['difference']:.2f}"
        )


# === CARRIERS' BILLS === #


def take_bill(scene, key):
    """The carrier sends a file; finance uploads it.

    :param str key: A key of `plot_freight.BY_KEY`.
    :return: What finance reads of the bill: id, number and more.
    :rtype: dict
    """
    bill = plot_freight.BY_KEY[key]
    finance, options = scene.stage.finance, _options(scene, bill.company)
    name = f"{bill.number.replace(' ', '_')}.csv"
    model = "logistics.freight.bill.import"
    file = finance.upload(name, _file(scene, bill), model)
    wizard = finance.do(
        model, "create", {"attachment_ids": [(6, 0, [file])]}, **options
    )
    window = finance.do(model, "action_import", [wizard], **options)
    (result,) = finance.read(
        window["res_model"],
        [window["res_id"]],
        *("bill_ids", "result_text", "refused_count"),
        **options,
    )
    scene.expect(f"{name} is read: {result}", len(result["bill_ids"]) == 1)
    scene.expect(f"no row is refused: {result}", not result["refused_count"])
    text = result["result_text"].rstrip(".")
    scene.tell(f"{plot.CARRIERS[bill.carrier][0]} sent {name}: {text}")
    (found,) = finance.read(
        "logistics.freight.bill", result["bill_ids"], *_BILL_FIELDS, **options
    )
    lines = finance.read(
        "logistics.freight.bill.line", found["line_ids"], "status", "row", **options
    )
    results = [line["status"] for line in sorted(lines, key=lambda line: line["row"])]
    wanted = [line.result for line in bill.lines]
    if bill.state != "stopped":
        scene.expect(f"the audit says {wanted}, not {results}", results == wanted)
    return found | {"number": bill.number, "company": bill.company}


def _post(scene, bill):
    """Finance posts a bill."""
    finance, options = scene.stage.finance, _options(scene, bill["company"])
    scene.expect(
        f"{bill['number']} may be posted: {bill}",
        bill["state"] == "checked" and not bill["hold_reason"],
    )
    finance.do("logistics.freight.bill", "action_post", [bill["id"]], **options)
    (found,) = finance.read(
        "logistics.freight.bill", [bill["id"]], "state", "move_id", **options
    )
    scene.expect(f"it is posted: {found}", found["state"] == "posted")
    scene.note(f"{bill['number']}: posted as {found['move_id'][1].partition(' ')[0]}")


def _file(scene, bill):
    """Return the file of a bill in the suite's own layout.

    :rtype: bytes
    """
    zone = ZoneInfo(plot.COMPANIES[bill.company][5])
    original = plot_freight.BY_KEY.get(bill.original)
    lines = [_line(scene, bill, line) for line in bill.lines]
    total = sum(
        Decimal(line["charge_amount"]) + Decimal(line["tax_amount"]) for line in lines
    )
    common = {
        "document_number": bill.number,
        "document_type": bill.kind,
        "document_date": datetime.now(zone).date().isoformat(),
        "account_number": plot_freight.ACCOUNTS[bill.company][bill.carrier],
        "currency": bill.currency,
        "document_total": str(total),
        "original_document": original.number
        if original and bill.kind == "credit"
        else "",
    }
    out = io.StringIO()
    writer = csv.DictWriter(out, [*common, *lines[0]])
    writer.writeheader()
    writer.writerows(common | line for line in lines)
    return out.getvalue().encode()


def _line(scene, bill, line):
    tax = line.amount * plot_freight.TAX_PERCENT[bill.company] / 100
    return {
        "charge_code": line.charge_type,
        "charge_text": line.charge_type.replace("_", " ").capitalize(),
        "charge_amount": str(line.amount),
        "tax_amount": str(tax.quantize(_SCALE, ROUND_HALF_UP)),
        "tracking_number": _number(scene, line.order),
    }


def _number(scene, key):
    """Return the tracking number of an order's first parcel."""
    order = scene.stage.order(key)
    parcels = scene.stage.warehouse.find(
        "logistics.parcel",
        [("shipment_id", "in", _shipments(scene, order))],
        ["tracking_number"],
        order="id",
        limit=1,
        company=order["company"],
    )
    scene.expect(f"{order['name']} has a parcel", parcels)
    return parcels[0]["tracking_number"]


def _evidence(scene, dispute, options):
    """Finance downloads what speaks against the charge."""
    finance = scene.stage.finance
    action = finance.do(
        "logistics.freight.dispute", "action_evidence", [dispute["id"]], **options
    )
    status, pack = finance.get(action["url"])
    scene.expect(f"the evidence is there, not {status}", status == 200 and pack)
    scene.tell(f"evidence for {dispute['name']}: {len(pack)} bytes")


# === CHARGES === #


def _shipments(scene, order):
    """Return the ids of the shipments in which an order travels."""
    found = scene.stage.warehouse.find(
        "logistics.shipment",
        [("link_ids.picking_id.move_ids.sale_line_id.order_id", "=", order["id"])],
        ["name"],
        company=order["company"],
    )
    return [shipment["id"] for shipment in found]


def _charges(scene, key, *domain):
    order = scene.stage.order(key)
    return scene.stage.finance.find(
        "logistics.charge",
        [("shipment_id", "in", _shipments(scene, order)), *domain],
        ["charge_type", "amount", "currency_id", "source", "stage"],
        order="id",
        company=order["company"],
    )


def _postings(scene, key, reason):
    """Return what was posted for the charges of an order, for one reason."""
    charges = _charges(scene, key)
    domain = [
        ("charge_id", "in", [charge["id"] for charge in charges]),
        ("reason", "=", reason),
    ]
    return _posted(scene, domain, scene.stage.order(key)["company"])


def _posted(scene, domain, company):
    return scene.stage.finance.find(
        "logistics.charge.posting",
        domain,
        [
            *("charge_id", "accrued", "currency_id"),
            *("accrued_own", "company_currency_id", "move_id"),
        ],
        order="id",
        company=company,
    )


def _entry(row):
    own, currency = row["company_currency_id"][1], row["currency_id"][1]
    name = row["move_id"][1].partition(" ")[0]
    text = f"{row['charge_id'][1]}: {name}, {row['accrued']:.2f} {currency}"
    return text if own == currency else f"{text} = {row['accrued_own']:.2f} {own}"


def _options(scene, company):
    return {"company": scene.stage.conf["companies"][company]["id"]}


def _enough(found, count):
    return found if len(found) >= count else None
