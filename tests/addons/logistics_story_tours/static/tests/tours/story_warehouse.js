import { registry } from "@web/core/registry";

/** Goods went with the own truck: the signed delivery note is recorded by hand. */
registry.category("web_tour.tours").add("logistics_story_warehouse", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Orchard Farms) td[name=name]",
            run: "click",
        },
        {
            content: "nobody reports on it: the next step says what to do",
            trigger: "div[name=next_step]:contains(record the proof)",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_record_proof]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=signer] input",
            run: "edit M. Orchard",
        },
        {
            trigger: ".modal button[name=action_record]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) div[name=badges]:contains(Delivered)",
        },
        {
            content: "the timeline shows who said so",
            trigger: ".o_logistics_timeline_entry:contains(Delivered):contains(M. Orchard)",
        },
        {
            trigger: "button[name=action_view_pickings]",
            run: "click",
        },
        {
            trigger: ".o_notebook_headers a[name=logistics_shipment]",
            run: "click",
        },
        {
            content: "the transfer shows the same timeline",
            trigger: ".tab-pane.active .o_logistics_timeline_entry:contains(Delivered)",
        },
    ],
});
