"""How the values of claims are written, in words for a model: the same forms that `values` reads again.

What belongs here: the text. What does not: reading a value (`values`).
"""

from __future__ import annotations

HOW_VALUES_ARE_WRITTEN = """
Values are lower case and made of the quote's own words, but for these forms:
- budget: "idr 300000", "idr 200000-300000", "usd 50", with " per person" where that is said.
- birthday, anniversary: MM-DD, or YYYY-MM-DD where the year is said. preferred_booking_hour: HH:MM.
- typical_party_size: a number. diet: vegetarian, vegan, pescatarian, halal, kosher, gluten-free, dairy-free, keto.
- alcohol: "alcohol" (denied) of those who do not drink, else what they drink.
- accessibility: wheelchair, step-free access, deaf, blind, hard of hearing, crutches, walking aid.
- household: wife, husband, partner, child, children, "2 children", toddler, baby, dog, cat, married, single, engaged.
- allergy: what the body does not bear (lactose, gluten, peanuts). never: an action not done ("eating pork").
- likes, dislikes, interests, habit, plan, occasion: the thing or the action, without "I" and without the date."""
