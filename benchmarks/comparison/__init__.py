"""What the benchmarks of entities and of relations share: corpora, runs, tables, systems."""
