"""HTTP as the pages and the server share it: requests, caching, headers, problems, files."""
