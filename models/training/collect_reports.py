"""Puts JSON files into one, each under its name:  python3 collect_reports.py OUT FILE …"""

import json
import os
import sys

out, *names = sys.argv[1:]
reports = {}
for name in names:
    if os.path.exists(name):
        with open(name) as file:
            reports[os.path.splitext(os.path.basename(name))[0]] = json.load(file)
with open(out, "w") as file:
    json.dump(reports, file)
