"""What is measured onto a map, one file per family of numbers."""
