"""The embedded stack that one command starts: real PostgreSQL, Temporal and Superset, the API and the workers, in one state folder."""
