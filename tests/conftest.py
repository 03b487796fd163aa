"""What every test may count on, whatever shell began the run."""

import signal

from hypothesis import settings

# A shell's background job ignores SIGINT, and so would every process that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No test asserts a time: an example may be slow because the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
