"""Which photo does what: none is in two parts, and failures are seen on photos that never judge."""
