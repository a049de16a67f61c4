import { registry } from "@web/core/registry";

/** Opens the credit that waits, from the list of what finance has to decide. */
function open() {
    return [
        {
            trigger: ".o_data_row:contains(Credit) td[name=action]",
            run: "click",
        },
    ];
}

/** The first of finance agrees: that is not enough, and agreeing again does not help. */
registry.category("web_tour.tours").add("return_approval_first", {
    steps: () => [
        ...open(),
        {
            content: "two people must agree",
            trigger: ".o_form_view .o_field_widget[name=needed]:contains(2)",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_approve]",
            run: "click",
        },
        {
            content: "it still waits, for somebody else",
            trigger:
                ".o_form_view:has(.o_arrow_button_current:contains(Waiting)):not(:has(button[name=action_approve]))",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "what is there now is chosen, not what the list remembers",
            trigger:
                ".o_list_view .o_data_row:contains(Credit):has(td[name=decided_count]:contains(1)) .o_list_record_selector",
            run: "click",
        },
        {
            content: "the list offers it for whatever is chosen",
            trigger: ".o_control_panel button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".modal:contains(You agreed already; a second person must)",
        },
        {
            trigger: ".modal button:contains(Close), .modal .btn-close",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
    ],
});

/** The second one agrees, and the credit is as good as made. */
registry.category("web_tour.tours").add("return_approval_second", {
    steps: () => [
        ...open(),
        {
            trigger: ".o_statusbar_buttons button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Approved)",
        },
    ],
});
