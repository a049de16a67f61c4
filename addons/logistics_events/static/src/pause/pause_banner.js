import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { ControlPanel } from "@web/search/control_panel/control_panel";

// The screens of other apps on which a person waits for what is paused.
const ALSO_SHOWN_ON = ["sale.order", "stock.picking", "account.move"];

/** Who paused what: known from the start, and told when it changes. */
export const pauseService = {
    dependencies: ["bus_service"],
    start(env, { bus_service: bus }) {
        const state = { texts: session.logistics_paused || [], listeners: new Set() };
        bus.subscribe("logistics_events/paused", ({ texts }) => {
            state.texts = texts;
            for (const listener of state.listeners) {
                listener(texts);
            }
        });
        return state;
    },
};
registry.category("services").add("logistics_pause", pauseService);

/** Says above a list that nothing is done at present. */
export class PauseBanner extends Component {
    static template = "logistics_events.PauseBanner";
    static props = {};

    setup() {
        this.pause = useService("logistics_pause");
        this.state = useState({ texts: this.pause.texts });
        const follow = (texts) => (this.state.texts = texts);
        onMounted(() => this.pause.listeners.add(follow));
        onWillUnmount(() => this.pause.listeners.delete(follow));
    }

    get texts() {
        const model = this.env.searchModel?.resModel || "";
        const shown = model.startsWith("logistics.") || ALSO_SHOWN_ON.includes(model);
        return shown ? this.state.texts : [];
    }
}

patch(ControlPanel, {
    components: { ...ControlPanel.components, PauseBanner },
});
