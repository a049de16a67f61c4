import { registry } from "@web/core/registry";

/** The sandbox carrier delivers; a colleague withdraws it; the carrier says it again. */
registry.category("web_tour.tours").add("logistics_warehouse_tour", {
    steps: () => [
        {
            content: "the shipment is found by its whole number",
            trigger: ".o_searchview_input",
            run: "edit nb 100",
        },
        {
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Tracking Number)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(NB100) .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "what it waits for is said in one sentence",
            trigger: ".o_logistics_next_step:contains(Waits for the carrier to collect it)",
        },
        {
            trigger: ".o_logistics_simulate",
            run: "click",
        },
        {
            trigger: ".o_logistics_simulate_delivered",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(202 accepted)",
        },
        {
            trigger: ".o_arrow_button_current:contains(Delivered)",
        },
        {
            content: "the newest entry opens its event",
            trigger:
                ".o_logistics_timeline_entry:first .o_logistics_timeline_title:contains(Delivered)",
            run: "click",
        },
        {
            trigger: "button[name=action_withdraw_dialog]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit The driver was at the wrong gate",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: "button[name=action_put_back_dialog]",
        },
        {
            trigger: ".breadcrumb-item.o_back_button a, .o_back_button a",
            run: "click",
        },
        {
            content: "what was withdrawn is struck through, and the status is back",
            trigger:
                "[data-standing=withdrawn] .text-decoration-line-through:contains(Delivered)",
        },
        {
            trigger: ".o_arrow_button_current:contains(Under Way)",
        },
        {
            trigger: ".o_logistics_simulate",
            run: "click",
        },
        {
            trigger: ".o_logistics_simulate_forged",
            run: "click",
        },
        {
            content: "a forged message moves nothing",
            trigger: ".o_notification:contains(Refused and Kept on Record)",
        },
        {
            trigger: ".o_arrow_button_current:contains(Under Way)",
        },
        {
            trigger: ".nav-link[name=parcels]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=parcel_ids] .o_data_cell:contains(NB100)",
        },
    ],
});
