"""What tests of refunds share: a paid order, and a provider that remembers keys."""

from types import SimpleNamespace
from unittest.mock import patch

import requests

from odoo.exceptions import ValidationError
from odoo.fields import Command

from .credit_case import CreditCase


class StandIn:
    """A provider in a box: what it was told, by key, and how it answers."""

    def __init__(self):
        self.forget()

    def forget(self):
        """Begin anew: nothing was told, and everything works."""
        self.told = []
        self.made = {}
        self.status = None
        self.state = "done"
        self.can_be_asked = True

    def refund(self, child):
        """Make the refund of a transaction once per reference, then answer."""
        self.told.append(child.reference)
        status = self.status
        if not status or status == "lost":
            self.made[child.reference] = -child.amount
        if status == "lost":
            try:
                raise requests.exceptions.ReadTimeout
            except requests.exceptions.RequestException:
                # Odoo's own helper raises inside the handler, too.
                said = "No connection."
                raise ValidationError(said)  # noqa: B904
        if status:
            answer = SimpleNamespace(status_code=status)
            try:
                raise requests.exceptions.HTTPError(response=answer)
            except requests.exceptions.HTTPError:
                said = "Rejected."
                raise ValidationError(said)  # noqa: B904
        self.answer(child)

    def answer(self, child):
        """Say how it is."""
        child.provider_reference = f"pr-{child.reference}"
        if self.state == "done":
            child._set_done()
        elif self.state == "pending":
            child._set_pending()

    def find(self, child):
        """Return what is known of a reference, as Odoo's hook does."""
        if not self.can_be_asked:
            return None
        return {"known": True} if child.reference in self.made else False


class RefundCommon(CreditCase):
    """Refunds are on; what is sold can be paid online."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch("refund")

    @classmethod
    def _online(cls, name, code, method):
        """Return a provider with a journal of its own.

        :param str code: The code of the provider.
        :param payment.method method: How customers pay.
        :rtype: payment.provider
        """
        journal = cls.env["account.journal"].create(
            {"name": name, "code": "ONL", "type": "bank"}
        )
        provider = cls.env["payment.provider"].create(
            {
                "name": name,
                "code": code,
                "state": "test",
                "company_id": cls.company.id,
                "payment_method_ids": [Command.set(method.ids)],
            }
        )
        outstanding = cls.env["account.account"].create(
            {
                "name": f"Outstanding {name}",
                "code": "129900",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        provider.journal_id = journal
        lines = journal.inbound_payment_method_line_ids
        line = lines.filtered(lambda one: one.payment_provider_id == provider)
        (line or lines[:1]).write(
            {
                "payment_provider_id": provider.id,
                "payment_account_id": outstanding.id,
            }
        )
        provider.invalidate_recordset(["journal_id"])
        return provider

    @classmethod
    def _pay_online(cls, order, amount, reference, currency=None):
        """Return a captured payment of an order, posted."""
        payment = cls.env["payment.transaction"].create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.method_online.id,
                "reference": reference,
                "amount": amount,
                "currency_id": (currency or order.currency_id).id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "invoice_ids": [Command.set(order.invoice_ids.ids)],
            }
        )
        payment._set_done()
        payment._post_process()
        order.transaction_ids |= payment
        return payment

    @classmethod
    def _paid(cls, *amounts):
        """Return a delivered and invoiced order, paid with some payments."""
        order, picking = cls._delivered(5)
        order._create_invoices().action_post()
        for number, amount in enumerate(amounts or (500.0,), 1):
            cls._pay_online(order, amount, f"{order.name}-{number}")
        cls._announce(picking, 5)
        return order

    @classmethod
    def _credit(cls, order, quantity):
        """Return the posted credit note of some of the goods, typed by hand."""
        invoice = order.invoice_ids.filtered(lambda one: one.move_type == "out_invoice")
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        note.invoice_line_ids.quantity = quantity
        note.action_post()
        return note

    def _agree_refund(self, note, user=None):
        """Have finance agree to the refund, and put on record what carries it."""
        self._steps(note).approval_ids.filtered(
            lambda one: one.state == "waiting"
        ).with_user(user or self.finance).action_approve()
        self._take()
        return note.logistics_refund_ids.sorted("id")

    def _steps(self, note):
        return self.env["logistics.effect"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", note.id),
                ("action", "=", "refund"),
            ]
        )

    def _exception(self, refund):
        """Return what the workbench says of a refund."""
        return self.env["logistics.exception"].search(
            [("res_model", "=", "logistics.refund"), ("res_id", "=", refund.id)]
        )

    def _send(self):
        self._run_job("logistics_returns.ir_cron_send_refunds")


class RefundCase(RefundCommon):
    """Five pumps are sold for 500 and paid through a provider in a box."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box = box = StandIn()
        Provider = cls.registry["payment.provider"]
        Transaction = cls.registry["payment.transaction"]

        def supports(providers):
            providers.support_refund = "partial"
            for name in (
                "support_express_checkout",
                "support_manual_capture",
                "support_tokenization",
            ):
                providers[name] = False

        def applies(child, _data):
            box.answer(child)

        for model, name, new in (
            (Provider, "_compute_feature_support_fields", supports),
            (Transaction, "_send_refund_request", lambda child: box.refund(child)),
            (Transaction, "_logistics_find_refund", lambda child: box.find(child)),
            (Transaction, "_apply_updates", applies),
            (Transaction, "_validate_amount", lambda child, data: None),
        ):
            patcher = patch.object(model, name, new)
            patcher.start()
            cls.addClassCleanup(patcher.stop)
        cls.method_online = cls.env.ref("payment.payment_method_unknown")
        cls.method_online.support_refund = "partial"
        cls.provider = cls._online("Stand-In", "none", cls.method_online)

    def setUp(self):
        super().setUp()
        self.box.forget()
