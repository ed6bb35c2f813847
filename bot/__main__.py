"""`litmos-bot`: the Slack face."""

import sys

__all__ = ["main"]


def main() -> int:
    """Say that there is nothing to start yet."""
    sys.stderr.write("This version of litmos-chatops has no Slack face yet; nothing was started. Use litmos-mcp.\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
