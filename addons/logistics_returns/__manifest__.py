{
    "name": "Logistics Returns",
    "summary": "Goods that come back, from the first scan to the credit and the refund",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_events", "account", "sale_stock", "portal"],
    "data": [
        "security/ir.model.access.csv",
        "security/logistics_returns_security.xml",
        "data/ir_sequence_data.xml",
        "data/logistics_policy_data.xml",
        "views/logistics_policy_views.xml",
        "views/res_config_settings_views.xml",
        "views/stock_warehouse_views.xml",
    ],
    "post_init_hook": "post_init_hook",
}
