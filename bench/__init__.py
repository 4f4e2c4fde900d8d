"""The benchmark: our server beside other SPARQL servers, on the same machine, data and queries (docs/benchmark.md)."""
