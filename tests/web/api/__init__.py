"""The API: tokens, scopes, cursors, versions, answers that count once."""
