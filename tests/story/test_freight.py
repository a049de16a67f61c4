"""The freight of the story: whatever goes wrong is missed; without a database."""

import pytest

from . import ending, plot, plot_freight, scenes_freight, text, verdict

NORTHWIND = plot_freight.BY_KEY["overcharged"].number


def _bill(found, key):
    return found["freight"]["bills"][plot_freight.BY_KEY[key].number]


def test_every_scene_can_be_played():
    assert scenes_freight.SCENES.keys() == plot_freight.SCENES.keys()
    assert not plot_freight.SCENES.keys() & plot.SCENES.keys()


def test_every_bill_belongs_to_one_scene():
    told = [key for scene in plot_freight.FREIGHT.values() for key in scene.bills]
    assert sorted(told) == sorted(plot_freight.BY_KEY)


def test_scenes_are_about_orders_of_the_story():
    orders = {plan.key for plan in plot.ORDERS}
    for key, scene in plot_freight.FREIGHT.items():
        assert orders >= set(scene.orders), key


def test_lines_are_about_shipments_of_the_carrier_that_bills():
    carriers = {plan.key: plan.carrier for plan in plot.ORDERS}
    for bill in plot_freight.BILLS:
        assert {carriers[line.order] for line in bill.lines} == {bill.carrier}


def test_the_overcharge_is_too_little_to_hold_the_whole_bill():
    bill, credit = (plot_freight.BY_KEY[key] for key in ("overcharged", "credit"))
    net = sum(line.amount for line in bill.lines)
    assert 0 < -sum(line.amount for line in credit.lines) * 5 < net


SPOILT = {
    "a scene stopped": (
        lambda report, found: report["scenes"][-1].update(problem="in vain"),
        "stopped: in vain",
    ),
    "nothing is accrued": (
        lambda report, found: found["freight"]["charges"]["dap"][0].update(
            accrual=None
        ),
        "dap: base is not accrued",
    ),
    "an order has no charge": (
        lambda report, found: found["freight"]["charges"]["kit"].clear(),
        "“kit” has no freight charge",
    ),
    "the accrual waited for the delivery": (
        lambda report, found: found["freight"]["charges"]["web"][0]["accrual"].update(
            because="delivered"
        ),
        "not accrued by its dispatch",
    ),
    "the accrual is a draft": (
        lambda report, found: found["freight"]["charges"]["web"][0]["accrual"].update(
            state="draft"
        ),
        "accrual is not posted",
    ),
    "euros were taken for dollars": (
        lambda report, found: found["freight"]["charges"]["out_of_order"][0][
            "accrual"
        ].update(own=36.0),
        "are booked as",
    ),
    "the charge is in dollars": (
        lambda report, found: found["freight"]["charges"]["out_of_order"][0].update(
            currency="USD"
        ),
        "not 40.50",
    ),
    "a bill is missing": (
        lambda report, found: found["freight"]["bills"].pop(NORTHWIND),
        f"{NORTHWIND} was not imported",
    ),
    "a bill was not posted": (
        lambda report, found: _bill(found, "fitting").update(document_state=None),
        "not posted in the books",
    ),
    "a bill is at another company": (
        lambda report, found: _bill(found, "fitting").update(company="Elsewhere"),
        "ended as",
    ),
    "a line was let pass": (
        lambda report, found: _bill(found, "overcharged")["results"].__setitem__(
            1, "matched"
        ),
        "The audit of",
    ),
    "a bill has another amount": (
        lambda report, found: _bill(found, "fitting").update(net=1.0),
        "comes to 1.00",
    ),
    "the file is not kept": (
        lambda report, found: _bill(found, "fitting").update(files=0),
        "no file",
    ),
    "the duplicate was posted": (
        lambda report, found: _bill(found, "again").update(state="posted"),
        "ps 881 ended as",
    ),
    "the duplicate is beside another bill": (
        lambda report, found: _bill(found, "again").update(repeats="X"),
        "not stopped beside",
    ),
    "a dispute is missing": (
        lambda report, found: found["freight"]["disputes"].pop(),
        "disputes about fuel",
    ),
    "a dispute is open": (
        lambda report, found: found["freight"]["disputes"][0].update(state="open"),
        "is open, not credited",
    ),
    "a dispute is about less": (
        lambda report, found: found["freight"]["disputes"][0].update(amount=4.0),
        "is about 4.00, not 4.50",
    ),
    "the payment stays blocked": (
        lambda report, found: found["freight"]["disputes"][1].update(
            blocked_amount=3.9
        ),
        "still holds",
    ),
    "the credit memo is not named": (
        lambda report, found: found["freight"]["disputes"][1]["credits"].clear(),
        "does not name its credit memo",
    ),
    "one side is not recharged": (
        lambda report, found: found["freight"]["recharges"].pop(),
        "not recharged between",
    ),
    "the recharge is wrong": (
        lambda report, found: found["freight"]["recharges"][0].update(total=1.0),
        "not a draft over 40.50",
    ),
    "the goods do not carry their freight": (
        lambda report, found: found["freight"]["landed"].pop(),
        "raised the stock by 48.00, not 54.00",
    ),
    "a company is not set up": (
        lambda report, found: found["freight"]["books"].pop(),
        "Freight is not set up in Lindenau",
    ),
    "the accrual is off": (
        lambda report, found: found["freight"]["books"][0].update(mode="off"),
        "The accrual is not on",
    ),
    "books and charges differ": (
        lambda report, found: found["freight"]["books"][0].update(books=120.49),
        "differ by -0.01",
    ),
    "finance saw a difference": (
        lambda report, found: found["freight"]["books"][1].update(proved=0.01),
        "does not show 0.00",
    ),
    "nobody proved anything": (
        lambda report, found: found["freight"]["books"][1].update(proved=None),
        "does not show 0.00",
    ),
    "something is left in dispute": (
        lambda report, found: found["freight"]["books"][0].update(disputed=4.5),
        "4.50 is left in dispute",
    ),
    "no accrual is open": (
        lambda report, found: found["freight"]["books"][0].update(open=0),
        "no open accrual",
    ),
    "a charge contradicts itself": (
        lambda report, found: found["freight"].update(held=1),
        "1 freight charges contradict",
    ),
    "a charge is accrued twice": (
        lambda report, found: found["freight"]["doubles"].update(
            {"charges accrued twice": 1}
        ),
        "There are 1 charges accrued twice",
    ),
}


@pytest.mark.parametrize(("what", "sentence"), SPOILT.values(), ids=SPOILT.keys())
def test_what_goes_wrong_is_missed(what, sentence):
    report, found, mails = ending.good()
    what(report, found)
    missing = verdict.missing(report, found, mails)
    assert any(sentence in line for line in missing), missing


def test_what_costs_nothing_needs_no_accrual():
    report, found, mails = ending.good()
    fuel = {"charge_type": "fuel", "amount": 0.0, "currency": "EUR", "accrual": None}
    found["freight"]["charges"]["web"].append(fuel)
    assert not verdict.missing(report, found, mails)
    fuel["amount"] = 4.5
    assert "web: fuel is not accrued." in verdict.missing(report, found, mails)


def test_the_report_names_bills_disputes_and_the_proof():
    report, found, _mails = ending.good()
    shown = " ".join(text.render(report).split())
    for bill in found["freight"]["bills"].values():
        assert bill["number"] in shown
    for dispute in found["freight"]["disputes"]:
        assert dispute["name"] in shown
    assert "difference 0.00" in shown
    assert "it repeats PS-000881" in shown
    assert "41.76 in the books" in shown
    assert "base 48.00 EUR on the stock" in shown
