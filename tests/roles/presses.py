"""What is pressed for each row of the buttons: on what, and with which words.

A row is a model and a method; `method/variant` where one button does several things.
"""

from odoo.fields import Command

from . import freight_presses, returns_presses
from .typed import WHY, about, ahead, company_of

# Row: the record on stage, and what else the method is given.
PRESSES = {
    ("account.move", "action_logistics_exceed_dialog"): ("invoice",),
    ("account.move", "action_open_logistics_actions"): ("invoice",),
    ("account.move", "action_open_logistics_proofs"): ("invoice",),
    ("account.move", "action_view_logistics_trace"): ("invoice",),
    ("logistics.action.mode", "action_adopt_dialog"): ("mode",),
    ("logistics.action.mode", "action_observe_dialog"): ("mode",),
    ("logistics.action.mode", "action_pause_dialog"): ("mode",),
    ("logistics.action.mode", "action_resume_dialog"): ("mode",),
    ("logistics.action.mode", "action_switch_dialog"): ("mode",),
    ("logistics.approval", "action_approve"): ("approval",),
    ("logistics.approval", "action_open_effect"): ("approval",),
    ("logistics.approval", "action_refuse"): ("approval", WHY),
    ("logistics.approval", "action_refuse_dialog"): ("approval",),
    ("logistics.booking", "action_correct_address"): ("unlabelled_booking",),
    ("logistics.booking", "action_other_carrier"): ("unlabelled_booking",),
    ("logistics.booking", "action_retry"): ("booking",),
    ("logistics.claim", "action_reopen"): ("dropped_claim",),
    ("logistics.claim", "action_withdraw"): ("claim", WHY),
    ("logistics.claim", "action_withdraw_dialog"): ("claim",),
    ("logistics.code.map", "action_apply"): ("code",),
    ("logistics.code.map", "action_apply_dialog"): ("code",),
    ("logistics.code.map", "action_restore_dialog"): ("code",),
    ("logistics.code.map", "action_view_events"): ("code",),
    ("logistics.connection", "action_make_secret"): ("connection",),
    ("logistics.connection", "action_new_webhook_address"): ("connection",),
    ("logistics.connection", "action_read_again_dialog"): ("connection",),
    ("logistics.connection", "action_send_test_event"): ("connection",),
    ("logistics.connection", "action_subscribe"): ("connection",),
    ("logistics.connection", "action_setup_refresh"): ("connection",),
    ("logistics.connection", "action_setup_secret"): ("connection",),
    ("logistics.connection", "action_setup_send"): ("connection",),
    ("logistics.connection", "action_setup_test"): ("connection",),
    ("logistics.connection", "action_test_connection"): ("connection",),
    ("logistics.connection", "action_unsubscribe"): ("pushing",),
    ("logistics.connection", "action_view_messages"): ("connection",),
    ("logistics.connection", "action_view_refused"): ("connection",),
    ("logistics.connection", "action_view_unreadable"): ("connection",),
    ("logistics.connection", "action_view_unmatched"): ("connection",),
    ("logistics.effect", "action_follow_facts"): ("kept",),
    ("logistics.effect", "action_keep_as_is_dialog"): ("undone",),
    ("logistics.effect", "action_make_again"): ("undone",),
    ("logistics.effect", "action_make_again_dialog"): ("undone",),
    ("logistics.effect", "action_open_documents"): ("done",),
    ("logistics.effect", "action_open_event"): ("done",),
    ("logistics.effect", "action_open_message"): ("done",),
    ("logistics.effect", "action_retry"): ("failed",),
    ("logistics.effect", "action_send_again"): ("unsent",),
    ("logistics.erasure", "action_count"): ("erasure",),
    ("logistics.erasure", "action_erase"): ("erasure",),
    ("logistics.event", "action_open_message"): ("event",),
    ("logistics.event", "action_open_shipment"): ("event",),
    ("logistics.event", "action_put_back"): ("withdrawn", WHY),
    ("logistics.event", "action_put_back_dialog"): ("withdrawn",),
    ("logistics.event", "action_relink_dialog"): ("event",),
    ("logistics.event", "action_unlink_dialog"): ("event",),
    ("logistics.event", "action_withdraw"): ("event", WHY),
    ("logistics.event", "action_withdraw_dialog"): ("event",),
    ("logistics.exception", "action_book_again"): ("unbooked_label",),
    ("logistics.exception", "action_call_again"): ("unanswered",),
    ("logistics.exception", "action_check_connection"): ("silence",),
    ("logistics.exception", "action_check_signatures"): ("forged",),
    ("logistics.exception", "action_choose_event"): ("conflict",),
    ("logistics.exception", "action_ask_carrier"): ("problem",),
    ("logistics.exception", "action_contact_customer"): ("problem",),
    ("logistics.exception", "action_correct_address"): ("problem",),
    ("logistics.exception", "action_expect_return"): ("problem",),
    ("logistics.exception", "action_not_ours_dialog"): ("foreign",),
    ("logistics.exception", "action_open_claim"): ("problem",),
    ("logistics.exception", "action_record_proof"): ("problem",),
    ("logistics.exception", "action_reship"): ("problem",),
    ("logistics.exception", "action_snooze_dialog"): ("problem",),
    ("logistics.exception", "action_view_unmatched"): ("foreign",),
    ("logistics.exception", "action_choose_meaning"): ("unknown",),
    ("logistics.exception", "action_choose_parcel"): ("ambiguous",),
    ("logistics.exception", "action_dispatch_check"): ("differs",),
    ("logistics.exception", "action_dispatch_choose"): ("homeless",),
    ("logistics.exception", "action_dispatch_retry"): ("unbooked",),
    ("logistics.exception", "action_dispatch_review"): ("unvalidated",),
    ("logistics.exception", "action_follow_facts"): ("settled",),
    ("logistics.exception", "action_ignore"): ("exception", WHY),
    ("logistics.exception", "action_ignore_dialog"): ("exception",),
    ("logistics.exception", "action_keep_as_is"): ("changed", WHY),
    ("logistics.exception", "action_keep_as_is_dialog"): ("changed",),
    ("logistics.exception", "action_make_again"): ("changed",),
    ("logistics.exception", "action_make_again_dialog"): ("changed",),
    ("logistics.exception", "action_open_approval"): ("asked",),
    ("logistics.exception", "action_open_subject"): ("exception",),
    ("logistics.exception", "action_renew_subscription"): ("unrenewed",),
    ("logistics.exception", "action_reopen"): ("ignored",),
    ("logistics.exception", "action_retry"): ("failure",),
    ("logistics.exception", "action_reassign_dialog"): ("exception",),
    ("logistics.exception", "action_run_job"): ("late",),
    ("logistics.exception", "action_snooze"): ("exception",),
    ("logistics.exception", "action_switch_off_job"): ("restarted",),
    ("logistics.exception", "action_switch_on_job"): ("resting",),
    ("logistics.exception", "action_take_over"): ("exception",),
    ("logistics.exception", "action_view_bad_messages"): ("refused",),
    ("logistics.message", "action_download"): ("message",),
    ("logistics.foreign.rule", "action_view_numbers"): ("foreign_rule",),
    ("logistics.foreign.rule", "action_withdraw"): ("foreign_rule",),
    ("logistics.message", "action_replay"): ("message",),
    ("logistics.message", "action_retry"): ("dead",),
    ("logistics.message", "action_verify"): ("message",),
    ("logistics.message.unmatched", "action_open_message"): ("unmatched",),
    ("logistics.message.unmatched", "action_not_ours_dialog"): ("unmatched",),
    ("logistics.mode.change", "action_switch_back"): ("switched",),
    ("logistics.parcel", "action_open_page"): ("parcel",),
    ("logistics.parcel", "action_view_events"): ("parcel",),
    ("logistics.proof", "action_withdraw"): ("proof", WHY),
    ("logistics.proof", "action_withdraw_dialog"): ("proof",),
    ("logistics.proof.request", "action_ask_again"): ("proof_request",),
    ("logistics.remedy", "action_open"): ("remedy",),
    ("logistics.remedy", "action_undo"): ("remedy", WHY),
    ("logistics.remedy", "action_undo_dialog"): ("remedy",),
    ("logistics.replay", "action_approve"): ("read_again",),
    ("logistics.replay", "action_cancel"): ("read_again",),
    ("logistics.replay", "action_go_on"): ("stopped",),
    ("logistics.shipment", "action_ask_now"): ("shipment",),
    ("logistics.shipment", "action_ask_proof"): ("shipment",),
    ("logistics.shipment", "action_open_tracking"): ("shipment",),
    ("logistics.shipment", "action_record_proof"): ("shipment",),
    ("logistics.shipment", "action_simulate"): ("held_shipment", "moved"),
    ("logistics.customer.mail", "action_retry"): ("customer_mail",),
    ("logistics.shipment", "action_make_tracking_link"): ("shipment",),
    ("logistics.shipment", "action_withdraw_tracking_link"): ("held_shipment",),
    ("logistics.credit.counter", "action_count_anew"): ("counter",),
    ("logistics.demo.story", "action_view_documents"): ("story",),
    ("logistics.demo.story", "action_view_events"): ("story",),
    ("logistics.demo.story", "action_view_orders"): ("story",),
    ("logistics.shipment", "action_view_documents"): ("shipment",),
    ("logistics.shipment", "action_view_effects"): ("shipment",),
    ("logistics.shipment", "action_view_events"): ("shipment",),
    ("logistics.shipment", "action_view_exceptions"): ("shipment",),
    ("logistics.shipment", "action_view_orders"): ("shipment",),
    ("logistics.shipment", "action_view_pickings"): ("shipment",),
    ("logistics.sla", "action_view_clocks"): ("target",),
    ("logistics.sla.clock", "action_open_subject"): ("clock",),
    ("logistics.sighting", "action_open_message"): ("sighting",),
    ("sale.order", "action_logistics_compare_services"): ("quotation",),
    ("sale.order", "action_logistics_create_invoice"): ("held_order",),
    ("sale.order", "action_logistics_decide_again"): ("held_order",),
    ("sale.order", "action_logistics_give_free"): ("adopted_order",),
    ("sale.order", "action_logistics_hold_again"): ("proven_order", WHY),
    ("sale.order", "action_logistics_propose_credit"): ("posted_order", WHY),
    ("sale.order", "action_logistics_propose_credit_dialog"): ("posted_order",),
    ("sale.order", "action_logistics_record_proof"): ("held_order",),
    ("sale.order", "action_logistics_view_held"): ("held_order",),
    ("sale.order", "action_view_logistics_shipments"): ("order",),
    ("stock.picking", "action_logistics_book_labels"): ("unlabelled",),
    ("stock.picking", "action_logistics_compare_services"): ("unlabelled",),
    ("stock.picking", "action_logistics_correct_address"): ("unlabelled",),
    ("stock.picking", "action_logistics_label_retry"): ("unlabelled",),
    ("stock.picking", "action_logistics_print_label"): ("labelled",),
    ("stock.picking", "action_logistics_record_proof"): ("picking",),
    ("stock.picking", "action_logistics_review_report"): ("reported",),
    ("stock.picking", "action_view_logistics_shipments"): ("picking",),
    ("stock.picking", "logistics_label_buy"): ("unlabelled",),
    ("stock.picking", "logistics_label_status"): ("unlabelled",),
}


def _switch(stage):
    """Return the choice of a switch, as it is after its list was shown."""
    company = stage["policy"].company_id
    return company_of(
        stage,
        action="dispatch",
        mode="off",
        since="2026-11-21",
        listed=f"{company.id}/dispatch/off/2026-11-21",
    )


def _paused(stage):
    """Return the dialog of a company that is paused."""
    company = stage["policy"].company_id
    company.env["logistics.action.mode"]._pause(company, WHY)
    return company_of(stage)


def _adoption(stage):
    ticked = {"kind": "order", "order_id": stage["held_order"].id, "ticked": True}
    return company_of(stage, line_ids=[Command.create(ticked)])


def _held(stage):
    return {"order_id": stage["held_order"].id}


# Row of a dialog: what the person types into it before pressing the button.
DIALOGS = {
    ("logistics.service.compare.line", "action_choose"): lambda stage: {
        "picking_id": stage["unlabelled"].id,
        "method_id": stage["unlabelled"].carrier_id.id,
        "service": "standard",
    },
    ("logistics.adopt", "action_adopt"): _adoption,
    ("logistics.adopt", "action_tick_all"): company_of,
    ("logistics.adopt", "action_tick_none"): company_of,
    ("logistics.ahead", "action_go_on/apply_code"): ahead("apply_code", "code"),
    ("logistics.ahead", "action_go_on/make_again"): ahead("make_again", "undone"),
    ("logistics.code.map.restore", "action_restore"): lambda stage: {
        "code_id": stage["code"].id,
        "version_id": stage["code"].version_ids[-1:].id,
    },
    ("logistics.exception.reassign", "action_reassign"): lambda stage: {
        "exception_ids": stage["exception"].ids,
        "user_id": stage["team"].user_id.id,
    },
    ("logistics.exception.remedy", "action_apply"): lambda stage: {
        "exception_id": stage["problem"].id,
        "kind": "address",
        "street": "New Road 2",
    },
    ("logistics.exception.snooze", "action_snooze"): lambda stage: {
        "exception_ids": stage["problem"].ids
    },
    ("logistics.foreign.declare", "action_declare"): lambda stage: {
        "connection_id": stage["connection"].id,
        "kind": "number",
        "numbers": "STRANGE",
    },
    ("logistics.parcel.choose", "action_choose"): lambda stage: {
        "connection_id": stage["connection"].id,
        "tracking_key": "TWIN1",
        "shipment_id": stage["twin"].id,
    },
    ("logistics.dispatch.choose", "action_choose"): lambda stage: {
        "event_id": stage["placeless"].id,
        "picking_id": stage["placeless_picking"].id,
    },
    ("logistics.dispatch.review", "action_validate"): lambda stage: {
        "picking_id": stage["reported"].id,
        "step_ids": [Command.set(stage["reported"]._logistics_open_reports().ids)],
        "line_ids": [
            Command.create({"product_id": stage["product"].id, "quantity": 5})
        ],
    },
    ("logistics.event.choose", "action_choose"): lambda stage: {
        "shipment_id": stage["held_shipment"].id,
        "kind": "conflict",
        "right_id": stage["held_shipment"]
        .event_ids.filtered(lambda event: event.content_hash == "one")[:1]
        .id,
        "reason": WHY,
        "tried": True,
    },
    ("logistics.event.relink", "action_relink"): lambda stage: {
        "event_ids": stage["event"].ids,
        "decision": "unlink",
        "reason": WHY,
    },
    ("logistics.message.replay", "action_replay"): lambda stage: {
        "message_ids": stage["message"].ids,
        "tried": True,
    },
    ("logistics.message.replay", "action_try"): lambda stage: {
        "message_ids": stage["message"].ids
    },
    ("logistics.mode.pause", "action_pause"): lambda stage: company_of(
        stage, reason=WHY
    ),
    ("logistics.mode.resume", "action_resume"): _paused,
    ("logistics.mode.switch", "action_list"): _switch,
    ("logistics.mode.switch", "action_switch"): _switch,
    ("logistics.observe", "action_observe"): company_of,
    ("logistics.proof.record", "action_record"): lambda stage: {
        "shipment_ids": stage["held_shipment"].ids,
        "signer": "K. Meyer",
    },
    ("logistics.reason", "action_confirm/exceed_credit"): about(
        "exceed_credit", "invoice"
    ),
    ("logistics.reason", "action_confirm/hold_again"): about(
        "hold_again", "proven_order"
    ),
    ("logistics.reason", "action_confirm/ignore_exception"): about(
        "ignore_exception", "exception"
    ),
    ("logistics.reason", "action_confirm/keep_as_is"): about("keep_as_is", "undone"),
    ("logistics.reason", "action_confirm/propose_credit"): about(
        "propose_credit", "posted_order"
    ),
    ("logistics.reason", "action_confirm/put_back_event"): about(
        "put_back_event", "withdrawn"
    ),
    ("logistics.reason", "action_confirm/refuse_approval"): about(
        "refuse_approval", "approval"
    ),
    ("logistics.reason", "action_confirm/undo_remedy"): about("undo_remedy", "remedy"),
    ("logistics.reason", "action_confirm/withdraw_claim"): about(
        "withdraw_claim", "claim"
    ),
    ("logistics.reason", "action_confirm/withdraw_event"): about(
        "withdraw_event", "event"
    ),
    ("logistics.reason", "action_confirm/withdraw_proof"): about(
        "withdraw_proof", "proof"
    ),
    ("logistics.release.dialog", "action_hold_again"): lambda stage: {
        "order_id": stage["proven_order"].id
    },
    ("logistics.release.dialog", "action_invoice_rest"): _held,
    ("logistics.release.dialog", "action_record_proof"): _held,
    ("logistics.release.dialog", "action_waive"): _held,
    ("logistics.setup.invoicing", "action_apply"): lambda stage: {
        "choice": "picked_up"
    },
    ("logistics.setup.invoicing", "action_undo"): lambda stage: {},
    ("logistics.release.waive", "action_release"): lambda stage: {
        "order_id": stage["held_order"].id,
        "picking_ids": stage["held_order"].picking_ids.ids,
        "reason": WHY,
    },
    ("res.config.settings", "action_logistics_erasure_count"): lambda stage: {},
    ("res.config.settings", "action_logistics_metrics_close"): lambda stage: {},
    ("res.config.settings", "action_logistics_metrics_token"): lambda stage: {},
    ("res.config.settings", "action_logistics_adopt"): company_of,
    ("res.config.settings", "action_logistics_modes"): company_of,
    ("res.config.settings", "action_logistics_setup"): company_of,
    ("res.config.settings", "action_logistics_setup_step"): company_of,
    ("res.config.settings", "action_logistics_observe"): company_of,
    ("res.config.settings", "action_logistics_pause"): company_of,
    ("res.config.settings", "action_logistics_resume"): _paused,
}

PRESSES |= freight_presses.PRESSES | returns_presses.PRESSES
DIALOGS |= freight_presses.DIALOGS | returns_presses.DIALOGS
DEEDS = freight_presses.DEEDS | returns_presses.DEEDS
DEEDS |= {"logistics_carrier_base.action_book_labels": "unlabelled"}
