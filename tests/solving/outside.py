"""Deeds about what happens on the way: to customers, carriers and goods."""

from unittest.mock import patch

from odoo.addons.logistics_carrier_base.booking import Booking

from .table import LINK, WHY, confirm, deed


def _mailed(case, exception, action, partner):
    shipment = exception.shipment_id
    before = shipment.message_ids
    composer = (
        exception.env["mail.compose.message"]
        .with_context(**action["context"])
        .create({})
    )
    composer.action_send_mail()
    case.assertEqual((shipment.message_ids - before).partner_ids, partner)


@deed("action_contact_customer", "lost", "quiet", "unproven")
def contact_customer(case, exception):
    action = exception.action_contact_customer()
    _mailed(case, exception, action, exception.shipment_id.partner_id)
    yield "open"


@deed("action_ask_carrier", "lost", "quiet", "unproven")
def ask_carrier(case, exception):
    action = exception.action_ask_carrier()
    _mailed(case, exception, action, case.carrier.partner_id)
    yield "open"


def _undo(exception):
    confirm(exception, exception.remedy_ids.action_undo_dialog(), reason=WHY)


@deed("action_correct_address", "lost")
def correct_address(case, exception):
    before = exception.shipment_id.partner_id
    confirm(
        exception,
        exception.action_correct_address(),
        "action_apply",
        street="New Road 2",
        settles=True,
    )
    case.assertEqual(exception.shipment_id.partner_id.street, "New Road 2")
    yield "solved"
    _undo(exception)
    case.assertEqual(exception.shipment_id.partner_id, before)
    yield "open"


@deed("action_reship", "lost", "quiet")
def reship(case, exception):
    confirm(exception, exception.action_reship(), "action_apply")
    picking = exception.remedy_ids.picking_ids
    case.assertEqual(picking.move_ids.product_uom_qty, 5)
    yield "solved"
    _undo(exception)
    case.assertEqual(picking.state, "cancel")
    yield "open"


@deed("action_expect_return", "lost", "quiet")
def expect_return(case, exception):
    confirm(exception, exception.action_expect_return(), "action_apply")
    picking = exception.remedy_ids.picking_ids
    case.assertTrue(picking.move_ids.origin_returned_move_id)
    yield "solved"
    _undo(exception)
    case.assertEqual(picking.state, "cancel")
    yield "open"


@deed("action_open_claim", "lost", "quiet")
def open_claim(case, exception):
    action = exception.action_open_claim()
    confirm(exception, action, "action_apply", reason=WHY, settles=True)
    claim = exception.remedy_ids.claim_id
    case.assertEqual(claim.state, "open")
    yield "solved"
    _undo(exception)
    case.assertEqual(claim.state, "withdrawn")
    yield "open"


@deed("action_record_proof", "unproven")
def record_proof(case, exception):
    confirm(
        exception, exception.action_record_proof(), "action_record", signer="K. Meyer"
    )
    case.take_steps()
    yield "solved"
    confirm(
        exception,
        exception.shipment_id.proof_ids.action_withdraw_dialog(),
        reason=WHY,
    )
    case.take_steps()
    case.alert_holds()
    yield "asked again"


@deed("action_book_again", "unbooked")
def book_again(case, exception):
    booking = case.env["logistics.booking"].browse(exception.res_id)
    exception.action_book_again()
    case.assertEqual((booking.state, exception.state), ("waiting", "open"))
    answer = Booking(("EB999",), (), None, None)
    adapter = case.env.registry[f"logistics.carrier.adapter.{case.adapter}"]
    with patch.object(adapter, "_booker", lambda *_: lambda *_asked: answer):
        case.run_job("logistics_carrier_base.ir_cron_book_shipments")
    case.assertEqual(booking.state, "booked")
    yield "solved"
    # The label is taken back with the number: nothing is left that failed.
    picking = booking.picking_id
    case.method.write(
        {
            "delivery_type": "logistics_connection",
            "logistics_connection_id": case.connection.id,
        }
    )
    picking.carrier_id.cancel_shipment(picking)
    case.assertEqual(booking.state, "voiding")
    yield "solved"


def _choose(exception, right):
    confirm(
        exception,
        exception.action_choose_event(),
        "action_choose",
        right_id=right.with_env(exception.env),
        reason=WHY,
    )


def _reports(exception, standing):
    return exception.shipment_id.event_ids.filtered(
        lambda event: event.standing == standing and event.source == "test"
    )


@deed("action_choose_event", "conflict")
def choose_version(case, exception):
    _choose(exception, _reports(exception, "conflict")[:1])
    yield "solved"
    _reports(exception, "withdrawn")[:1].action_put_back(WHY)
    yield "asked again"


@deed("action_choose_event", "contradiction")
def choose_report(case, exception):
    wrong = _reports(exception, "contradiction")
    _choose(exception, _reports(exception, "counts")[:1])
    case.assertEqual(wrong.standing, "withdrawn")
    yield "solved"
    wrong.action_put_back(WHY)
    yield "asked again"


@deed(LINK, "out_of_place")
def withdraw_out_of_place(case, exception):
    event = exception.shipment_id.event_ids.filtered(
        lambda event: event.classifier == "retracted"
    )
    event._relink(
        event.shipment_id.browse(), event.parcel_id.browse(), "Not of this one"
    )
    yield "solved"
    event._relink(exception.shipment_id.sudo(), event.parcel_id.browse(), WHY)
    yield "asked again"


# === THE WAREHOUSE === #


@deed("action_dispatch_review", "moved", "wrong_goods")
def review(case, exception):
    picking = exception._dispatch_picking()
    confirm(exception, exception.action_dispatch_review(), "action_validate")
    case.assertEqual(picking.state, "done")
    yield "solved"
    _bring_back(case, picking)
    yield "solved"


@deed("action_dispatch_retry", "wrong_goods")
def dispatch_retry(case, exception):
    picking = exception._dispatch_picking()
    exception.action_dispatch_retry()
    case.assertEqual(picking.state, "done")
    yield "solved"
    _bring_back(case, picking)
    yield "solved"


def _bring_back(case, picking):
    """A return undoes it; the transfer was right, so there is nothing to ask again."""
    moved = sum(picking.move_ids.mapped("quantity"))
    wizard = (
        picking.env["stock.return.picking"]
        .with_context(active_id=picking.id, active_model="stock.picking")
        .create({})
    )
    wizard.product_return_moves.quantity = moved
    action = wizard.action_create_returns()
    back = picking.browse(action["res_id"])
    back.move_ids.picked = True
    back.button_validate()
    case.assertEqual(sum(back.move_ids.mapped("quantity")), moved)


@deed("action_dispatch_choose", "no_transfer")
def dispatch_choose(case, exception):
    event = case.on_stage["placeless"].with_env(exception.env)
    picking = case.on_stage["placeless_picking"].with_env(exception.env)
    action = exception.action_dispatch_choose()
    confirm(exception, action, "action_choose", picking_id=picking)
    case.assertEqual(event.shipment_id, picking.logistics_shipment_ids)
    yield "solved"
    confirm(
        exception,
        event.action_relink_dialog(),
        "action_relink",
        decision="unlink",
        reason=WHY,
    )
    case.assertFalse(event.shipment_id)
    yield "solved"


@deed("action_dispatch_check", "differs")
def dispatch_check(case, exception):
    exception.action_dispatch_check()
    yield "solved"
    exception.action_reopen()
    yield "open"
