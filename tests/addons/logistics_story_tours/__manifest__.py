{
    "name": "Logistics Story Tours",
    "summary": "Walks through the screens of all addons in a browser; tests only",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Logistics Events Contributors",
    "license": "LGPL-3",
    "depends": [
        "logistics_carrier_base",
        "logistics_freight_accrual",
        "logistics_invoice_release",
        "logistics_test_support",
    ],
    "assets": {
        "web.assets_tests": [
            "logistics_story_tours/static/tests/tours/*.js",
        ],
    },
}
