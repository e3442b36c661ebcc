"""A contact centre: calls through an IVR and a skills-based queue to agents' screens, every interaction on record."""

__version__ = "0.1.0"
