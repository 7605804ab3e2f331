"""Files by which a map is taken along: pictures, tables, other notations."""
