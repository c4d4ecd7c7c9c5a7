"""What an endpoint says of itself in RDF: the service, the dataset, and queries to begin with."""
