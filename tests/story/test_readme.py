"""What the README shows works: its examples are read here as they stand there."""

import ast
import json
import re
from pathlib import Path

from odoo.addons.logistics_carrier_base.mappers import canonical

from . import plot, plot_returns

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
TOUR = "tests/addons/logistics_story_tours/static/tests/tours/story_walk.js"
CONTRACT = "addons/logistics_carrier_base/models/logistics_carrier_adapter.py"


def _blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_pushed_example_is_read():
    (shell,) = [block for block in _blocks("sh") if "curl" in block]
    body = re.search(r"^BODY='(.*?)'$", shell, re.DOTALL | re.MULTILINE)[1]
    json.loads(body)
    (event,) = canonical.parse(body.encode(), "application/cloudevents+json")
    assert (event.event_type, event.tracking_number, event.signer) == (
        "delivered",
        "RHFL0000431177",
        "C. Moreau",
    )


def test_the_smallest_mapper_reads_a_message():
    mapper, _adapter = _blocks("python")
    namespace = {}
    exec(compile(mapper, "mapper.py", "exec"), namespace)
    scan = {
        "id": "1",
        "code": "DONE",
        "at": "2026-11-20T10:00:00+01:00",
        "number": "A1",
    }
    (known,) = namespace["parse"](json.dumps(scan).encode())
    assert (known.event_type, known.tracking_number) == ("delivered", "A1")
    (unknown,) = namespace["parse"](json.dumps(scan | {"code": "?"}).encode())
    assert (unknown.event_type, unknown.raw_code) == ("unmapped", "?")


def test_the_smallest_adapter_keeps_the_contract():
    _mapper, adapter = _blocks("python")
    contract = _methods((ROOT / CONTRACT).read_text())
    assert _methods(adapter) <= contract
    assert _methods(adapter) >= {"_label", "_capabilities", "_version"}
    assert _methods(adapter) >= {"_signature_scheme", "_parse_webhook"}


def _methods(source):
    return {
        node.name
        for node in ast.walk(ast.parse(source))
        if type(node) is ast.FunctionDef
    }


def test_every_linked_file_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_screenshots_are_small():
    pictures = list((ROOT / "docs/screenshots").glob("*.png"))
    assert pictures
    assert [one.name for one in pictures if one.stat().st_size > 300_000] == []


def test_every_command_is_there():
    commands = set(re.findall(r"\bbin/([a-z-]+)", README))
    assert commands >= {"up", "test", "chaos", "bench", "normalise", "odoo"}
    assert [name for name in commands if not (ROOT / "bin" / name).is_file()] == []


def test_the_order_of_the_walk_is_the_backorder():
    place = [plan.key for plan in plot.ORDERS].index("backorder") + 1
    assert f"S{place:05d}" in README


def test_the_story_has_as_many_orders_as_it_says():
    assert len(plot.ORDERS) + len(plot_returns.ORDERS) == 24
    assert len(plot_returns.ORDERS) == 6
    told = "a story of twenty-four orders, what comes back of six of"
    assert told in " ".join(README.split())


def _walk():
    """Return what the walk of the README presses: step and label, in order."""
    text = README.partition("## A walk of five minutes")[2].partition("\n## ")[0]
    pressed = []
    for number, item in re.findall(r"^(\d)\. (.*?)(?=^\d\. |\Z)", text, re.M | re.S):
        plain = re.sub(r"\*\*.*?\*\*|\s+", " ", item)
        for words in re.findall(r"(?<!\*)\*([^*]+)\*", re.sub(r" +", " ", plain)):
            labels = [label for label in words.split(" > ") if label != "Logistics"]
            pressed += [(number, label) for label in labels]
    return pressed


def test_the_walk_is_what_the_tour_walks():
    tour = (ROOT / TOUR).read_text()
    walked = re.findall(r'^ +(?:menu|press)\((\d), "([^"]+)"', tour, re.MULTILINE)
    assert len(walked) > 15
    assert walked == _walk()


def test_the_walk_goes_where_something_waits():
    waiting = {plan.customer for plan in plot.ORDERS if plan.held}
    text = "\n".join(README.split("## A walk of five minutes")[1:]).partition("\n## ")[
        0
    ]
    tour = (ROOT / TOUR).read_text()
    for key in ("reyes", "dalton", "orchard"):
        assert key in waiting
        assert plot.CUSTOMERS[key][0] in tour
    assert plot.CUSTOMERS["dalton"][0] in text
    assert plot.CUSTOMERS["orchard"][0] in text
