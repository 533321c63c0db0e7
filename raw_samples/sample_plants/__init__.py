"""How the invented plants' papers are made: quantities first, then each document in the shape its issuer gives it."""
