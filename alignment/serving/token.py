"""What a page's address holds that no other process of the machine knows."""

import secrets


def drawn_token() -> str:
    """Return text that nobody can guess. It opens one server's page and reaches no file."""
    return secrets.token_urlsafe(16)
