"""The auditor's verb: verify a bundle, or a person's receipt, offline."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from node.cli import receipt_report
from node.cli.audit_report import words
from node.cli.options import AsJson
from node.cli.output import Shown, show
from node.i18n import DEFAULT, as_language
from protocol.audit.verdict import Verdict, verify
from protocol.receipt import is_receipt
from protocol.receipt_verdict import verify_receipt

MAX_BUNDLE_BYTES = 4 * 2**30

Trust = Annotated[
    str, typer.Option("--trust", help="The consortium's fingerprint, learned elsewhere.")
]


def audit(
    bundle: Annotated[Path, typer.Argument(help="The bundle, or a person's receipt.")],
    trust: Trust,
    language: Annotated[str, typer.Option("--lang", help="ja or en.")] = DEFAULT,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Verify a bundle or a consent's receipt offline.

    Exit 0 sound, 1 a finding, 2 not all could be read or checked.
    """
    shown_in = as_language(language)
    if shown_in is None:
        raise typer.BadParameter("--lang is ja or en")
    content = _content(bundle)
    if is_receipt(content):
        receipt = verify_receipt(content, trust)
        status, lines = receipt.exit_status, receipt_report.words(receipt, shown_in)
        plain = receipt_report.document(receipt)
    else:
        verdict = verify(content, trust)
        status, lines = verdict.exit_status, words(verdict, shown_in)
        plain = document(verdict)
    if as_json:
        show(plain, as_json=True)
    else:
        print("\n".join(lines))
    raise typer.Exit(status)


def _content(bundle: Path) -> bytes:
    """Return what is to be verified; what cannot be read is no finding, so the exit is 2."""
    try:
        if bundle.stat().st_size <= MAX_BUNDLE_BYTES:
            return bundle.read_bytes()
        fault = "is over 4 GiB"
    except OSError:
        fault = "cannot be read"
    print(f"tasuki: {bundle} {fault}", file=sys.stderr)
    raise typer.Exit(2)


def document(verdict: Verdict) -> dict[str, Shown]:
    """Return the verdict as plain values."""
    return {
        "exit_status": verdict.exit_status,
        "findings": [{"code": str(one.code), "where": one.where} for one in verdict.findings],
        "unreadable": [
            {"problem": str(one.problem), "where": one.where} for one in verdict.unreadable
        ],
        "not_checked": [str(one) for one in verdict.not_checked],
        "statistics": dict(verdict.statistics),
    }
