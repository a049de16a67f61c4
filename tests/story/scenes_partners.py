"""Scenes about partners: what they send, in which order, and what they should not."""

from .scenes_goods import ON_THE_WAY

_POLLER = "logistics_carrier_base.ir_cron_poll_numbers"
_UNKNOWN = "ZZ9"


def out_of_order(scene):
    """Every scan in a message of its own, the latest first, and some twice."""
    sandbox = scene.stage.northwind
    order, shipment, number = scene.ship("out_of_order", sandbox)
    sandbox.scan_silently(number, *ON_THE_WAY, "DLV")
    answers = sandbox.misreport(number, "reordered")
    scene.expect("each message is taken", set(answers) == {202})
    again = sandbox.misreport(number, "again") + sandbox.misreport(number, "again")
    scene.expect("a repeat is answered 200", again == [200, 200])
    answers = sandbox.misreport(number, "reordered")
    scene.tell(
        f"{number}: {len(answers)} scans, the latest first, all of them twice, and "
        "one message three times"
    )
    scene.state_is(order, shipment, "delivered")
    scene.invoiced(order)


def unknown_code(scene):
    """The carrier says something nobody knows: a person maps it, once."""
    stage = scene.stage
    order, shipment, number = scene.ship("unknown_code", stage.baltic)
    scene.scan(stage.baltic, number, "PUP")
    scene.scan(stage.baltic, number, _UNKNOWN, text="Handed to the gatekeeper")
    person = stage.integration
    (code,) = scene.wait(
        f"code {_UNKNOWN} is put before a person",
        lambda: person.find(
            "logistics.code.map", [("raw_code", "=", _UNKNOWN)], ["raw_text"]
        ),
    )
    scene.expect("it is an exception", _open_exceptions(scene, "unknown_code"))
    scene.expect("nothing is guessed", not scene.invoices(order))
    scene.note(f"exception: code {_UNKNOWN} is unknown")
    person.do("logistics.code.map", "write", [code["id"]], {"event_type": "delivered"})
    person.do("logistics.code.map", "action_apply", [code["id"]])
    scene.tell(f"{person.role}: {_UNKNOWN} means delivered")
    scene.state_is(order, shipment, "delivered")
    scene.invoiced(order)
    scene.expect("it is solved", not _open_exceptions(scene, "unknown_code"))


def forged(scene):
    """A forged delivery is refused; the genuine message with its identifier is not."""
    stage = scene.stage
    order, shipment, number = scene.ship("forged", stage.northwind)
    scene.scan(stage.northwind, number, "PUP")
    before = _refused(scene)
    for how, expected in (
        ("unsigned", 401),
        ("stale", 401),
        ("malformed", 400),
        ("forged", 401),
    ):
        (answer,) = stage.northwind.misreport(number, how)
        scene.expect(f"{how} is answered {expected}, not {answer}", answer == expected)
        scene.tell(f"{number}: {how} ({answer})")
    scene.expect("the refused ones are on record", _refused(scene) == before + 3)
    scene.not_invoiced(order)
    # This message has the identifier of the forged one.
    scene.scan(stage.northwind, number, "DLV", signer="R. Dalton")
    scene.state_is(order, shipment, "delivered")
    scene.invoiced(order)


def carrier_down(scene):
    """The carrier neither pushes nor answers; later it is asked again."""
    stage = scene.stage
    order, shipment, number = scene.facts.pop("booked")
    stage.baltic.scan_silently(number, *ON_THE_WAY, "DLV")
    scene.tell(f"{number}: four scans that nobody was told of")
    poll(scene, lambda: _open_exceptions(scene, "carrier_unavailable"), "it is down")
    scene.note("exception: Baltic Freight does not answer")
    scene.expect("nothing is invoiced meanwhile", not scene.invoices(order))
    stage.baltic.behave()
    scene.tell("Baltic Freight answers again")
    poll(scene, lambda: _state(scene, order, shipment) == "delivered", "it answers")
    scene.invoiced(order)
    scene.wait(
        "the exception closes by itself",
        lambda: not _open_exceptions(scene, "carrier_unavailable"),
    )


def book_and_break(scene):
    """The first half of `carrier_down`, played early: a poll has its time."""
    order, shipment, number = scene.ship("carrier_down", scene.stage.baltic)
    scene.stage.baltic.fail(times=1000, status=503, retry_after="1", path="/track")
    scene.tell(f"Baltic Freight is down, {number} is under way")
    scene.note("Baltic Freight goes down; the rest follows below")
    scene.facts["booked"] = order, shipment, number


def easypost(scene):
    """A push whose signature covers no time: status at once, money after the poll."""
    stage = scene.stage
    number = "9400111899223344556677"
    order = scene.confirm("easypost")
    picking = scene.deliveries(order)[0]
    scene.track(order, picking, [number])
    scene.validate(order, picking)
    shipment = scene.shipment_of(order, picking)
    stage.easypost.fail(times=1000, status=503, retry_after="1", path="/v2/trackers")
    place = {"city": "Salem", "state": "OR", "country": "US", "zip": "97301"}
    stage.easypost.move(number, "in_transit", **place)
    tracker = stage.easypost.move(number, "delivered", signed_by="J WHITAKER", **place)
    answer = stage.easypost.push(tracker)
    scene.tell(f"{number}: pushed as delivered ({answer}), its API does not answer")
    scene.expect("the push is taken", answer == 202)
    scene.state_is(order, shipment, "delivered")
    scene.not_invoiced(order)
    scene.note(f"delivered, and held: {scene.why_held(order)}")
    stage.easypost.behave()
    scene.tell("the API answers again and is asked")
    poll(scene, lambda: scene.invoices(order), "it answers")
    scene.invoiced(order)


def third_party(scene):
    """A 3PL pushes the suite's own format, and names our transfer, not a number."""
    stage = scene.stage
    order = scene.confirm("third_party")
    picking = scene.deliveries(order)[0]
    name = scene.picking(order, picking, "name")["name"]
    number = "RHFL0000431177"
    common = {
        "tracking_number": number,
        "references": {"delivery": name, "order": order["name"]},
        "location": {"city": "Leipzig", "country": "DE"},
        "lines": [{"product": "Gasket G5", "quantity": 50}],
    }
    partner = stage.third_party
    answer = partner.push(partner.event("shipment_created", **common))
    scene.tell(f"{name}: packed as {number} ({answer})")
    scene.expect("the message is taken", answer == 202)
    numbers = scene.booked(order, picking)
    scene.expect("the 3PL's number is on our transfer", numbers == [number])
    scene.validate(order, picking)
    shipment = scene.shipment_of(order, picking)
    answer = partner.push(
        partner.event("picked_up", **common), partner.event("in_transit", **common)
    )
    scene.tell(f"{name}: picked up and in transit, in one message ({answer})")
    scene.state_is(order, shipment, "in_transit")
    scene.expect("nothing is invoiced on the way", not scene.invoices(order))
    answer = partner.push(partner.event("delivered", signer="C. Moreau", **common))
    scene.tell(f"{name}: delivered ({answer})")
    scene.state_is(order, shipment, "delivered")
    scene.invoiced(order)


SCENES = {
    scene.__name__: scene
    for scene in (
        out_of_order,
        unknown_code,
        forged,
        carrier_down,
        easypost,
        third_party,
    )
}


def poll(scene, condition, why):
    """Run the poller by its button until what it should find out is known.

    A number is asked about when its turn has come, so the button is pressed again.
    """

    def ask():
        if found := condition():
            return found
        scene.run_job(_POLLER)
        return condition()

    return scene.wait(f"a poll finds out that {why}", ask, seconds=120)


def _state(scene, order, shipment):
    return scene.stage.warehouse.read(
        "logistics.shipment", [shipment["id"]], "state", company=order["company"]
    )[0]["state"]


def _open_exceptions(scene, category):
    return scene.stage.integration.find(
        "logistics.exception",
        [("category", "=", category), ("state", "=", "open")],
        ["summary"],
    )


def _refused(scene):
    return scene.stage.integration.do(
        "logistics.message", "search_count", [("state", "=", "rejected")]
    )
