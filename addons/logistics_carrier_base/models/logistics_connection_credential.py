"""What a partner wants to know of an account beside a single key, and its logins."""

import json

from odoo import Command, api, fields, models

from .. import logins
from ..credentials import API_KEY
from ..opening import Account
from .logistics_connection_secret import decrypt, encrypt, encryption_keys


class LogisticsConnectionCredential(models.Model):
    """One named credential of an account; the adapter says which there are."""

    _name = "logistics.connection.credential"
    _inherit = ["logistics.sealed.mixin"]
    _description = "Credential"
    _order = "connection_id, id"
    _rec_name = "label"

    connection_id = fields.Many2one(
        "logistics.connection", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    name = fields.Char(string="Technical Name", required=True)
    label = fields.Char(string="Credential", compute="_compute_label")
    advice = fields.Char(string="Where to Find It", compute="_compute_label")

    _name_uniq = models.UniqueIndex(
        "(connection_id, name)", "This credential is there already."
    )

    @api.depends("name", "connection_id.adapter")
    def _compute_label(self):
        for row in self:
            known = row.connection_id._wanted_credentials()
            wanted = known.get(row.name)
            row.label = wanted.label if wanted else row.name
            row.advice = wanted.help if wanted else False


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    credential_ids = fields.One2many(
        "logistics.connection.credential",
        "connection_id",
        string="Credentials",
        groups="logistics_events.logistics_events_group_integration",
    )
    wants_key = fields.Boolean(compute="_compute_wants_key")
    login_token = fields.Char(groups="base.group_system", copy=False)

    # === COMPUTE METHODS === #

    @api.depends("adapter")
    def _compute_wants_key(self):
        for connection in self:
            connection.wants_key = API_KEY in connection._wanted_credentials()

    @api.depends("credential_ids.token", "adapter")
    def _compute_has_credential(self):
        """Extend to ask for all that the partner needs."""
        super()._compute_has_credential()
        for connection in self:
            there = {row.name for row in connection.credential_ids if row.token}
            if connection.has_credential:
                there.add(API_KEY)
            wanted = connection._wanted_credentials().values()
            needed = {one.name for one in wanted if one.required}
            connection.has_credential = bool(there) and needed <= there

    @api.onchange("adapter")
    def _onchange_adapter_credentials(self):
        there = set(self.credential_ids.mapped("name"))
        wanted = [name for name in self._wanted_rows() if name not in there]
        gone = self.credential_ids.filtered(
            lambda row: row.name not in self._wanted_rows()
        )
        self.credential_ids = [
            *(Command.unlink(row.id) for row in gone),
            *(Command.create({"name": name}) for name in wanted),
        ]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to make a row for each credential of the partner."""
        connections = super().create(vals_list)
        connections._make_credential_rows()
        return connections

    def write(self, vals):
        """Override of `base` to follow a change of the partner."""
        result = super().write(vals)
        if "adapter" in vals:
            self._make_credential_rows()
        return result

    def _make_credential_rows(self):
        for connection in self.sudo():
            names = connection._wanted_rows()
            rows = connection.credential_ids
            rows.filtered(lambda row, names=names: row.name not in names).unlink()
            there = connection.credential_ids.mapped("name")
            rows.create(
                [
                    {"connection_id": connection.id, "name": name}
                    for name in names
                    if name not in there
                ]
            )

    # === BUSINESS METHODS === #

    def _wanted_credentials(self):
        """Return what the partner wants to know, by name; nothing without its addon.

        :rtype: dict[str, Credential]
        """
        self.ensure_one()
        if not self._able():
            return {}
        return {one.name: one for one in self._adapter()._credential_fields()}

    def _wanted_rows(self):
        """Return the names of the credentials beside the single key."""
        return [name for name in self._wanted_credentials() if name != API_KEY]

    def _plain_credentials(self):
        """Return the credentials in plain text; only code that calls may ask.

        :rtype: dict[str, str]
        """
        self.ensure_one()
        found = {API_KEY: self._plain_credential()}
        for row in self.sudo().credential_ids:
            found[row.name] = decrypt(row.token) if row.token else None
        return {name: value for name, value in found.items() if value}

    def _account(self, partner_api):
        """Return the account by value, to call the partner with where no database is.

        Its login is shared with the other workers: `_keep_logins` stores it.

        :param PartnerApi partner_api: The API of the adapter.
        :rtype: Account
        """
        self.ensure_one()
        return Account(
            api=partner_api,
            environment=self.environment,
            credentials=self._plain_credentials(),
            base_url=self.base_url or "",
            account_ref=self.account_ref or "",
            allow_loopback=self.environment == "test",
            logins=self._logins(),
        )

    def _logins(self):
        """Return the login of the account in this process, as far as it is known.

        :rtype: Logins
        """
        found = logins.shared(
            self.env.cr.dbname,
            self.id,
            self.base_url or "",
            self.environment,
            sorted(self._plain_credentials().items()),
        )
        sealed = self.sudo().login_token
        plain = decrypt(sealed) if sealed else None
        if plain:
            kept = json.loads(plain)
            if kept["of"] == self._credential_state():
                found.learn(kept["token"], kept["ends_at"])
        return found

    def _keep_logins(self):
        """Store a new login for the other workers, in the transaction of the caller."""
        self.ensure_one()
        news = self._logins().news() if encryption_keys() else None
        if news:
            token, ends_at = news
            kept = {"token": token, "ends_at": ends_at, "of": self._credential_state()}
            self.sudo().login_token = encrypt(self.env, json.dumps(kept))

    def _credential_state(self):
        """Return what changes with the credentials: a login is good for one state."""
        connection = self.sudo()
        return [
            connection.environment,
            connection.base_url or "",
            connection.credential_token or "",
            *(row.token or "" for row in connection.credential_ids.sorted("name")),
        ]
