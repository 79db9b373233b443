"""The parts of `benchmarks/encoder.py`."""
