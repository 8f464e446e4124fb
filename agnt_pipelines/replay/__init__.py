"""The spine: windows in, plan, one transaction, fold out, behind a lock and a fence.

`docs/replay.md` states the law this package makes true. Wings declare a `Derivation`, ask
`staleness` which units are due, think, and hand a `Plan` to `apply`; they never write around it.
What does not belong here: what any row means.
"""
