"""The pages and the JSON that students and operators see; the only rooms that know Flask."""
