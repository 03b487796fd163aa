"""PLY, text and binary: what a file says is shown, named or refused."""
