"""Who may know what of a model: policies as a file (`policy_file`, judged beside a catalog by `policy_check`), and the part of a model that
stands on what somebody may read (`restrict`, masked columns in `masked`).
"""
