"""Opens screens the way the web client does, for tests that have no browser."""

from lxml import etree

from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import LogisticsCommon

# Besides the roles of the suite: colleagues who meet it on the screens of others.
NEIGHBOURS = {
    # Without the right to contacts the transfer form of `delivery` does not open.
    "stock": "stock.group_stock_user,base.group_partner_manager",
    "sale": "sales_team.group_sale_salesman_all_leads",
    "bookkeeper": "account.group_account_invoice",
}
# Words that stand for our own machinery and never on a screen.
FORBIDDEN_WORDS = (
    "fold",
    "effect",
    "band",
    "quarantine",
    "dead letter",
    "retraction",
    "generation",
    "poison",
)


class ScreenCase(LogisticsCommon):
    """Reads through a view what the browser would read, as a certain person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role, groups in NEIGHBOURS.items():
            cls.people[role] = new_test_user(
                cls.env, login=f"logistics-{role}", groups=groups
            )
        for person in cls.people.values():
            person.group_ids += cls.env.ref("base.group_partner_manager")

    def _open(self, role, records, view_type="form", view=None):
        """Read records through a view as the browser does.

        :param str role: Who looks.
        :param records: What is looked at.
        :param view: The external id of the view, else the default one.
        :return: What the browser would get.
        :rtype: list[dict]
        """
        records = records.with_user(self.people[role])
        records.env.invalidate_all()
        view_id = self.env.ref(view).id if view else False
        views = records.get_views([(view_id, view_type)])
        arch = etree.fromstring(views["views"][view_type]["arch"])
        specification = self._specification(arch, records._name, views["models"])
        return records.web_read(specification)

    def _menus(self, role, root="logistics_events.logistics_menu_root"):
        """Return the windows that a person's menus open, by external id of the menu."""
        menus = self.env["ir.ui.menu"].with_user(self.people[role]).load_menus(False)
        waiting, below = [self.env.ref(root).id], []
        while waiting:
            menu = menus.get(waiting.pop())
            if menu:
                below.append(menu["id"])
                waiting += menu["children"]
        records = self.env["ir.ui.menu"].browse(below).filtered("action")
        names = records.get_external_id()
        return {
            names[menu.id].split(".")[1]: menu.action
            for menu in records
            if names[menu.id]
        }

    def _open_action(self, role, action):
        """Open every view of a window, with its search, and read what it shows."""
        Model = self.env[action.res_model].with_user(self.people[role])
        kinds = [kind for kind in action.view_mode.split(",") if kind != "activity"]
        search_view = action.sudo().search_view_id.id
        views = Model.get_views([(False, kind) for kind in kinds])
        for kind in kinds:
            arch = etree.fromstring(views["views"][kind]["arch"])
            specification = self._specification(arch, Model._name, views["models"])
            Model.env.invalidate_all()
            if kind == "form":
                Model.search([], limit=5).web_read(specification)
            else:
                Model.web_search_read([], specification, limit=20)
        search = Model.get_views([(search_view, "search")])["views"]["search"]
        return etree.fromstring(search["arch"])

    def _try_search(self, role, action, arch):
        """Use every filter and every grouping of a search view once.

        :return: The names of what was tried.
        :rtype: list[str]
        """
        Model = self.env[action.res_model].with_user(self.people[role])
        known = {"uid": self.people[role].id, "self": "x"}
        tried = []
        for node in arch.iter("filter", "field"):
            domain = node.get("domain") or node.get("filter_domain")
            if domain:
                Model.search(safe_eval(domain, known), limit=1)
            groupby = safe_eval(node.get("context") or "{}", known).get("group_by")
            if groupby:
                Model.formatted_read_group([], [groupby], ["__count"])
            if domain or groupby:
                tried.append(node.get("name"))
        return tried

    def _assert_menus_open(self, names, roles):
        """Open menus as every role that has them, and try their searches."""
        opened = set()
        for role in roles:
            for menu, action in self._menus(role).items():
                if menu not in names:
                    continue
                opened.add(menu)
                with self.subTest(role=role, menu=menu):
                    arch = self._open_action(role, action)
                    self.assertTrue(self._try_search(role, action, arch))
        self.assertEqual(opened, set(names))

    def _specification(self, arch, model, models):
        """Return what the browser asks for to fill a view."""
        specification = {}
        for node in self._own_fields(arch):
            name = node.get("name")
            field = models[model]["fields"][name]
            entry = specification.setdefault(name, {})
            if field["type"] in ("one2many", "many2many"):
                inner = entry.setdefault("fields", {})
                for view in node:
                    inner.update(self._specification(view, field["relation"], models))
                if not inner:
                    inner["display_name"] = {}
            elif field["type"] == "many2one":
                entry["fields"] = {"display_name": {}}
        return specification

    def _own_fields(self, arch):
        """Return the field nodes of a view without those of views inside of it."""
        for node in arch:
            if node.tag == "field":
                yield node
            elif isinstance(node.tag, str):
                yield from self._own_fields(node)

    def _forbidden(self, text):
        """Return the forbidden words in a text a person reads."""
        lowered = f" {(text or '').lower()} "
        return [
            word
            for word in FORBIDDEN_WORDS
            if any(
                f"{before}{word}{after}" in lowered
                for before in " “\"'(>"
                for after in (" ", "s ", "ed ", ".", ",", ":", "”", '"', "'", ")", "<")
            )
        ]

    def _words_of_module(self, module):
        """Return every text of an addon that reaches a screen, with where it stands.

        :rtype: list[tuple[str, str]]
        """
        records = self.env["ir.model.data"].search([("module", "=", module)])
        words = []
        for data in records:
            record = self.env[data.model].browse(data.res_id).exists()
            for name in _TEXTS.get(data.model, ()) if record else ():
                words.append((f"{data.complete_name}.{name}", record[name]))
            if record and data.model == "ir.ui.view":
                words += [
                    (data.complete_name, text) for text in _view_texts(record.arch)
                ]
        return words


_TEXTS = {
    "ir.model": ("name",),
    "ir.model.fields": ("field_description", "help"),
    "ir.model.fields.selection": ("name",),
    "ir.actions.act_window": ("name", "help"),
    "ir.ui.menu": ("name",),
    "ir.cron": ("name",),
    "res.groups": ("name", "comment"),
    "res.groups.privilege": ("name",),
    "ir.sequence": ("name",),
}
_ATTRIBUTES = ("string", "title", "confirm", "placeholder", "help", "sum")


def _view_texts(arch):
    for node in etree.fromstring(arch).iter():
        if isinstance(node.tag, str):
            yield from (node.get(name) for name in _ATTRIBUTES if node.get(name))
            yield node.text
        yield node.tail
