from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .return_portal_case import ReturnPageCase, ReturnPortalCase
from .test_return_photo import picture

ADDON = "logistics_returns"
QUIET = (
    "odoo.http",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
)


@tagged("post_install", "-at_install")
class TestReturnRights(ReturnPortalCase):
    """A portal user has no rights on any table of the addon."""

    def _models(self):
        return [
            name
            for name in self.env.registry
            if self.env[name]._original_module == ADDON and not self.env[name]._abstract
        ]

    def test_portal_user_reaches_no_table_of_the_addon(self):
        models = self._models()
        self.assertIn("logistics.return", models)
        for model in models:
            records = self.env[model].with_user(self.guest)
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(records.has_access(operation))

    def test_portal_user_reads_none_of_our_fields_on_documents_of_their_own(self):
        one = self._ask("2")
        self._switch("expect")
        one._say("approved", "by hand")
        self._take()
        for record in (
            self.order,
            self.order.order_line,
            one.picking_ids,
            self.company,
        ):
            ours = [
                name
                for name, field in record._fields.items()
                if (field._module or "") == ADDON
            ]
            for name in ours:
                with (
                    self.subTest(field=f"{record._name}.{name}"),
                    self.assertRaises(AccessError),
                ):
                    record.with_user(self.guest).read([name])

    def test_customer_presses_no_button_of_a_return(self):
        one = self._ask("2").with_user(self.guest)
        buttons = [name for name in dir(type(one)) if name.startswith("action_make")]
        buttons += ["action_withdraw_link"]
        for name in buttons:
            with self.subTest(button=name), self.assertRaises(AccessError):
                getattr(one, name)()

    def test_auditor_makes_no_link(self):
        one = self._ask("2").with_user(self.people["auditor"])
        with self.assertRaises(AccessError):
            one.action_make_link()


@tagged("post_install", "-at_install")
class TestReturnGuessing(ReturnPageCase):
    """Unknown and foreign numbers answer alike, also over RPC."""

    def setUp(self):
        super().setUp()
        self.own = self._ask("2", photos=[picture()])
        self.foreign = self._ask(
            "2", order=self.foreign_order, user=self.stranger, photos=[picture()]
        )
        self.foreign._say("approved", "by hand")
        self.label = self._label(self.foreign)

    def _unknown(self, records):
        gone = max(records.search([]).ids) + 1000
        return (records.id, gone, 0, 2**31 - 1, 2**31, 10**30)

    def test_foreign_missing_and_absurd_numbers_have_one_answer(self):
        answers = set()
        pages = [f"/my/returns/{number}" for number in self._unknown(self.foreign)]
        pages += [
            f"/my/orders/{number}/return"
            for number in self._unknown(self.foreign_order)
        ]
        for number in self._unknown(self.label):
            pages += [
                f"/my/returns/{self.own.id}/label/{number}",
                f"/my/returns/{self.foreign.id}/label/{number}",
            ]
        for number in self._unknown(self.foreign.photo_ids):
            pages += [
                f"/my/returns/{self.own.id}/photo/{number}",
                f"/my/returns/{self.foreign.id}/photo/{number}",
            ]
        for page in pages:
            response = self._get(page)
            self.assertEqual(response.status_code, 404, page)
            answers.add(self._text(response))
        self.assertEqual(len(answers), 1)

    def test_foreign_and_missing_returns_are_not_changed(self):
        answers = set()
        for number in self._unknown(self.foreign):
            for deed in ("withdraw", "photos"):
                response = self._post(
                    f"/my/returns/{number}/{deed}", photos=[self._photo()]
                )
                self.assertEqual(response.status_code, 404)
                answers.add(self._text(response))
        for number in self._unknown(self.foreign_order):
            key = self.foreign_picking.move_ids.id
            response = self._post(
                f"/my/orders/{number}/return",
                self._words() | {f"quantity-{key}": "1"},
            )
            self.assertEqual(response.status_code, 404)
            answers.add(self._text(response))
        self.assertEqual(len(answers), 1)
        self.env.invalidate_all()
        self.assertEqual(self.foreign.state, "approved")
        self.assertEqual(len(self.foreign.photo_ids), 1)
        self.assertEqual(self.env["logistics.return"].search_count([]), 2)

    def test_pages_need_an_account(self):
        self.logout()
        for page in (
            "/my/returns",
            f"/my/returns/{self.own.id}",
            f"/my/returns/{self.own.id}/photo/{self.own.photo_ids.id}",
            f"/my/orders/{self.order.id}/return",
        ):
            response = self._get(page)
            self.assertEqual(response.status_code, 303, page)
            self.assertIn("/web/login", response.headers["Location"])

    def test_colleagues_of_the_customer_see_the_returns_of_their_company(self):
        self._account("colleague", self.customer)
        self.authenticate("portal-colleague", "portal-colleague")
        self.assertEqual(self._get(f"/my/returns/{self.own.id}").status_code, 200)

    def test_return_of_another_company_of_ours_is_unknown(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        other.logistics_return_portal_days = 14
        elsewhere = self.env["logistics.return"].create(
            {"partner_id": self.customer.id, "company_id": other.id}
        )
        self.assertEqual(self._get(f"/my/returns/{elsewhere.id}").status_code, 404)

    def test_while_it_is_off_only_what_customers_announced_is_shown(self):
        ours = self._announce(self.picking, 1)
        self.assertEqual(self._get(f"/my/returns/{ours.id}").status_code, 200)
        self.company.logistics_return_portal_days = 0
        self.assertEqual(self._get(f"/my/returns/{ours.id}").status_code, 404)
        self.assertEqual(self._get(f"/my/returns/{self.own.id}").status_code, 200)

    def test_token_of_the_record_opens_nothing(self):
        token = self.foreign._portal_ensure_token()
        page = f"/my/returns/{self.foreign.id}?access_token={token}"
        self.assertEqual(self._get(page).status_code, 404)
        self.foreign.message_post(
            body="Secret words", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        answer = self.make_jsonrpc_request(
            "/mail/thread/messages",
            {
                "thread_model": "logistics.return",
                "thread_id": self.foreign.id,
                "token": token,
            },
        )
        self.assertEqual(answer["messages"], [])

    @mute_logger(*QUIET)
    def test_calls_read_nothing_of_any_model_of_the_addon(self):
        records = {
            "logistics.return": self.own,
            "logistics.return.line": self.own.line_ids,
            "logistics.return.fact": self.own.fact_ids,
        }
        models = [
            name
            for name in self.env.registry
            if self.env[name]._original_module == ADDON and not self.env[name]._abstract
        ]
        for model in models:
            # Odoo itself lets customers export nothing.
            with self.assertRaises(JsonRpcException):
                self._call(model, "export_data", [[1], ["id"]])
            ids = records.get(model, self.env[model].search([], limit=1)).ids or [1]
            for method, args in (
                ("read", [ids, ["display_name"]]),
                ("search_read", [[], ["display_name"]]),
                ("web_read", [ids, {"display_name": {}}]),
                ("web_search_read", [[], {"display_name": {}}]),
                ("name_search", [""]),
                ("search_count", [[]]),
                ("formatted_read_group", [[], ["id"], ["__count"]]),
                ("write", [ids, {}]),
                ("create", [[{}]]),
                ("unlink", [ids]),
            ):
                with self.subTest(model=model, method=method):
                    with self.assertRaises(JsonRpcException) as refused:
                        self._call(model, method, args)
                    self.assertIn("AccessError", str(refused.exception))

    @mute_logger(*QUIET)
    def test_private_methods_and_files_are_out_of_reach(self):
        for method in ("_public_values", "_portal_domain", "_withdraw_by_customer"):
            with self.assertRaises(JsonRpcException):
                self._call("logistics.return", method, [[self.own.id]])
        for file in (self.foreign.photo_ids, self.label, self.own.photo_ids):
            response = self._get(f"/web/content/{file.id}")
            self.assertNotEqual(response.status_code, 200)
            with self.assertRaises(JsonRpcException):
                self._call("ir.attachment", "read", [file.ids, ["name"]])

    def _call(self, model, method, args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )
