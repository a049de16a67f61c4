import { registry } from "@web/core/registry";

/**
 * What waits and why; a credit to decide on; and from the invoice back to the bytes that
 * the carrier sent.
 */
registry.category("web_tour.tours").add("logistics_story_finance", {
    steps: () => [
        {
            content: "a delivery waits, with its reason",
            trigger:
                ".o_data_row:contains(Hansen Machines) td[name=logistics_hold_reason]:contains(Out for delivery)",
        },
        {
            trigger: ".o_data_row:contains(Hansen Machines) td[name=name]",
            run: "click",
        },
        {
            trigger: ".o_notebook_headers a[name=logistics_shipment]",
            run: "click",
        },
        {
            content: "the delivery says the same",
            trigger: "div[name=logistics_hold]:contains(Out for delivery)",
        },
        {
            trigger: "button[name=action_view_logistics_shipments]",
            run: "click",
        },
        {
            content: "the shipment shows what the carrier told",
            trigger: ".o_logistics_timeline_entry:contains(Out for Delivery)",
        },
        {
            trigger: "button[name=action_view_orders]",
            run: "click",
        },
        {
            trigger:
                "div[name=logistics_hold]:contains(Invoicing waits for the proof of delivery)",
        },
        {
            content: "no invoice is made: the reason is given instead",
            trigger: "button[name=action_logistics_create_invoice]",
            run: "click",
        },
        {
            trigger: ".modal:contains(Out for delivery) .btn-close",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) [data-menu-xmlid='logistics_events.logistics_exception_menu']",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Approval Waiting) td[name=summary]",
            run: "click",
        },
        {
            trigger: "button[name=action_open_approval]",
            run: "click",
        },
        {
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Approved)",
        },
        {
            trigger: "[data-menu-xmlid='logistics_events.logistics_effect_menu']",
            run: "click",
        },
        {
            content: "the action that made the invoice",
            trigger:
                ".o_data_row:contains(Invoice):contains(INV) td[name=action]:contains(Invoice)",
            run: "click",
        },
        {
            trigger: "button[name=action_open_documents]",
            run: "click",
        },
        {
            content: "the invoice is posted",
            trigger: ".o_arrow_button_current:contains(Posted)",
        },
        {
            trigger: "button[name=action_open_logistics_actions]",
            run: "click",
        },
        {
            content: "one action made it, and an event led to the action",
            trigger: "button[name=action_open_event]",
            run: "click",
        },
        {
            trigger: ".o_form_view div[name=title]:contains(Delivered)",
        },
        {
            trigger: ".o-form-buttonbox button[name=action_open_message]",
            run: "click",
        },
        {
            content: "the bytes as they came",
            trigger: ".o_logistics_raw:contains(STORY200):contains(DLV)",
        },
    ],
});
