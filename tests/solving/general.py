"""Deeds about exceptions of every category."""

from .table import WHY, confirm


def take_over(case, exception):
    before = exception.user_id
    exception.action_take_over()
    case.assertEqual(exception.user_id, exception.env.user)
    yield "going on"
    exception.user_id = before
    yield "open"


def give_away(case, exception):
    exception.action_take_over()
    case.before = case.look(exception)
    colleague = case.people["user"]
    confirm(
        exception,
        exception.action_reassign_dialog(),
        "action_reassign",
        user_id=colleague.with_env(exception.env),
    )
    case.assertEqual(exception.user_id, colleague)
    yield "going on"
    exception.action_take_over()
    yield "open"


def snooze(case, exception):
    exception.action_snooze(1)
    yield "snoozed"
    exception.action_reopen()
    yield "open"


def snooze_until(case, exception):
    confirm(exception, exception.action_snooze_dialog(), "action_snooze")
    yield "snoozed"
    exception.action_reopen()
    yield "open"


def ignore(case, exception):
    confirm(exception, exception.action_ignore_dialog(), reason=WHY)
    case.assertEqual(exception.ignore_reason, WHY)
    yield "ignored"
    exception.action_reopen()
    yield "open"


def open_subject(case, exception):
    action = exception.action_open_subject()
    case.assertEqual(
        (action["res_model"], action["res_id"]), (exception.res_model, exception.res_id)
    )
    yield "open"


GENERAL = {
    "action_take_over": take_over,
    "action_reassign_dialog": give_away,
    "action_snooze": snooze,
    "action_snooze_dialog": snooze_until,
    "action_ignore_dialog": ignore,
    "action_open_subject": open_subject,
}
