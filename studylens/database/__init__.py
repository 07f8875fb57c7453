"""What stands between the tables and everybody who uses them; the connection itself is `database_config`.

began           a database file that vanished is not made anew in silence
address         DATABASE_URL as hosts and tools write it
engines         how many connections there are, and what each is told
upsert          INSERT ... ON CONFLICT in both dialects
pace            how long work goes on under the write lock, and when it rests
opened          which sessions a thread has open
reconnecting    waits for a database that is being restarted
schema          the tables always fit the models: checked before each request, repaired when they do not
"""
