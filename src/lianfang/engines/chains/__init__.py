"""Transmission chains: who infected whom, and in which generation."""

from lianfang.engines.chains.generations import ChainRow, Chains, by_generation, offspring, several_sources, trace
from lianfang.engines.chains.table import write_csv

__all__ = ["ChainRow", "Chains", "by_generation", "offspring", "several_sources", "trace", "write_csv"]
