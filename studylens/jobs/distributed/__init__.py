"""Jobs on many machines, by Procrastinate on PostgreSQL: each waiting job has one message beside its row.

messages    what is said to Procrastinate's tables in plain SQL, through sessions that are open anyway
tables      those tables are made and upgraded, and looked for
engine      the service's side: enqueues, and keeps its own disk in order; Procrastinate is not imported
claims      a worker takes a job by its message; what a dead worker had runs again
slots       one analysis each: its lock, its process, its share of memory
connector   Procrastinate's client waits for a database that is away
worker      `flask worker`: fetches messages, feeds slots, sweeps
"""
