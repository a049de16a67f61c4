"""What people do about goods that come back: customers on the portal, the warehouse."""

import re
import struct
import zlib

from . import plot_returns
from .rpc import csrf_token

MODEL = "logistics.return"
BOOKING = "logistics_carrier_base.ir_cron_book_shipments"
_BACK = ("PUP", "HUB")
_LABEL = re.compile(r"/my/returns/\d+/label/\d+")
_QUANTITY = re.compile(r'name="(quantity-[^"]+)"')
_REASON = re.compile(r'<option[^>]*value="(\d+)"[^>]*>\s*([^<]+?)\s*</option>')
_ONCE = re.compile(r'name="once"\s+value="([^"]+)"')


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
            MODEL,
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
    warehouse.do(MODEL, button, [one["id"]], company=order["company"])
    said = {"action_approve": "approved", "action_send_label": "booked the way back of"}
    scene.tell(f"{warehouse.role}: {said[button]} {one['name']}")


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
    _picked_up(scene, order, one, number)
    return number


def labelled(scene, order, one, customer):
    """The carrier books the way back, and the customer prints its label.

    :param str customer: A key of `plot_returns.CUSTOMERS`.
    :return: The tracking number.
    :rtype: str
    """
    stage = scene.stage
    answer(scene, order, one, "action_send_label")
    scene.run_job(BOOKING)
    scene.wait(
        f"the label of {one['name']} is there",
        lambda: read_state(scene, order, one) == "label_sent",
    )
    person = stage.customer(customer)
    _status, page = person.get(f"/my/returns/{one['id']}")
    label = _LABEL.search(page.decode())
    scene.expect("the customer sees the label", label)
    _status, file = person.get(label[0])
    scene.expect("it is a PDF", file.startswith(b"%PDF"))
    (parcel,) = stage.warehouse.find(
        "logistics.parcel",
        [("shipment_id.logistics_return_id", "=", one["id"])],
        ["tracking_number"],
        company=order["company"],
    )
    number = parcel["tracking_number"]
    scene.numbers.append(number)
    scene.tell(f"{person.role}: printed the label {number}")
    _picked_up(scene, order, one, number)
    return number


def _picked_up(scene, order, one, number):
    scene.scan(scene.stage.northwind, number, *_BACK)
    scene.wait(
        f"{one['name']} is on its way",
        lambda: read_state(scene, order, one) == "in_transit",
    )


def receive(scene, order, one, receipt):
    """The goods are here: the warehouse validates the receipt."""
    scene.validate(order, receipt)
    scene.wait(
        f"{one['name']} is received",
        lambda: read_state(scene, order, one) == "received",
    )


def inspect(scene, order, one):
    """The warehouse says on its screen what was found, as the plot has it."""
    warehouse, options = scene.stage.warehouse, {"company": order["company"]}
    action = warehouse.do(MODEL, "action_inspect", [one["id"]], **options)
    screen, model = action["res_id"], action["res_model"]
    (row,) = warehouse.find(
        f"{model}.line",
        [("inspection_id", "=", screen), ("is_short", "=", False)],
        ["waiting"],
        **options,
    )
    kinds = plot_returns.ENDINGS[scene.key].found
    scene.expect(
        f"{row['waiting']:g} wait to be inspected",
        row["waiting"] == sum(kinds.values()),
    )
    counts = {f"{name}_quantity": count for name, count in kinds.items()}
    warehouse.do(
        model, "write", [screen], {"line_ids": [(1, row["id"], counts)]}, **options
    )
    warehouse.do(model, "action_confirm", [screen], **options)
    words = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in kinds.items())
    scene.tell(f"{warehouse.role}: inspected {one['name']}: {words}")


def claimed(scene, order, one):
    """Wait until the carrier is asked to pay for what it damaged."""
    (claim,) = scene.wait(
        f"the carrier is asked to pay for {one['name']}",
        lambda: scene.stage.warehouse.find(
            "logistics.claim",
            [("logistics_return_id", "=", one["id"]), ("state", "=", "open")],
            ["amount", "deadline", "carrier_id"],
            company=order["company"],
        ),
    )
    scene.note(
        f"claim against {claim['carrier_id'][1]}: {claim['amount']:.2f}, "
        f"until {claim['deadline']}"
    )


def read_state(scene, order, one):
    """Return where a return stands, as the warehouse sees it.

    :rtype: str
    """
    (values,) = scene.stage.warehouse.read(
        MODEL, [one["id"]], "state", company=order["company"]
    )
    return values["state"]
