"""Lines of a transcript become what an author wrote.

noise: lines that are no text; breaks: where a paragraph ends; blocks: headings, paragraphs, bullets, rows;
rows: lines put together to them; wrapped: headings on two lines; nesting: which bullet stands below which;
sentences: which stand alone; page: the whole, and why a page of its kind gives no cards.
"""
