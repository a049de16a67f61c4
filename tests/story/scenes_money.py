"""Scenes about money that has to come back."""

from .scenes_goods import ON_THE_WAY


def withdrawn_draft(scene):
    """The delivery is withdrawn while the invoice is a draft: the draft goes."""
    stage = scene.stage
    order, shipment, number = scene.ship("withdrawn_draft", stage.northwind)
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.invoiced(order, "draft")
    answer = stage.northwind.withdraw(number, "DLV")
    scene.tell(f"{number}: delivery withdrawn ({answer})")
    scene.state_is(order, shipment, "out_for_delivery")
    scene.wait(
        "the draft is withdrawn",
        lambda: not scene.invoices(order, ("state", "!=", "cancel")),
    )
    scene.note(f"draft withdrawn; held: {scene.why_held(order)}")


def withdrawn_posted(scene):
    """The delivery is withdrawn after posting: a credit is proposed and approved."""
    stage = scene.stage
    order, _shipment, number = scene.ship("withdrawn_posted", stage.northwind)
    scene.scan(stage.northwind, number, *ON_THE_WAY, "DLV")
    scene.invoiced(order)
    answer = stage.northwind.withdraw(number, "DLV")
    scene.tell(f"{number}: delivery withdrawn ({answer})")
    scene.credited(order)


SCENES = {scene.__name__: scene for scene in (withdrawn_draft, withdrawn_posted)}
