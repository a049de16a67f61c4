{
    "name": "Logistics Carrier UPS",
    "summary": "Tracking events of UPS, polled and pushed",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_carrier_base"],
    "demo": ["demo/logistics_connection_demo.xml"],
}
