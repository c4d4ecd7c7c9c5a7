"""What the app answers under each address: a module for each kind of page or resource."""
