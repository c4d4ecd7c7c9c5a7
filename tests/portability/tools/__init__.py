"""The tools, a module each or a module for those that one program runs."""
