"""The process that serves: connections, the ASGI app with its cache and its log, deployments."""
