"""What Observe lists over the traffic of the demo is what On then makes of it."""

from ast import literal_eval

from story import casting, plot, scenes_goods, scenes_money, scenes_partners
from story.inside import InsideScene, InsideStage

from odoo.tests import HttpCase, tagged

from odoo.addons.logistics_carrier_base.tests.common import give_secret_key

SCENES = scenes_goods.SCENES | scenes_partners.SCENES | scenes_money.SCENES
OBSERVED = "logistics_events.logistics_effect_action_observed"


class WatchedScene(InsideScene):
    """A scene while every action is on Observe.

    Where finance would find a document, it finds a line in the list of what would have
    been done; where it would find none, the list has none either.
    """

    def invoices(self, order, *_domain):
        """Override to look into the list, after making sure that nothing was made."""
        made = super().invoices(order)
        self.expect(f"no document is made for {order['name']}: {made}", not made)
        return [
            row | {"name": f"observed over {row['amount']:.2f}"}
            for row in self.stage.finance.find(
                "logistics.effect",
                [
                    *self.stage.listed,
                    ("action", "=", "invoice"),
                    ("order_id", "=", order["id"]),
                ],
                ["amount"],
                company=order["company"],
            )
        ]

    def mailed(self, order, invoice, address):
        """Override: nothing is sent."""
        self.expect("no mail is sent", not self.stage.mails_to(address))

    def paid(self, order, invoice):
        """Override: there is nothing to pay."""

    def credited(self, order):
        """Override: what was never invoiced needs no credit, and is not listed."""
        self.wait("the list is empty again", lambda: not self.invoices(order))
        asked = self.stage.finance.find(
            "logistics.approval", [("order_id", "=", order["id"])]
        )
        self.expect("nobody is asked", not asked)


@tagged("post_install", "-at_install", "standard")
class TestObserveStory(HttpCase):
    """The whole story is told while all actions are on Observe; then they are on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        give_secret_key(cls)

    def test_observe_lists_exactly_what_on_then_makes(self):
        conf = casting.prepare(self.env)
        self.env["logistics.action.mode"].search([]).mode = "observe"
        self.keys = {order["id"]: key for key, order in conf["orders"].items()}
        with InsideStage(self, conf).opened() as self.stage:
            self.stage.listed = literal_eval(self.env.ref(OBSERVED).domain)
            self._play()
            listed, past = self._listed(), self._past()
            self._switch_on()
            made = self._made()
        self.assertEqual(self._plotted(), {row[:5] for row in listed})
        self.assertEqual(past, listed)
        self.assertEqual(made, listed)

    def _play(self):
        parts = [("carrier_down", scenes_partners.book_and_break)]
        parts += [(key, SCENES[key]) for key in plot.SCENES]
        scenes = {key: WatchedScene(self.stage, key) for key in plot.SCENES}
        for key, function in parts:
            function(scenes[key])
        self.stage.work()

    # === WHAT FINANCE READS === #

    def _companies(self):
        """Yield each company of the story: its name, and it as chosen on screen."""
        for company in self.stage.conf["companies"].values():
            yield company["name"], {"company": company["id"]}

    def _rows(self, model, domain, what):
        """Return a list of invoices as finance reads it, company by company.

        :param str what: The field that says what an invoice has.
        """
        rows = []
        names = ["order_id", "partner_id", "currency_id", "amount", what]
        for company, options in self._companies():
            found = self.stage.finance.find(
                model, [*domain(options), ("action", "=", "invoice")], names, **options
            )
            rows += [
                (
                    self.keys[row["order_id"][0]],
                    company,
                    row["partner_id"][1],
                    row["currency_id"][1],
                    row[what].partition(": ")[2],
                    round(row["amount"], 2),
                )
                for row in found
            ]
        return sorted(rows)

    def _listed(self):
        """Return the invoices under *What Would Have Been Done*."""
        return self._rows(
            "logistics.effect", lambda _options: self.stage.listed, "what_text"
        )

    def _past(self):
        """Return the invoices that *Observe the Past* works out."""
        finance = self.stage.finance

        def domain(options):
            dialog = finance.do("logistics.observe", "create", {}, **options)
            shown = finance.do(
                "logistics.observe", "action_observe", [dialog], **options
            )
            return shown["domain"]

        return self._rows("logistics.observe.line", domain, "subject")

    def _made(self):
        """Return the documents of the orders, each with what it has."""
        rows = []
        for company, options in self._companies():
            rows += [
                (
                    self._order_of(move, options),
                    company,
                    move["partner_id"][1],
                    move["currency_id"][1],
                    self._goods(move, options),
                    round(move["amount_total"], 2),
                )
                for move in self.stage.finance.find(
                    "account.move",
                    [("line_ids.sale_line_ids.order_id", "in", list(self.keys))],
                    ["partner_id", "currency_id", "amount_total", "invoice_line_ids"],
                    **options,
                )
            ]
        return sorted(rows)

    def _items(self, move, options):
        return self.stage.finance.read(
            "account.move.line",
            move["invoice_line_ids"],
            "product_id",
            "quantity",
            "sale_line_ids",
            **options,
        )

    def _goods(self, move, options):
        return ", ".join(
            f"{item['quantity']:g} x {item['product_id'][1]}"
            for item in self._items(move, options)
        )

    def _order_of(self, move, options):
        lines = [
            line
            for item in self._items(move, options)
            for line in item["sale_line_ids"]
        ]
        sold = self.stage.finance.read("sale.order.line", lines, "order_id", **options)
        (order,) = {line["order_id"][0] for line in sold}
        return self.keys[order]

    def _plotted(self):
        """Return what the plot says of each order's end, without tax."""
        names = {key: name for key, (name, _price) in plot.GOODS.items()}
        names |= {plot.KIT[0]: plot.KIT[1], "delivery": "Delivery"}
        return {
            (
                plan.key,
                plot.COMPANIES[plan.company][0],
                plot.CUSTOMERS[plan.customer][0],
                plot.COMPANIES[plan.company][1],
                ", ".join(
                    f"{quantity} x {names[key]}"
                    for key, quantity in plan.expected.items()
                ),
            )
            for plan in plot.ORDERS
            if plan.expected
        }

    # === WHAT FINANCE DOES === #

    def _switch_on(self):
        """Switch every action on, as finance does, and let it act."""
        finance = self.stage.finance
        for _company, options in self._companies():
            modes = finance.find(
                "logistics.action.mode",
                [("company_id", "=", options["company"])],
                ["action", "since"],
                **options,
            )
            for row in modes:
                values = {"company_id": options["company"], "mode": "on"} | {
                    name: row[name] for name in ("action", "since")
                }
                dialog = finance.do(
                    "logistics.mode.switch", "create", values, **options
                )
                for button in ("action_list", "action_switch"):
                    finance.do("logistics.mode.switch", button, [dialog], **options)
        self.stage.work()
