"""What is trained side by side, each run done once and found again by its key."""
