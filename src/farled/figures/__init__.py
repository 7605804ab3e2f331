"""A picture as data: tables now, and the tokens, fonts and icons that every picture shares."""
