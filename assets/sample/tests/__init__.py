"""Tests of the service. They need no broker: `python -m unittest` from its folder."""
