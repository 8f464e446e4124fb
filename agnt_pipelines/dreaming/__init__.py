"""Dreaming: from what people said to what agents may say they know about them.

The way of one message: `store` reads it, `gate` admits it, `grammar` proposes claims, `verify`
holds each against the text, `replay.apply` writes them, `fold` makes memory of all windows, and
`soul_prompt` the block that agents speak from. `assets` is the only file that knows Dagster, `store`
the only one that knows SQL; the others are pure.
"""
