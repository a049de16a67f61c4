"""Goods that come back on the stage: asked for, received, inspected, paid back."""

from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_returns.tests.common import ReturnCommon

from .credits import Credits
from .people import ROLES

WHY = "Because"


class Returns(Credits):
    """What was delivered comes back; the returns are named after what can be done."""

    @classmethod
    def _take_goods_back(cls):
        cls._credit_too_much()
        cls._answer_returns()
        cls._inspect_returns()
        cls._make_exceptions_for_customers()
        cls._pay_customers_back()
        # Two can agree, as the approval table of returns asks.
        cls._person("second", ROLES["finance"], cls.company)

    @classmethod
    def _sold_and_sent(cls, number):
        """Return an order that is delivered, released and invoiced."""
        order = cls._sell(user_id=False)
        cls._ship(order.picking_ids, number)
        cls.env["logistics.release.waiver"]._waive(order, order.picking_ids, WHY)
        cls._take()
        return order

    @classmethod
    def _want_back(cls, order, quantity=5, **more):
        return ReturnCommon._announce.__func__(
            cls, order.picking_ids[:1], quantity, **more
        )

    @classmethod
    def _answer_returns(cls):
        stage = cls.on_stage
        for name, number in (
            ("asked_return", "RT100"),
            ("approved_return", "RT101"),
            ("closed_return", "RT102"),
        ):
            stage[name] = cls._want_back(cls._sold_and_sent(number))
        reason = cls.env.ref("logistics_returns.logistics_return_reason_defective")
        stage["asked_return"].write({"reason_id": reason.id, "note": "It leaks"})
        stage["return_reason"] = reason
        stage["return_fact"] = stage["asked_return"].fact_ids
        stage["approved_return"].action_approve()
        stage["approved_return"].action_make_link()
        stage["return_link"] = stage["approved_return"].link_ids
        stage["closed_return"].action_close(WHY)
        onway = cls._ship(cls._sell(user_id=False).picking_ids, "RT108")
        cls._report(onway, "picked_up")
        stage["unheard"] = cls.env["logistics.exception"]._open(
            "no_news", onway, "Nothing heard", shipment=onway
        )
        stage["returned_order"] = stage["asked_return"].order_ids
        stage["returned_invoice"] = stage["returned_order"].invoice_ids
        stage["returned_shipment"] = stage[
            "returned_order"
        ].picking_ids.logistics_shipment_ids

    @classmethod
    def _inspect_returns(cls):
        """Of five that came back one was accepted, and four wait."""
        stage, env = cls.on_stage, cls.env
        stage["warehouse"] = cls.warehouse
        delivery = cls._sold_and_sent("RT103").picking_ids[:1]
        dialog = env["stock.return.picking"].create({"picking_id": delivery.id})
        for row in dialog.product_return_moves:
            row.quantity = row.move_id.quantity
        receipt = dialog._create_return()
        receipt.move_ids.picked = True
        receipt.button_validate()
        one = receipt.logistics_return_id
        stage["receipt"], stage["received_return"] = receipt, one
        stage["returned_goods"] = one.line_ids
        screen = env["logistics.return.inspection"].create({"return_id": one.id})
        screen.line_ids[:1].restock_quantity = 1
        screen.action_confirm()
        stage["finding"] = one.finding_ids
        stage["inspection"] = env["logistics.return.inspection"].create(
            {"return_id": one.id}
        )

    @classmethod
    def _make_exceptions_for_customers(cls):
        stage = cls.on_stage
        kept = cls._want_back(cls._sold_and_sent("RT104"), 2)
        kept._let_go("kept", {kept.line_ids: 1.0}, WHY, "roles")
        stage["kept_return"] = kept
        order = cls._sold_and_sent("RT105")
        stage["grant"] = cls._want_back(order, 2)._grant(order, 10.0, WHY)

    @classmethod
    def _pay_customers_back(cls):
        """No payment of the orders can carry it: finance pays it back."""
        stage, env = cls.on_stage, cls.env
        env["logistics.action.mode"]._switch(cls.company, "refund", "on")
        for name, number in (("refund", "RT106"), ("refused_refund", "RT107")):
            order = cls._sold_and_sent(number)
            cls._want_back(order, 1)
            invoice = order.invoice_ids
            env["account.payment.register"].with_context(
                active_model=invoice._name, active_ids=invoice.ids
            ).create({})._create_payments()
            note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
            note.invoice_line_ids.quantity = 1
            note.action_post()
            cls._agree_to_refund(note)
            stage[name] = note.logistics_refund_ids
            stage[f"{name}_note"] = note
        stage["unrefunded"] = cls._exception(stage["refund"], "action_failed")
        refused = stage["refused_refund"]
        trusted(refused).write({"state": "refused", "error": "No"})
        stage["unpaid_return"] = one = refused.return_ids
        one._let_go("kept", {one.line_ids: 1.0}, WHY, "roles")
        refused._open_exception("The provider refused it")
        stage["refused_exception"] = cls._exception(refused, "action_failed")
        cls._count_what_was_captured()

    @classmethod
    def _count_what_was_captured(cls):
        stage, env = cls.on_stage, cls.env
        payment = env["payment.transaction"].create(
            {
                "provider_id": env["payment.provider"]
                .create({"name": "Online", "company_id": cls.company.id})
                .id,
                "payment_method_id": env.ref("payment.payment_method_unknown").id,
                "reference": "RT-1",
                "amount": 100.0,
                "currency_id": cls.company.currency_id.id,
                "partner_id": cls.customer.id,
            }
        )
        env["logistics.refund.counter"]._begin(payment)
        stage["refund_counter"] = env["logistics.refund.counter"].search(
            [("transaction_id", "=", payment.id)]
        )

    @classmethod
    def _agree_to_refund(cls, note):
        steps = cls.env["logistics.effect"].search(
            [
                ("res_model", "=", note._name),
                ("res_id", "=", note.id),
                ("action", "=", "refund"),
            ]
        )
        waiting = steps.approval_ids.filtered(lambda one: one.state == "waiting")
        waiting.with_user(cls.people["finance"]).action_approve()
        cls._take()
