"""The story is complete, and it notices whatever goes wrong: without a database."""

import smtplib
import threading
import time
from email.message import EmailMessage

import pytest

from odoo.addons.logistics_carrier_base.signatures import (
    HmacHex,
    Secret,
    StandardWebhooks,
)

from . import (
    ending,
    plot,
    post_office,
    scenes_goods,
    scenes_money,
    scenes_partners,
    text,
    verdict,
)
from .partners import EasyPost, ThirdParty

# === THE PLOT === #


def test_every_scene_of_the_plot_can_be_played():
    played = scenes_goods.SCENES | scenes_money.SCENES | scenes_partners.SCENES
    assert played.keys() == plot.SCENES.keys()


def test_every_order_belongs_to_a_scene_and_every_scene_has_one():
    assert {plan.scene for plan in plot.ORDERS} == plot.SCENES.keys()


def test_the_cast_is_the_one_that_was_asked_for():
    assert len(plot.ORDERS) >= verdict.FEWEST_ORDERS
    assert len({currency for _name, currency, *_ in plot.COMPANIES.values()}) == 2
    carriers = {plan.carrier for plan in plot.ORDERS}
    assert carriers == {"northwind", "baltic", "usps", "rhein", "truck"}
    assert {plan.incoterm for plan in plot.ORDERS} >= {"DAP", "EXW"}


def test_customers_buy_from_their_own_company():
    for plan in plot.ORDERS:
        assert plot.CUSTOMERS[plan.customer][1] == plan.company, plan.key


# === THE VERDICT === #


def test_nothing_is_missing_of_a_story_that_ended_well():
    assert verdict.missing(*ending.good()) == []


def _spoil(report, found, mails, what):
    """Do one thing to a good ending."""
    what(report, found, mails)
    return verdict.missing(report, found, mails)


def _first_line(found, key):
    return found["orders"][key]["lines"][0]


SPOILT = {
    "a scene is left out": (
        lambda report, found, mails: report["scenes"].pop(0),
        "was not played",
    ),
    "a scene stopped": (
        lambda report, found, mails: report["scenes"][3].update(problem="in vain"),
        "stopped: in vain",
    ),
    "an order is gone": (
        lambda report, found, mails: found["orders"].pop("kit"),
        "“kit” does not exist",
    ),
    "an order is not confirmed": (
        lambda report, found, mails: found["orders"]["kit"].update(state="draft"),
        "(kit) is not confirmed",
    ),
    "too much is invoiced": (
        lambda report, found, mails: _first_line(found, "dap").update(invoiced=4),
        "(dap) is invoiced for",
    ),
    "more is invoiced than released": (
        lambda report, found, mails: _first_line(found, "exw").update(released=19),
        "invoiced 20, released 19",
    ),
    "more is released than delivered": (
        lambda report, found, mails: _first_line(found, "exw").update(delivered=19),
        "delivered 19",
    ),
    "there is a second invoice": (
        lambda report, found, mails: found["orders"]["forged"]["documents"].append(
            dict(found["orders"]["forged"]["documents"][0])
        ),
        "(forged) has the documents",
    ),
    "an invoice is a draft": (
        lambda report, found, mails: found["orders"]["exw"]["documents"][0].update(
            state="draft"
        ),
        "(exw) has the documents",
    ),
    "an amount is wrong": (
        lambda report, found, mails: found["orders"]["exw"]["documents"][0].update(
            untaxed=499.99
        ),
        "comes to 499.99, not 500.0",
    ),
    "the currency is the other company's": (
        lambda report, found, mails: found["orders"]["exw"]["documents"][0].update(
            currency="USD"
        ),
        "another currency than EUR",
    ),
    "a hold is lifted": (
        lambda report, found, mails: found["orders"]["backorder"].update(held=False),
        "(backorder) is not held",
    ),
    "a hold has no reason": (
        lambda report, found, mails: report["held"].update(backorder=""),
        "does not say why",
    ),
    "something was posted twice": (
        lambda report, found, mails: found["doubles"].update(
            {"documents posted twice": 1}
        ),
        "There are 1 documents posted twice",
    ),
    "an action waits": (
        lambda report, found, mails: found["orders"]["dap"]["effects"][0].update(
            state="waiting"
        ),
        "action release is waiting",
    ),
    "an action has no reason": (
        lambda report, found, mails: found["orders"]["dap"]["effects"][0].update(
            because=None
        ),
        "names no event",
    ),
    "a message is not read": (
        lambda report, found, mails: found["messages"][0].update(state="new"),
        "are not read",
    ),
    "a partner said nothing": (
        lambda report, found, mails: found["messages"].pop(),
        "Nothing of Rhein Fulfilment",
    ),
    "a refusal is not on record": (
        lambda report, found, mails: found["messages"][1].update(count=1),
        "2 refused messages",
    ),
    "a forged message was taken": (
        lambda report, found, mails: report["answers"].update({"401": 2}),
        "2 messages were answered 401",
    ),
    "the genuine message was lost": (
        lambda report, found, mails: found.update(twins=0),
        "identifier of a forged one",
    ),
    "no fact was told twice": (
        lambda report, found, mails: found.update(sightings=90),
        "told twice",
    ),
    "the mail did not arrive": (
        lambda report, found, mails: mails.clear(),
        "did not arrive by mail",
    ),
    "the web order is not paid": (
        lambda report, found, mails: found["orders"]["web"]["documents"][0].update(
            payment_state="not_paid"
        ),
        "not reconciled",
    ),
    "ex works waited for the delivery": (
        lambda report, found, mails: found["orders"]["exw"]["effects"][0].update(
            because="delivered"
        ),
        "released by the pickup",
    ),
    "the silent carrier spoke": (
        lambda report, found, mails: found["orders"]["carrier_down"]["told"][0].update(
            channel="webhook"
        ),
        "by the poll alone",
    ),
    "money came before the poll": (
        lambda report, found, mails: found["orders"]["easypost"]["effects"][0].update(
            done_at="2026-11-21T09:59:59"
        ),
        "before the poll confirmed",
    ),
    "somebody else stated the delivery": (
        lambda report, found, mails: found["orders"]["own_truck"]["told"][0].update(
            person="admin"
        ),
        "not recorded by the warehouse",
    ),
    "nobody approved the credit": (
        lambda report, found, mails: found["orders"]["withdrawn_posted"][
            "approvals"
        ].clear(),
        "not approved by finance",
    ),
    "the unknown code was never read again": (
        lambda report, found, mails: found["orders"]["unknown_code"]["told"].pop(0),
        "read again",
    ),
}


@pytest.mark.parametrize(("what", "sentence"), SPOILT.values(), ids=SPOILT.keys())
def test_what_goes_wrong_is_missed(what, sentence):
    missing = _spoil(*ending.good(), what)
    assert any(sentence in line for line in missing), missing


def test_prices_are_those_of_the_price_list():
    plans = {plan.key: plan for plan in plot.ORDERS}
    assert verdict.untaxed(plans["dap"]) == 312.0
    assert verdict.untaxed(plans["kit"]) == 120.0
    assert verdict.untaxed(plans["withdrawn_posted"]) == 0


# === THE REPORT === #


def test_the_report_names_orders_documents_money_and_reasons():
    report, found, _mails = ending.good()
    shown = " ".join(text.render(report).split())
    for order in found["orders"].values():
        assert order["name"] in shown
        for document in order["documents"]:
            assert document["name"] in shown
    assert "312.00 EUR before tax" in shown
    assert "It is on its way." in shown
    assert "0 double postings" in shown
    assert "3 times 401" in shown


def test_the_report_shows_what_stopped():
    report, _found, _mails = ending.good()
    report["scenes"][0]["problem"] = "Waited in vain"
    assert "STOPPED    Waited in vain" in text.render(report)


# === THE PARTNERS === #


def test_the_suite_accepts_what_the_3pl_signs():
    scheme = StandardWebhooks()
    secret = scheme.new_secret()
    partner = ThirdParty("http://127.0.0.1:1/hook", {"secret": secret})
    body, now = b'{"id": "1"}', int(time.time())
    headers = partner.sign(body, "msg_1", now)
    assert scheme.verify(body, headers, [Secret(secret)], now).ok
    assert not scheme.verify(body + b" ", headers, [Secret(secret)], now).ok


def test_the_suite_accepts_what_easypost_signs():
    keys = {"api_key": "EZTK1", "secret": plot.EASYPOST_SECRET}
    partner = EasyPost(1, keys, "http://127.0.0.1:1/hook")
    scheme = HmacHex("X-Hmac-Signature", prefix="hmac-sha256-hex=", key="nfkd")
    body, now = '{"id": "evt_ü"}'.encode(), time.time()
    headers = partner.sign(body)
    secrets = [Secret(plot.EASYPOST_SECRET)]
    assert scheme.verify(body, headers, secrets, now).ok
    assert not scheme.verify(body + b" ", headers, secrets, now).ok


# === THE MAILBOX === #


@pytest.fixture
def mailbox(tmp_path):
    with post_office.Mailbox(tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        yield server, tmp_path
        server.shutdown()
        thread.join()


def test_the_mailbox_keeps_what_is_sent(mailbox):
    server, folder = mailbox
    message = EmailMessage()
    message["From"], message["To"] = "shop@example.com", "a@example.com"
    message["Subject"] = "Rechnung für Ångström"
    message.set_content("First\n.second begins with a dot\n")
    message.add_attachment("<p>1</p>", subtype="html", filename="INV_1.html")
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        client.send_message(message, to_addrs=["a@example.com", "b@example.com"])
        client.send_message(message, to_addrs=["c@example.com"])
    first, second = post_office.read(folder)
    assert first == {
        "from": "shop@example.com",
        "to": ["a@example.com", "b@example.com"],
        "subject": "Rechnung für Ångström",
        "attachments": ["INV_1.html"],
    }
    assert second["to"] == ["c@example.com"]
    bodies = [path.read_bytes() for path in folder.glob("*.eml")]
    assert all(b"\r\n.second begins" in body for body in bodies)


def test_the_mailbox_takes_no_message_without_a_recipient(mailbox):
    server, folder = mailbox
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        client.ehlo()
        client.mail("shop@example.com")
        assert client.docmd("DATA")[0] == 503
    assert post_office.read(folder) == []
