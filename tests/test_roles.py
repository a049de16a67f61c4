"""Every role against every model, field, menu and button of the suite.

The tables are in `roles/*.csv`; what they are held against is read from the installed
addons, so that a thing nobody wrote a row for fails. An addon that adds something adds
rows to the tables, and to `roles/presses.py` what its buttons are pressed with.
"""

from lxml import etree
from roles import attempts, presses, surface, tables, trial
from roles.stage import Stage

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import trusted

ELSEWHERE = "elsewhere"
# What a person sees and what a call does, as one word of the table.
CELLS = {
    (True, "changed"): "yes",
    (True, "looked"): "yes",
    (False, "refused"): "no",
    (False, "looked"): "look",
    (False, "changed"): "call",
    (True, "refused"): "SHOWN BUT REFUSED",
}


@tagged("post_install", "-at_install", "standard")
class TestRoles(Stage):
    def _as(self, person):
        return self.env(user=person, context={})

    def _check(self, name, keys, found, more=()):

        lines = tables.difference(tables.read(name, keys, more), found)
        self.assertFalse(lines, "\n" + "\n".join(lines))

    # === MODELS, FIELDS, MENUS === #

    def test_every_role_has_the_rights_of_the_table_on_every_model(self):
        self._check(
            "models",
            2,
            {
                (model, self._scope(model)): {
                    role: trial.rights(self._as(person)[model])
                    for role, person in self.people.items()
                }
                for model in surface.models(self.env)
            },
        )

    def _scope(self, model):
        """Return for whom the rows of a model are."""
        if self.env[model]._transient:
            return "dialog"
        ruled = self.env["ir.rule"].search([("model_id.model", "=", model)])
        return "company" if ruled else "shared"

    def test_every_role_reads_and_writes_the_fields_of_the_table(self):
        found = {}
        for model, name in surface.fields(self.env):
            found[model, name] = {
                role: self._field_rights(model, name, self._as(person))
                for role, person in self.people.items()
            }
        self._check("fields", 2, found)

    def _field_rights(self, model, name, env):
        if not env[model]._transient:
            return trial.field_rights(self._sample(model).with_env(env), name)
        # Nobody reads the dialog of another person.
        if not env[model].has_access("create"):
            return "-"
        Model = env[model].with_context(self._opened_on(model))
        return trial.field_rights(Model.create(self._typed(model)), name)

    def _opened_on(self, model):
        """Return the context in which a dialog of Odoo opens."""
        if model != "account.payment.register":
            return {}
        invoice = self.on_stage["invoice"]
        return {"active_model": invoice._name, "active_ids": invoice.ids}

    def _typed(self, model):
        return next(
            (
                typed(self.on_stage)
                for key, typed in presses.DIALOGS.items()
                if key[0] == model
            ),
            {},
        )

    def _sample(self, model):
        stage = self.on_stage
        samples = {
            "account.move": stage["invoice"],
            "account.move.line": stage["invoice"].invoice_line_ids[:1],
            "delivery.carrier": self.method,
            "res.company": self.company,
            "product.template": self.product.product_tmpl_id,
            "res.partner": self.customer,
            "sale.order": stage["order"],
            "sale.order.line": stage["order"].order_line[:1],
            "stock.move": stage["picking"].move_ids,
            "stock.picking": stage["picking"],
        }
        if model in samples:
            return samples[model]
        return next(record for record in stage.values() if record._name == model)[:1]

    def test_every_role_sees_the_menus_of_the_table_and_no_others(self):
        menus = surface.menus(self.env)
        found = {(name,): {} for name in menus}
        for role, person in self.people.items():
            Menu = self._as(person)["ir.ui.menu"]
            seen = Menu._visible_menu_ids() if Menu.has_access("read") else ()
            for name, menu in menus.items():
                way = {int(part) for part in menu.parent_path.split("/") if part}
                found[(name,)][role] = "yes" if way <= set(seen) else "no"
        self._check("menus", 1, found)

    def test_every_role_runs_the_actions_of_the_table_and_no_others(self):
        """They run code, from a menu or from the menu of a list."""
        found = {}
        for name in surface.deeds(self.env):
            action = self.env.ref(name)
            sample = self.on_stage[presses.DEEDS[name]]
            found[(name,)] = {
                role: self._run(action, sample, person)
                for role, person in self.people.items()
            }
        self._check("deeds", 1, found)

    def _run(self, action, sample, person):
        on = {"active_model": sample._name, "active_ids": sample.ids}
        own = action.with_env(self._as(person)).with_context(
            **on, active_id=sample.id, allowed_company_ids=self.company.ids
        )
        with trial.undone(self.env):
            try:
                return "yes" if own.run() else "nothing"
            except AccessError:
                return "no"

    def test_everybody_opens_what_they_may_read(self):
        """What the addons add to a screen closes it to nobody."""
        for person in self.people.values():
            if person._is_internal():
                person.group_ids += self.env.ref("base.group_partner_manager")
        samples = {record._name: record[:1] for record in self.on_stage.values()}
        for record in samples.values():
            for role, person in self.people.items():
                sample = record.with_env(self._as(person))
                if person._is_internal() and sample.has_access("read"):
                    with self.subTest(model=sample._name, role=role):
                        self._open_ours(sample)

    def _open_ours(self, sample):
        """Read what the addons show on the form of a record, as the browser does."""
        ours = self.env["ir.ui.view"].search(
            [("model", "=", sample._name), ("type", "=", "form")]
        )
        modules = {name.partition(".")[0] for name in ours.get_external_id().values()}
        if not modules & set(surface.addons(self.env)):
            return
        sample.env.invalidate_all()
        views = sample.get_views([(False, "form")])
        arch = etree.fromstring(views["views"]["form"]["arch"])
        specification = self._specification(arch, sample._name, views["models"])
        for node in arch.iter("field"):
            inside = next(node.iterancestors("field"), None) is not None
            if not inside and node.get("invisible") in ("1", "True"):
                # The browser asks for the ids alone.
                specification[node.get("name")] = {}
        if sample._name not in surface.models(self.env):
            added = {name for model, name in surface.fields(self.env)}
            specification = {
                name: value for name, value in specification.items() if name in added
            }
        self.assertTrue(sample.web_read(specification))

    # === BUTTONS === #

    def test_every_role_presses_the_buttons_of_the_table_and_no_others(self):
        views = trial.shown_views(self.env)
        found = {key: {} for key in self._rows_of_table(views)}
        for key, cells in found.items():
            shown_in = views.get((key[0], key[1].partition("/")[0]), ())
            for role, person in self.people.items():
                cells[role] = self._cell(self._press(person, key, shown_in))
            cells[ELSEWHERE] = self._press_from_elsewhere(key)
        self._check("buttons", 2, found, (ELSEWHERE,))

    def _rows_of_table(self, views):
        """Return the rows the table must have, and say what nobody presses."""
        rows = set(views) | surface.methods(self.env)
        for model, press in (
            ("logistics.ahead", "action_go_on"),
            ("logistics.reason", "action_confirm"),
        ):
            rows.remove((model, press))
            rows |= {(model, f"{press}/{deed}") for deed in self.env[model]._deeds()}
        pressed = {*presses.PRESSES, *presses.DIALOGS}
        self.assertEqual(rows - pressed, set(), "Say in presses.py how to press these.")
        return sorted(rows)

    def _press(self, person, key, shown_in):
        """Return whether a person sees a button, and what pressing it does."""
        model, method = key[0], key[1].partition("/")[0]
        env = self._as(person)
        dialog = None
        with trial.undone(self.env):
            if key in presses.DIALOGS:
                try:
                    record = dialog = env[model].create(
                        presses.DIALOGS[key](self.on_stage)
                    )
                except AccessError:
                    return False, "refused"
                words = ()
            else:
                name, *words = presses.PRESSES[key]
                record = self.on_stage[name].with_env(env)
            shown = trial.is_shown(record, method, shown_in)
            env.invalidate_all()
            outcome = trial.outcome(env, model, method, record.ids, *words)
            # A dialog is opened by a button, and whether that is shown has its own row.
            return shown and (record != dialog or outcome != "refused"), outcome

    def _cell(self, found):
        return CELLS.get(found) or f"{found[0] and 'shown'} {found[1]}"

    def _press_from_elsewhere(self, key):
        found = {
            self._cell(self._press(person, key, ()))
            for person in self.strangers.values()
        }
        return " or ".join(sorted(found))

    # === OTHER COMPANIES === #

    def test_rows_of_a_company_are_closed_to_every_other_one(self):
        for model, scope in tables.read("models", 2):
            if scope != "company":
                continue
            rows = self._rows_of_branch(model)
            self.assertTrue(rows, f"There is no {model} on stage.")
            for place, person in self.strangers.items():
                theirs = rows.with_env(self._as(person))
                with self.subTest(model=model, place=place):
                    self.assertFalse(theirs.search([("id", "in", rows.ids)]))
                    for right in ("read", "write", "unlink"):
                        self.assertFalse(theirs[:1].has_access(right), right)

    def _rows_of_branch(self, model):
        if "company_id" in self.env[model]._fields:
            return self.env[model].search([("company_id", "=", self.company.id)])
        return next(rows for rows in self.on_stage.values() if rows._name == model)

    def test_company_that_is_served_reads_the_account_and_changes_nothing(self):
        """Its owner alone decides where messages come from and whom they concern."""
        place, person = next(iter(self.strangers.items()))
        self.connection.served_company_ids = self.elsewhere[place]
        served = self.connection.with_env(self._as(person))
        self.assertTrue(served.read(["name"]))
        for values in ({"base_url": "https://x"}, {"company_id": person.company_id.id}):
            with self.assertRaises(AccessError):
                served.write(values)
        with self.assertRaises(AccessError):
            served.action_new_webhook_address()

    def test_account_reports_on_companies_of_whoever_sets_it_up(self):
        connection = self.connection.with_env(self._as(self.people["integration"]))
        for company in self.elsewhere.values():
            with self.assertRaises(AccessError):
                connection.served_company_ids = company

    # === WHAT NOBODY ALTERS === #

    def test_administrator_alters_no_event_message_or_action(self):
        """Neither by the screen, nor by RPC, import or code in a server action."""
        admin = self.env.ref("base.user_admin")
        admin.write({"company_ids": [Command.link(self.company.id)]})
        for person in (admin, self.people["system"]):
            for name, field, value in (
                ("event", "occurred_at", "2020-01-01 00:00:00"),
                ("event", "event_type", "lost"),
                ("message", "digest", "0"),
                ("message", "message_key", "other"),
                ("done", "key", "other"),
                ("done", "quantity", 99),
                ("done", "amount", 99),
                ("done", "order_id", False),
                ("done", "line_ids", [Command.clear()]),
                ("done", "move_ids", [Command.clear()]),
            ):
                record = self.on_stage[name].with_env(self._as(person))
                for way in attempts.ways(record, field, value):
                    with (
                        self.subTest(way=way.__name__, field=f"{name}.{field}"),
                        self.assertRaises(UserError),
                    ):
                        way()

    def test_not_even_the_suite_alters_what_an_action_was_asked_to_do(self):
        step = trusted(self.on_stage["done"].sudo())
        for name in ("key", "quantity", "amount", "order_id", "event_id", "inputs"):
            with self.assertRaises(AccessError):
                step.write({name: step[name] if name == "key" else False})

    def test_links_of_an_action_are_not_cut_from_the_other_side(self):
        lines = self.on_stage["done"].line_ids
        self.assertTrue(lines)
        for change in (Command.clear(), Command.unlink(self.on_stage["done"].id)):
            with self.assertRaises(AccessError):
                lines.write({"logistics_effect_ids": [change]})
        self.assertEqual(
            self.env["logistics.effect"]._fields["order_id"].ondelete, "restrict"
        )

    def test_proof_is_recorded_in_nobody_elses_name_and_for_no_other_event(self):
        """Withdrawing it would withdraw the event, which finance may not."""
        Proof = self._as(self.people["finance"])["logistics.proof"]
        told = {
            "shipment_id": self.on_stage["shipment"].id,
            "proof_at": "2026-11-20 10:00:00",
        }
        for more in (
            {"event_id": self.on_stage["event"].id},
            {"user_id": self.people["user"].id},
        ):
            with self.assertRaises(AccessError):
                Proof.create(told | more)
        with self.assertRaises(AccessError):
            self.on_stage["proof"].with_env(Proof.env).write({"signer": "Somebody"})

    def test_exception_is_settled_by_its_buttons_alone(self):
        exception = self.on_stage["exception"]
        typed = exception.with_env(self._as(self.people["user"]))
        for values in (
            {"state": "ignored"},
            {"summary": "Nothing"},
            {"effect_id": self.on_stage["failed"].id},
            {"company_id": self.elsewhere["other company"].id},
        ):
            with self.assertRaises(AccessError):
                typed.write(values)
        typed.user_id = self.people["user"]
