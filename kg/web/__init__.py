"""The HTTP side: SPARQL protocol, saved queries and pages. Holds no data: it asks the engine.

Nothing is imported here, so that the command line can read options (kg/web/operation.py) without loading a server.
"""
