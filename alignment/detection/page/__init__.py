"""The verdict as `judge.html` and `judge.json`."""
