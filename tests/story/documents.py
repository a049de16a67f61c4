"""What finance sees of the orders: their documents, and what became of those."""

import time

from . import post_office

_MAIL = "mail.ir_cron_mail_scheduler_action"
_STEP = 0.2


class Documents:
    """The part of a scene that is about documents."""

    def invoices(self, order, *domain):
        """Return the documents of an order, as finance sees them."""
        return self.stage.finance.find(
            "account.move",
            [("line_ids.sale_line_ids.order_id", "=", order["id"]), *domain],
            ["name", "state", "move_type", "amount_untaxed", "payment_state"],
            company=order["company"],
        )

    def invoiced(self, order, state="posted", count=1):
        """Wait for an invoice of an order.

        :param str state: The state it must be in.
        :param int count: How many there must be.
        :rtype: list[dict]
        """
        found = self.wait(
            f"{order['name']} has {count} {state} invoice(s)",
            lambda: self._enough(
                self.invoices(
                    order, ("move_type", "=", "out_invoice"), ("state", "=", state)
                ),
                count,
            ),
        )
        names = ", ".join(one["name"] for one in found if one["name"])
        self.note(f"{order['name']}: {state} invoice {names}".rstrip())
        return found

    def not_invoiced(self, order, seconds=1.5):
        """Give an invoice that must not come a fair chance to come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.expect(
                f"{order['name']} is not invoiced yet", not self.invoices(order)
            )
            time.sleep(_STEP)

    def why_held(self, order):
        """Return the sentence that says why an order waits, as finance reads it."""
        keys = {known["id"]: key for key, known in self.stage.conf["orders"].items()}
        return self.stage.why_held(keys[order["id"]])

    def mailed(self, order, invoice, address):
        """Wait until an invoice has left by mail.

        :return: The mail.
        :rtype: dict
        """
        self.wait(
            "the invoice is handed to the mail queue",
            lambda: self.invoices(order, ("is_move_sent", "=", True)),
        )
        # Odoo empties the queue every hour.
        self.run_job(_MAIL)
        mail = self.wait(
            f"the invoice arrives at {address}",
            lambda: [
                mail
                for mail in post_office.read(self.stage.mail)
                if address in mail["to"] and invoice["name"] in mail["subject"]
            ],
        )[0]
        self.facts["mail"] = {"to": address, "subject": mail["subject"]}
        self.note(f"mail to {address}: {mail['subject']}")
        return mail

    def paid(self, order, invoice):
        """Wait until an invoice is reconciled with the payment that was made before."""
        self.wait(
            f"{invoice['name']} is reconciled with the payment",
            lambda: self.invoices(
                order, ("payment_state", "in", ["paid", "in_payment"])
            ),
        )
        self.note(f"{invoice['name']} is reconciled with the online payment")

    def credited(self, order):
        """Finance approves the credit that is proposed, and the credit note is posted.

        :return: The credit note.
        :rtype: dict
        """
        finance, options = self.stage.finance, {"company": order["company"]}
        (approval,) = self.wait(
            "a credit is proposed to finance",
            lambda: finance.find(
                "logistics.approval",
                [("order_id", "=", order["id"]), ("state", "=", "waiting")],
                ["amount"],
                **options,
            ),
        )
        self.note(f"credit of {approval['amount']:.2f} waits for approval")
        credit = ("move_type", "=", "out_refund")
        self.expect("no credit before the approval", not self.invoices(order, credit))
        finance.do("logistics.approval", "action_approve", [approval["id"]], **options)
        self.tell(f"{finance.role}: approved")
        (made,) = self.wait(
            "the credit note is posted",
            lambda: self.invoices(order, credit, ("state", "=", "posted")),
        )
        self.note(f"{order['name']}: posted credit note {made['name']}")
        return made

    @staticmethod
    def _enough(found, count):
        return found if len(found) >= count else None
