"""What the chaos run and the benchmarks share: a company that ships, its partner."""

from load import cluster

cluster.follow()
