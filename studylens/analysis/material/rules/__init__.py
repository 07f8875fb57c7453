"""One file a kind of fact; found: what each of them returns.

definitions, acronyms, labels, answered, lists, tables, facts (years, measures, reasons), people, formulas,
tails (places, purposes); east: Chinese and Japanese.
"""
