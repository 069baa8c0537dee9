"""Who may know what of a model: policies as a file, and the part of a model that stands on what somebody may read."""
