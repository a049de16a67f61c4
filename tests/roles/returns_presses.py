"""What the buttons of returns are pressed on; see `presses.py`."""

from .typed import WHY, about, company_of

PRESSES = {
    ("account.move", "action_open_logistics_refunds"): ("refund_note",),
    ("account.move", "action_view_logistics_returns"): ("returned_invoice",),
    ("logistics.exception", "action_confirm_lost"): ("unheard", WHY),
    ("logistics.exception", "action_confirm_lost_dialog"): ("unheard",),
    ("logistics.exception", "action_refund_again"): ("refused_exception",),
    ("logistics.exception", "action_refund_pay_back"): ("unrefunded",),
    ("logistics.exception", "action_refund_was_dialog"): ("unrefunded",),
    ("logistics.exception", "action_refund_was_not_dialog"): ("unrefunded",),
    ("logistics.refund", "action_ask_again"): ("refused_refund",),
    ("logistics.refund", "action_pay_back"): ("refund",),
    ("logistics.refund", "action_was_not_refunded"): ("refund", WHY),
    ("logistics.refund", "action_was_not_refunded_dialog"): ("refund",),
    ("logistics.refund", "action_was_refunded"): ("refund", WHY),
    ("logistics.refund", "action_was_refunded_dialog"): ("refund",),
    ("logistics.return", "action_approve"): ("asked_return",),
    ("logistics.return", "action_close"): ("asked_return", WHY),
    ("logistics.return", "action_close_dialog"): ("asked_return",),
    ("logistics.return", "action_decide"): ("asked_return",),
    ("logistics.return", "action_exchange_dialog"): ("asked_return",),
    ("logistics.return", "action_inspect"): ("received_return",),
    ("logistics.return", "action_make_link"): ("asked_return",),
    ("logistics.return", "action_refund"): ("unpaid_return",),
    ("logistics.return", "action_refuse"): ("asked_return", WHY),
    ("logistics.return", "action_refuse_dialog"): ("asked_return",),
    ("logistics.return", "action_open_waiting"): ("received_return",),
    ("logistics.return", "action_reopen"): ("closed_return",),
    ("logistics.return", "action_send_label"): ("approved_return",),
    ("logistics.return", "action_take_back_dialog"): ("kept_return",),
    ("logistics.return", "action_view_effects"): ("received_return",),
    ("logistics.return", "action_view_exceptions"): ("received_return",),
    ("logistics.return", "action_view_findings"): ("received_return",),
    ("logistics.return", "action_view_moves"): ("asked_return",),
    ("logistics.return", "action_view_orders"): ("asked_return",),
    ("logistics.return", "action_view_pickings"): ("received_return",),
    ("logistics.return", "action_view_shipments"): ("asked_return",),
    ("logistics.return", "action_view_refunds"): ("unpaid_return",),
    ("logistics.return", "action_withdraw_link"): ("approved_return",),
    ("logistics.return.finding", "action_undo"): ("finding", WHY),
    ("logistics.return.finding", "action_undo_dialog"): ("finding",),
    ("logistics.return.grant", "action_withdraw"): ("grant", WHY),
    ("logistics.return.grant", "action_withdraw_dialog"): ("grant",),
    ("logistics.shipment", "action_view_logistics_returns"): ("returned_shipment",),
    ("sale.order", "action_view_logistics_returns"): ("returned_order",),
    ("stock.picking", "action_logistics_inspect"): ("receipt",),
    ("stock.picking", "action_view_logistics_returns"): ("receipt",),
}

# Action that runs code: what it runs on.
DEEDS = {}


def _inspected(stage):
    return {"return_id": stage["received_return"].id}


def _counted(stage):
    """Return what the screen shows, with one piece counted."""
    one = stage["inspection"].line_ids[:1]
    row = one.copy_data({"restock_quantity": 1.0})[0]
    row.pop("inspection_id")
    return _inspected(stage) | {"line_ids": [(5,), (0, 0, row)]}


def _row(stage):
    return stage["inspection"].line_ids[:1].copy_data()[0]


def _table(stage):
    """Return an approval table whose amounts fit together."""
    return company_of(
        stage,
        logistics_return_automatic=50.0,
        logistics_return_one_person=500.0,
        logistics_return_share=20.0,
        logistics_return_repeats=3,
        logistics_return_repeat_days=30,
    )


DIALOGS = {
    ("logistics.reason", "action_confirm/close_return"): about(
        "close_return", "asked_return"
    ),
    ("logistics.reason", "action_confirm/confirm_lost"): about(
        "confirm_lost", "unheard"
    ),
    ("logistics.reason", "action_confirm/refund_was"): about("refund_was", "refund"),
    ("logistics.reason", "action_confirm/refund_was_not"): about(
        "refund_was_not", "refund"
    ),
    ("logistics.reason", "action_confirm/refuse_return"): about(
        "refuse_return", "asked_return"
    ),
    ("logistics.reason", "action_confirm/take_back_grant"): about(
        "take_back_grant", "grant"
    ),
    ("logistics.reason", "action_confirm/take_back_let_go"): about(
        "take_back_let_go", "kept_return"
    ),
    ("logistics.reason", "action_confirm/undo_finding"): about(
        "undo_finding", "finding"
    ),
    ("logistics.return.decide", "action_confirm"): lambda stage: {
        "return_id": stage["asked_return"].id,
        "deed": "kept",
        "reason": WHY,
        "line_ids": [
            (0, 0, {"line_id": stage["asked_return"].line_ids.id, "quantity": 1.0})
        ],
    },
    ("logistics.return.inspection", "action_clear"): _counted,
    ("logistics.return.inspection", "action_confirm"): _counted,
    ("logistics.return.inspection", "action_other"): _inspected,
    ("logistics.return.inspection", "action_rest"): _inspected,
    ("logistics.return.inspection.line", "action_all"): _row,
    ("logistics.return.setup", "action_open"): company_of,
    ("logistics.return.setup", "action_save"): _table,
    ("res.config.settings", "action_logistics_return_setup"): company_of,
}
