import { registry } from "@web/core/registry";

/** A credit note is approved; from the document back to the message in two clicks. */
registry.category("web_tour.tours").add("logistics_finance_tour", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Approval Waiting) .o_data_cell[name=summary]",
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
            trigger: ".o_menu_sections a:contains(Actions Taken)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Propose a Credit Note) .o_data_cell[name=action]",
            run: "click",
        },
        {
            trigger: "button[name=action_open_message]",
            run: "click",
        },
        {
            content: "the raw message behind the action",
            trigger: ".o_logistics_raw:contains(NB100)",
        },
    ],
});
