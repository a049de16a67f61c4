import { Component } from "@odoo/owl";
import { formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;

/** The tracking events of a shipment, newest first, each a way to its evidence. */
export class TimelineField extends Component {
    static template = "logistics_events.TimelineField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get entries() {
        return this.props.record.data[this.props.name] || [];
    }

    /**
     * @param {{day: string, time: string, offset: string}} clock
     * @returns {string} the day as the user writes days, the time as on the spot
     */
    moment(clock) {
        if (!clock || !clock.day) {
            return _t("No time given");
        }
        const day = formatDate(DateTime.fromISO(clock.day));
        return clock.time ? `${day} ${clock.time}` : day;
    }

    offsetHint(entry) {
        return entry.assumed
            ? _t("The source gave no time zone; that of the company is assumed.")
            : _t("Local time at the place of the event");
    }

    /** @returns {string[]} what is said below the title, without empty parts */
    details(entry) {
        return [
            entry.place,
            entry.parcel && _t("Parcel %s", entry.parcel),
            entry.reason,
            entry.signer && _t("Signed by %s", entry.signer),
        ].filter(Boolean);
    }

    onKeydown(ev, entry) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.open(entry);
        }
    }

    open(entry) {
        if (!entry.can_open) {
            return;
        }
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Tracking Event"),
            res_model: "logistics.event",
            res_id: entry.id,
            views: [[false, "form"]],
        });
    }
}

export const timelineField = {
    component: TimelineField,
    displayName: _t("Timeline"),
    supportedTypes: ["json"],
};

registry.category("fields").add("logistics_timeline", timelineField);
