"""What a warehouse reports, who is told of it, and what is on."""

from odoo.fields import Command

from odoo.addons.logistics_events.models.ledger import trusted

from .returns import Returns


class House(Returns):
    """The part of the stage that the company keeps for itself."""

    @classmethod
    def _let_a_warehouse_report(cls):
        """A partner reports goods: one to confirm, a wrong one, one without a place."""
        stage = cls.on_stage
        cls.env["logistics.action.mode"]._switch(cls.company, "dispatch", "on")
        cls.product.default_code = "PUMP"
        reported, wrong, placeless = (
            cls._sell(user_id=False).picking_ids for _number in range(3)
        )
        stage["product"] = cls.product
        stage["reported"] = reported
        cls._report_goods(reported, "PUMP")
        stage["unvalidated"] = cls._exception(reported, "moved_not_validated")
        cls._report_goods(wrong, "NEW")
        step = wrong._logistics_open_reports()
        step._run()
        stage["unbooked"] = cls._exception(wrong, "master_data")
        cls.product.barcode = "NEW"
        stage["placeless"] = cls._report_goods(placeless, "PUMP", placed=False)
        stage["placeless_picking"] = placeless
        stage["homeless"] = cls._exception(stage["placeless"], "master_data")
        booked = cls._sell(user_id=False).picking_ids
        cls._report_goods(booked, "PUMP")
        cls._ship(booked)
        stage["differs"] = cls.env["logistics.exception"]._open(
            "report_differs",
            booked,
            "Five, not four",
            effect=booked._logistics_booked_reports(),
            key=booked._logistics_booked_reports().key,
        )

    @classmethod
    def _name_a_team(cls):
        """Somebody is told; nothing was told to anybody before."""
        stage, exception = cls.on_stage, cls.on_stage["exception"]
        person, deputy = cls.people["user"], cls.people["manager"]
        stage["team"] = cls.env["logistics.team"].create(
            {
                "name": "Deliveries",
                "company_id": cls.company.id,
                "user_id": person.id,
                "line_ids": [Command.create({"category": "master_data"})],
                "absence_ids": [
                    Command.create(
                        {
                            "user_id": person.id,
                            "deputy_id": deputy.id,
                            "date_from": "2026-01-01",
                            "date_to": "2026-01-02",
                        }
                    )
                ],
            }
        )
        stage["team_line"] = stage["team"].line_ids
        stage["absence"] = stage["team"].absence_ids
        stage["told"] = cls.env["logistics.notification"]._note(
            [
                {
                    "kind": "activity",
                    "user_id": person.id,
                    "company_id": cls.company.id,
                    "exception_id": exception.id,
                }
            ]
        )
        stage["mute"] = cls.env["logistics.notification.mute"].create(
            {"user_id": person.id, "what": "summary"}
        )
        stage["target"] = cls.env["logistics.sla"].create(
            {
                "kind": "shipment_confirmation",
                "company_id": cls.company.id,
                "team_id": stage["team"].id,
                "since": "2020-01-01",
            }
        )
        stage["target"]._follow(stage["shipment"])
        stage["clock"] = stage["shipment"].clock_ids

    @classmethod
    def _decide_what_is_on(cls):
        """A switch that can be switched back, and an order that was adopted."""
        stage = cls.on_stage
        stage["switched"] = trusted(cls.env["logistics.mode.change"]).create(
            {
                "company_id": cls.company.id,
                "kind": "switch",
                "action": "dispatch",
                "mode_before": "on",
                "mode_after": "on",
                "since_before": "2026-11-20",
                "since_after": "2026-11-21",
                "user_id": cls.env.uid,
                "touched": {},
            }
        )
        stage["adopted_order"] = adopted = cls._sell(user_id=False)
        trusted(adopted).write({"logistics_adopted_at": "2026-11-20 10:00:00"})
