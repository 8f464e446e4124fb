"""The entity graph: who and what the platform knows, and how they hang together, rebuilt each hour.

`graph_build` says the steps, `store` holds the SQL, `assets` meets Dagster; every other module
thinks, and knows none of these.
"""
