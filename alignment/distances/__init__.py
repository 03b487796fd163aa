"""How far two samples lie apart, each distance beside its floor and with a verdict."""
