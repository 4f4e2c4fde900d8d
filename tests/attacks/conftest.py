from __future__ import annotations

import sys
from pathlib import Path

# The live server stands beside the tests of the web.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "web"))
