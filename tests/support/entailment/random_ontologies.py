"""Random small ontologies that use every construct of the rules, for hypothesis to draw."""
