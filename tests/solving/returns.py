"""Deeds about goods that come back, and about money that goes back for them."""

from .table import WHY, confirm, deed


def _subject(exception):
    action = exception.action_open_subject()
    return exception.env[action["res_model"]].browse(action["res_id"])


@deed("action_open_subject", "came_wrong")
def inspect_again(case, exception):
    """What was taken for something else was the right thing after all."""
    one = _subject(exception)
    finding = one.finding_ids.filtered(lambda row: row.disposition == "wrong_item")
    confirm(finding, finding.action_undo_dialog(), reason=WHY)
    yield "solved"
    case.inspect(one, "wrong_item")
    yield "asked again"


@deed("action_open_subject", "overdue")
def close_return(case, exception):
    """Nothing comes any more."""
    one = _subject(exception)
    confirm(one, one.action_close_dialog(), reason=WHY)
    yield "solved"
    one.action_reopen()
    case.assertEqual(one.state, "approved")
    yield "solved"


@deed("action_open_subject", "unpaid")
def open_refund(case, exception):
    case.assertEqual(_subject(exception)._name, "logistics.refund")
    yield "open"


@deed("action_refund_was_dialog", "unpaid")
def say_it_was_refunded(case, exception):
    refund = exception._refund()
    confirm(refund, exception.action_refund_was_dialog(), reason=WHY)
    case.assertEqual(refund.state, "done")
    yield "solved"


@deed("action_refund_was_not_dialog", "unpaid")
def say_it_was_not_refunded(case, exception):
    refund = exception._refund()
    note = refund.sudo().move_id
    confirm(refund, exception.action_refund_was_not_dialog(), reason=WHY)
    case.assertEqual(refund.state, "refused")
    yield "solved"
    refund.action_ask_again()
    case.agree_to_refund(note)
    case.assertEqual(note.logistics_refund_ids.mapped("state").count("asked"), 1)
    yield "solved"


@deed("action_refund_again", "refused_refund")
def ask_again(case, exception):
    note = exception._refund().sudo().move_id
    exception.action_refund_again()
    case.agree_to_refund(note)
    case.assertEqual(note.logistics_refund_ids.mapped("state").count("asked"), 1)
    yield "solved"


@deed("action_refund_pay_back", "refused_refund")
def pay_back_by_hand(case, exception):
    action = exception.action_refund_pay_back()
    payments = case.env[action["res_model"]].with_context(**action["context"])
    payments.create({})._create_payments()
    case.env.flush_all()
    case.assertFalse(exception._refund().sudo().move_id.amount_residual)
    yield "solved"


@deed("action_open_subject", "refused_refund")
def open_refused_refund(case, exception):
    case.assertEqual(_subject(exception)._name, "logistics.refund")
    yield "open"


@deed("action_refund_pay_back", "unpaid")
def pay_back(case, exception):
    action = exception.action_refund_pay_back()
    payments = case.env[action["res_model"]].with_context(**action["context"])
    payments.create({})._create_payments()
    case.env.flush_all()
    case.assertEqual(exception._refund().state, "done")
    yield "solved"


@deed("action_confirm_lost_dialog", "quiet")
def count_as_lost(case, exception):
    shipment = exception.shipment_id
    confirm(exception, exception.action_confirm_lost_dialog(), reason=WHY)
    case.assertEqual(shipment.state, "lost")
    yield "solved"
    exception.remedy_ids[-1:].action_undo(WHY)
    case.assertNotEqual(shipment.state, "lost")
    yield "solved"
