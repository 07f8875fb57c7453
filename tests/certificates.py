"""The machine's certificates are read once in each process of tests.

A client of google-genai reads them twice, 45 ms of a processor, and four hundred tests make one, which then
talks to a server on this machine without any.
"""

import ssl
from functools import lru_cache

ssl.create_default_context = lru_cache(maxsize=8)(ssl.create_default_context)  # type: ignore[assignment]
