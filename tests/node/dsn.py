"""Reports as mail servers write them: of delivery (RFC 3464), of complaints (RFC 5965).

All people in them are invented.
"""


def report(
    *,
    to: str = "saiyo@example.jp",
    message_id: str = "<none@example.jp>",
    status: str = "5.1.1",
    recipient: str = "kaku@example.jp",
    action: str = "failed",
    is_whole: bool = False,
) -> bytes:
    """Return a report on the letter *message_id*; *is_whole* returns all of it, not its headers."""
    kind = "message/rfc822" if is_whole else "text/rfc822-headers"
    lines = [
        "From: MAILER-DAEMON@mx.example.jp",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
        "",
        "--report",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "The mail system could not deliver your mail.",
        "",
        "--report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.jp",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; 550 {status} no",
        "",
        "--report",
        f"Content-Type: {kind}",
        "",
        "From: saiyo@example.jp",
        f"Message-ID: {message_id}",
        "Subject: x",
        "",
        *(["body", ""] if is_whole else []),
        "--report--",
        "",
    ]
    return "\r\n".join(lines).encode()


def complaint(*, message_id: str, kind: str = "abuse") -> bytes:
    """Return what a mail service tells where its button for unwanted mail was pressed."""
    lines = [
        "From: feedback@mx.example.jp",
        "To: saiyo@example.jp",
        "Subject: complaint",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="report"',
        "",
        "--report",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "This is a report of one of our users.",
        "",
        "--report",
        "Content-Type: message/feedback-report",
        "",
        f"Feedback-Type: {kind}",
        "User-Agent: Mihon/1.0",
        "Version: 1",
        "",
        "--report",
        "Content-Type: message/rfc822",
        "",
        "From: saiyo@example.jp",
        f"Message-ID: {message_id}",
        "Subject: x",
        "",
        "body",
        "--report--",
        "",
    ]
    return "\r\n".join(lines).encode()
