"""For schemathesis: how it sends a body that is SPARQL."""

import schemathesis

schemathesis.serializer.alias("application/sparql-query", "text/plain")
