"""The pages, a module and its templates for each kind.

A page's module has `make_blueprint(site)`. One that is made of an answer has `ASKED` too: its
paths, and the function that asks (jjjkg.web.tasks). One whose view may wait for queries of its own
has `WAITING`: what such paths begin with, for threads that nobody else needs. All are found by
jjjkg.web.app.
"""
