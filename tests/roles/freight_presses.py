"""What the buttons of freight are pressed on; see `presses.py`."""

import base64

from odoo.fields import Command

from odoo.addons.logistics_freight_accrual.tests.sheets import RATE, as_csv

from .typed import WHY, about, company_of

PRESSES = {
    ("account.move", "action_logistics_take_up"): ("typed_bill",),
    ("account.move", "action_view_charges"): ("bill_move",),
    ("logistics.charge", "action_view_bills"): ("charge",),
    ("logistics.charge", "action_view_effects"): ("charge",),
    ("logistics.charge", "action_view_events"): ("charge",),
    ("logistics.charge", "action_view_messages"): ("charge",),
    ("logistics.charge", "action_view_moves"): ("charge",),
    ("logistics.charge", "action_write_off"): ("open_charge",),
    ("logistics.freight.bill", "action_accept_header"): ("dear_bill", WHY),
    ("logistics.freight.bill", "action_accept_header_dialog"): ("dear_bill",),
    ("logistics.freight.bill", "action_check"): ("checked_bill",),
    ("logistics.freight.bill", "action_duplicate"): ("stopped_bill", WHY),
    ("logistics.freight.bill", "action_duplicate_dialog"): ("stopped_bill",),
    ("logistics.freight.bill", "action_genuine"): ("stopped_bill", WHY),
    ("logistics.freight.bill", "action_genuine_dialog"): ("stopped_bill",),
    ("logistics.freight.bill", "action_open_disputes"): ("posted_bill",),
    ("logistics.freight.bill", "action_open_recharges"): ("posted_bill",),
    ("logistics.freight.bill", "action_post"): ("checked_bill",),
    ("logistics.freight.bill", "action_refuse"): ("checked_bill", WHY),
    ("logistics.freight.bill", "action_refuse_dialog"): ("checked_bill",),
    ("logistics.freight.bill", "action_reopen"): ("refused_bill",),
    ("logistics.freight.bill", "action_reply"): ("refused_bill",),
    ("logistics.freight.bill", "action_take_back"): ("waiting_bill",),
    ("logistics.freight.bill", "action_view_original"): ("stopped_bill",),
    ("logistics.freight.bill.file", "action_read_again"): ("bill_file",),
    ("logistics.freight.bill.file", "action_show_progress"): ("bill_file",),
    ("logistics.freight.bill.file", "action_view_bills"): ("bill_file",),
    ("logistics.freight.bill.line", "action_accept"): ("checked_line", WHY),
    ("logistics.freight.bill.line", "action_accept_dialog"): ("checked_line",),
    ("logistics.freight.bill.line", "action_choose_charge"): ("strange_line",),
    ("logistics.freight.bill.line", "action_contest_dialog"): ("checked_line",),
    ("logistics.freight.bill.line", "action_doubt"): ("accepted_line",),
    ("logistics.freight.bill.line", "action_expect_more"): ("chosen_line",),
    ("logistics.freight.bill.line", "action_expect_none"): ("partial_line",),
    ("logistics.freight.bill.line", "action_forget_charge"): ("chosen_line",),
    ("logistics.freight.bill.line", "action_take_proposal"): ("strange_line",),
    ("logistics.freight.code", "action_view_lines"): ("freight_code",),
    ("logistics.freight.dispute", "action_concede_dialog"): ("dispute",),
    ("logistics.freight.dispute", "action_credit_dialog"): ("dispute",),
    ("logistics.freight.dispute", "action_evidence"): ("dispute",),
    ("logistics.freight.dispute", "action_open_bill"): ("dispute",),
    ("logistics.freight.dispute", "action_send"): ("dispute",),
    ("logistics.freight.dispute", "action_short_pay_dialog"): ("dispute",),
    ("logistics.freight.open", "action_open_charge"): ("open_row",),
    ("logistics.freight.opening", "action_discard"): ("opening",),
    ("logistics.freight.opening", "action_post"): ("opening",),
    ("logistics.freight.opening", "action_read"): ("opening",),
    ("logistics.freight.opening", "action_template_csv"): ("opening",),
    ("logistics.freight.opening", "action_template_xlsx"): ("opening",),
    ("logistics.freight.tolerance", "action_agree"): ("tolerance",),
    ("logistics.freight.tolerance", "action_change"): ("tolerance_in_force",),
    ("logistics.freight.tolerance", "action_end"): ("tolerance_in_force",),
    ("logistics.freight.write.off", "action_ask"): ("write_off",),
    ("logistics.freight.write.off", "action_discard"): ("write_off",),
    ("logistics.ledger.proof", "action_count_anew"): ("ledger_proof",),
    ("logistics.ledger.proof", "action_view_items"): ("ledger_proof",),
    ("logistics.ledger.proof", "action_view_open"): ("ledger_proof",),
    ("logistics.ledger.proof.line", "action_open_move"): ("ledger_proof_line",),
    ("logistics.margin", "action_open_shipment"): ("margin",),
    ("logistics.shipment", "action_expected_cost"): ("freight_shipment",),
    ("logistics.shipment", "action_view_charges"): ("freight_shipment",),
}

# Action that runs code: what it runs on.
DEEDS = {
    "logistics_freight_accrual.action_write_off_charges": "open_charge",
    "logistics_freight_accrual.logistics_freight_setup_action": "freight_setup",
}


def _rates(stage):
    """Return a table of rates that adds one agreement."""
    carrier = stage["freight_terms"].carrier_id
    row = RATE | {
        "carrier": carrier.name,
        "currency": stage["freight_terms"].currency_id.name,
    }
    return company_of(
        stage, file=base64.b64encode(as_csv(row)), filename="rates.csv", seen={}
    )


def _rates_shown(stage):
    return _rates(stage) | {"state": "preview", "seen": {"North 26": 0}}


def _gap(stage):
    return {
        "setup_id": stage["freight_setup"].id,
        "code": "no_carrier",
        "text": "There is no carrier yet.",
        "button": "Carriers",
    }


DIALOGS = {
    ("logistics.cutoff", "action_download"): lambda stage: company_of(
        stage, day="2026-10-31"
    ),
    ("logistics.freight.bill.import", "action_import"): lambda stage: company_of(
        stage, attachment_ids=[Command.set(stage["bill_attachment"].ids)]
    ),
    ("logistics.freight.day", "action_show"): company_of,
    ("logistics.freight.decide", "action_confirm"): lambda stage: {
        "deed": "concede",
        "dispute_id": stage["dispute"].id,
        "amount": 10.0,
        "reason": WHY,
    },
    ("logistics.freight.line.match", "action_confirm"): lambda stage: {
        "line_ids": stage["strange_line"].ids,
        "charge_id": stage["open_charge"].id,
    },
    ("logistics.freight.setup", "action_apply"): company_of,
    ("logistics.freight.setup", "action_open"): company_of,
    ("logistics.freight.setup.gap", "action_open"): _gap,
    ("logistics.rate.import", "action_back"): _rates_shown,
    ("logistics.rate.import", "action_confirm"): _rates_shown,
    ("logistics.rate.import", "action_preview"): _rates,
    ("logistics.rate.import", "action_template_csv"): company_of,
    ("logistics.rate.import", "action_template_xlsx"): company_of,
    ("logistics.reason", "action_confirm/accept_freight_line"): about(
        "accept_freight_line", "checked_line"
    ),
    ("logistics.reason", "action_confirm/accept_freight_total"): about(
        "accept_freight_total", "dear_bill"
    ),
    ("logistics.reason", "action_confirm/bill_duplicate"): about(
        "bill_duplicate", "stopped_bill"
    ),
    ("logistics.reason", "action_confirm/bill_genuine"): about(
        "bill_genuine", "stopped_bill"
    ),
    ("logistics.reason", "action_confirm/bill_refuse"): about(
        "bill_refuse", "checked_bill"
    ),
    ("res.config.settings", "action_logistics_freight_setup"): company_of,
}
