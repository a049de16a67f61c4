"""Deeds about what carriers bill."""

from .table import WHY, confirm, deed


def _bill(exception):
    action = exception.action_open_subject()
    return exception.env[action["res_model"]].browse(action["res_id"])


@deed("action_open_subject", "too_dear")
def accept_line(case, exception):
    line = _bill(exception).line_ids
    confirm(line, line.action_accept_dialog(), reason=WHY)
    case.assertEqual(line.accepted_by_id, exception.env.user)
    yield "solved"
    line.action_doubt()
    yield "asked again"


@deed("action_open_subject", "billed_twice")
def refuse_bill(case, exception):
    bill = _bill(exception)
    confirm(bill, bill.action_duplicate_dialog(), reason=WHY)
    case.assertEqual(bill.state, "refused")
    yield "solved"
    bill.action_reopen()
    case.assertEqual(bill.state, "stopped")
    yield "asked again"


@deed("action_open_subject", "billed_twice")
def call_it_genuine(case, exception):
    bill = _bill(exception)
    confirm(bill, bill.action_genuine_dialog(), reason=WHY)
    case.assertTrue(bill.is_asked)
    yield "open"
    approval = case.env["logistics.approval"].search(
        [("effect_id.res_model", "=", bill._name), ("effect_id.res_id", "=", bill.id)]
    )
    approval.with_user(case.people["finance"]).action_approve()
    case.take_steps()
    case.assertTrue(bill.is_genuine)
    yield "solved"
