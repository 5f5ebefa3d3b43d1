"""Trajectory collision 轨迹碰撞: who was near the index people, when, for how long, how close, and how sure we are.

Three kinds of record, one answer: ``collide_pings``, ``collide_visits``, ``collide_rides`` each return ``Contacts``.
``read_records`` brings CSV and Parquet files. ``build_store`` and ``open_store`` do the same for pings on disk, as many as a city has. Source of all semantics: COLLISION.md of the project's requirements.
"""

from lianfang.engines.collision.asking import index_of, read_index, read_windows, seconds_of
from lianfang.engines.collision.contacts import PING, RIDE, STRONGEST_FIRST, VISIT, Contacts
from lianfang.engines.collision.following import follow
from lianfang.engines.collision.merging import merged
from lianfang.engines.collision.onward import onward_index, onward_of
from lianfang.engines.collision.parameters import PingRule, RideRule, VisitRule
from lianfang.engines.collision.pings import collide_pings
from lianfang.engines.collision.plane import Plane, plane_of
from lianfang.engines.collision.probability import probability_within, sigma_of
from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.reading import Reading, Receipt, read_numbered, read_records
from lianfang.engines.collision.records import Index, Pings, Rides, Visits
from lianfang.engines.collision.rides import collide_rides
from lianfang.engines.collision.store.building import build_store
from lianfang.engines.collision.store.opening import Store, open_store
from lianfang.engines.collision.sureness import CUTS, OperatingPoint, cut_at, operating_points, wrong_per_true
from lianfang.engines.collision.visits import collide_visits
from lianfang.engines.collision.writing import read_probabilities, write_csv, write_parquet

__all__ = [
    "CUTS",
    "PING",
    "RIDE",
    "STRONGEST_FIRST",
    "VISIT",
    "BadRecord",
    "Contacts",
    "Index",
    "OperatingPoint",
    "PingRule",
    "Pings",
    "Plane",
    "Reading",
    "Receipt",
    "RideRule",
    "Rides",
    "Store",
    "VisitRule",
    "Visits",
    "build_store",
    "collide_pings",
    "collide_rides",
    "collide_visits",
    "cut_at",
    "follow",
    "index_of",
    "merged",
    "onward_index",
    "onward_of",
    "open_store",
    "operating_points",
    "plane_of",
    "probability_within",
    "read_index",
    "read_numbered",
    "read_probabilities",
    "read_records",
    "read_windows",
    "seconds_of",
    "sigma_of",
    "write_csv",
    "write_parquet",
    "wrong_per_true",
]  # fmt: skip
