# Writes statistics.json: what Python's csv module and NumPy find in the tables of ../shared/data/tabular.
# Run: FLINT_DATA=... python src/flint/tables/testdata/statistics.py
import csv, json, os
from collections import Counter
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
data = os.path.join(os.environ.get("FLINT_DATA", "../shared/data"), "tabular")
missing = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"}


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return None


def describe(cells):
    known = [c for c in cells if c not in missing]
    numbers = [number(c) for c in known]
    out = {"count": len(known)}
    if all(n is not None for n in numbers):
        a = np.array(numbers)
        out |= {"min": a.min(), "max": a.max(), "mean": a.mean(), "std": a.std(ddof=1), "median": np.median(a), "distinct": len(set(numbers))}
    else:
        counts = Counter(known)
        out |= {"distinct": len(counts), "mode": min(w for w in counts if counts[w] == max(counts.values()))}
    return {k: round(float(v), 10) if isinstance(v, (float, np.floating)) else v for k, v in out.items()}


found = {}
for name in sorted(os.listdir(data)):
    tabs = name.endswith(".dat")
    with open(os.path.join(data, name), newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f, delimiter="\t" if tabs else ","))
    names = [f"column{i + 1}" for i in range(len(rows[0]))] if tabs else rows.pop(0)
    columns = list(zip(*rows))
    found[name] = {"rows": len(rows), "columns": {n: describe(c) for n, c in zip(names, columns)}}

# What d2l's house prices do: numbers standardized and filled with 0, words as one column each with one for missing ones.
with open(os.path.join(data, "kaggle_house_pred_train.csv"), newline="") as f:
    rows = list(csv.reader(f))
names, columns = rows[0], list(zip(*rows[1:]))
width, total = 0, 0.0
for name, cells in zip(names, columns):
    if name in ("Id", "SalePrice"):
        continue
    if all(c in missing or number(c) is not None for c in cells):
        a = np.array([np.nan if c in missing else float(c) for c in cells])
        a = (a - np.nanmean(a)) / np.nanstd(a, ddof=1)
        total += np.abs(np.nan_to_num(a)).sum()
        width += 1
    else:
        width += len({c for c in cells if c not in missing}) + 1
        total += len(cells)
found["houses"] = {"width": width, "absolute": round(float(total), 4)}
json.dump(found, open(os.path.join(here, "statistics.json"), "w"), indent=1)
