"""The HTTP side: a site's pages and endpoint, and the server that hands them out.

`http` is what all of it shares, `pages` what is shown, `server` how it is served; `site` is what
is served, `app` the pages as a WSGI app, `tasks` the queries that pages are made of.
"""
