"""The store of pings: packed, mapped into memory, clustered by time bucket and cell, with a second order by person."""
