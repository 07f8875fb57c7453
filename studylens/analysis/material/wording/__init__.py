"""Words of nine languages.

lexicon: labels, judgements and kinds of things; tasks: what tells a student to do something; patterns: how
sentences define, name and give reasons; phrases: what cards and questions say.
"""
