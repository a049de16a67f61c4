"""Every list of the suite can be taken along as a file by whoever may export."""

from datetime import date

from lxml import etree
from roles import surface
from roles.stage import Stage

from odoo.tests import tagged
from odoo.tools import str2bool

# What a cell of a sheet holds; anything else comes out as Python writes it.
PLAIN = (str, int, float, bool, date, type(None))

# What stands in the database and means nothing to a person: braces, ids, codes.
CODED = r"[{}\[\]]|post_send|picked_up|: (true|false|sender|\d+)$"


@tagged("post_install", "-at_install", "standard")
class TestExports(Stage):
    """One of everything is on stage; each role takes along what it may read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            role: person for role, person in cls.people.items() if person._is_internal()
        }
        may_export = cls.env.ref("base.group_allow_export")
        # Odoo gives it to everybody it invites; shipping methods are read with it.
        contacts = cls.env.ref("base.group_partner_manager")
        for person in cls.people.values():
            person.group_ids += may_export + contacts
        cls.lists = surface.lists(cls.env)

    def _columns(self, node):
        """Return the columns of a list that a person can have on the screen."""
        return [
            field.get("name")
            for field in node.iterchildren("field")
            if field.get("column_invisible") not in ("1", "True")
        ]

    def test_no_list_keeps_its_rows_from_those_who_may_export(self):
        self.assertGreater(len(self.lists), 30)
        for view in self.lists:
            arch = view._get_combined_arch()
            with self.subTest(view=view.xml_id):
                self.assertTrue(str2bool(arch.get("export_xlsx", "1")))

    def test_every_column_of_every_list_is_exported_as_words_and_numbers(self):
        taken = set()
        for view in self.lists:
            for role, person in self.people.items():
                Model = self.env(user=person, context={"lang": "en_US"})[view.model]
                if not Model.has_access("read"):
                    continue
                with self.subTest(view=view.xml_id, role=role):
                    if self._export(Model, view):
                        taken.add(view)
        left = [view.xml_id for view in self.lists if view not in taken]
        self.assertEqual(left, [], "Nobody is on stage, or may read, what they show.")

    def _export(self, Model, view):
        """Export what the person sees in a list, and check each cell of it."""
        arch = etree.fromstring(Model.get_view(view.id, "list")["arch"])
        columns = self._columns(arch)
        records = Model.search([], limit=20)
        rows = records.export_data(columns)["datas"]
        self.assertGreaterEqual(len(rows), len(records))
        for row in rows:
            for name, cell in zip(columns, row, strict=True):
                self.assertIsInstance(cell, PLAIN, f"{name}: {cell!r}")
        return rows

    def test_no_record_is_named_by_a_code(self):
        named = set()
        for model in surface.models(self.env):
            field = self.env[model]._fields.get(self.env[model]._rec_name)
            if not field or field.type != "selection":
                continue
            words = dict(field._description_selection(self.env))
            for record in self.env[model].search([(field.name, "!=", False)], limit=20):
                with self.subTest(model=model):
                    self.assertIn(words[record[field.name]], record.display_name)
                    named.add(model)
        self.assertGreater(len(named), 5)

    def test_what_an_action_was_worked_out_from_is_no_code(self):
        steps = self.env["logistics.effect"].search([("inputs", "!=", False)])
        for action in ("dispatch", "release", "invoice", "credit"):
            with self.subTest(action=action):
                self.assertIn(action, steps.mapped("action"))
        for step in steps:
            with self.subTest(step=step.display_name):
                self.assertTrue(step.inputs_text)
                # The name of the goods begins with their code.
                said = step.inputs_text.replace(self.product.display_name, "")
                self.assertNotRegex(said, CODED)
