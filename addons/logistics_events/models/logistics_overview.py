"""The app's first screen: what waits for a person, and how well it runs.

Addons add tiles, charts, notices and first steps by overriding `_tiles()`, `_charts()`,
`_notices()` and `_first_steps()`. A tile is counted with the domain of the list that it
opens, as the person who looks: tile and list cannot disagree.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

VIEWERS = (
    "logistics_events.logistics_events_group_user",
    "logistics_events.logistics_events_group_finance",
    "logistics_events.logistics_events_group_integration",
    "logistics_events.logistics_events_group_auditor",
)


class Tile(NamedTuple):
    """A number on the overview, and the list behind it.

    :param str key: Names the tile; unique.
    :param str title: What is counted.
    :param str text: What a person does about it, as one sentence.
    :param str model: The model that is counted; who may not read it sees no tile.
    :param list domain: What is counted, and what the list shows.
    :param str action: External id of the window that is opened.
    :param str icon: A Font Awesome name.
    :param str tone: The colour when there is something: `info`, `warning`, `danger`.
    :param str since: The date field by which the oldest is found, if any.
    :param str value: The amount field that is summed up, if any.
    :param str currency: The many2one field that says in which currency: a currency,
        or a company.
    :param str split: The field by which the tile is split into rows, if any.
    :param tuple groups: External ids of groups, one of which a person needs; all
        viewers by default.
    :param str company: The company field; empty when the domain says it already.
    """

    key: str
    title: str
    text: str
    model: str
    domain: list
    action: str
    icon: str
    tone: str = "info"
    since: str = ""
    value: str = ""
    currency: str = "company_id"
    split: str = ""
    groups: tuple = ()
    company: str = "company_id"


class LogisticsOverview(models.AbstractModel):
    """What the overview shows to the person who looks at it."""

    _name = "logistics.overview"
    _description = "Overview"

    # === FOR THE SCREEN === #

    @api.model
    @api.readonly
    def get_tiles(self, company_ids=None):
        """Return everything on the overview but the charts.

        :param list[int] company_ids: Only these of the companies at work.
        :return: `tiles` (each with `key`, `title`, `text`, `icon`, `tone`, `count`,
            `values`, `oldest`, `parts`), `companies` to choose from, `notices`, and
            `first_steps` while there is nothing to show.
        :rtype: dict
        :raise AccessError: For people without a role in logistics.
        """
        self._check_viewer()
        overview = self._in_companies(company_ids)
        tiles = [overview._counted(tile) for tile in overview._shown_tiles()]
        empty = overview._is_empty() and not any(tile["count"] for tile in tiles)
        return {
            "tiles": tiles,
            "companies": self._companies_to_choose(),
            "notices": overview._notices(),
            "links": overview._links(),
            "first_steps": overview._first_steps() if empty else [],
        }

    @api.model
    @api.readonly
    def get_charts(self, days=7, company_ids=None):
        """Return the charts over the last days.

        :param int days: 1 is by the hour; 7, 30 and 90 are by the day.
        :param list[int] company_ids: Only these of the companies at work.
        :return: Charts with `key`, `title`, `text`, `kind`, `unit`, `step`, `labels`
            (local times, ISO 8601) and `series` of `label`, `tone` and `values`.
        :rtype: list[dict]
        :raise AccessError: For people without a role in logistics.
        """
        self._check_viewer()
        overview = self._in_companies(company_ids)
        return [chart for chart in overview._charts(overview._period(days)) if chart]

    @api.model
    @api.readonly
    def get_list(self, key, company_ids=None, part=None):
        """Return the window behind a tile: exactly what the tile counts.

        :param str key: The tile.
        :param list[int] company_ids: Only these of the companies at work.
        :param part: The row of the tile, as it came with the tile.
        :rtype: dict
        :raise UserError: When the person sees no such tile.
        """
        self._check_viewer()
        overview = self._in_companies(company_ids)
        tiles = {tile.key: tile for tile in overview._shown_tiles()}
        if key not in tiles:
            raise UserError(self.env._("There is no such list."))
        tile = tiles[key]
        action = self.env["ir.actions.act_window"]._for_xml_id(tile.action)
        domain = overview._domain(tile)
        if part is not None:
            domain &= Domain(tile.split, "=", part)
        return action | {
            "name": tile.title,
            "display_name": tile.title,
            "domain": list(domain),
            # Without the filters that the menu starts with.
            "context": {},
        }

    # === TO BE EXTENDED === #

    def _tiles(self):
        """Return the tiles, in their order; addons put theirs in between.

        :rtype: list[Tile]
        """
        return []

    def _charts(self, period):
        """Return the charts; addons add theirs. None stands for one nobody may see.

        :param Period period: What the charts are over.
        :rtype: list[dict | None]
        """
        return []

    def _notices(self):
        """Return what is said above everything else, e.g. that actions are paused.

        :return: Dictionaries with `tone`, `text` and the external id of an `action`.
        :rtype: list[dict]
        """
        Mode = self.env["logistics.action.mode"]
        action = "logistics_events.logistics_action_mode_action"
        return [
            {
                "tone": "warning",
                "text": text,
                "action": action if Mode._may_switch() else False,
            }
            for text in Mode._pause_notice(self.env.companies)
        ]

    def _links(self):
        """Return further ways from here.

        :return: Dictionaries with `title`, `icon` and the external id of an `action`.
        :rtype: list[dict]
        """
        return []

    def _first_steps(self):
        """Return what to do on a database where nothing has happened yet.

        :return: Dictionaries with `title`, `text`, `action` and whether it is `done`.
        :rtype: list[dict]
        """
        switched = self.env["logistics.action.mode"].search([("mode", "!=", "off")])
        return [
            {
                "title": self.env._("Name Your Carriers"),
                "text": self.env._(
                    "Who moves your goods, and which shipping methods are theirs."
                ),
                "action": "logistics_events.logistics_carrier_action",
                "done": bool(self.env["logistics.carrier"].search([], limit=1)),
            },
            {
                "title": self.env._("Look Through the Rules"),
                "text": self.env._("They say what shall happen, and when."),
                "action": "logistics_events.logistics_policy_action",
                "done": False,
            },
            {
                "title": self.env._("Switch to Observe, Then On"),
                "text": self.env._(
                    "Nothing happens until you do. Observe lists what would be done."
                ),
                "action": "logistics_events.logistics_action_mode_action",
                "done": bool(switched),
            },
        ]

    def _is_empty(self):
        """Whether there is nothing yet that an overview could be about."""
        return not self.env["logistics.shipment"].search([], limit=1)

    # === COUNTING === #

    def _shown_tiles(self):
        """Return the tiles that the person may open.

        :rtype: list[Tile]
        """
        user = self.env.user
        return [
            tile
            for tile in self._tiles()
            if tile
            and self.env[tile.model].has_access("read")
            and (not tile.groups or any(map(user.has_group, tile.groups)))
        ]

    def _domain(self, tile):
        """Return what a tile counts, in the companies that are looked at."""
        domain = Domain(tile.domain)
        if tile.company and self.env.context.get("logistics_overview_narrowed"):
            domain &= Domain(tile.company, "in", self.env.companies.ids)
        return domain

    def _counted(self, tile):
        """Return a tile with its numbers: one query, whatever it shows.

        :rtype: dict
        """
        by = [name for name in (tile.split, tile.value and tile.currency) if name]
        aggregates = ["__count"]
        aggregates += [f"{tile.value}:sum"] if tile.value else []
        aggregates += [f"{tile.since}:min"] if tile.since else []
        rows = self.env[tile.model]._read_group(self._domain(tile), by, aggregates)
        sums, parts, count, oldest = {}, {}, 0, None
        for row in rows:
            found = dict(zip([*by, *aggregates], row, strict=True))
            count += found["__count"]
            if tile.value:
                currency = self._currency(found[tile.currency])
                sums[currency] = sums.get(currency, 0.0) + found[f"{tile.value}:sum"]
            first = found[f"{tile.since}:min"] if tile.since else None
            oldest = min(filter(None, (oldest, first)), default=None)
            if tile.split:
                part = found[tile.split]
                parts[part] = parts.get(part, 0) + found["__count"]
        return {
            "key": tile.key,
            "title": tile.title,
            "text": tile.text,
            "icon": tile.icon,
            "tone": tile.tone,
            "count": count,
            "oldest": fields.Datetime.to_string(oldest) if oldest else False,
            "values": self._values(sums),
            "parts": self._parts(tile, parts),
        }

    def _currency(self, record):
        if record._name == "res.company":
            return record.currency_id
        return record or self.env.company.currency_id

    def _values(self, sums):
        """Return amounts by currency, the largest first, without zeros."""
        return [
            {"currency_id": currency.id, "amount": currency.round(amount)}
            for currency, amount in sorted(sums.items(), key=lambda pair: -pair[1])
            if not currency.is_zero(amount)
        ]

    def _parts(self, tile, counts):
        """Return the rows of a tile, the largest first."""
        if not counts:
            return []
        field = self.env[tile.model]._fields[tile.split]
        labels = (
            dict(field._description_selection(self.env))
            if field.type == "selection"
            else {}
        )
        nobody = self.env._("Nobody's")
        return [
            {
                "part": value if field.type == "selection" else value.id,
                "label": (
                    labels.get(value)
                    if field.type == "selection"
                    else value.sudo().display_name
                )
                or nobody,
                "count": count,
            }
            for value, count in sorted(counts.items(), key=lambda pair: -pair[1])
        ]

    # === WHO LOOKS === #

    def _check_viewer(self):
        """Check that the person has a role in logistics.

        :raise AccessError: Otherwise.
        """
        if not self.env.su and not any(map(self.env.user.has_group, VIEWERS)):
            raise AccessError(
                self.env._("The overview is for people who work in logistics.")
            )

    def _in_companies(self, company_ids):
        """Return the overview of some of the companies at work, or of all of them.

        :rtype: logistics.overview
        """
        chosen = self.env.companies.filtered(
            lambda company: company.id in (company_ids or ())
        )
        if not chosen:
            return self
        return self.with_context(
            allowed_company_ids=chosen.ids, logistics_overview_narrowed=True
        )

    def _companies_to_choose(self):
        companies = self.env.companies
        if len(companies) < 2:
            return []
        return [{"id": company.id, "name": company.name} for company in companies]
