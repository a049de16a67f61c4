{
    "name": "Logistics Benchmark Queue",
    "summary": "One queue_job job per event; benchmarks only",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Logistics Events Contributors",
    "license": "LGPL-3",
    "depends": ["logistics_carrier_base", "queue_job"],
}
