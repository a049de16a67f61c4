"""Scenes about goods: what is released when, and what the invoice holds."""

from . import plot

ON_THE_WAY = ("PUP", "HUB", "OFD")
_BOOKING = "logistics_carrier_base.ir_cron_book_shipments"


def dap(scene):
    """Delivered at place: nothing before the delivery, then posted and sent."""
    order, shipment, number = scene.ship("dap", scene.stage.northwind)
    scene.scan(scene.stage.northwind, number, *ON_THE_WAY)
    scene.state_is(order, shipment, "out_for_delivery")
    scene.expect("nothing is invoiced on the way", not scene.invoices(order))
    scene.note(f"held: {scene.why_held(order)}")
    scene.scan(scene.stage.northwind, number, "DLV", signer="K. Hansen", drop="HAND")
    (invoice,) = scene.invoiced(order)
    scene.mailed(order, invoice, plot.CUSTOMERS["hansen"][2])


def two_parcels(scene):
    """Two parcels of known content, one delivered: only that one is invoiced."""
    stage = scene.stage
    order = scene.confirm("two_parcels")
    picking = scene.deliveries(order)[0]
    numbers, shipment = _pack_and_ship(scene, order, picking)
    scene.scan(stage.northwind, numbers[0], *ON_THE_WAY, "DLV", signer="Dock 2")
    scene.scan(stage.northwind, numbers[1], "PUP")
    scene.state_is(order, shipment, "partly_delivered")
    scene.invoiced(order)
    scene.note(f"held: {scene.why_held(order)}")


def exw(scene):
    """Ex works: the buyer's carrier has the goods, so they are invoiced."""
    order, shipment, number = scene.ship("exw", scene.stage.northwind)
    scene.scan(scene.stage.northwind, number, "PUP")
    scene.state_is(order, shipment, "picked_up")
    scene.invoiced(order)


def web(scene):
    """A customer pays online; the goods leave; the invoice is posted and paid."""
    order = scene.stage.order("web")
    pay(scene, order)
    person = scene.stage.service
    scene.wait(
        f"the payment confirms {order['name']}",
        lambda: person.read("sale.order", [order["id"]], "state")[0]["state"] == "sale",
    )
    scene.expect("payment alone makes no invoice", not scene.invoices(order))
    picking = scene.deliveries(order)[0]
    scene.validate(order, picking)
    (invoice,) = scene.invoiced(order)
    scene.paid(order, invoice)
    # Nobody typed a number: Odoo booked the parcel when the delivery was validated.
    (number,) = scene.booked(order, picking, _BOOKING)
    scene.tell(f"Northwind Parcel booked {number}")
    scene.scan(scene.stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.state_is(order, scene.shipment_of(order, picking), "delivered")


def shared(scene):
    """Two orders of one customer leave in one transfer: one proof for both."""
    stage = scene.stage
    first, second = scene.confirm("shared_1"), scene.confirm("shared_2")
    picking, emptied = scene.deliveries(first)[0], scene.deliveries(second)[0]
    warehouse, company = stage.warehouse, first["company"]
    warehouse.do("stock.picking", "do_unreserve", [emptied], company=company)
    moves = scene.picking(first, emptied, "move_ids")["move_ids"]
    warehouse.do("stock.move", "write", moves, {"picking_id": picking}, company=company)
    warehouse.do("stock.picking", "action_assign", [picking], company=company)
    (number,) = scene.label(first, picking, stage.northwind)
    scene.validate(first, picking)
    shipment = scene.shipment_of(first, picking)
    scene.tell(f"{first['name']} and {second['name']} travel as {number}")
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.state_is(first, shipment, "delivered")
    scene.invoiced(first)
    scene.invoiced(second)


def backorder(scene):
    """Four of ten leave first; each part is invoiced by its own proof."""
    stage = scene.stage
    order = scene.confirm("backorder")
    picking = scene.deliveries(order)[0]
    (move,) = scene.picking(order, picking, "move_ids")["move_ids"]
    stage.warehouse.do(
        "stock.move",
        "write",
        [move],
        {"quantity": 4, "picked": True},
        company=order["company"],
    )
    (number,) = scene.label(order, picking, stage.northwind)
    scene.validate(order, picking)
    rest = scene.deliveries(order)[0]
    (other,) = scene.label(order, rest, stage.northwind)
    scene.validate(order, rest)
    second = scene.shipment_of(order, rest)
    scene.scan(stage.northwind, other, "PUP", "HUB")
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.invoiced(order)
    scene.state_is(order, second, "arrived_facility")
    scene.note(f"held: {scene.why_held(order)}")


def kit(scene):
    """The parts of a kit travel in two parcels: the kit counts when all are there."""
    stage = scene.stage
    order = scene.confirm("kit")
    picking = scene.deliveries(order)[0]
    numbers, shipment = _pack_and_ship(scene, order, picking)
    scene.scan(stage.northwind, numbers[0], *ON_THE_WAY, "DLV")
    scene.state_is(order, shipment, "partly_delivered")
    scene.not_invoiced(order)
    scene.note(f"held: {scene.why_held(order)}")
    scene.scan(stage.northwind, numbers[1], *ON_THE_WAY, "DLV")
    scene.invoiced(order)


def own_truck(scene):
    """No carrier can report: the warehouse records the signed delivery note."""
    stage = scene.stage
    order = scene.confirm("own_truck")
    picking = scene.deliveries(order)[0]
    scene.validate(order, picking)
    scene.not_invoiced(order)
    scene.note(f"held: {scene.why_held(order)}")
    shipment = scene.shipment_of(order, picking)
    options = {"company": order["company"]}
    action = stage.warehouse.do(
        "logistics.shipment", "action_record_proof", [shipment["id"]], **options
    )
    options["context"] = action["context"]
    dialog = stage.warehouse.do(
        action["res_model"], "create", {"signer": "M. Orchard"}, **options
    )
    stage.warehouse.do(action["res_model"], "action_record", [dialog], **options)
    scene.tell(f"{stage.warehouse.role}: signed by M. Orchard")
    scene.state_is(order, shipment, "delivered")
    scene.invoiced(order)
    paper = scene.confirm("paper")
    scene.validate(paper, scene.deliveries(paper)[0])
    scene.not_invoiced(paper)
    scene.note(f"held, the paper is on its way: {scene.why_held(paper)}")


SCENES = {
    scene.__name__: scene
    for scene in (dap, two_parcels, exw, web, shared, backorder, kit, own_truck)
}


def _pack_and_ship(scene, order, picking):
    """Put every move into a package of its own, named like its label, and hand over.

    :return: The numbers in the order of the moves, and the shipment.
    :rtype: tuple[list[str], dict]
    """
    person, options = scene.stage.warehouse, {"company": order["company"]}
    lines = person.find(
        "stock.move.line",
        [("picking_id", "=", picking)],
        ["product_id"],
        order="id",
        **options,
    )
    numbers = scene.label(order, picking, scene.stage.northwind, len(lines))
    for line, number in zip(lines, numbers, strict=True):
        package = person.do("stock.package", "create", {"name": number}, **options)
        person.do(
            "stock.move.line",
            "write",
            [line["id"]],
            {"result_package_id": package},
            **options,
        )
        scene.tell(f"{number} holds {line['product_id'][1]}")
    scene.validate(order, picking)
    return numbers, scene.shipment_of(order, picking)


def pay(scene, order):
    """Pay a quotation on its portal page, as the customer who got the link."""
    stage = scene.stage
    link = stage.service.do(
        "sale.order", "get_portal_url", [order["id"]], company=order["company"]
    )
    customer = stage.visitor()
    status, _page = customer.get(link)
    scene.expect("the customer sees the quotation", status == 200)
    total = stage.service.read("sale.order", [order["id"]], "amount_total")[0]
    payment = customer.call(
        f"/my/orders/{order['id']}/transaction",
        access_token=link.partition("access_token=")[2].partition("&")[0],
        provider_id=stage.conf["payment"]["provider"],
        payment_method_id=stage.conf["payment"]["method"],
        token_id=None,
        amount=total["amount_total"],
        flow="direct",
        tokenization_requested=False,
        landing_route=link,
    )
    customer.call(
        "/payment/demo/simulate_payment",
        reference=payment["reference"],
        payment_details="4242",
        simulated_state="done",
    )
    paid = customer.call("/payment/status/poll")
    scene.expect("the payment went through", paid["state"] == "done")
    scene.tell(f"customer paid {total['amount_total']:.2f} online")
