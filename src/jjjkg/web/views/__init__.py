"""The views, address by address: a module for each kind of page or resource."""
