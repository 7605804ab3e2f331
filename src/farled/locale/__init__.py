"""sv, nb, da, en: the one place that writes numbers, dates and sorted lists."""
