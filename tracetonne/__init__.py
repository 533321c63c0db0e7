"""Land evidence, walk figures back to it, and pack both so that a verifier can compute them again."""

__version__ = "0.1.0"
