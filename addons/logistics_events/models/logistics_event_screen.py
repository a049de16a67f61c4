"""What screens say about a tracking event, and what a person may do with it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import vocabulary
from ..timeline import withdrawals

OWN_SOURCES = ("odoo", "manual")
DECIDER_GROUPS = (
    "logistics_events.logistics_events_group_user",
    "logistics_events.logistics_events_group_manager",
)
# Money waits for the right one of two reports, so finance may say which it is.
CHOOSER_GROUPS = (*DECIDER_GROUPS, "logistics_events.logistics_events_group_finance")


class LogisticsEvent(models.Model):
    _inherit = "logistics.event"

    number_text = fields.Char(
        string="Number",
        compute="_compute_number_text",
        search="_search_number_text",
        help="Found by the whole number, in any spelling.",
    )
    occurred_text = fields.Char(string="Local Time", compute="_compute_occurred_text")
    trust_kind = fields.Selection(
        [("own", "Our Own Record"), *vocabulary.TRUST.items()],
        string="Vouched For",
        compute="_compute_trust_kind",
    )
    trust_text = fields.Char(compute="_compute_trust_kind")
    source_text = fields.Char(string="Told by", compute="_compute_source_text")
    reason_kind = fields.Selection(
        list(vocabulary.REASONS.items()),
        string="Given Reason",
        compute="_compute_kinds",
    )
    delivery_mode_kind = fields.Selection(
        list(vocabulary.DELIVERY_MODES.items()),
        string="Handed Over",
        compute="_compute_kinds",
    )
    standing = fields.Selection(
        [
            ("counts", "Counts"),
            ("replaced", "Replaced"),
            ("withdrawn", "Withdrawn"),
            ("conflict", "Disputed"),
            ("contradiction", "Contradicts"),
            ("ignored", "Out of Place"),
            ("unlinked", "Not Linked"),
        ],
        compute="_compute_standing",
        help="Whether the status of the shipment follows from this event.",
    )
    details = fields.Text(
        compute="_compute_details", help="Documents, references and lines."
    )
    effect_ids = fields.Many2many(
        "logistics.effect", string="Actions Taken", compute="_compute_effect_ids"
    )

    # === COMPUTE METHODS === #

    @api.depends("event_type", "classifier", "tracking_number", "occurred_at")
    def _compute_display_name(self):
        for event in self:
            parts = [event._title(), event.tracking_number, event.occurred_text]
            event.display_name = " · ".join(part for part in parts if part)

    @api.depends("tracking_number")
    def _compute_number_text(self):
        for event in self:
            event.number_text = event.tracking_number

    def _search_number_text(self, operator, value):
        if operator not in ("in", "ilike"):
            return NotImplemented
        values = [value] if isinstance(value, str) else list(value)
        keys = {vocabulary.normalise_tracking(number or "") for number in values}
        return [("tracking_number", "in", sorted(keys))]

    @api.depends("occurred_at", "occurred_offset", "precision", "source")
    def _compute_occurred_text(self):
        for event in self:
            if not event.occurred_at or event.precision == "none":
                event.occurred_text = ""
            elif event.precision == "date":
                event.occurred_text = fields.Date.to_string(event.occurred_at.date())
            else:
                local = event._on_the_clock(event.occurred_at)
                event.occurred_text = (
                    f"{local:%Y-%m-%d %H:%M} {offset_text(local.utcoffset())}"
                )

    @api.depends("sighting_ids.trust", "sighting_ids.channel")
    def _compute_trust_kind(self):
        labels = dict(self._fields["trust_kind"]._description_selection(self.env))
        for event in self:
            best = event.sudo().sighting_ids.sorted("trust")[-1:]
            event.trust_kind = best.trust_kind
            event.trust_text = labels.get(best.trust_kind, "")

    @api.depends("sighting_ids")
    def _compute_source_text(self):
        for event in self:
            event.source_text = ", ".join(event._sources())

    @api.depends("reason", "delivery_mode")
    def _compute_kinds(self):
        for event in self:
            event.reason_kind = _known(event.reason, vocabulary.REASONS)
            event.delivery_mode_kind = _known(
                event.delivery_mode, vocabulary.DELIVERY_MODES
            )

    @api.depends("link_ids.is_current")
    def _compute_standing(self):
        known = self.sudo().shipment_id._standings()
        for event in self:
            shipment = event.sudo().shipment_id
            event.standing = known.get(shipment.id, {}).get(event.id, "unlinked")

    @api.depends("documents", "references", "lines")
    def _compute_details(self):
        for event in self:
            event.details = "\n".join(event._detail_lines()) or False

    def _compute_effect_ids(self):
        effects = self.env["logistics.effect"].search([("event_id", "in", self.ids)])
        by_event = effects.grouped("event_id")
        for event in self:
            event.effect_ids = by_event.get(event, effects.browse())

    # === ACTIONS === #

    def action_relink_dialog(self):
        """Open the dialog that says to which shipment the events belong."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Where It Belongs"),
            "res_model": "logistics.event.relink",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_ids": self.ids},
        }

    def action_unlink_dialog(self):
        """Open the dialog that unlinks the events, with what follows from it.

        :raise UserError: When none of the events is linked to a shipment.
        """
        self.check_access("read")
        if not self.shipment_id:
            raise UserError(self.env._("This event is linked to no shipment."))
        Effect = self.env["logistics.effect"]
        none = self.env["logistics.shipment"], self.env["logistics.parcel"]

        def unlink():
            self._check_may_judge("Trial")
            self.sudo()._relink(*none, "Trial")

        action = self.action_relink_dialog()
        action["name"] = self.env._("Unlink and Recompute")
        action["context"] |= {
            "default_decision": "unlink",
            "default_impact": Effect._trial_text(Effect._trial(unlink)),
        }
        return action

    def action_withdraw_dialog(self):
        """Ask why the event is withdrawn."""
        return self.env["logistics.reason"]._dialog("withdraw_event", self)

    def action_put_back_dialog(self):
        """Ask why a withdrawn event counts after all."""
        return self.env["logistics.reason"]._dialog("put_back_event", self)

    def action_withdraw(self, reason):
        """Withdraw the events on a person's word. `action_put_back` undoes it.

        :param str reason: Why; kept with the withdrawal.
        :raise UserError: When an event is withdrawn already or belongs to no shipment.
        """
        self._check_may_judge(reason)
        for event in self.sudo():
            event._check_standing({"withdrawn", "unlinked"}, wanted=False)
            event.shipment_id._withdraw_once(event, reason)

    def action_put_back(self, reason):
        """Undo a withdrawal: the events count again.

        Operations puts back any, whoever chose between reports what that withdrew.

        :param str reason: Why; kept with it.
        :raise UserError: When an event is not withdrawn.
        """
        withdrawn = {event: event.sudo()._live_withdrawals() for event in self}
        own = all(
            found and found.sighting_ids.user_id == self.env.user
            for found in withdrawn.values()
        )
        self._check_may_judge(reason, CHOOSER_GROUPS if own else DECIDER_GROUPS)
        for event, found in withdrawn.items():
            event_sudo = event.sudo()
            event_sudo._check_standing({"withdrawn"}, wanted=True)
            for withdrawal in found:
                event_sudo.shipment_id._withdraw_once(withdrawal, reason)

    def action_open_shipment(self):
        """Open the shipment the event belongs to."""
        self.ensure_one()
        self.check_access("read")
        if not self.shipment_id:
            raise UserError(self.env._("This event is linked to no shipment."))
        return self.shipment_id._logistics_action_open(self.env._("Shipment"))

    # === BUSINESS METHODS === #

    def _title(self):
        """Return what happened, in a few words.

        :rtype: str
        """
        self.ensure_one()
        labels = dict(self._fields["event_type"]._description_selection(self.env))
        label = labels[self.event_type]
        if self.classifier == "retracted":
            return self.env._("Withdrawal of “%s”", label)
        if self.classifier == "planned":
            return self.env._("Planned: %s", label)
        if self.classifier == "estimated" and self.event_type != "eta_updated":
            return self.env._("Expected: %s", label)
        return label

    def _on_the_clock(self, moment):
        """Return an instant as people at the place of the event read it.

        What Odoo or a colleague reports happened where the company is.

        :param datetime moment: Naive UTC.
        :return: An aware datetime.
        :rtype: datetime
        """
        self.ensure_one()
        if self.source in OWN_SOURCES and not self.occurred_offset:
            zone = self.sudo().company_id.partner_id.tz or "UTC"
            return fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return vocabulary.to_local(moment, self.occurred_offset)

    def _sources(self):
        """Return who told the event and how, each once.

        :rtype: list[str]
        """
        self.ensure_one()
        sightings = self.sudo().sighting_ids
        channels = dict(sightings._fields["channel"]._description_selection(self.env))
        named = {}
        for sighting in sightings:
            who = sighting.source_text
            how = channels[sighting.channel]
            named[who if who == how else f"{who} ({how})"] = True
        return list(named)

    def _people_behind(self):
        """Return the people on whose word the events count; addons add others.

        :rtype: res.users
        """
        return self.sudo().sighting_ids.user_id

    def _reason_text(self):
        self.ensure_one()
        labels = dict(self._fields["reason_kind"]._description_selection(self.env))
        return labels.get(self.reason, "")

    def _detail_lines(self):
        """Return documents, references and lines as text, one per line."""
        self.ensure_one()
        lines = [
            self.env._(
                "Document: %(kind)s %(name)s",
                kind=document.get("type") or "",
                name=document.get("name") or document.get("url") or "",
            )
            for document in self.documents or []
        ]
        lines += [
            f"{name.capitalize()}: {value}"
            for name, value in (self.references or {}).items()
        ]
        for line in self.lines or []:
            lot = f" ({line['lot']})" if line.get("lot") else ""
            unit = line.get("uom") or ""
            lines.append(f"{line['product']}{lot}: {line['quantity']} {unit}".rstrip())
        return lines

    def _check_may_judge(self, reason, groups=DECIDER_GROUPS):
        """Check who withdraws and links events, and that they say why.

        :param str reason: The person's own words.
        :param tuple[str, ...] groups: Who may.
        :raise AccessError: For other people.
        :raise UserError: Without a reason.
        """
        self.check_access("read")
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in groups
        ):
            raise AccessError(
                self.env._("Only logistics users and managers judge tracking events.")
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))

    def _live_withdrawals(self):
        """Return the withdrawals because of which the event does not count.

        :rtype: logistics.event
        """
        self.ensure_one()
        shipment = self.shipment_id
        if not shipment:
            return self.browse()
        facts = shipment._load_facts()[shipment.id]
        return self.search(
            [
                ("event_key", "in", withdrawals(self.event_key, facts)),
                ("company_id", "=", self.company_id.id),
            ]
        )

    def _check_standing(self, standings, wanted):
        self.ensure_one()
        if (self.standing in standings) != wanted:
            labels = dict(self._fields["standing"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(event)s” stands as “%(standing)s”, so there is nothing to do.",
                    event=self._title(),
                    standing=labels[self.standing],
                )
            )


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _withdraw_once(self, event, reason):
        """Withdraw an event; unlike `_retract` also one that was withdrawn before.

        :param logistics.event event: What no longer counts.
        :param str reason: Why.
        """
        self.ensure_one()
        self._tell(
            event.event_type,
            channel="manual",
            leg=event.leg,
            key=f"withdraw/{event.id}/{self.fact_version}",
            classifier="retracted",
            voids=event.source_event_id or event.event_key,
            voids_key=event.event_key,
            raw_text=reason,
        )
        self.invalidate_recordset()
        self.env["logistics.event"].invalidate_model()


def offset_text(offset):
    """Return an offset from UTC as `+01:00`.

    :param timedelta offset: The offset.
    :rtype: str
    """
    if not offset:
        return "UTC"
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    return f"{sign}{hours:02d}:{minutes:02d}"


def _known(code, labels):
    return code if code in labels else False
