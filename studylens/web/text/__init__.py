"""What a student or a page wrote, made safe and readable.

markdown, maths, formulas   Markdown and LaTeX to clean HTML and MathML
words, filters              counts, dates and names in plain English
"""
