"""What a student or a page wrote, made safe and readable.

markdown, maths, formulas   Markdown and LaTeX to clean HTML and MathML
kept                what was made of a text, for the next page that shows it
shorthand, chemistry, units, braces   commands of packages, written out in LaTeX that the converter knows
due                 the number beside Review, where a view has found it already
words, filters, receivers   counts, dates and names in plain words; who is sent what
languages                   in which language a page speaks
"""
