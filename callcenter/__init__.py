"""A contact centre: calls through an IVR and a skills-based queue to agents' screens, all of it on record."""

__version__ = "0.2.0"
