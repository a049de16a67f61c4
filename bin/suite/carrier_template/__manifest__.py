{
    "name": "Logistics Carrier Acme Parcel",
    "summary": "Tracking events of Acme Parcel, pushed and polled",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "license": "LGPL-3",
    "author": "Logistics Events Contributors",
    "depends": ["logistics_carrier_base"],
    "demo": ["demo/logistics_connection_demo.xml"],
}
