import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { OverviewChart } from "./overview_chart";
import { OverviewSetup } from "./overview_setup";
import { OverviewTile } from "./overview_tile";

const MODEL = "logistics.overview";
const CHANNEL = "logistics_overview";
const NOTIFICATIONS = ["logistics_events/overview", "logistics_events/paused"];
// Messages come in bursts; a page that is looked at follows them at this pace.
const PACE = 2000; // ms

/** The app's first screen: what waits for a person, and how well it runs. */
export class Overview extends Component {
    static template = "logistics_events.Overview";
    static components = { Layout, OverviewChart, OverviewSetup, OverviewTile };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.periods = [
            { days: 1, label: _t("24 Hours") },
            { days: 7, label: _t("7 Days") },
            { days: 30, label: _t("30 Days") },
            { days: 90, label: _t("90 Days") },
        ];
        this.state = useState({
            tiles: [],
            charts: null,
            companies: [],
            notices: [],
            links: [],
            firstSteps: [],
            setup: false,
            days: 7,
            company: 0,
        });
        this.asked = 0;
        this.onChanged = () => this.follow();
        this.bus.addChannel(CHANNEL);
        NOTIFICATIONS.forEach((one) => this.bus.subscribe(one, this.onChanged));
        // What was missed while the connection was away.
        useBus(this.bus, "BUS:RECONNECT", this.onChanged);
        onWillStart(() => this.reload());
        // Also when it is left before it was ever shown.
        onWillDestroy(() => {
            browser.clearTimeout(this.timer);
            this.asked = NaN;
            NOTIFICATIONS.forEach((one) => this.bus.unsubscribe(one, this.onChanged));
            this.bus.deleteChannel(CHANNEL);
        });
    }

    get companyIds() {
        return this.state.company ? [this.state.company] : null;
    }

    /** Ask again soon, once for all that changes until then. */
    follow() {
        this.timer ??= browser.setTimeout(() => {
            this.timer = undefined;
            this.reload();
        }, PACE);
    }

    /** Ask for the numbers, and for the charts without waiting for them. */
    async reload() {
        const asked = ++this.asked;
        if (Number.isNaN(asked)) {
            return; // It was left.
        }
        const charts = this.call("get_charts", [this.state.days]);
        charts.then(
            (found) => asked === this.asked && (this.state.charts = found),
            () => {}
        );
        const found = await this.call("get_tiles", []);
        if (asked !== this.asked) {
            return;
        }
        Object.assign(this.state, {
            tiles: found.tiles,
            companies: found.companies,
            notices: found.notices,
            links: found.links,
            firstSteps: found.first_steps,
            setup: found.setup,
        });
    }

    call(method, args) {
        return this.orm.silent.call(MODEL, method, [...args, this.companyIds], {
            context: user.context,
        });
    }

    choosePeriod(days) {
        this.state.days = days;
        return this.reload();
    }

    chooseCompany(ev) {
        this.state.company = Number(ev.target.value);
        return this.reload();
    }

    /**
     * @param {string} key the tile
     * @param {string|number|false} [part] the row of the tile
     */
    async openTile(key, part = null) {
        const args = [key, this.companyIds, part];
        const action = await this.orm.call(MODEL, "get_list", args, {
            context: user.context,
        });
        return this.action.doAction(action);
    }

    /** @param {number} step the step of the set-up */
    async openStep(step) {
        const args = [step, this.companyIds];
        const action = await this.orm.call(MODEL, "open_setup_step", args, {
            context: user.context,
        });
        return this.action.doAction(action, { onClose: (how) => this.onStepClosed(how) });
    }

    /**
     * The dialog goes only when this returns, so nothing is waited for: else it would
     * stay as long as the numbers take, and for good where they fail.
     *
     * @param {{ noReload?: boolean }} [how] set where another page takes the place
     */
    onStepClosed(how) {
        if (!how?.noReload) {
            this.reload();
        }
    }

    async closeSetup() {
        await this.orm.call(MODEL, "close_setup", [this.companyIds], {
            context: user.context,
        });
        return this.reload();
    }

    openAction(action) {
        return this.action.doAction(action);
    }
}

registry.category("actions").add("logistics_events.overview", Overview);
