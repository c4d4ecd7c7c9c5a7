"""The closure of random ontologies against owlrl's, and a check of every proof."""
