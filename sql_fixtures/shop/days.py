"""The days that the shop sold on, and what the seasons do to them."""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .assortment import DAYS, START, Floats, day_number

MONTHS = (0.86, 0.90, 0.97, 0.98, 1.00, 0.97, 0.93, 0.92, 0.98, 1.03, 1.18, 1.36)
"""What is sold in January, February and so on, against the mean month."""


def dates() -> pd.DatetimeIndex:
    return pd.date_range(START, periods=DAYS)


def season(months: tuple[float, ...]) -> Floats:
    return np.asarray(np.array(months)[dates().month.to_numpy() - 1])


def since(day: date) -> NDArray[np.bool_]:
    return np.asarray(np.arange(DAYS) >= day_number(day))
