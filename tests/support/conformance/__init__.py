"""The W3C's tests: manifests, results and exceptions."""
