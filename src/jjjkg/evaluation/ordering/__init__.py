"""One total order of terms, and the rewriting of a query so that it follows it."""
