"""How gunicorn's worker serves: nobody holds a thread who has not asked for anything yet, or does not listen.

heads       the first lines of a request, as they arrive
lanes       which threads a request may take, and who waits for them
places      which of them may need the database
sockets     a connection that is sent to at a least pace
settling    what was imported is not looked through again
worker      gunicorn's threaded worker, with all these
"""
