"""Fixtures: people who try to agree to what they have a hand in, in every way."""

from functools import partial

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .check_common import CheckCommon

FINANCE = "logistics_events.logistics_events_group_finance"
ACCOUNTING = "account.group_account_manager,account.group_account_invoice"


class RolesCase(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.accountant = new_test_user(
            cls.env, login="logistics-accountant", groups=ACCOUNTING
        )
        # Finance that has the accounting groups, too: they add no right to agree.
        cls.both = new_test_user(
            cls.env,
            login="logistics-finance-accountant",
            groups=f"{FINANCE},{ACCOUNTING}",
        )

    # === WAYS TO TRY === #

    def _server_action(self, record, code):
        """Return a server action on a record, as an administrator made it."""
        return (
            self.env["ir.actions.server"]
            .create(
                {
                    "name": "Agree",
                    "model_id": self.env["ir.model"]._get_id(record._name),
                    "state": "code",
                    "code": code,
                    "group_ids": [Command.clear()],
                }
            )
            .with_context(
                active_model=record._name, active_id=record.id, active_ids=record.ids
            )
        )

    def _ways(self, record, method, agreed, user):
        """Return the ways in which a person can try to agree.

        :param str method: The method of the button.
        :param dict agreed: What would be written, had somebody agreed.
        :rtype: dict[str, Callable]
        """
        mine = record.with_user(user)
        model = self.env[record._name].with_user(user)

        def imported():
            names = [".id", *agreed]
            row = [str(record.id), *map(str, agreed.values())]
            result = model.load(names, [row])
            if not result["ids"]:
                raise AccessError(str(result["messages"]))

        def acted(code):
            self._server_action(record, code).with_user(user).run()

        return {
            "screen": getattr(mine, method),
            "typed": partial(mine.write, agreed),
            "rpc": partial(call_kw, model, method, [record.ids], {}),
            "rpc, typed": partial(call_kw, model, "write", [record.ids, agreed], {}),
            "rpc, private": partial(call_kw, model, "_void", [record.ids], {}),
            "import": imported,
            "server action": partial(acted, f"records.{method}()"),
            "server action as the system": partial(acted, f"records.sudo().{method}()"),
            "server action, typed": partial(acted, f"records.sudo().write({agreed!r})"),
        }

    def _nobody_of(self, people, record, method, agreed):
        """Let people try in every way, and check that none works."""
        before = record.sudo().state
        for user in people:
            for name, way in self._ways(record, method, agreed, user).items():
                with (
                    self.subTest(user=user.login, way=name),
                    mute_logger("odoo.addons.base.models.ir_actions"),
                ):
                    with self.assertRaises(UserError):
                        way()
                    record.invalidate_recordset()
                    self.assertEqual(record.sudo().state, before)

    def _decided_by_others(self, step, involved, colleagues):
        """Check who can agree to an action, and that it waits until they did.

        :param logistics.effect step: The action.
        :param res.users involved: Those who had a hand in it.
        :param res.users colleagues: Those who then agree.
        """
        self.assertEqual(step.state, "waiting")
        approval = step.approval_ids
        self.assertEqual(approval.needed, len(colleagues))
        strangers = self.accountant | self.people["user"] | self.people["auditor"]
        self.assertLessEqual(involved, approval._involved())
        for user in involved:
            self.assertFalse(approval.with_user(user).may_decide)
        self._nobody_of(
            involved | strangers, approval, "action_approve", {"state": "approved"}
        )
        self._take()
        self.assertEqual(step.state, "waiting")
        for user in colleagues:
            self.assertEqual(approval.state, "waiting")
            approval.with_user(user).action_approve()
        self.assertEqual(approval.state, "approved")
        self._take()
        self.assertEqual(step.state, "done", step.error)

    def _step(self, record, action):
        return self.env["logistics.effect"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("action", "=", action),
            ]
        )
