"""Deeds about what partners send, and how they answer."""

from unittest.mock import patch

from .table import confirm, deed


@deed("action_choose_meaning", "unknown_code")
def choose_meaning(case, exception):
    action = exception.action_choose_meaning()
    code = exception.env[action["res_model"]].browse(action["res_id"])
    code.event_type = "in_transit"
    code.action_apply()
    yield "solved"
    confirm(exception, code.action_restore_dialog(), "action_restore")
    yield "asked again"


@deed("action_view_unmatched", "foreign")
def view_unmatched(case, exception):
    action = exception.action_view_unmatched()
    rows = exception.env[action["res_model"]].search(action["domain"])
    waiting = rows.filtered(lambda row: not row.foreign_rule_id)
    case.assertTrue(
        {"EBX0", "EBX1", "EBX2"} <= set(waiting.mapped("tracking_key")), waiting
    )
    yield "open"


def _not_ours(exception, kind, **typed):
    """Say that the numbers are not ours; return the rules that this made."""
    Rule = exception.env["logistics.foreign.rule"]
    known = Rule.search([])
    action = exception.action_not_ours_dialog()
    confirm(exception, action, "action_declare", kind=kind, **typed)
    return Rule.search([]) - known


@deed("action_not_ours_dialog", "foreign")
def not_our_account(case, exception):
    rules = _not_ours(exception, "account")
    yield "solved"
    rules.action_withdraw()
    yield "open"


@deed("action_not_ours_dialog", "foreign")
def not_our_prefixes(case, exception):
    rules = _not_ours(exception, "prefix", prefix="EBX")
    rules |= _not_ours(exception, "prefix", prefix="STRANGE")
    yield "solved"
    rules.action_withdraw()
    yield "open"


@deed("action_not_ours_dialog", "foreign")
def not_our_numbers(case, exception):
    rules = _not_ours(exception, "number", numbers="ebx0\nebx1\nEBX2\nstrange")
    yield "solved"
    rules.action_withdraw()
    yield "open"


@deed("action_view_bad_messages", "unreadable")
def read_messages_again(case, exception):
    action = exception.action_view_bad_messages()
    messages = exception.env[action["res_model"]].search(action["domain"])
    messages.action_retry()
    case.drain()
    yield "going on"
    case.before = case.look(exception)
    # Whoever mends the adapter tries once more.
    adapter = case.env.registry[f"logistics.carrier.adapter.{case.adapter}"]
    with patch.object(adapter, "_parse_webhook", lambda *_: []):
        messages.action_retry()
        case.drain()
    case.assertEqual(set(messages.mapped("state")), {"done"})
    yield "solved"
    exception.action_reopen()
    yield "open"


@deed("action_call_again", "unanswered")
def call_again(case, exception):
    exception.action_call_again()
    yield "open"
    case.connection._note_availability([])
    yield "solved"
    exception.action_reopen()
    yield "open"


@deed("action_open_subject", "wrong_key")
def right_key(case, exception):
    action = exception.action_open_subject()
    case.assertEqual(action["res_id"], case.connection.id)
    case.connection._note_availability([])
    yield "solved"
    exception.action_reopen()
    yield "open"


@deed("action_check_connection", "silent")
def check_connection(case, exception):
    with case._days_later(3):
        exception.action_check_connection()
    yield "open"
    # Somebody wakes them.
    case.connection.last_pushed_at = case._in(0)
    exception.action_check_connection()
    yield "solved"
    exception.action_reopen()
    yield "open"


@deed("action_renew_subscription", "subscription")
def renew(case, exception):
    adapter = case.env.registry[f"logistics.carrier.adapter.{case.adapter}"]
    able = adapter._capabilities(case.env[adapter._name]) | {"subscribe"}
    with patch.object(adapter, "_capabilities", lambda *_: able):
        case.connection.invalidate_recordset(["can_subscribe"])
        rows = case.connection.subscription_ids
        rows.renew_at = case._in(48)
        exception.action_renew_subscription()
        case.assertLess(rows.renew_at, case._in(1))
        case.connection._note(case.connection, "subscription", False, "In order")
        yield "solved"
        case.connection.with_env(exception.env).action_unsubscribe()
        case.assertFalse(case.connection.keep_subscribed)
        yield "solved"


@deed("action_view_bad_messages", "bad_signature")
def look_at_signatures(case, exception):
    action = exception.action_view_bad_messages()
    rows = exception.env[action["res_model"]].search(action["domain"])
    case.assertIn("rejected", rows.mapped("state"))
    yield "open"
