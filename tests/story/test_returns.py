"""The returns of the story: whatever goes wrong is missed; without a database."""

import pytest

from . import (
    ending,
    plot,
    plot_freight,
    plot_returns,
    returning,
    scenes_returns,
    text,
    verdict,
    verdict_returns,
)


def _about(found, key):
    return found["returns"]["about"][key]


def _one(found, key):
    return _about(found, key)["returns"][0]


def _credit(found, key):
    return _about(found, key)["notes"][1]


def test_every_scene_can_be_played():
    assert scenes_returns.SCENES.keys() == plot_returns.SCENES.keys()
    others = plot.SCENES | plot_freight.SCENES
    assert not plot_returns.SCENES.keys() & others.keys()


def test_every_return_has_an_order_of_its_own():
    assert [plan.key for plan in plot_returns.ORDERS] == [*plot_returns.ENDINGS]
    assert not plot_returns.BY_KEY.keys() & {plan.key for plan in plot.ORDERS}
    for plan in plot_returns.ORDERS:
        assert plot.CUSTOMERS[plan.customer][1] == plan.company, plan.key


def test_what_is_found_is_what_the_customer_gave():
    for key, one in plot_returns.ENDINGS.items():
        sold = sum(plot_returns.BY_KEY[key].lines.values())
        kept = one.found.get("send_back", 0) - sum(one.found.values())
        assert one.customer == sold + kept, key


def test_what_is_credited_is_what_was_accepted():
    for key, one in plot_returns.ENDINGS.items():
        plan = plot_returns.BY_KEY[key]
        left = sum(count for name, count in plan.expected.items() if name in plan.lines)
        accepted = sum(
            count for name, count in one.found.items() if name != "send_back"
        )
        credited = accepted if one.paid else 0
        sold = sum(plan.lines.values()) if plan.documents else 0
        assert left == sold - credited, key


def test_picture_is_one():
    picture = returning.picture()
    assert picture.startswith(b"\x89PNG")
    assert picture.endswith(b"IEND\xaeB`\x82")


def test_nothing_is_missing_of_returns_that_ended_well():
    _report, found, _mails = ending.good()
    assert verdict_returns.missing(found) == []


SPOILT = {
    "a return is missing": (
        lambda found: _about(found, "return_announced")["returns"].clear(),
        "has 0 returns, not 1",
    ),
    "a second return was begun": (
        lambda found: _about(found, "return_unannounced")["returns"].append(
            _one(found, "return_unannounced")
        ),
        "has 2 returns, not 1",
    ),
    "it began otherwise": (
        lambda found: _one(found, "return_unannounced").update(origin="staff"),
        "ended as customer, staff, refunded",
    ),
    "it was no return to sender": (
        lambda found: _one(found, "return_to_sender").update(kind="customer"),
        "ended as customer, scan, refunded",
    ),
    "it is not refunded": (
        lambda found: _one(found, "return_announced").update(state="credited"),
        "ended as customer, portal, credited",
    ),
    "a problem is open": (
        lambda found: _one(found, "return_damaged").update(problems=[["missing", 1]]),
        "has open problems",
    ),
    "something else was found": (
        lambda found: _one(found, "return_announced").update(found={"restock": 3}),
        "not {'restock': 2, 'send_back': 1}",
    ),
    "scrap is in stock": (
        lambda found: _one(found, "return_damaged")["moved"][0].update(
            usage="internal", place="Stock"
        ),
        "0 of 1 are where scrap goods go",
    ),
    "goods to be put in order are sold": (
        lambda found: _one(found, "return_unannounced")["moved"][1].update(
            place="Stock"
        ),
        "0 of 1 are where refurbish goods go",
    ),
    "what was not accepted is still here": (
        lambda found: _about(found, "return_announced").update(customer=1.0),
        "the customer has 1, not 2",
    ),
    "it has no shipment": (
        lambda found: _one(found, "return_to_sender")["chain"].clear(),
        "comes back in the shipments [], not ['return_to_sender']",
    ),
    "the chain is broken": (
        lambda found: _one(found, "return_unannounced")["chain"][0].update(
            outbound=None
        ),
        "does not say what the goods left with",
    ),
    "the number is lost": (
        lambda found: _one(found, "return_to_sender")["chain"][0].update(numbers=[]),
        "has no tracking number",
    ),
    "one person agreed to a large credit": (
        lambda found: found["orders"]["return_two_people"]["approvals"][0].update(
            people=["finance"]
        ),
        "finance agreed to the credit",
    ),
    "nobody agreed": (
        lambda found: found["orders"]["return_damaged"]["approvals"].clear(),
        "nobody agreed to the credit",
    ),
    "it was credited twice": (
        lambda found: _about(found, "return_damaged")["notes"].append(
            _credit(found, "return_damaged")
        ),
        "has 2 credit notes",
    ),
    "what was never invoiced is credited": (
        lambda found: _about(found, "return_not_released")["notes"].append(
            _credit(found, "return_damaged")
        ),
        "has 1 credit notes",
    ),
    "the credit note credits nothing": (
        lambda found: _credit(found, "return_to_sender").update(reverses=None),
        "does not say which invoice it credits",
    ),
    "its tax is wrong": (
        lambda found: _credit(found, "return_damaged").update(tax=0.0),
        "is 0.00",
    ),
    "it is open": (
        lambda found: _credit(found, "return_unannounced").update(residual=150.0),
        "150.00 of RINV/2026/00002 are open",
    ),
    "the invoice asks for all": (
        lambda found: _about(found, "return_damaged")["notes"][0].update(
            residual=230.0
        ),
        "230.00 of the invoice are open",
    ),
    "the refund took the payment of the invoice": (
        lambda found: _about(found, "return_announced")["notes"][0].update(
            residual=57.5
        ),
        "is not paid any more",
    ),
    "it was not refunded": (
        lambda found: found["returns"]["refunds"].clear(),
        "has 0 refunds",
    ),
    "it was refunded twice": (
        lambda found: found["returns"]["refunds"].append(
            found["returns"]["refunds"][0]
        ),
        "has 2 refunds",
    ),
    "the refund is unclear": (
        lambda found: found["returns"]["refunds"][0].update(state="unclear"),
        "is unclear, not made and posted",
    ),
    "the refund is not posted": (
        lambda found: found["returns"]["refunds"][0].update(settled=False),
        "not made and posted",
    ),
    "too much was paid back": (
        lambda found: found["returns"]["refunds"][0].update(transferred=-100.0),
        "100.00 are paid back, not 57.50",
    ),
    "what was set off is refunded, too": (
        lambda found: found["returns"]["refunds"][0].update(
            note=_credit(found, "return_damaged")["id"]
        ),
        "is set off, and refunded",
    ),
    "the photo is lost": (
        lambda found: _one(found, "return_damaged").update(photos=0),
        "no photo of the damage",
    ),
    "an action is off": (
        lambda found: found["returns"]["modes"][0].update(mode="off"),
        "The action expect is not on in Harbor Pumps Inc.",
    ),
    "goods still wait": (
        lambda found: found["returns"].update(waiting=2.0),
        "2 returned pieces still wait",
    ),
    "something was refunded twice": (
        lambda found: found["returns"]["doubles"].update(
            {"credit notes refunded twice": 1}
        ),
        "There are 1 credit notes refunded twice",
    ),
}


@pytest.mark.parametrize(("what", "sentence"), SPOILT.values(), ids=SPOILT.keys())
def test_what_goes_wrong_is_missed(what, sentence):
    report, found, mails = ending.good()
    what(found)
    missing = verdict.missing(report, found, mails)
    assert any(sentence in line for line in missing), missing


def test_a_scene_that_stopped_is_missed():
    report, found, mails = ending.good()
    scenes = {scene["key"]: scene for scene in report["scenes"]}
    scenes["return_two_people"]["problem"] = "in vain"
    assert "“A large credit needs two people” stopped: in vain" in verdict.missing(
        report, found, mails
    )


def test_the_report_names_goods_credits_and_refunds():
    report, _found, _mails = ending.good()
    shown = " ".join(text.render(report).split())
    assert "RET/2026/00001: refunded, customer return, announced on the portal" in shown
    assert "2 restock, 1 send back; the customer has 2" in shown
    assert "57.50 USD with tax, refund 57.50 done through S00019" in shown
    assert "set off against INV/2026/00002" in shown
    assert "nothing to credit" in shown
    assert "6: 5 refunded, 1 closed" in shown
    assert "1 of 1 made" in shown


def test_the_report_says_what_of_a_credit_note_is_open():
    report, _found, _mails = ending.good()
    _credit(report["facts"], "return_unannounced").update(residual=150.0)
    report["facts"]["returns"]["refunds"].clear()
    shown = " ".join(text.render(report).split())
    assert "RINV/2026/00002 150.00 EUR with tax, 150.00 of it open" in shown
