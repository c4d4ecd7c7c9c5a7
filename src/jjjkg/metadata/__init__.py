"""The describer of the dataset, for the web and for releases alike.

`dataset` writes DCAT and VoID, `schema_org` and `citation` the same for search engines and for
reference managers, `service` the SPARQL endpoint with its examples; `statistics` counts.
"""
