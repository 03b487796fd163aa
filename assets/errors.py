class UserError(ValueError):
    """A mistake of the user's: what was found, what was expected, what to do.

    The two mains print it as one line, without a traceback, and leave with exit code 2.
    Every cause has its own small subclass, in the module that finds it.
    """
