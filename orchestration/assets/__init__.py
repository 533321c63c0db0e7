"""The assets: landed evidence, dbt models, the served copy, the evidence package."""
