"""The texts that the records were made from: where things stand in them, and whether the records say so."""
