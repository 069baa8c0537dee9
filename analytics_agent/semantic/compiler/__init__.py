"""From a metric request to SQL that is right under joins. `compile.compile` is the one entry."""
