"""Which scenes are to be rendered, why, and what lies beside the plan's file."""
