"""Dreaming: from what people said to what agents may say they know about them.

The way of one message: `store` reads it, `gate` admits it, `grammar` proposes claims, `verify`
holds each against the text, `replay.apply` writes them, `fold` makes memory of all windows, and
`soul_prompt` the block that agents speak from. `light_dream` says these steps in order for a night.
`assets` is the only file that knows Dagster, `store` the only one that knows SQL, and `light_dream` the
only other one that meets a database; the rest is pure.
"""
