import hashlib
import secrets as random_secrets

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from .logistics_connection_secret import decrypt, encrypt, encryption_keys

ADAPTER_PREFIX = "logistics.carrier.adapter."
# Of a partner whose addon is gone.
CALL_RATE = 600


class LogisticsConnection(models.Model):
    """One account with one partner: what it speaks, for whom, and how it is trusted."""

    _name = "logistics.connection"
    _inherit = ["mail.thread"]
    _description = "Connection"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        string="Owner",
        required=True,
        default=lambda self: self.env.company,
    )
    served_company_ids = fields.Many2many(
        "res.company",
        "logistics_connection_served_company_rel",
        "connection_id",
        "company_id",
        string="Served Companies",
        help="Whose shipments this account may report on. The owner always is one.",
    )
    carrier_ids = fields.Many2many(
        "logistics.carrier",
        string="Carriers",
        help="The carriers this account speaks for; empty for an aggregator that "
        "speaks for any.",
    )
    adapter = fields.Selection(
        selection="_selection_adapter", required=True, string="Partner"
    )
    environment = fields.Selection(
        [("test", "Test"), ("production", "Production")],
        required=True,
        default="production",
    )
    base_url = fields.Char(help="Only for partners whose address differs by customer.")
    account_ref = fields.Char(string="Account", help="The account number there.")
    credential_token = fields.Char(groups="base.group_system", copy=False)
    credential = fields.Char(
        string="API Key",
        compute="_compute_credential",
        inverse="_inverse_credential",
        help="Paste the key here; it is stored encrypted and never shown again.",
    )
    has_credential = fields.Boolean(
        compute="_compute_has_credential", compute_sudo=True
    )
    secret_ids = fields.One2many(
        "logistics.connection.secret",
        "connection_id",
        string="Signing Secrets",
        groups="logistics_events.logistics_events_group_integration",
    )
    webhook_token_hash = fields.Char(
        groups="base.group_system", copy=False, index="btree_not_null"
    )
    webhook_url = fields.Char(
        compute="_compute_webhook_url",
        string="Webhook Address",
        groups="logistics_events.logistics_events_group_integration",
        help="Give it to the partner. It is an address, not a proof: every message is "
        "signed as well.",
    )
    webhook_token_sealed = fields.Char(groups="base.group_system", copy=False)
    capabilities = fields.Char(compute="_compute_capabilities", string="Can Do")
    poll_minutes = fields.Integer(
        default=60, help="How often numbers under way are asked for; 0: never."
    )
    rate_per_minute = fields.Integer(
        compute="_compute_rate_per_minute",
        store=True,
        readonly=False,
        help="How many calls the partner allows in a minute.",
    )
    last_received_at = fields.Datetime(readonly=True, copy=False)
    last_polled_at = fields.Datetime(readonly=True, copy=False)
    last_error = fields.Char(readonly=True, copy=False)
    breaker = fields.Json(readonly=True, copy=False)
    breaker_state = fields.Char(compute="_compute_breaker_state", string="Calls")
    message_count = fields.Integer(compute="_compute_message_count")
    refused_count = fields.Integer(
        compute="_compute_refused_count",
        help="Refused messages, also those of a flood that were not kept one by one.",
    )

    _token_uniq = models.UniqueIndex(
        "(webhook_token_hash) WHERE webhook_token_hash IS NOT NULL",
        "This webhook address is taken.",
    )

    # === COMPUTE METHODS === #

    def _compute_credential(self):
        self.credential = False

    def _inverse_credential(self):
        for connection in self.filtered("credential"):
            connection.sudo().credential_token = encrypt(
                self.env, connection.credential
            )
        # Written, never read back: not even later in the same transaction.
        self.invalidate_recordset(["credential"])

    @api.depends("credential_token")
    def _compute_has_credential(self):
        for connection in self:
            connection.has_credential = bool(connection.credential_token)

    @api.depends("webhook_token_sealed", "adapter")
    def _compute_webhook_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        for connection in self:
            token = connection._webhook_token()
            connection.webhook_url = (
                f"{base}/logistics/webhook/{connection.adapter}/{token}"
                if token
                else False
            )

    @api.depends("adapter")
    def _compute_capabilities(self):
        for connection in self:
            connection.capabilities = ", ".join(sorted(connection._able()))

    @api.depends("adapter")
    def _compute_rate_per_minute(self):
        for connection in self:
            if connection.adapter and connection._able():
                connection.rate_per_minute = connection._adapter()._call_rate()
            else:
                connection.rate_per_minute = connection.rate_per_minute or CALL_RATE

    @api.depends("breaker")
    def _compute_breaker_state(self):
        for connection in self:
            connection.breaker_state = (connection.breaker or {}).get("state", "closed")

    def _compute_message_count(self):
        counts = dict(
            self.env["logistics.message"]._read_group(
                [("connection_id", "in", self.ids)], ["connection_id"], ["__count"]
            )
        )
        for connection in self:
            connection.message_count = counts.get(connection, 0)

    def _compute_refused_count(self):
        # As the metrics count them: most of a flood leaves no message behind.
        counts = dict(
            self.env["logistics.metric"]
            .sudo()
            ._read_group(
                [("connection_id", "in", self.ids), ("name", "=", "rejected")],
                ["connection_id"],
                ["value:sum"],
            )
        )
        for connection in self:
            connection.refused_count = int(counts.get(connection, 0))

    @api.model
    def _selection_adapter(self):
        return sorted(
            (name[len(ADAPTER_PREFIX) :], self.env[name]._label())
            for name in self.env.registry
            if name.startswith(ADAPTER_PREFIX)
        )

    # === CONSTRAINTS === #

    @api.constrains("adapter", "environment")
    def _check_environment(self):
        for connection in self:
            if (
                connection.environment == "production"
                and connection._adapter()._test_only()
            ):
                raise ValidationError(
                    self.env._(
                        "%(partner)s is for training and tests: it cannot be a "
                        "production connection.",
                        partner=connection._adapter()._label(),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to give each connection its webhook address."""
        connections = super().create(vals_list)
        connections._check_served(connections.sudo().served_company_ids)
        for connection in connections:
            connection._make_webhook_token()
        return connections

    def write(self, vals):
        """Override of `base` so that workers see the change with the next message."""
        served = self.sudo().served_company_ids
        result = super().write(vals)
        if "served_company_ids" in vals:
            self._check_served(self.sudo().served_company_ids - served)
        if set(vals) & {
            "active",
            "adapter",
            "environment",
            "company_id",
            "served_company_ids",
            "webhook_token_hash",
        }:
            self.env.registry.clear_cache()
        return result

    def _check_served(self, companies):
        """Check that whoever lets an account report on companies belongs to them.

        :raise AccessError: For a company the person does not work in.
        """
        foreign = companies - self.env.user.company_ids
        if foreign and not self.env.su:
            raise AccessError(
                self.env._(
                    "Only who works in %s lets an account report on its shipments.",
                    ", ".join(foreign.sudo().mapped("name")),
                )
            )

    # === ACTIONS === #

    def action_new_webhook_address(self):
        """Make a new webhook address; the old one stops at once."""
        self.check_access("write")
        self._make_webhook_token()
        return True

    def action_test_connection(self):
        """Ask the partner whether the credentials are right, and say so in words."""
        self.ensure_one()
        self.check_access("write")
        works, text = self._try_credentials()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Connection Works")
                if works
                else self.env._("Connection Does Not Work"),
                "message": text,
                "type": "success" if works else "danger",
                "sticky": not works,
            },
        }

    def action_view_messages(self):
        """Open the messages of the connection."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages"),
            "res_model": "logistics.message",
            "view_mode": "list,form",
            "domain": [("connection_id", "=", self.id)],
        }

    # === BUSINESS METHODS === #

    def _adapter(self):
        """Return the adapter of the connection.

        :raise UserError: When its addon is gone.
        """
        self.ensure_one()
        name = f"{ADAPTER_PREFIX}{self.adapter}"
        if name not in self.env.registry:
            raise UserError(
                self.env._("No installed addon speaks “%s”.", self.adapter or "")
            )
        return self.env[name]

    def _able(self):
        """Return what the partner can do, nothing when its addon is gone.

        :rtype: frozenset[str]
        """
        self.ensure_one()
        name = f"{ADAPTER_PREFIX}{self.adapter}"
        known = name in self.env.registry
        return self.env[name]._capabilities() if known else frozenset()

    def _make_webhook_token(self):
        for connection in self.sudo():
            token = random_secrets.token_urlsafe(24)
            connection.write(
                {
                    "webhook_token_hash": token_hash(token),
                    # Readable by this server only; without a key it is not kept.
                    "webhook_token_sealed": encrypt(self.env, token)
                    if encryption_keys()
                    else False,
                }
            )

    def _webhook_token(self):
        """Return the secret part of the webhook address, or None when it is not kept.

        :rtype: str | None
        """
        self.ensure_one()
        sealed = self.sudo().webhook_token_sealed
        return decrypt(sealed) if sealed else None

    def _companies(self):
        """Return the companies whose shipments this account may report on."""
        self.ensure_one()
        return self.company_id | self.served_company_ids

    def _source(self):
        """Return how facts of this partner are named: the same by webhook and poll."""
        self.ensure_one()
        return f"{self.adapter}:{self.account_ref or self.id}"

    def _plain_credential(self):
        """Return the API key; only the code that calls the partner may ask.

        :rtype: str | None
        """
        self.ensure_one()
        token = self.sudo().credential_token
        return decrypt(token) if token else None

    @api.model
    @tools.ormcache("digest", "adapter")
    def _webhook_config(self, digest, adapter):
        """Return what the webhook route needs, without a query when it is known.

        :param str digest: SHA-256 of the token in the address.
        :return: None for an unknown address, else a mapping of plain values.
        :rtype: dict | None
        """
        connection = self.sudo().search(
            [("webhook_token_hash", "=", digest), ("adapter", "=", adapter)], limit=1
        )
        if not connection:
            return None
        return {
            "id": connection.id,
            "company_id": connection.company_id.id,
            "adapter": connection.adapter,
            "environment": connection.environment,
            "scheme": connection._adapter()._signature_scheme(connection),
            "secrets": [
                (
                    secret.token,
                    fields.Datetime.to_string(secret.not_before) or None,
                    fields.Datetime.to_string(secret.expires_at) or None,
                )
                for secret in connection.secret_ids
                if secret.token
            ],
        }


def token_hash(token):
    """Return what is stored of a webhook address: it is an address, not a proof."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
