"""The verb that shows everything once: three nodes, invented people, the whole chain."""

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from node.demo.errors import DemoError
from node.demo.play import play, play_and_serve

DEMO_FOLDER = Path("demo-data")

Folder = Annotated[
    Path, typer.Option("--folder", help="Where the nodes live; an earlier demo there goes.")
]
Serve = Annotated[bool, typer.Option("--serve", help="Leave the nodes running until Ctrl-C.")]


def demo(folder: Folder = DEMO_FOLDER, serve: Serve = False) -> None:  # noqa: FBT002 - a flag of the command line
    """Relay invented candidates between three nodes on this machine, and audit them."""
    # Ctrl-C, too: a process that was started in the background inherits it as ignored.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _stop)
    act = play_and_serve if serve else play
    try:
        is_right = act(folder.resolve())
    except DemoError as error:
        print(f"tasuki: the demo stopped: {error}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        print("\ntasuki: the demo was stopped")
        raise typer.Exit(130) from None
    raise typer.Exit(0 if is_right else 1)


def _stop(_number: int, _frame: FrameType | None) -> None:
    # As Ctrl-C does, so that every node is ended on the way out.
    raise KeyboardInterrupt
