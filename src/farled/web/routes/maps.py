"""A map: the living picture with its filters, its tables, and files to take along."""

from starlette.routing import Route

routes: list[Route] = []
