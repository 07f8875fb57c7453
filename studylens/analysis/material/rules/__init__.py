"""One file a kind of fact; found: what each of them returns.

definitions, headed (by the line below a heading), stated (with name and number), acronyms, labels (heads:
what stands in front; told: what they say of themselves), answered, lists, tables, facts (years, measures,
reasons), notes (without a subject), people, formulas, tails (places, purposes); east: Chinese and Japanese.
"""
