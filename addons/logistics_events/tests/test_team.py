"""Who is on duty, who stands in, and who must not be asked."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .team_case import NOW, TeamCase


@tagged("post_install", "-at_install")
class TestTeam(TeamCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(NOW))

    def _away(self, user, deputy, start="2026-11-23", end="2026-11-23"):
        return self.env["logistics.team.absence"].create(
            {
                "team_id": self.team.id,
                "user_id": user.id,
                "deputy_id": deputy.id,
                "date_from": start,
                "date_to": end,
            }
        )

    def _on_duty(self, category="no_news", **more):
        return self._line(category)._on_duty(**more)

    # === WHO IS ON DUTY === #

    def test_person_of_the_team_is_on_duty(self):
        self.assertEqual(self._on_duty(), self.duty)

    def test_person_of_the_category_comes_first(self):
        self._line("no_news").user_id = self.boss
        self.assertEqual(self._on_duty(), self.boss)
        self.assertEqual(self._on_duty("delivery_problem"), self.duty)

    def test_deputy_named_for_the_days_stands_in(self):
        self._away(self.duty, self.boss)
        self.assertEqual(self._on_duty(), self.boss)

    def test_day_before_and_after_the_absence_is_no_absence(self):
        self._away(self.duty, self.boss, "2026-11-20", "2026-11-22")
        self._away(self.duty, self.boss, "2026-11-24", "2026-11-30")
        self.assertEqual(self._on_duty(), self.duty)

    def test_day_is_the_day_where_the_team_works(self):
        """At 23:30 UTC it is the next day in Berlin."""
        self._away(self.duty, self.boss, "2026-11-24", "2026-11-24")
        with freeze_time("2026-11-23 22:30:00"):
            self.assertEqual(self._on_duty(), self.duty)
        with freeze_time("2026-11-23 23:30:00"):
            self.assertEqual(self._on_duty(), self.boss)

    def test_deputies_who_are_away_themselves_are_passed_over(self):
        self._away(self.duty, self.deputy)
        self._away(self.deputy, self.duty)
        self.assertEqual(self._on_duty(), self.boss)

    def test_out_of_office_of_odoo_counts_as_away(self):
        self.duty.out_of_office_from = "2026-11-20 00:00:00"
        self.assertEqual(self._on_duty(), self.deputy)

    def test_archived_person_is_given_nothing(self):
        self.duty.active = False
        self.assertEqual(self._on_duty(), self.deputy)

    def test_person_without_the_role_any_more_is_given_nothing(self):
        self.duty.group_ids = [
            Command.set(self.env.ref("base.group_user").ids),
        ]
        self.assertEqual(self._on_duty(), self.deputy)

    def test_nobody_is_there_when_everybody_is_away(self):
        for user in (self.duty, self.deputy, self.boss):
            user.out_of_office_from = "2026-11-20 00:00:00"
        self.assertFalse(self._on_duty())

    # === SEGREGATION === #

    def test_decision_goes_to_somebody_from_finance(self):
        self.team.member_ids = self.people["finance"]
        self.assertEqual(self._on_duty("approval_waiting"), self.people["finance"])

    def test_whoever_asked_is_not_given_the_decision(self):
        first, second = self.people["finance"], self._hire("second", "finance")
        self._line("approval_waiting").user_id = first
        self.team.member_ids = second
        self.assertEqual(self._on_duty("approval_waiting"), first)
        self.assertEqual(self._on_duty("approval_waiting", excluded=first), second)

    def test_approval_asked_by_the_person_on_duty_goes_to_the_deputy(self):
        first, second = self.people["finance"], self._hire("second", "finance")
        self._line("approval_waiting").user_id = first
        self.team.member_ids = second
        order = self._sell()
        asked = {}
        for user in (first, self.boss):
            step = (
                self.env["logistics.effect"]
                .with_user(user)
                .sudo()
                ._desire(
                    [
                        {
                            "company": self.company,
                            "record": order,
                            "order": order,
                            "action": "credit",
                            "key": f"asked-by-{user.login}",
                            "desired": 1,
                            "approvers": 1,
                            "force_mode": "on",
                        }
                    ]
                )
            )
            asked[user] = self.Exception_._find_open(
                "approval_waiting", *step.approval_ids._about()
            )
        self._tell()
        self.assertEqual(asked[first].user_id, second)
        self.assertEqual(asked[self.boss].user_id, first)

    # === COMPANIES === #

    def test_branch_without_a_team_uses_that_of_the_company_above(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        found = self.env["logistics.team"]._lines_for([(branch, "no_news")])
        self.assertEqual(found[branch.id, "no_news"], self._line("no_news"))

    def test_problem_of_a_branch_goes_to_somebody_who_can_open_it(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.deputy.company_ids |= branch
        self._line("no_news").hours = 1
        exception = self.Exception_._open(
            "no_news", self.customer, "Quiet", company=branch
        )
        self._tell()
        self.assertEqual(exception.user_id, self.deputy)
        with freeze_time("2026-11-23 12:00:00"):
            self._run("ir_cron_watch_time")
        self.assertEqual(self._activities(exception).user_id, self.deputy)
        self.boss.company_ids |= branch
        second = self.Exception_._open(
            "no_news", self.customer, "Quiet", company=branch, key="second"
        )
        self._tell()
        with freeze_time("2026-11-23 12:00:00"):
            self._run("ir_cron_watch_time")
        self.assertEqual(self._activities(second).user_id, self.deputy | self.boss)

    def test_other_company_has_no_team(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self.env["logistics.team"]._lines_for([(other, "no_news")]))

    def test_archived_team_looks_after_nothing(self):
        self.team.active = False
        pairs = [(self.company, "no_news")]
        self.assertFalse(self.env["logistics.team"]._lines_for(pairs))

    # === SETTING IT UP === #

    def test_somebody_without_a_role_cannot_be_in_a_team(self):
        for name in ("user_id", "deputy_id", "manager_id"):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.team.write({name: self.seller.id})
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._line("no_news").user_id = self.seller
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._away(self.duty, self.seller)

    def test_manager_sets_up_teams_and_others_do_not(self):
        self.team.with_user(self.people["manager"]).name = "Ours"
        for role in ("user", "finance", "integration", "auditor"):
            with self.assertRaises(AccessError):
                self.team.with_user(self.people[role]).name = "Mine"
