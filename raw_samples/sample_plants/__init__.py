"""How the invented plants' papers are made: quantities first, then each paper in the shape of its issuer."""
