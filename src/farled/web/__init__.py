"""The web app: parse, call one function, render."""
