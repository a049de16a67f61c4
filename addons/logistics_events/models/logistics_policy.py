import ast
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..vocabulary import TRUST_LEVELS

# A change of these is a new version: decisions already frozen keep the old one.
VERSIONED_FIELDS = (
    "action",
    "trigger",
    "domain",
    "trust",
    "proof_without_tracking",
    "approval",
    "approval_amount",
    "credit_draft",
    "delay_minutes",
    "valid_from",
    "company_id",
    "sequence",
    "active",
)
# A credit note is asked for by a cause and always decided by a person: no report of
# a carrier triggers or proves it. This is what its rule says of them.
CREDIT_VALUES = {
    "trigger": "withdrawn",
    "trust": "person",
    "proof_without_tracking": "validated",
}


class LogisticsPolicy(models.Model):
    """On screen: Rule. What a fact makes happen, for which documents, under which
    approval. The first matching rule of an action wins.
    """

    _name = "logistics.policy"
    _description = "Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", help="Empty: the rule holds in every company."
    )
    action = fields.Selection(
        [("credit", "Propose a Credit Note")], required=True, default="credit"
    )
    trigger = fields.Selection(
        [
            ("dispatched", "Dispatched"),
            ("picked_up", "Picked Up by the Carrier"),
            ("delivered", "Delivered"),
            ("delivered_cleared", "Delivered and Cleared by Customs"),
            ("withdrawn", "Delivery Withdrawn"),
        ],
        required=True,
        default="delivered",
        string="When",
    )
    subject_model = fields.Char(compute="_compute_subject_model")
    domain = fields.Char(
        string="Applies To", default="[]", help="Which documents the rule is for."
    )
    trust = fields.Selection(
        [
            ("signed_untimed", "Any verified message"),
            ("person", "A person, a poll or a signed, timed message"),
            ("polled", "A poll or a signed, timed message"),
            ("signed", "A signed, timed message"),
        ],
        required=True,
        default="person",
        string="Proof Needed",
    )
    proof_without_tracking = fields.Selection(
        [
            ("validated", "Delivery validated"),
            ("signed", "Delivery validated and signed"),
            ("person", "A person records the proof"),
        ],
        required=True,
        default="validated",
        string="Without Tracking",
        help="What counts as proof where no carrier can report: goods without a "
        "tracking number or a carrier that is not connected.",
    )
    approval = fields.Selection(
        [("none", "None"), ("one", "One Person"), ("two", "Two People")],
        required=True,
        default="none",
    )
    approval_amount = fields.Monetary(
        string="Two People Above",
        help="Above this amount two people decide, whatever the rule says.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", string="Currency"
    )
    credit_draft = fields.Boolean(
        string="Leave It as a Draft",
        help="The approved credit note is made as a draft that a person posts. What "
        "nobody has to agree to is posted.",
    )
    delay_minutes = fields.Integer(
        string="Settling Time (minutes)",
        help="How long to wait for a correction before money moves.",
    )
    valid_from = fields.Date(
        required=True,
        default=lambda self: self.env.company._logistics_today(),
        help="Facts before this day never move money under this rule. A rule about "
        "credit notes is for those that are proposed from this day on.",
    )
    version = fields.Integer(readonly=True, default=1, copy=False)
    version_ids = fields.One2many(
        "logistics.policy.version", "policy_id", string="History"
    )

    _delay_positive = models.Constraint(
        "CHECK (delay_minutes >= 0)", "The settling time is not negative."
    )

    @api.depends("action")
    def _compute_subject_model(self):
        for policy in self:
            policy.subject_model = policy._subject_model()

    @api.depends("company_id")
    def _compute_currency_id(self):
        for policy in self:
            company = policy.company_id or self.env.company
            policy.currency_id = company.currency_id

    @api.constrains("domain", "action")
    def _check_domain(self):
        for policy in self:
            try:
                self.env[policy._subject_model()].search_count(policy._domain())
            except (ValueError, SyntaxError, KeyError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "“Applies to” of rule %(rule)s cannot be read: %(error)s",
                        rule=policy.name,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to keep the first version."""
        policies = super().create(vals_list)
        policies._settle_unused()
        policies._keep_version()
        return policies

    def write(self, vals):
        """Override of `base` to keep every version of a rule."""
        versioned = set(vals) & set(self._versioned_fields())
        result = super().write(vals)
        self._settle_unused()
        if versioned:
            for policy in self:
                super(LogisticsPolicy, policy).write({"version": policy.version + 1})
            self._keep_version()
        return result

    @api.model
    def _versioned_fields(self):
        """Return the names of the fields whose change makes a new version."""
        return VERSIONED_FIELDS

    def _unused_values(self):
        """Return the fields that mean nothing for the action, with what they hold.

        They are not on the form, and nobody is told of them.

        :rtype: dict
        """
        self.ensure_one()
        return CREDIT_VALUES if self.action == "credit" else {}

    def _settle_unused(self):
        """Let no field say what the action does not do, however it was written."""
        for policy in self:
            wrong = {
                name: value
                for name, value in policy._unused_values().items()
                if policy[name] != value
            }
            if wrong:
                # Part of the write that brought it: no version of its own.
                # pylint: disable-next=super-method-mismatch
                super(LogisticsPolicy, policy).write(wrong)

    def _keep_version(self):
        self.env["logistics.policy.version"].sudo().create(
            [
                {
                    "policy_id": policy.id,
                    "version": policy.version,
                    "user_id": self.env.uid,
                    "content": policy._content(),
                }
                for policy in self
            ]
        )

    def _content(self):
        """Return the versioned fields as plain values, to be kept and compared."""
        self.ensure_one()
        names = self._versioned_fields()
        return self.read(names, load="")[0] | {
            "valid_from": fields.Date.to_string(self.valid_from)
        }

    def _subject_model(self):
        """Return the model the domain of the rule is about."""
        self.ensure_one()
        return "sale.order"

    def _domain(self):
        self.ensure_one()
        return ast.literal_eval(self.domain or "[]")

    @api.model
    def _candidates(self, action, company):
        """Return the rules of an action that hold in a company, first one first."""
        domain = Domain("action", "=", action)
        domain &= Domain("company_id", "in", [company.id, False])
        if action == "credit":
            # What other actions do is judged by the day of each fact.
            domain &= Domain("valid_from", "<=", company._logistics_today())
        return self.sudo().search(domain)

    @api.model
    def _match(self, action, record):
        """Return the first rule of an action that applies to a record, if any.

        :rtype: logistics.policy
        """
        for policy in self._candidates(action, record.company_id):
            if record.sudo().filtered_domain(policy._domain()):
                return policy
        return self.browse()

    @api.model
    def _match_many(self, action, records):
        """Return the first rule of an action that applies to each of many records.

        :return: By record; those without a rule are left out.
        :rtype: dict[odoo.models.BaseModel, logistics.policy]
        """
        found = {}
        for company, own in records.grouped("company_id").items():
            for policy in self._candidates(action, company):
                hits = own.sudo().filtered_domain(policy._domain())
                found.update((record.sudo(records.env.su), policy) for record in hits)
                own -= hits
        return found

    def _trust_level(self):
        """Return the least trust that moves money under this rule, 1 to 4."""
        self.ensure_one()
        return TRUST_LEVELS[self.trust]

    def _approval(self):
        """Return who agrees: a credit note is never made without a person.

        :rtype: str
        """
        self.ensure_one()
        alone = self.action == "credit" and self.approval == "none"
        return "one" if alone else self.approval

    def _not_before(self):
        """Return when a step asked for now may be taken, None for at once.

        :rtype: datetime | None
        """
        if not self.delay_minutes:
            return None
        return fields.Datetime.now() + timedelta(minutes=self.delay_minutes)

    def _approvers_needed(self, amount):
        """Return how many people must agree to an effect of this amount.

        :param float amount: In company currency.
        :rtype: int
        """
        self.ensure_one()
        needed = {"none": 0, "one": 1, "two": 2}[self._approval()]
        if self.approval_amount and amount > self.approval_amount:
            return 2
        return needed


class LogisticsPolicyVersion(models.Model):
    """What a rule said at a time, and who changed it."""

    _name = "logistics.policy.version"
    _description = "Rule Version"
    _order = "policy_id, version desc"

    policy_id = fields.Many2one(
        "logistics.policy", required=True, ondelete="cascade", index=True
    )
    version = fields.Integer(required=True)
    user_id = fields.Many2one("res.users", required=True)
    changed_at = fields.Datetime(required=True, default=fields.Datetime.now)
    content = fields.Json(required=True)

    _version_uniq = models.UniqueIndex("(policy_id, version)")
