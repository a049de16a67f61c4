import { registry } from "@web/core/registry";

/** Opens a menu of the app, in a step of the README. */
function menu(step, label) {
    return {
        content: `${step}. ${label}`,
        trigger: `body:not(:has(.modal)) .o_menu_sections a:contains(${label})`,
        run: "click",
    };
}

/** Presses what has a label, in a step of the README. */
function press(step, label, where = ".o-form-buttonbox button") {
    return {
        content: `${step}. ${label}`,
        trigger: `${where}:contains(${label})`,
        run: "click",
        // The server works out what follows meanwhile.
        timeout: 60000,
    };
}

/** Opens the delivery of a customer, which waits with its reason. */
function waiting(customer, reason) {
    const row = `.o_data_row:contains(${customer})`;
    return [
        { trigger: `${row} td[name=logistics_hold_reason]:contains(${reason})` },
        { trigger: `${row} td[name=name]`, run: "click" },
    ];
}

const SIMULATE = "button.o_logistics_simulate";
const CHOICE = ".o-dropdown-item";
// The page is loaded again after the answer: whoever leaves before is called back.
const SETTLED = { trigger: `${SIMULATE}:enabled`, timeout: 60000 };

/** The walk of five minutes, step by step as the README has it. */
registry.category("web_tour.tours").add("logistics_story_walk", {
    steps: () => [
        menu(1, "Deliveries Pending Invoicing"),
        ...waiting("Reyes Irrigation", "Arrived at facility"),

        press(2, "Shipment"),
        press(2, "Simulate Next Event", SIMULATE),
        press(2, "Delivered", `${CHOICE}.o_logistics_simulate_delivered`),
        { trigger: ".o_arrow_button_current:contains(Delivered)", timeout: 60000 },
        press(2, "Documents"),
        { trigger: ".o_arrow_button_current:contains(Posted)" },

        press(3, "Actions Taken"),
        press(3, "Tracking Event"),
        press(3, "Message"),
        {
            content: "the bytes as they came",
            trigger: ".o_logistics_raw:contains(WALK100):contains(DLV)",
        },

        menu(4, "Shipments"),
        {
            trigger: ".o_data_row:contains(Reyes Irrigation) td[name=name]",
            run: "click",
        },
        press(4, "Simulate Next Event", SIMULATE),
        press(4, "Delivered, Said Twice", CHOICE),
        {
            trigger: ".o_notification:contains(No action followed)",
            timeout: 60000,
        },
        SETTLED,

        menu(5, "Deliveries Pending Invoicing"),
        ...waiting("Dalton Marine", "Picked up"),
        press(5, "Shipment"),
        press(5, "Simulate Next Event", SIMULATE),
        press(5, "Unknown Code", CHOICE),
        {
            trigger: ".o_logistics_timeline_entry:contains(Unknown Code)",
            timeout: 60000,
        },
        SETTLED,
        menu(5, "Exceptions"),
        {
            trigger: ".o_data_row:contains(Unknown Code) td[name=summary]",
            run: "click",
        },
        press(5, "Choose Meaning…", "button"),
        {
            trigger: ".modal .o_field_widget[name=event_type] input",
            run: "click",
        },
        { trigger: ".o_select_menu_item:contains(/^Delivered$/)", run: "click" },
        press(5, "Apply…", ".modal button"),
        press(5, "Go On", ".modal footer button"),
        {
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Solved)",
            timeout: 60000,
        },

        menu(6, "Deliveries Pending Invoicing"),
        ...waiting("Orchard Farms", "record the proof"),
        press(6, "Shipment"),
        press(6, "Record Proof", ".o_statusbar_buttons button"),
        {
            trigger: ".modal .o_field_widget[name=signer] input",
            run: "edit M. Orchard",
        },
        press(6, "Record Proof", ".modal footer button"),
        {
            trigger: "body:not(:has(.modal)) div[name=badges]:contains(Delivered)",
            timeout: 60000,
        },

        press(7, "Freight", ".o_menu_sections button"),
        press(7, "Carrier Bills", ".o-dropdown--menu a"),
        {
            trigger: ".o_data_row:contains(Stopped) td[name=number]",
            run: "click",
        },
        press(7, "Beside the Earlier Bill", ".o_notebook_headers a"),
        { trigger: ".o_notebook_content tr.table-warning:contains(WALK-7)" },
        press(7, "Duplicate…", ".o_statusbar_buttons button"),
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit The same parcels as last week",
        },
        press(7, "Confirm", ".modal footer button"),
        {
            content: "the reply is written, and not sent",
            trigger: ".modal .o_field_widget[name=subject]",
            timeout: 60000,
        },
        { trigger: ".modal .btn-close", run: "click" },
        {
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Refused)",
        },
    ],
});
