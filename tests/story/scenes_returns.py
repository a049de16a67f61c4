"""Scenes about goods that come back: announced, found on the way, refused, damaged."""

from . import plot_returns
from .returning import (
    BOOKING,
    MODEL,
    announce,
    answer,
    claimed,
    expected,
    found,
    inspect,
    labelled,
    natively,
    read_state,
    receive,
    send_back,
)
from .rpc import RpcError
from .scenes_goods import ON_THE_WAY, pay

_HERE = ("OFD", "DLV")
_REFUNDS = "logistics_returns.ir_cron_send_refunds"


def return_announced(scene):
    """A customer who paid online announces a return; one piece is not what it was."""
    stage = scene.stage
    order = stage.order("return_announced")
    pay(scene, order)
    scene.wait(
        f"the payment confirms {order['name']}",
        lambda: (
            stage.service.read("sale.order", [order["id"]], "state")[0]["state"]
            == "sale"
        ),
    )
    picking = scene.deliveries(order)[0]
    scene.validate(order, picking)
    (invoice,) = scene.invoiced(order)
    scene.paid(order, invoice)
    (number,) = scene.booked(order, picking, BOOKING)
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.state_is(order, scene.shipment_of(order, picking), "delivered")
    one = announce(scene, order, "whitaker", 3, "Does not fit")
    answer(scene, order, one, "action_approve")
    number = labelled(scene, order, one, "whitaker")
    receipt = expected(scene, order, one)
    scene.scan(stage.northwind, number, *_HERE)
    receive(scene, order, one, receipt)
    inspect(scene, order, one)
    # What was not accepted goes back to the customer.
    (again,) = scene.deliveries(order)
    scene.validate(order, again)
    scene.credited(order)
    scene.run_job(_REFUNDS)
    settled(scene, order, one)


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
    claimed(scene, order, one)
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
        MODEL, "action_close", [one["id"]], why, company=order["company"]
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
        lambda: read_state(scene, order, one) == state,
    )
    scene.note(f"{one['name']} is {state}")


def _back_number(number):
    """Return a number that nobody has booked, for the way back."""
    return f"{number}R"
