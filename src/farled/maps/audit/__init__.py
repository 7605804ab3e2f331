"""The audit of a map: 68 rules that say what is wrong, with which evidence, and what to do."""
