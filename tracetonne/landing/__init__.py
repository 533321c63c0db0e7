"""Documents in, verbatim records out: one reader a format, nothing computed."""
