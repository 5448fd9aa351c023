"""How a verb prints: lines for people, or one JSON object."""

import json
from collections.abc import Mapping, Sequence

Shown = str | int | bool | None | Sequence["Shown"] | Mapping[str, "Shown"]


def show(document: Mapping[str, Shown], *, as_json: bool) -> None:
    """Print *document* as indented lines, or as JSON."""
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        print("\n".join(_lines(document, "")))


def _lines(document: Mapping[str, Shown], indent: str) -> list[str]:
    lines = []
    for name, value in document.items():
        if isinstance(value, Mapping):
            lines += [f"{indent}{name}:", *_lines(value, indent + "  ")]
        elif value and isinstance(value, Sequence) and not isinstance(value, str):
            lines.append(f"{indent}{name}:")
            lines += _items(value, indent + "  ")
        else:
            lines.append(f"{indent}{name}: {_word(value)}")
    return lines


def _items(values: Sequence[Shown], indent: str) -> list[str]:
    lines = []
    for value in values:
        if isinstance(value, Mapping):
            first, *rest = _lines(value, indent + "  ")
            lines += [f"{indent}- {first.strip()}", *rest]
        else:
            lines.append(f"{indent}- {_word(value)}")
    return lines


def _word(value: Shown) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) or value else "none"
