import { registry } from "@web/core/registry";

/** A test event, the messages with their reasons, and a code that nobody knew. */
registry.category("web_tour.tours").add("logistics_integration_tour", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Northbound Test Account) .o_data_cell",
            run: "click",
        },
        {
            content: "the address can be copied",
            trigger: ".o_field_widget[name=webhook_url] .o_clipboard_button",
        },
        {
            trigger: "button[name=action_send_test_event]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Test Event Accepted)",
        },
        {
            trigger: "button[name=action_view_unreadable]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Broken Syntax) .o_data_cell",
            run: "click",
        },
        {
            trigger: "button[name=action_replay]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_try]",
            run: "click",
        },
        {
            content: "the trial says that it still cannot be read",
            trigger: ".modal .o_data_row:contains(Cannot Be Read)",
        },
        {
            trigger: ".modal .modal-footer button.btn-secondary",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_menu_sections a:contains(Exceptions)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Unknown Code) .o_data_cell[name=summary]",
            run: "click",
        },
        {
            trigger: "button[name=action_choose_meaning]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=event_type] .o_select_menu_toggler",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(In Transit)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_apply_dialog]",
            run: "click",
        },
        {
            content: "mapped, and the exception is solved",
            trigger: ".o_arrow_button_current:contains(Solved)",
        },
    ],
});
