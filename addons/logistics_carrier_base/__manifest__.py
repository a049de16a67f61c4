{
    "name": "Logistics Carrier Base",
    "summary": "One door for carriers, 3PLs and brokers: verify, keep, understand",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_events"],
    "external_dependencies": {"python": ["cryptography", "requests"]},
    "data": [
        "security/ir.model.access.csv",
        "security/logistics_carrier_base_security.xml",
        "data/ir_cron_data.xml",
        "wizard/logistics_message_replay_views.xml",
        "views/logistics_message_views.xml",
        "views/logistics_connection_views.xml",
        "views/logistics_code_map_views.xml",
        "views/logistics_message_unmatched_views.xml",
        "views/logistics_booking_views.xml",
        "views/logistics_event_views.xml",
        "views/logistics_effect_views.xml",
        "views/logistics_exception_views.xml",
        "views/logistics_shipment_views.xml",
        "views/delivery_carrier_views.xml",
        "views/logistics_carrier_base_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "logistics_carrier_base/static/src/**/*",
        ],
        "web.assets_unit_tests": [
            "logistics_carrier_base/static/tests/**/*.test.js",
        ],
        "web.assets_tests": [
            "logistics_carrier_base/static/tests/tours/**/*",
        ],
    },
    "demo": ["demo/logistics_connection_demo.xml"],
}
