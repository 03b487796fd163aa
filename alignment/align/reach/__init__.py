"""What share of the real mass no scene comes near, and why."""
