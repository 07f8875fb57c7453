"""Study material from the words of a page alone.

make            the stage: lines in; title, summary, terms, cards and questions out
page, rows      lines joined to paragraphs, headings, lists and tables; sentences, words: what stands in them
definitions, facts, phrases, terms, patterns    what on the page is worth a card
cards, clozes, questions, summary               what is made of it
"""
