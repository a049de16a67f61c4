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
    ],
}
