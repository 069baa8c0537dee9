"""From a metric request to SQL that is right under joins. `compile.compile` is the one entry: open it first.

`resolve` finds what the names of a request mean, `joins` and `bridged` how datasets belong together, `facts` aggregates one fact. What sets
rows beside one another (periods, shares, tops, members without rows) is put together in `staged`, and `explain` says what it all means.
"""
