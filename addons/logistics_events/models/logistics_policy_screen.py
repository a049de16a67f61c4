"""A rule as a sentence, and its history as changes."""

from odoo import api, fields, models


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    sentence = fields.Char(
        compute="_compute_sentence", string="In Words", help="The rule in one sentence."
    )
    scope = fields.Selection(
        [("all", "all"), ("some", "only some")], compute="_compute_scope"
    )

    @api.depends(
        "action",
        "trigger",
        "domain",
        "company_id",
        "delay_minutes",
        "approval",
        "trust",
    )
    def _compute_sentence(self):
        for policy in self:
            policy.sentence = " ".join(filter(None, policy._sentences()))

    @api.depends("domain")
    def _compute_scope(self):
        for policy in self:
            everything = (policy.domain or "[]").strip() in ("[]", "")
            policy.scope = "all" if everything else "some"

    def _label(self, name):
        """Return what a choice of this rule is called on the screen."""
        self.ensure_one()
        return self._word(name, self[name])

    @api.model
    def _word(self, name, code):
        """Return what a choice of a rule is called, empty for none.

        :param str name: The field.
        :param str code: What is chosen.
        :rtype: str
        """
        words = dict(self._fields[name]._description_selection(self.env))
        return words.get(code, "")

    def _sentences(self):
        """Return the rule in plain sentences, the first empty where none is needed.

        :rtype: list[str]
        """
        self.ensure_one()
        unused = self._unused_values()
        sentences = [
            ""
            if "trigger" in unused
            else self.env._("When: %s.", self._label("trigger")),
            self.env._(
                "Then: %(action)s, for %(scope)s of %(company)s.",
                action=self._label("action"),
                scope=self.env._("every order")
                if self.scope == "all"
                else self.env._("the orders chosen below"),
                company=self.company_id.name or self.env._("every company"),
            ),
        ]
        if "trust" not in unused:
            sentences.append(self.env._("Proof: %s.", self._label("trust").lower()))
        if self.delay_minutes:
            sentences.append(
                self.env._("It waits %s minutes for corrections.", self.delay_minutes)
            )
        approval = self._approval()
        if "approval" not in unused and approval != "none":
            sentences.append(
                self.env._("Approved by: %s.", self._word("approval", approval).lower())
            )
        return sentences


class LogisticsPolicyVersion(models.Model):
    _inherit = "logistics.policy.version"

    change_text = fields.Text(string="What Changed", compute="_compute_change_text")

    @api.depends("content", "version")
    def _compute_change_text(self):
        for version in self:
            before = version.policy_id.version_ids.filtered(
                lambda other, now=version: other.version < now.version
            ).sorted("version")[-1:]
            version.change_text = (
                version._difference(before.content)
                if before
                else self.env._("First version")
            )

    def _difference(self, before):
        """Return what is new against the content of an older version.

        :param dict before: The older content.
        :rtype: str
        """
        self.ensure_one()
        policy_fields = self.env["logistics.policy"]._fields
        lines = []
        for name, value in (self.content or {}).items():
            old = (before or {}).get(name)
            if name == "id" or name not in policy_fields or old == value:
                continue
            field = policy_fields[name]
            lines.append(
                f"{field._description_string(self.env)}: "
                f"{self._shown(field, old)} → {self._shown(field, value)}"
            )
        return "\n".join(lines) or self.env._("Saved without a change")

    def _shown(self, field, value):
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if value is None or value is False or value == "":
            return "-"
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "many2one":
            return (
                self.env[field.comodel_name].browse(value).exists().display_name or "-"
            )
        return str(value)
