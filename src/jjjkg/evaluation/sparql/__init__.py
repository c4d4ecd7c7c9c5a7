"""The text of a query: read, admitted, rewritten for the engine, or diagnosed where it is wrong."""
