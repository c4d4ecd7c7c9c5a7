"""Whether a conclusion follows, also where no rule writes it out: by supposing, and by cases."""
