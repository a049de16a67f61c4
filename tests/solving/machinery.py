"""Deeds about our own actions, approvals and jobs."""

from .table import WHY, confirm, deed, dialog


@deed("action_make_again_dialog", "changed")
def make_again(case, exception):
    order = exception.order_id
    known = order.invoice_ids
    action = exception.action_make_again_dialog()
    case.assertIn("worth", dialog(exception, action).impact)
    confirm(exception, action, "action_go_on")
    case.take_steps()
    made = order.invoice_ids - known
    case.assertEqual(made.state, "posted")
    yield "solved"
    made.button_draft()
    made.button_cancel()
    step = made.line_ids.logistics_effect_ids
    case.assertTrue(case.Exception_._find_open("changed_by_hand", step, step.id))
    yield "solved"


@deed("action_keep_as_is_dialog", "changed")
def keep_as_is(case, exception):
    confirm(exception, exception.action_keep_as_is_dialog(), reason=WHY)
    case.assertTrue(exception.is_pinned)
    yield "solved"
    exception.action_follow_facts()
    case.assertFalse(exception.is_pinned)
    yield "open"


def _approval(exception):
    action = exception.action_open_approval()
    return exception.env[action["res_model"]].browse(action["res_id"])


@deed("action_open_approval", "asked")
def approve(case, exception):
    _approval(exception).action_approve()
    yield "solved"


@deed("action_open_approval", "asked")
def refuse(case, exception):
    approval = _approval(exception)
    confirm(exception, approval.action_refuse_dialog(), reason=WHY)
    case.assertEqual(exception.effect_id.state, "rejected")
    yield "solved"


@deed("action_open_approval", "read_again")
def cancel_reading(case, exception):
    replay = _approval(exception)
    replay.action_cancel()
    yield "solved"
    replay.action_go_on()
    yield "asked again"


@deed("action_open_approval", "read_again")
def agree_to_reading(case, exception):
    replay = _approval(exception)
    replay.action_approve()
    case.assertEqual(replay.state, "running")
    yield "solved"


@deed("action_retry", "failed", "locked")
def retry(case, exception):
    exception.action_retry()
    case.assertEqual(exception.effect_id.state, "waiting")
    yield "open"
    case.take_steps()
    case.assertEqual(exception.effect_id.state, "done")
    yield "solved"
    invoice = exception.order_id.invoice_ids
    invoice.button_draft()
    invoice.button_cancel()
    case.assertEqual(invoice.state, "cancel")
    yield "solved"


@deed("action_retry", "unsent")
def send_again(case, exception):
    exception.action_retry()
    case.assertEqual(exception.effect_id.send_state, "due")
    yield "solved"


@deed("action_run_job", "late_job")
def run_job(case, exception):
    job = case.env["ir.cron"].browse(exception.res_id)
    exception.action_run_job()
    case.assertTrue(
        case.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
    )
    yield "open"
    case.connection._note_job(job, False, "It runs")
    yield "solved"


@deed("action_switch_on_job", "resting_job")
def switch_on(case, exception):
    job = case.env["ir.cron"].browse(exception.res_id)
    exception.action_switch_on_job()
    case.assertTrue(job.active)
    yield "solved"
    exception.action_switch_off_job()
    case.assertFalse(job.active)
    yield "open"


@deed("action_open_subject", "mail_template")
def mend_template(case, exception):
    action = exception.action_open_subject()
    setting = exception.env[action["res_model"]].browse(action["res_id"])
    mail = case.failed_mail.with_env(exception.env)
    mail.action_retry()
    mail.sudo()._make_or_park(setting.sudo())
    case.assertEqual(mail.state, "sent")
    yield "solved"
