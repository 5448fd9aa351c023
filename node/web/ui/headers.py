"""The headers that every answer to a browser carries (CSP level 3, RFC 6797).

The script source is opened only in an answer whose page holds the key script, and
only to this host: :func:`allow_key_script` is called by the template that writes the tag.
"""

from flask import Response, g

_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_SCRIPT = "; script-src 'self'"
_FIXED = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
_NO_STORE = "no-store"
_YEAR_S = 31_536_000
KEPT = f"public, max-age={_YEAR_S}, immutable"


def allow_key_script() -> None:
    """Let the answer that is being made run our own script."""
    g.key_script = True


def protect(response: Response) -> Response:
    """Return *response* with the headers; nothing is kept by a browser unless it says so."""
    script = _SCRIPT if g.get("key_script", False) else ""
    response.headers["Content-Security-Policy"] = _POLICY + script
    for name, value in _FIXED.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", _NO_STORE)
    return response


def protect_behind_tls(response: Response) -> Response:
    """Return *response* with the promise that this host is reached by TLS only."""
    response.headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
    return response
