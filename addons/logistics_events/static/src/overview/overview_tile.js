import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;
const SHOWN_PARTS = 6;

/** A number, and the way to what is counted. */
export class OverviewTile extends Component {
    static template = "logistics_events.OverviewTile";
    static props = {
        tile: Object,
        open: Function,
    };

    get tone() {
        return this.props.tile.count ? this.props.tile.tone : "calm";
    }

    get values() {
        return this.props.tile.values.map(({ amount, currency_id }) =>
            formatCurrency(amount, currency_id)
        );
    }

    get parts() {
        return this.props.tile.parts.slice(0, SHOWN_PARTS);
    }

    get hiddenParts() {
        return this.props.tile.parts.length - this.parts.length;
    }

    /** @returns {string} the age of the oldest, in the largest unit that fits */
    get age() {
        if (!this.props.tile.oldest) {
            return "";
        }
        const since = deserializeDateTime(this.props.tile.oldest);
        const minutes = Math.max(0, Math.floor(DateTime.now().diff(since).as("minutes")));
        if (minutes < 60) {
            return _t("Oldest %s min", minutes);
        }
        if (minutes < 48 * 60) {
            return _t("Oldest %s h", Math.floor(minutes / 60));
        }
        return _t("Oldest %s days", Math.floor(minutes / (24 * 60)));
    }
}
