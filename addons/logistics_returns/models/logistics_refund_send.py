"""Sending refunds: written down, committed, told to the provider, noted, committed."""

from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.attempt import attempted
from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.tracing import get_logger

_logger = get_logger(__name__)

MAX_ATTEMPTS = 5


class LogisticsRefund(models.Model):
    _inherit = "logistics.refund"

    @api.model
    def _due_domain(self):
        """Return which refunds the job works on: to send, interrupted, to post."""
        return [
            ("company_id", "not in", self.env["logistics.action.mode"]._stopped().ids),
            "|",
            ("next_try_at", "=", False),
            ("next_try_at", "<=", fields.Datetime.now()),
            "|",
            "|",
            "&",
            ("state", "=", "asked"),
            ("source_id", "!=", False),
            "&",
            ("state", "=", "sent"),
            ("answered", "=", False),
            "&",
            "&",
            ("state", "=", "done"),
            ("settled", "=", False),
            "&",
            ("transaction_id", "!=", False),
            ("move_id.state", "=", "posted"),
        ]

    @api.model
    def _cron_send(self):
        """Send and post what is due, one refund and one commit each.

        Only one job runs at a time: what is sent without an answer when it begins was
        interrupted, and its key says which refund it is.
        """
        Cron = self.env["ir.cron"]
        due = self.search(self._due_domain(), order="id")
        Cron._commit_progress(remaining=len(due))
        for one in due:
            try:
                one.with_company(one.company_id)._take_its_turn()
                self.env.flush_all()
            except TransactionRollbackError:
                # Somebody else wrote the same: the next run finds it as it is then.
                self.env.cr.rollback()
                self.env.invalidate_all()
                self._wake()
            if not Cron._commit_progress(1):
                break

    def _take_its_turn(self):
        """Bring one refund further; no other waits for it."""
        self.ensure_one()
        if self.state in ("asked", "sent"):
            with attempted(self.env) as before:
                again = self._prepare()
            if before.error is not None:
                self._note_failure(before.error)
                return
            # The row and its transaction are on record: nothing is locked during the
            # call, and what is read after it is read anew.
            self.env["ir.cron"]._commit_progress()
            if self.state == "sent" and not self.answered:
                self._call(again)
                self.env["ir.cron"]._commit_progress()
        if self.state == "done" and not self.settled:
            with attempted(self.env) as after:
                self._settle()
            if after.error is not None:
                self._note_failure(after.error)

    def _prepare(self):
        """Make the refund transaction, before the provider hears of it.

        :return: Whether it may have been sent before.
        :rtype: bool
        :raise UserError: When the provider cannot be asked now.
        """
        self._lock()
        child = self.transaction_id
        if self.state == "sent":
            if child.state != "draft":
                self._follow_transaction()
            return True
        if self.state != "asked":
            return True
        if self.move_id.state != "posted":
            self._refuse(self.env._("The credit note is not posted."))
            return False
        self.source_id._logistics_touch()
        self.source_id._ensure_provider_is_not_disabled()
        source = self.source_id._logistics_source()
        if source is None or source.refunded > source.captured:
            self._refuse(self.env._("The payment was refunded in another way."))
            return False
        note = self.move_id
        if note._logistics_refund_overdrawn():
            reason = self.env._("The credit note was set off in another way.")
            if note.currency_id.is_zero(note.amount_residual):
                self._withdraw(reason)
            else:
                self._refuse(reason)
            return False
        if not child:
            child = self.source_id._create_child_transaction(
                self.amount, is_refund=True, reference=self.key
            )
            child._log_sent_message()
        self._set_state(
            "sent",
            transaction_id=child.id,
            sent_at=fields.Datetime.now(),
            attempts=self.attempts + 1,
            next_try_at=False,
        )
        return False

    def _call(self, again):
        """Tell the provider, or ask it what became of what it was told.

        :param bool again: Whether it may know the refund already.
        """
        child = self.transaction_id
        error = None
        try:
            with self.env.cr.savepoint():
                if again and not self._adopt():
                    self._note_unclear(
                        self.env._("It was interrupted, and the provider cannot tell.")
                    )
                    return
                if child.state == "draft":
                    child._send_refund_request()
                self._follow_transaction(answered=True)
        except TransactionRollbackError:
            raise
        except Exception as caught:  # noqa: BLE001
            # Providers raise whatever they like. `attempted` would not do: the call
            # cannot be taken back, so what is not known for sure is unclear.
            error = caught
        if error is not None:
            self._note_call_failure(error)

    def _adopt(self):
        """Take what the provider knows of the refund under its key.

        :return: Whether it is known by now, or may be sent once more.
        :rtype: bool
        """
        child = self.transaction_id
        found = child._logistics_find_refund()
        if found:
            child._process(child.provider_code, found)
            return True
        return found is False or child.provider_id._logistics_keeps_refund_keys()

    def _follow_transaction(self, answered=False):
        """Stand where the refund transaction stands.

        :param bool answered: Whether the provider has just taken it.
        """
        for one in self.sudo().filtered(lambda row: row.state != "done"):
            child = one.transaction_id
            if child.state == "done":
                # Also where it was refused first: the money went back after all.
                one._mark_done()
            elif one.state not in ("sent", "unclear"):
                continue
            elif child.state in ("cancel", "error"):
                one._refuse(child.state_message or one.env._("The provider refused."))
            elif answered or child.state in ("pending", "authorized"):
                one._set_state(
                    "sent",
                    answered=True,
                    provider_reference=child.provider_reference,
                )

    def _refuse(self, reason):
        self._set_state("refused", error=reason[:500])
        self._open_exception(
            self.env._(
                "%(amount)s of %(note)s was not refunded: %(reason)s",
                amount=self.currency_id.format(self.amount),
                note=self.move_id.name or self.key,
                reason=reason[:200],
            )
        )

    def _withdraw(self, reason):
        """Take back refunds that were not sent and are not needed any more."""
        for one in self:
            one._set_state("refused", error=reason, withdrawn=True)
            one.transaction_id._set_canceled(state_message=reason)
            one._close_exception(reason)

    def _note_call_failure(self, error):
        """Note a call that brought no answer, or an answer that is no refund."""
        self.invalidate_recordset()
        status = _status_of(error)
        if status == 429:
            seconds = 60 * 2 ** min(self.attempts, MAX_ATTEMPTS)
            self._set_state(
                "asked",
                error=str(error)[:500],
                next_try_at=fields.Datetime.now() + timedelta(seconds=seconds),
            )
            if self.attempts >= MAX_ATTEMPTS:
                self._open_exception(
                    self.env._("The provider takes no refund now: %s", error)
                )
        elif status and 400 <= status < 500 and status not in (408, 409):
            self.transaction_id._set_error(str(error))
            self._follow_transaction()
        else:
            _logger.warning("Refund %s is unclear: %s", self.key, error)
            self._note_unclear(str(error) or type(error).__name__)

    def _note_unclear(self, reason):
        self._set_state("unclear", error=reason[:500])
        self._open_exception(
            self.env._(
                "Nobody knows whether %(amount)s of %(note)s was refunded: look it up "
                "at the provider under %(key)s and say so.",
                amount=self.currency_id.format(self.amount),
                note=self.move_id.name or self.key,
                key=self.key,
            )
        )

    def _settle(self):
        """Post the payment of a refund and reconcile it with the credit note."""
        self._lock()
        child = self.transaction_id
        child._logistics_touch()
        if not child.payment_id:
            child._post_process()
        items = child.payment_id.move_id.line_ids | self.move_id.line_ids
        items = items.filtered(
            lambda item: (
                item.account_id.account_type == "asset_receivable"
                and not item.reconciled
                and item.parent_state == "posted"
            )
        )
        if not child.payment_id.move_id:
            raise UserError(
                self.env._(
                    "The payment %s has no journal entry: give the payment method of "
                    "its journal an outstanding account.",
                    child.payment_id.display_name,
                )
            )
        for same in items.grouped("account_id").values():
            if len(same.move_id) > 1:
                same.reconcile()
        trusted(self).write({"settled": True, "error": False, "next_try_at": False})
        self._close_exception(self.env._("It was refunded and posted."))

    def _note_failure(self, error):
        """Try again later; after some tries a person looks at it."""
        attempts = self.attempts + 1
        if not isinstance(error, UserError):
            _logger.error("Refund %s failed", self.key, exc_info=error)
        seconds = 60 * 2 ** min(attempts, MAX_ATTEMPTS)
        reason = str(error) or type(error).__name__
        trusted(self).write(
            {
                "attempts": attempts,
                "error": reason[:500],
                "next_try_at": fields.Datetime.now() + timedelta(seconds=seconds),
            }
        )
        self._open_exception(reason[:200])


def _status_of(error):
    """Return the HTTP status a provider answered with; None without an answer.

    Odoo's providers hide it in the error that their own error was raised for.
    """
    seen = error
    while seen is not None:
        answer = getattr(seen, "response", None)
        if answer is not None:
            return getattr(answer, "status_code", None)
        seen = seen.__cause__ or seen.__context__
    return None
