"""One of everything, in the state in which its buttons can be pressed."""

from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.logistics_events.models.ledger import trusted

from . import labels
from .house import House


class Stage(House):
    """All of it belongs to a branch, so that whoever is above and below is a stranger.

    `cls.on_stage` has the records by name.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.on_stage = {}
        cls._found_companies()
        cls._hire()
        cls._set_up_rules()
        cls._tell_the_story()
        cls._let_things_go_wrong()
        cls._tell_the_customers()
        cls._talk_to_the_partner()
        cls._do_something_about_it()
        cls._let_a_warehouse_report()
        cls._name_a_team()
        cls._decide_what_is_on()
        cls._have_freight_billed()
        cls._take_goods_back()
        cls.env.invalidate_all()

    @classmethod
    def _set_up_rules(cls):
        Policy = cls.env["logistics.policy"]
        Policy.search([("action", "=", "release")]).active = False
        cls.on_stage["policy"] = cls.rule = Policy.create(
            {
                "name": "When it is delivered",
                "company_id": cls.company.id,
                "action": "release",
                "trigger": "delivered",
                "proof_without_tracking": "person",
                "valid_from": "2020-01-01",
            }
        )
        cls.on_stage["version"] = cls.rule.version_ids
        cls.on_stage["mode"] = cls.env["logistics.action.mode"]._switch(
            cls.company, "release", "on", since="2020-01-01"
        )
        cls.env["logistics.action.mode"]._switch(cls.company, "credit", "on")
        cls.on_stage["connection"] = cls.connection = cls._connect()
        cls.connection.account_ref = "ROLES"
        cls.on_stage["secret"] = cls.connection.secret_ids
        cls.on_stage["credential"] = cls.env["logistics.connection.credential"].create(
            {"connection_id": cls.connection.id, "name": "client_id"}
        )

    # === WHAT HAPPENED === #

    @classmethod
    def _tell_the_story(cls):
        stage = cls.on_stage
        held = cls._sell(user_id=False)
        stage["held_order"] = held
        stage["held_shipment"] = cls._ship(held.picking_ids, "RO200")
        stage["picking"] = held.picking_ids
        proven = cls._sell(user_id=False)
        stage["proven_order"] = proven
        stage["proof"] = cls._prove(cls._ship(proven.picking_ids, "RO300"))
        waived = cls._sell(user_id=False)
        cls._ship(waived.picking_ids, "RO400")
        stage["waiver"] = cls.env["logistics.release.waiver"]._waive(
            waived, waived.picking_ids, "Known customer"
        )
        cls.rule.result = "post"
        orders = [cls._sell(user_id=False) for _number in range(3)]
        stage["order"], cancelled, kept = orders
        shipments = [
            cls._ship(order.picking_ids, f"RO{number}")
            for number, order in enumerate(orders, 500)
        ]
        stage["shipment"] = shipments[0]
        stage["message"] = cls._hand_in(
            *(cls._body(f"RO{number}", "PUP", "DLV") for number in range(500, 503))
        )[-1:]
        cls._take()
        stage["invoice"] = stage["order"].invoice_ids
        stage["event"] = cls._event(shipments[0], "delivered")
        stage["sighting"] = stage["event"].sighting_ids
        stage["story"] = cls.env["logistics.demo.story"].create(
            {
                "name": "Three pumps",
                "sentence": "Three pumps arrive and are invoiced.",
                "plain_odoo": "Would have invoiced them when they left.",
                "company_id": cls.company.id,
                "order_ids": [Command.set(stage["order"].ids)],
            }
        )
        for order in (cancelled, kept):
            order.invoice_ids.button_draft()
            order.invoice_ids.button_cancel()
        stage["done"] = cls._steps(stage["order"], "invoice")
        stage["undone"] = cls._steps(cancelled, "invoice")
        stage["kept"] = cls._steps(kept, "invoice")
        stage["kept"]._keep_as_is("Settled on the phone")
        stage["withdrawn"] = cls._event(shipments[1], "picked_up")
        stage["withdrawn"].action_withdraw("Wrong parcel")

    @classmethod
    def _let_things_go_wrong(cls):
        stage = cls.on_stage
        Exception_ = cls.env["logistics.exception"]
        held, shipment = stage["held_order"], stage["held_shipment"]
        stage["failed"] = cls._credit(stage["proven_order"])
        stage["failed"]._set_state("failed")
        asking = cls._credit(stage["order"])
        stage["approval"] = asking.approval_ids
        stage["unsent"] = cls._steps(stage["order"], "release")[:1]
        trusted(stage["unsent"]).write({"send_state": "failed"})
        stage["exception"] = Exception_._open("no_news", shipment, "Nothing heard")
        stage["ignored"] = Exception_._open("proof_missing", shipment, "No paper")
        stage["ignored"].action_ignore("It came by post")
        stage["failure"] = Exception_._open(
            "action_failed", stage["failed"], "It failed", effect=stage["failed"]
        )
        stage["changed"] = cls._exception(stage["undone"], "changed_by_hand")
        stage["settled"] = cls._exception(stage["kept"], "changed_by_hand")
        stage["asked"] = Exception_._find_open(
            "approval_waiting", *asking.approval_ids._about()
        )
        for content, day in (("one", "2026-11-20"), ("two", "2026-11-21")):
            cls._report(
                shipment,
                "delivered",
                key="same",
                content=content,
                occurred_at=f"{day} 10:00:00",
                recorded_at="2026-11-22 10:00:00",
            )
        stage["conflict"] = Exception_._open(
            "conflict", shipment, "Two days", shipment=shipment
        )
        stage["parcel"] = shipment.parcel_ids
        stage["parcel_line"] = cls.env["logistics.parcel.line"].create(
            {
                "parcel_id": shipment.parcel_ids.id,
                "move_id": held.picking_ids.move_ids.id,
                "quantity": 1,
            }
        )
        stage["demand"] = cls.env["logistics.credit.demand"].search(
            [("sale_line_id", "in", stage["order"].order_line.ids)]
        )

    @classmethod
    def _tell_the_customers(cls):
        stage = cls.on_stage
        shipment = stage["held_shipment"]
        stage["mail_setting"] = cls.env["logistics.customer.mail.setting"].create(
            {"company_id": cls.company.id, "milestone": "problem"}
        )
        stage["customer_status"] = cls.env["logistics.customer.status"].create(
            {"company_id": cls.company.id, "event_type": "lost"}
        )
        shipment.action_make_tracking_link()
        stage["tracking_link"] = shipment.tracking_link_ids
        stage["customer_mail"] = trusted(cls.env["logistics.customer.mail"]).create(
            {
                "shipment_id": shipment.id,
                "company_id": cls.company.id,
                "milestone": "dispatched",
                "happened_at": "2026-11-20 10:00:00",
                "decided_at": "2026-11-20 10:00:00",
                "state": "failed",
                "error": "No such field",
            }
        )

    @classmethod
    def _talk_to_the_partner(cls):
        stage = cls.on_stage
        messages = cls._hand_in(
            b"{", cls._body("STRANGE", "PUP"), cls._body("RO200", "XX9")
        )
        cls.connection._take(b"{}", {"Content-Type": "application/json"})
        stage["dead"] = messages.filtered(lambda message: message.state == "dead")
        stage["unmatched"] = cls.env["logistics.message.unmatched"].search(
            [("message_id", "in", messages.ids)]
        )
        stage["code"] = cls.env["logistics.code.map"].search([("raw_code", "=", "XX9")])
        stage["unknown"] = cls._exception(stage["code"], "unknown_code")
        stage["code"].event_type = "in_transit"
        stage["refused"], stage["forged"] = cls._refusals()
        stage["booking"] = cls.env["logistics.booking"].create(
            {
                "picking_id": cls._sell(user_id=False).picking_ids.id,
                "connection_id": cls.connection.id,
                "state": "failed",
            }
        )
        stage["shipment"].proof_ids.create(
            {
                "shipment_id": stage["shipment"].id,
                "signer": "K. Meyer",
                "proof_at": "2026-11-20 10:00:00",
            }
        )
        cls.connection.credential = "a key"
        stage["proof_request"] = stage["shipment"].proof_request_ids
        labels.put_on_stage(cls)
        cls._set_jobs_and_messages_going()
        # No test leaves this machine.
        connection = cls.registry["logistics.connection"]
        cls.startClassPatcher(
            patch.object(connection, "_post_to_own_address", lambda *_: (False, 0, ""))
        )
        adapter = cls.registry[f"logistics.carrier.adapter.{cls.adapter}"]
        cls.startClassPatcher(
            patch.object(adapter, "_test_verdict", lambda *_: ("works", "It works"))
        )
        cls.startClassPatcher(labels.priced(cls))

    @classmethod
    def _set_jobs_and_messages_going(cls):
        """Jobs that rest, calls that are paused, messages to be read again."""
        stage, connection = cls.on_stage, cls.connection
        connection.poll_minutes = 60
        stage["pushing"] = connection.copy({"name": "Pushing", "account_ref": "P"})
        stage["pushing"].sudo().keep_subscribed = True
        stage["subscription"] = cls.env["logistics.subscription"].create(
            {"connection_id": connection.id}
        )
        Exception_ = cls.env["logistics.exception"]
        jobs = connection._jobs().sorted("id")
        jobs[1].active = False
        for name, job in zip(("late", "resting", "restarted"), jobs, strict=False):
            stage[name] = Exception_._open(
                "configuration", job, name, company=cls.company
            )
        stage["restarted"]._close("Switched on again")
        stage["unanswered"] = Exception_._open(
            "carrier_unavailable", connection, "Calls are paused"
        )
        stage["silence"] = Exception_._open("silent_feed", connection, "Not a word")
        stage["unbooked_label"] = Exception_._open(
            "booking_failed", stage["booking"], "No label"
        )
        stage["unrenewed"] = Exception_._open(
            "configuration", connection, "It ends", key="subscription"
        )
        for name, state in (("read_again", "waiting"), ("stopped", "cancelled")):
            stage[name] = trusted(cls.env["logistics.replay"]).create(
                {
                    "company_id": cls.company.id,
                    "connection_id": connection.id,
                    "last_message_id": stage["message"].id,
                    "requested_by": cls.env.uid,
                    "needs_second": True,
                    "state": state,
                }
            )

    @classmethod
    def _do_something_about_it(cls):
        """A lost parcel with all that people do about it, and a stranger's number."""
        stage = cls.on_stage
        Exception_ = cls.env["logistics.exception"]
        cls.rule.waiver_amount = 10000.0
        cls.env["logistics.metric"]._new_token()
        stage["erasure"] = cls.env["logistics.erasure"].create(
            {"partner_id": cls.customer.id, "counted_at": "2026-11-20 10:00:00"}
        )
        posted = cls._sell(user_id=False)
        cls._ship(posted.picking_ids, "RO600")
        cls.env["logistics.release.waiver"]._waive(
            posted, posted.picking_ids, "Known customer"
        )
        cls._take()
        stage["posted_order"] = posted
        cls.carrier.partner_id = cls.env["res.partner"].create({"name": "Desk"})
        lost = cls._ship(cls._sell(user_id=False).picking_ids, "RO700")
        cls._report(lost, "lost", occurred_at="2026-12-24 10:00:00")
        stage["problem"] = Exception_._find_open("delivery_problem", lost)
        for kind, more in (
            ("claim", {"reason": "Lost"}),
            ("claim", {"reason": "Lost twice"}),
            ("reship", {"settles": False}),
        ):
            dialog = cls.env["logistics.exception.remedy"]._prepare(
                stage["problem"], kind
            )
            dialog.write(more)
            dialog.action_apply()
        stage["remedy"] = stage["problem"].remedy_ids[:1]
        stage["dropped_claim"], stage["claim"] = lost.claim_ids.sorted("id")
        stage["dropped_claim"].action_withdraw("Found")
        stage["lane"] = cls.env["logistics.carrier.lane"].create(
            {"carrier_id": cls.carrier.id, "country_id": cls.env.ref("base.nz").id}
        )
        stage["twin"] = cls._twins("TWIN1", "TWIN2")
        cls._hand_in(cls._body("TWIN1", "PUP"))
        stage["ambiguous"] = Exception_._find_open(
            "unmatched", cls.connection, "ambiguous:TWIN1"
        )
        stage["foreign"] = Exception_._open("unmatched", cls.connection, "A number")
        stage["foreign_rule"] = cls.env["logistics.foreign.rule"]._declare(
            cls.connection, "prefix", ["OTHER"], "Not our numbers"
        )
