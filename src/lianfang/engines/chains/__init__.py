"""Transmission chains: who infected whom, and in which generation."""

from lianfang.engines.chains.generations import ChainRow, Chains, offspring, trace
from lianfang.engines.chains.table import write_csv

__all__ = ["ChainRow", "Chains", "offspring", "trace", "write_csv"]
