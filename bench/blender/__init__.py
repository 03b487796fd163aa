"""What frames cost and look like, beside a plain BlenderProc script."""
