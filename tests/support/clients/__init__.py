"""Programs and questions of the clients of the endpoint."""
