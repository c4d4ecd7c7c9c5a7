"""The datatypes of OWL 2 RL: values of literals, ill-typed literals, inclusion of value spaces.

https://www.w3.org/TR/owl2-profiles/#Entities_3
"""
