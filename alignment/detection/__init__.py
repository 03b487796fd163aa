"""`make judge`: detectors trained on sets, photos and both, judged on photos that nobody saw."""
