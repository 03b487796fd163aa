"""Features and what is learned of them: what they cost and what they tell."""
