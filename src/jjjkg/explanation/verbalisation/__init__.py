"""Verbalisation: statements, steps and claims as sentences of a language.

`verbaliser` makes sentences, `phrases` the words for terms and statements. `english` and `chinese`
are the grammars of languages, `plain` that of a language without one of its own.
"""
