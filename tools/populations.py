"""Write outreach/contacts/searching/communes.txt from the npm package @etalab/decoupage-administratif (MIT).

    npm pack @etalab/decoupage-administratif    (then unpack it)
    python tools/populations.py package/data

The package follows the Code officiel géographique of INSEE and its census.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from outreach.contacts.searching.communes import commune_key

TARGET = Path(__file__).parent.parent / "outreach" / "contacts" / "searching" / "communes.txt"


def main(folder: Path) -> None:
    """Keep name and inhabitants of each commune by département; of two of one name, the larger."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in json.loads((folder / "communes.json").read_text("utf-8")):
        if row["type"] == "commune-actuelle" and row.get("population") and "departement" in row:
            kept, name = found[row["departement"]], commune_key(row["nom"])
            kept[name] = max(kept.get(name, 0), row["population"])
    lines = (
        " ".join([code, *(f"{name}:{count}" for name, count in sorted(communes.items()))])
        for code, communes in sorted(found.items())
    )
    TARGET.write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"{sum(map(len, found.values()))} communes written to {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
