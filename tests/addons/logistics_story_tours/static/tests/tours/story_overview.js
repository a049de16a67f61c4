import { registry } from "@web/core/registry";

/** In the morning: what needs a person, and from each number to exactly its list. */
registry.category("web_tour.tours").add("logistics_story_overview", {
    steps: () => [
        {
            content: "the app opens with the overview",
            trigger: ".o_app[data-menu-xmlid='logistics_events.logistics_menu_root'], .o_logistics_overview",
        },
        {
            content: "what left and waits, with its value",
            trigger:
                "[data-tile=pending] .o_logistics_overview_open:contains(500.00)",
            run: "click",
        },
        {
            content: "the list behind it",
            trigger: ".o_list_view .o_data_row:contains(Morning Machines)",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:contains(Overview) a",
            run: "click",
        },
        {
            content: "the problems are split; one kind opens alone",
            trigger: "[data-tile=problems] .o_logistics_overview_part:contains(Unreadable)",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(cannot be read)",
        },
        {
            content: "nothing else is in the list",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Nothing heard)))",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:contains(Overview) a",
            run: "click",
        },
        {
            content: "every connection is a row",
            trigger:
                "[data-tile=connections] .o_logistics_overview_part:contains(Northbound Test Account)",
        },
        {
            trigger: "[data-chart=throughput] canvas",
        },
        {
            content: "another period",
            trigger: ".o_logistics_overview_period:contains(24 Hours)",
            run: "click",
        },
        {
            trigger: ".o_logistics_overview_period.active:contains(24 Hours)",
        },
        {
            content: "the first-time right says how many of how many",
            trigger: "[data-chart=first_right]:contains(needed nobody)",
        },
    ],
});
