"""A release: every file in which the dataset is handed out, written from its sources.

From the `content` are made `graphs`, `editions`, `tables`, `documentation` and `descriptions`; the
`manifest` lists them. `writing` puts all into a folder, `opening` and `checking` read it again.
"""
