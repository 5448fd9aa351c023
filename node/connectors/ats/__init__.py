"""The systems that applicants come from: one module and one line each.

The last three are read from files, their own JSON; no customer has asked for more yet.
"""

from typing import Final

from node.connectors.ats.ashby import ashby_hook
from node.connectors.ats.greenhouse import greenhouse, greenhouse_hook
from node.connectors.ats.herp import herp
from node.connectors.ats.kintone import kintone, kintone_hook
from node.connectors.ats.lever import lever, lever_hook
from node.connectors.ats.smartrecruiters import smartrecruiters_hook
from node.connectors.ats.source import Kind
from node.connectors.ats.workable import workable_hook

SOURCES: Final[dict[str, Kind]] = {
    "herp": Kind(herp, "herp_api", ("api_key",)),
    "kintone": Kind(kintone, "kintone", ("api_token",), kintone_hook),
    "greenhouse": Kind(
        greenhouse, "greenhouse", ("client_id", "client_secret"), greenhouse_hook, "webhook_secret"
    ),
    "lever": Kind(lever, "lever", ("api_key",), lever_hook, "webhook_token"),
    "ashby": Kind(None, "ashby", (), ashby_hook, "webhook_secret"),
    "workable": Kind(None, "workable", (), workable_hook, "webhook_secret"),
    "smartrecruiters": Kind(None, "smartrecruiters", (), smartrecruiters_hook, "webhook_secret"),
}
