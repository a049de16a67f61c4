"""Scenes about goods that come back: announced, found on the way, refused, damaged."""

import re
import struct
import zlib

from . import plot_returns
from .rpc import RpcError, csrf_token
from .scenes_goods import ON_THE_WAY, pay

_BACK = ("PUP", "HUB")
_HERE = ("OFD", "DLV")
_BOOKING = "logistics_carrier_base.ir_cron_book_shipments"
_REFUNDS = "logistics_returns.ir_cron_send_refunds"
_QUANTITY = re.compile(r'name="(quantity-[^"]+)"')
_REASON = re.compile(r'<option[^>]*value="(\d+)"[^>]*>\s*([^<]+?)\s*</option>')
_ONCE = re.compile(r'name="once"\s+value="([^"]+)"')
_MODEL = "logistics.return"


def return_announced(scene):
    """A customer who paid online announces a return; one piece is not what it was."""
    stage = scene.stage
    order = stage.order("return_announced")
    pay(scene, order)
    scene.wait(
        f"the payment confirms {order['name']}",
        lambda: stage.service.read("sale.order", [order["id"]], "state")[0]["state"]
        == "sale",
    )
    picking = scene.deliveries(order)[0]
    scene.validate(order, picking)
    (invoice,) = scene.invoiced(order)
    scene.paid(order, invoice)
    (number,) = scene.booked(order, picking, _BOOKING)
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.state_is(order, scene.shipment_of(order, picking), "delivered")
    one = announce(scene, order, "whitaker", 3, "Does not fit")
    answer(scene, order, one, "action_approve")
    receipt = expected(scene, order, one)
    number = send_back(scene, order, one, receipt)
    scene.scan(stage.northwind, number, *_HERE)
    receive(scene, order, one, receipt)
    inspect(scene, order, one)
    scene.credited(order)
    scene.run_job(_REFUNDS)
    settled(scene, order, one)
    # What was not accepted goes back to the customer.
    for again in scene.deliveries(order):
        scene.validate(order, again)


def return_unannounced(scene):
    """A carrier picks a parcel up that nobody announced: its first scan begins it."""
    stage = scene.stage
    order, shipment, number = scene.ship("return_unannounced", stage.northwind)
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.state_is(order, shipment, "delivered")
    scene.invoiced(order)
    back = _back_number(number)
    scene.scan(
        stage.northwind, back, "PUP", reference=order["name"], **{"return": True}
    )
    one = found(scene, order)
    scene.scan(stage.northwind, back, "HUB", *_HERE)
    receipt = expected(scene, order, one)
    receive(scene, order, one, receipt)
    inspect(scene, order, one)
    scene.credited(order)
    settled(scene, order, one)


def return_to_sender(scene):
    """The receiver refuses; the parcel comes back under a number of its own."""
    stage = scene.stage
    order, _shipment, number = scene.ship("return_to_sender", stage.northwind)
    scene.scan(stage.northwind, number, *ON_THE_WAY)
    scene.invoiced(order)
    scene.scan(stage.northwind, number, "REF", why="REFUSED")
    back = _back_number(number)
    scene.scan(
        stage.northwind, back, "RTS", reference=order["name"], **{"return": True}
    )
    one = found(scene, order)
    scene.scan(stage.northwind, back, "HUB", "RTD")
    receipt = expected(scene, order, one)
    receive(scene, order, one, receipt)
    inspect(scene, order, one)
    scene.credited(order)
    settled(scene, order, one)


def return_damaged(scene):
    """A customer shows what arrived broken: it comes back, is scrapped and credited."""
    stage = scene.stage
    order, shipment, number = scene.ship("return_damaged", stage.northwind)
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.state_is(order, shipment, "delivered")
    scene.invoiced(order)
    one = announce(scene, order, "dalton", 1, "Damaged on the way", photo=True)
    answer(scene, order, one, "action_approve")
    receipt = expected(scene, order, one)
    number = send_back(scene, order, one, receipt)
    scene.scan(stage.northwind, number, *_HERE)
    receive(scene, order, one, receipt)
    inspect(scene, order, one)
    scene.credited(order)
    settled(scene, order, one)


def return_two_people(scene):
    """Goods of a high value: the first of finance cannot agree twice."""
    stage = scene.stage
    order, shipment, number = scene.ship("return_two_people", stage.northwind)
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.state_is(order, shipment, "delivered")
    scene.invoiced(order)
    receipt = natively(scene, order, shipment)
    one = found(scene, order)
    number = send_back(scene, order, one, receipt)
    scene.scan(stage.northwind, number, *_HERE)
    receive(scene, order, one, receipt)
    inspect(scene, order, one)
    _agreed_by_two(scene, order)
    settled(scene, order, one)


def return_not_released(scene):
    """Refused before the invoice was released: the goods come back, no money moves."""
    stage = scene.stage
    order, shipment, number = scene.ship("return_not_released", stage.northwind)
    scene.scan(stage.northwind, number, *ON_THE_WAY, "REF", why="REFUSED")
    scene.state_is(order, shipment, "refused")
    scene.note(f"held: {scene.why_held(order)}")
    scene.scan(stage.northwind, number, "RTS")
    one = found(scene, order)
    scene.scan(stage.northwind, number, "RTD")
    receipt = expected(scene, order, one)
    receive(scene, order, one, receipt)
    inspect(scene, order, one)
    scene.not_invoiced(order)
    why = "It was never invoiced: nothing is credited."
    stage.warehouse.do(
        _MODEL, "action_close", [one["id"]], why, company=order["company"]
    )
    scene.tell(f"{stage.warehouse.role}: closed, {why}")
    settled(scene, order, one)


SCENES = {
    scene.__name__: scene
    for scene in (
        return_announced,
        return_unannounced,
        return_to_sender,
        return_damaged,
        return_two_people,
        return_not_released,
    )
}


# === WHAT CUSTOMERS DO === #


def announce(scene, order, customer, quantity, reason, photo=False):
    """A customer announces on the portal that goods of an order come back.

    :param dict order: The order.
    :param str customer: A key of `plot_returns.CUSTOMERS`.
    :param int quantity: How much of its first goods.
    :param str reason: The words of the reason on the form.
    :param bool photo: Whether a photo is sent with it.
    :return: The return as the warehouse sees it.
    :rtype: dict
    """
    person = scene.stage.customer(customer)
    path = f"/my/orders/{order['id']}/return"
    status, page = person.get(path)
    scene.expect(f"the customer can return goods, not {status}", status == 200)
    form = page.decode()
    reasons = {
        words.partition(" (")[0]: number for number, words in _REASON.findall(form)
    }
    scene.expect(f"“{reason}” is among {sorted(reasons)}", reason in reasons)
    fields = {
        "csrf_token": csrf_token(page),
        "once": _ONCE.search(form)[1],
        _QUANTITY.search(form)[1]: str(quantity),
        "reason_id": reasons[reason],
        "replacement": "credit",
        "note": f"{reason}, please credit it.",
    }
    files = [("photos", "damage.png", "image/png", picture())] if photo else []
    status, shown = person.submit(path, fields, files)
    scene.expect(f"the form is taken, not {status}", status == 200)
    one = found(scene, order)
    scene.expect("the customer sees the return", one["name"] in shown.decode())
    scene.tell(f"{person.role}: {quantity} to send back, {reason.lower()}")
    return one


def picture():
    """Return a small picture of something broken.

    :rtype: bytes
    """
    width, height = 160, 120
    rows = b"".join(
        b"\0"
        + b"".join(
            b"\x20\x20\x20" if abs(x - y - 20) < 4 else bytes((180, 150, x))
            for x in range(width)
        )
        for y in range(height)
    )

    def chunk(kind, data):
        whole = kind + data
        check = struct.pack(">I", zlib.crc32(whole))
        return struct.pack(">I", len(data)) + whole + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


# === WHAT THE WAREHOUSE DOES === #


def found(scene, order):
    """Wait for the return of an order, as the warehouse sees it.

    :rtype: dict
    """
    (one,) = scene.wait(
        f"there is a return of {order['name']}",
        lambda: scene.stage.warehouse.find(
            _MODEL,
            [("order_ids", "in", [order["id"]])],
            ["name", "origin"],
            company=order["company"],
        ),
    )
    if not scene.facts.get("return"):
        scene.facts["return"] = one["name"]
        scene.note(f"{one['name']}: {order['name']}, {one['origin']}")
    return one


def answer(scene, order, one, button):
    """The warehouse answers a return."""
    warehouse = scene.stage.warehouse
    warehouse.do(_MODEL, button, [one["id"]], company=order["company"])
    scene.tell(f"{warehouse.role}: {button.removeprefix('action_')}d {one['name']}")


def expected(scene, order, one):
    """Wait for the receipt in which the goods of a return are expected.

    :return: Its id.
    :rtype: int
    """
    (receipt,) = scene.wait(
        f"the goods of {one['name']} are expected",
        lambda: scene.stage.warehouse.find(
            "stock.picking",
            [("logistics_return_id", "=", one["id"]), ("state", "=", "assigned")],
            ["name"],
            company=order["company"],
        ),
    )
    scene.note(f"{one['name']} is expected with {receipt['name']}")
    return receipt["id"]


def natively(scene, order, shipment):
    """The warehouse uses Odoo's own dialog of returns.

    :return: The id of the receipt.
    :rtype: int
    """
    warehouse, options = scene.stage.warehouse, {"company": order["company"]}
    (delivery,) = warehouse.read(
        "logistics.shipment", [shipment["id"]], "picking_ids", **options
    )[0]["picking_ids"]
    model = "stock.return.picking"
    context = {"active_model": "stock.picking", "active_id": delivery}
    dialog = warehouse.do(model, "create", {}, context=context, **options)
    action = warehouse.do(
        model, "action_create_returns_all", [dialog], context=context, **options
    )
    scene.tell(f"{warehouse.role}: all of {order['name']} may come back")
    return action["res_id"]


def send_back(scene, order, one, receipt):
    """The parcel gets a label and is picked up at the customer's.

    :return: Its tracking number.
    :rtype: str
    """
    stage = scene.stage
    name = scene.picking(order, receipt, "name")["name"]
    booking = stage.northwind.ask(
        "/shipments", reference=name, parcels=[{"weight": 2}], **{"return": True}
    )
    number = booking["parcels"][0]["number"]
    scene.track(order, receipt, [number])
    scene.scan(stage.northwind, number, *_BACK)
    scene.wait(
        f"{one['name']} is on its way",
        lambda: _read(scene, order, one)["state"] == "in_transit",
    )
    return number


def receive(scene, order, one, receipt):
    """The goods are here: the warehouse validates the receipt."""
    scene.validate(order, receipt)
    scene.wait(
        f"{one['name']} is received",
        lambda: _read(scene, order, one)["state"] == "received",
    )


def inspect(scene, order, one):
    """The warehouse says on its screen what was found, as the plot has it."""
    warehouse, options = scene.stage.warehouse, {"company": order["company"]}
    action = warehouse.do(_MODEL, "action_inspect", [one["id"]], **options)
    screen, model = action["res_id"], action["res_model"]
    (row,) = warehouse.find(
        f"{model}.line",
        [("inspection_id", "=", screen), ("is_short", "=", False)],
        ["waiting"],
        **options,
    )
    kinds = plot_returns.ENDINGS[scene.key].found
    scene.expect(
        f"{row['waiting']:g} wait to be inspected", row["waiting"] == sum(kinds.values())
    )
    counts = {f"{name}_quantity": count for name, count in kinds.items()}
    warehouse.do(model, "write", [screen], {"line_ids": [(1, row["id"], counts)]}, **options)
    warehouse.do(model, "action_confirm", [screen], **options)
    words = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in kinds.items())
    scene.tell(f"{warehouse.role}: inspected {one['name']}: {words}")


# === MONEY === #


def _agreed_by_two(scene, order):
    """Finance agrees, cannot agree twice, and a colleague agrees as well."""
    stage, options = scene.stage, {"company": order["company"]}
    model = "logistics.approval"
    (approval,) = scene.wait(
        "a credit is proposed to finance",
        lambda: stage.finance.find(
            model,
            [("order_id", "=", order["id"]), ("state", "=", "waiting")],
            ["amount", "needed"],
            **options,
        ),
    )
    scene.expect(f"two people must agree: {approval}", approval["needed"] == 2)
    scene.note(f"credit of {approval['amount']:.2f} waits for two people")
    stage.finance.do(model, "action_approve", [approval["id"]], **options)
    try:
        stage.finance.do(model, "action_approve", [approval["id"]], **options)
    except RpcError as error:
        scene.note(f"finance cannot agree twice: {error.text}")
    else:
        scene.expect("nobody agrees twice", False)
    credit = ("move_type", "=", "out_refund")
    scene.expect("one is not enough", not scene.invoices(order, credit))
    stage.colleague.do(model, "action_approve", [approval["id"]], **options)
    scene.tell(f"{stage.finance.role} and {stage.colleague.role}: approved")
    (made,) = scene.wait(
        "the credit note is posted",
        lambda: scene.invoices(order, credit, ("state", "=", "posted")),
    )
    scene.note(f"{order['name']}: posted credit note {made['name']}")


def settled(scene, order, one):
    """Wait until the return stands where the plot says it ends."""
    state = plot_returns.ENDINGS[scene.key].state
    scene.wait(
        f"{one['name']} is {state}",
        lambda: _read(scene, order, one)["state"] == state,
    )
    scene.note(f"{one['name']} is {state}")


def _read(scene, order, one):
    (values,) = scene.stage.warehouse.read(
        _MODEL, [one["id"]], "state", company=order["company"]
    )
    return values


def _back_number(number):
    """Return a number that nobody has booked, for the way back."""
    return f"{number}R"
