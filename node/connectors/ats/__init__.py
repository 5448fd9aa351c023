"""The systems that are read over an API: one module and one line each."""

from typing import Final

from node.connectors.ats.greenhouse import greenhouse, greenhouse_hook
from node.connectors.ats.herp import herp
from node.connectors.ats.kintone import kintone, kintone_hook
from node.connectors.ats.lever import lever, lever_hook
from node.connectors.ats.source import Kind

SOURCES: Final[dict[str, Kind]] = {
    "herp": Kind(herp, "herp_api"),
    "kintone": Kind(kintone, "kintone", kintone_hook),
    "greenhouse": Kind(greenhouse, "greenhouse", greenhouse_hook),
    "lever": Kind(lever, "lever", lever_hook),
}
