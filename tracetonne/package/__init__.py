"""The evidence package: what leaves the house for a verifier, and the proof that it holds together."""
