"""RDF as files and texts hold it: terms, formats, and how each is read and written."""
