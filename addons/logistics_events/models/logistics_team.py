"""Who looks after which problems of a company, and who stands in for whom."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .logistics_approval import APPROVER_GROUP
from .logistics_exception import CATEGORIES

CATEGORY_WORDS = [
    (code, label) for code, (label, _severity, _days) in CATEGORIES.items()
]
# Who may be given a problem: whoever may settle one.
WORKING_GROUPS = (
    "logistics_events.logistics_events_group_user",
    "logistics_events.logistics_events_group_finance",
    "logistics_events.logistics_events_group_integration",
)


class LogisticsTeam(models.Model):
    """Who is given what goes wrong in a company.

    A branch without a team of its own uses the one of the company above. Where no team
    looks after a category, nobody is told, and the list shows it as nobody's.
    """

    _name = "logistics.team"
    _description = "Logistics Team"
    _order = "company_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    member_ids = fields.Many2many("res.users", string="Members")
    user_id = fields.Many2one(
        "res.users",
        string="On Duty",
        required=True,
        default=lambda self: self.env.user,
        help="Is given what comes up, unless a category says otherwise.",
    )
    deputy_id = fields.Many2one(
        "res.users", string="Deputy", help="Stands in while somebody is away."
    )
    manager_id = fields.Many2one(
        "res.users",
        string="Team Manager",
        help="Is told once when something is late; without one the deputy is.",
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        help="In which hours time counts; the company's by default.",
    )
    line_ids = fields.One2many(
        "logistics.team.category", "team_id", string="Looks After"
    )
    absence_ids = fields.One2many(
        "logistics.team.absence", "team_id", string="Absences"
    )

    @api.constrains("user_id", "deputy_id", "manager_id", "member_ids", "company_id")
    def _check_people_work_here(self):
        for team in self:
            for user in team._people():
                team._check_works_here(user)

    def _check_works_here(self, user):
        """Check that a person can open what the team is given.

        :raise ValidationError: Otherwise.
        """
        if not self._can_be_given(user):
            raise ValidationError(
                self.env._(
                    "%(user)s cannot be in the team %(team)s: it takes access to "
                    "%(company)s and a role in Logistics.",
                    user=user.name,
                    team=self.name,
                    company=self.sudo().company_id.name,
                )
            )

    def _people(self):
        """Return everybody of the team.

        :rtype: res.users
        """
        self.ensure_one()
        return (
            self.user_id | self.deputy_id | self.manager_id | self.member_ids
        ).sudo()

    def _can_be_given(self, user, approval=False, company=None):
        """Whether a person can settle what comes up in a company.

        :param bool approval: Whether it is a decision about money.
        :param res.company company: Where it comes up, such as a branch without a team
            of its own; the team's company by default.
        :rtype: bool
        """
        self.ensure_one()
        groups = (APPROVER_GROUP,) if approval else WORKING_GROUPS
        user_sudo = user.sudo()
        return (
            user_sudo.active
            and (company or self.sudo().company_id) in user_sudo.company_ids
            and any(map(user_sudo.has_group, groups))
        )

    # === WHO IS ON DUTY === #

    @api.model
    def _lines_for(self, pairs):
        """Return who looks after what.

        :param pairs: Pairs of a company and a category.
        :type pairs: Iterable[tuple[res.company, str]]
        :return: By company id and category; the nearest company's first, and nothing
            where nobody looks after it.
        :rtype: dict[tuple[int, str], logistics.team.category]
        """
        pairs = set(pairs)
        ways = {company: company._logistics_company_chain() for company, _word in pairs}
        lines = (
            self.env["logistics.team.category"]
            .sudo()
            .search(
                [
                    (
                        "company_id",
                        "in",
                        [top.id for way in ways.values() for top in way],
                    ),
                    ("category", "in", [category for _company, category in pairs]),
                    ("team_id.active", "=", True),
                ]
            )
        )
        known = {(line.company_id.id, line.category): line for line in lines}
        found = {}
        for company, category in pairs:
            for top in ways[company]:
                if line := known.get((top.id, category)):
                    found[company.id, category] = line
                    break
        return found

    def _zone(self):
        """Return the name of the time zone in which the team works.

        :rtype: str
        """
        team_sudo = self.sudo()
        company = team_sudo.company_id
        return team_sudo._calendar().tz or company.partner_id.tz or "UTC"

    def _calendar(self):
        """Return the calendar in which the team's time counts, empty for every hour.

        :rtype: resource.calendar
        """
        self.ensure_one()
        if self.resource_calendar_id:
            return self.resource_calendar_id
        for company in self.company_id._logistics_company_chain():
            if company.resource_calendar_id:
                return company.resource_calendar_id
        return self.env["resource.calendar"]

    def _present(self, first, excluded, approval=False, company=None):
        """Return who is there: a person, who stands in for them, or anybody else.

        :param res.users first: Whose task it is.
        :param res.users excluded: Who must not be given it.
        :param bool approval: Whether it is a decision about money.
        :param res.company company: See `_can_be_given`.
        :return: Empty when nobody is there.
        :rtype: res.users
        """
        self.ensure_one()
        team = self.sudo()
        now = fields.Datetime.now()
        today = fields.Datetime.context_timestamp(
            team.with_context(tz=team._zone()), now
        ).date()
        away = {
            absence.user_id: absence.deputy_id
            for absence in team.absence_ids
            if absence.date_from <= today <= absence.date_to
        }
        queue, seen = [first.sudo()], set()
        rest = [team.deputy_id, team.manager_id, team.user_id, *team.member_ids]
        while queue or rest:
            user = queue.pop(0) if queue else rest.pop(0)
            if not user or user in seen:
                continue
            seen.add(user)
            if user in away or user.is_out_of_office:
                queue.append(away.get(user, team.deputy_id))
            elif user not in excluded and team._can_be_given(user, approval, company):
                return user
        return team.env["res.users"]


class LogisticsTeamCategory(models.Model):
    """One category of problems, and how its team is told."""

    _name = "logistics.team.category"
    _inherit = "logistics.selection.name.mixin"
    _description = "Team's Category"
    _order = "team_id, id"
    _rec_name = "category"

    team_id = fields.Many2one(
        "logistics.team", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, precompute=True
    )
    category = fields.Selection(CATEGORY_WORDS, required=True)
    user_id = fields.Many2one(
        "res.users",
        string="On Duty",
        help="Who is given this category; the team's person on duty by default.",
    )
    channel = fields.Selection(
        [
            ("activity", "Activity and Morning Summary"),
            ("summary", "Morning Summary Only"),
        ],
        required=True,
        default="activity",
        string="Told By",
    )
    hours = fields.Float(
        string="Hours to Solve",
        help="Working hours until it is late; after four fifths the list warns. "
        "0: the usual number of days, and no warning.",
    )

    _category_uniq = models.UniqueIndex(
        "(company_id, category)", "A team of the company looks after this already."
    )
    _hours_positive = models.Constraint("CHECK (hours >= 0)", "Hours are not negative.")

    @api.constrains("user_id", "team_id")
    def _check_user_works_here(self):
        for line in self:
            if line.user_id:
                line.team_id._check_works_here(line.user_id)

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: what is open already is given to the team soon."""
        lines = super().create(vals_list)
        self.env["logistics.exception"]._tell_soon()
        return lines

    def _on_duty(self, excluded=None, company=None):
        """Return who is given a problem of the category now.

        :param res.users excluded: Who must not decide on it.
        :param res.company company: Where it came up; the team's company by default.
        :rtype: res.users
        """
        self.ensure_one()
        return self.team_id._present(
            self.user_id or self.team_id.user_id,
            excluded if excluded is not None else self.env["res.users"],
            approval=self.category == "approval_waiting",
            company=company,
        )


class LogisticsTeamAbsence(models.Model):
    """When somebody is away, and who stands in."""

    _name = "logistics.team.absence"
    _description = "Absence"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    team_id = fields.Many2one(
        "logistics.team", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, precompute=True
    )
    user_id = fields.Many2one("res.users", string="Who Is Away", required=True)
    deputy_id = fields.Many2one("res.users", string="Stands In", required=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", required=True)

    _days_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day is not before the first."
    )
    _other_person = models.Constraint(
        "CHECK (deputy_id <> user_id)", "Nobody stands in for themselves."
    )

    @api.constrains("deputy_id", "team_id")
    def _check_deputy_works_here(self):
        for absence in self:
            absence.team_id._check_works_here(absence.deputy_id)
