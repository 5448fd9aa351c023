"""The systems that are read over an API: one module and one line each."""

from typing import Final

from node.connectors.ats.greenhouse import greenhouse, greenhouse_hook
from node.connectors.ats.herp import herp
from node.connectors.ats.kintone import kintone, kintone_hook
from node.connectors.ats.lever import lever, lever_hook
from node.connectors.ats.source import Kind

SOURCES: Final[dict[str, Kind]] = {
    "herp": Kind(herp, "herp_api", ("api_key",)),
    "kintone": Kind(kintone, "kintone", ("api_token",), kintone_hook),
    "greenhouse": Kind(
        greenhouse, "greenhouse", ("client_id", "client_secret"), greenhouse_hook, "webhook_secret"
    ),
    "lever": Kind(lever, "lever", ("api_key",), lever_hook, "webhook_token"),
}
