"""The auditor's verb: verify a bundle, or a person's receipt, offline."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli import receipt_report
from node.cli.audit_report import words
from node.cli.errors import CommandError
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
    language: Annotated[str, typer.Option("--lang", help="ja or en.")] = "ja",
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Verify a bundle or a consent's receipt offline.

    Exit 0 sound, 1 a finding, 2 not all could be read or checked.
    """
    try:
        if bundle.stat().st_size > MAX_BUNDLE_BYTES:
            raise CommandError("the bundle is over 4 GiB")
        content = bundle.read_bytes()
    except OSError as error:
        print(f"tasuki: cannot read {bundle}")
        raise typer.Exit(2) from error
    shown_in = as_language(language) or DEFAULT
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
