import { registry } from "@web/core/registry";

/** A connection is tried, its messages are looked through, and a code gets a meaning. */
registry.category("web_tour.tours").add("logistics_story_integration", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Northbound Test Account) td[name=name]",
            run: "click",
        },
        {
            trigger: "button[name=action_test_connection]",
            run: "click",
        },
        {
            content: "the carrier was asked and knows the key",
            trigger: ".o_notification:contains(Connection Works)",
        },
        {
            trigger: "button[name=action_send_test_event]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Test Event Accepted)",
        },
        {
            trigger: "button[name=action_view_messages]",
            run: "click",
        },
        {
            content: "the test event is among the messages",
            trigger: ".o_data_row:contains(New)",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:contains(Northbound)",
            run: "click",
        },
        {
            trigger: "button[name=action_view_unreadable]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Broken Syntax) td[name=received_at]",
            run: "click",
        },
        {
            content: "the reason stands above the bytes",
            trigger: "div[name=error]:contains(Broken Syntax)",
        },
        {
            trigger: ".o_logistics_raw:contains(parcels)",
        },
        {
            trigger: ".o_menu_sections [data-menu-xmlid='logistics_carrier_base.logistics_message_menu']",
            run: "click",
        },
        {
            content: "the forged message is on record",
            trigger: ".o_data_row:contains(Refused):contains(Bad Signature)",
        },
        {
            trigger: "[data-menu-xmlid='logistics_events.logistics_exception_menu']",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Unknown Code) td[name=summary]",
            run: "click",
        },
        {
            trigger: "button[name=action_choose_meaning]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=event_type] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(/^Delivered$/)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_apply_dialog]",
            run: "click",
        },
        {
            content: "it says how many documents and how much",
            trigger: ".modal [name=impact]:contains(worth)",
        },
        {
            trigger: ".modal button[name=action_go_on]",
            run: "click",
        },
        {
            content: "the exception is solved",
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Solved)",
        },
    ],
});
