from . import logistics_bench_floor
