"""Installation changes nothing of what was there, and going leaves nothing held."""

from odoo.tests import BaseCase, tagged

DATABASE = "logistics_history"
ORDERS = 203
TABLES = (
    "account_account",
    "account_journal",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "sale_order",
    "sale_order_line",
    "stock_move",
    "stock_move_line",
    "stock_picking",
    "stock_quant",
)
ADDON = "logistics_invoice_release"
# Without arrows between them, these bring the others along.
ADDONS = (ADDON, "logistics_freight_accrual", "logistics_returns")


@tagged("post_install", "-at_install", "standard")
class TestInstallation(BaseCase):
    """A database with 200 delivered orders to invoice, a draft, an invoice, a credit.

    The addons come and go in processes of their own.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from load import inside

        from suite import addons, database

        cls.addClassCleanup(database.drop, DATABASE)
        database.from_template(DATABASE)
        cls.made = inside.call("load.history", DATABASE, "make", ORDERS)
        columns, before = cls._snapshot()
        addons.install(DATABASE, ADDONS, tests=False)
        _columns, cls.installed = cls._snapshot(columns)
        cls.before = before
        cls.statuses = cls._ask(
            "SELECT invoice_status, count(*) FROM sale_order GROUP BY 1 ORDER BY 1"
        )
        cls.modes = cls._ask("SELECT DISTINCT mode FROM logistics_action_mode")
        cls.governed = cls._ask(
            "SELECT count(*) FROM sale_order WHERE logistics_release_mode IS NOT NULL"
        )
        cls.held = inside.call("load.history", DATABASE, "hold", 20)
        inside.call("load.history", DATABASE, "uninstall", ADDON)
        cls.after = cls._ask(
            "SELECT DISTINCT invoice_status FROM sale_order WHERE id = ANY(%s)",
            cls.held["held"],
        )
        cls.invoiced = inside.call(
            "load.history",
            DATABASE,
            "invoice",
            ",".join(str(order) for order in cls.held["held"][:20]),
        )
        _columns, invoiced = cls._snapshot(columns)
        inside.call("load.history", DATABASE, "uninstall", "logistics_events")
        _columns, cls.gone = cls._snapshot(columns)
        cls.invoiced_rows = invoiced
        cls.left = cls._ask(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_name LIKE %s",
            "logistics\\_%",
        )

    @classmethod
    def _ask(cls, query, *values):
        from suite import database

        with database.cursor(DATABASE) as cr:
            cr.execute(query, values)
            return cr.fetchall()

    @classmethod
    def _snapshot(cls, columns=None):
        """Return the columns of the tables, and a digest of all their rows."""
        columns = columns or {
            table: [
                row[0]
                for row in cls._ask(
                    "SELECT column_name FROM information_schema.columns "
                    "WHERE table_name = %s ORDER BY 1",
                    table,
                )
            ]
            for table in TABLES
        }
        digests = {}
        for table, names in columns.items():
            row = ", ".join(f'"{name}"' for name in names)
            digests[table] = cls._ask(
                "SELECT count(*), "
                f"md5(string_agg(ROW({row})::text, E'\\n' ORDER BY id)) FROM {table}"
            )
        return columns, digests

    def test_installing_changes_no_row_of_what_was_there(self):
        self.assertGreaterEqual(len(self.made["orders"]), 200)
        self.assertEqual(self.installed, self.before)

    def test_delivered_orders_are_still_to_be_invoiced(self):
        self.assertGreaterEqual(dict(self.statuses)["to invoice"], 200)

    def test_every_action_is_off_and_no_order_is_governed(self):
        self.assertEqual(self.modes, [("off",)])
        self.assertEqual(self.governed, [(0,)])

    def test_adopted_orders_are_held(self):
        self.assertGreaterEqual(len(self.held["held"]), 20)
        self.assertEqual(self.held["status"], ["no"])

    def test_held_order_can_be_invoiced_after_uninstalling(self):
        self.assertEqual(self.after, [("to invoice",)])
        self.assertEqual(self.invoiced["statuses"], ["invoiced"])
        self.assertEqual(self.invoiced["posted"], ["posted"])

    def test_uninstalling_everything_leaves_the_documents_and_nothing_else(self):
        self.assertEqual(self.gone, self.invoiced_rows)
        self.assertEqual(self.left, [])
