"""The wiki: the authoritative git repository becomes pages, sections and project memory.

Each head that is met is recorded as a step; what readers see is the fold over the steps. `assets`
is the only room that knows Dagster, `store` the only one that knows SQL; git itself lies in
`storage.git_mirror`. What does not belong here: writing to a branch that is not ours.
"""
