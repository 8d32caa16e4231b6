"""One table and charts of all comparisons: reads what the suites of compare.sh printed, one file each, SUITE.md."""

import argparse
import html
import math
import os
import re
import sys

SUITES = {
    "http1": ("HTTP server", "Kestrel"),
    "server": ("HTTP server, features", "Kestrel"),
    "client": ("HTTP client", "HttpClient"),
    "websocket": ("WebSocket", "Kestrel"),
    "tcp-faces": ("TCP", None),
    "tcp-streams": ("TCP as streams", None),
    "tls": ("TLS", "Kestrel"),
    "udp": ("UDP", "Socket"),
}
PEERS = {"socket": "Socket", "akka": "Akka.IO"}

# What the picture in the README shows: of each suite what users ask for first, won or lost.
CHOSEN = [
    ("http1", "plain-32"), ("http1", "plain-256"), ("http1", "pipelined16-32"), ("server", "json"),
    ("server", "file-1m"), ("server", "upload-100m"), ("server", "download-100m"), ("client", "get-1"),
    ("client", "get-32"), ("client", "get-256"), ("client", "upload-1gib"), ("websocket", "echo64-text-32"),
    ("websocket", "echo64k-binary-32"), ("tls", "download-8"), ("tls", "handshakes-32"),
    ("tcp-faces", "echo64-32-protocol-vs-socket"), ("tcp-faces", "echo64-32-function-vs-socket"),
    ("tcp-faces", "bulk-function-vs-socket"), ("tcp-faces", "bulk-function-vs-akka"), ("udp", "udp-32"),
]

LESS_IS_BETTER = re.compile(r"/connection|heap|p99", re.IGNORECASE)


class Entry:
    """One row of one suite."""

    def __init__(self, suite, name, peer, unit, ours, theirs, ratio, cpu):
        self.suite, self.name, self.peer, self.unit = suite, name, peer, unit
        self.ours, self.theirs, self.cpu = ours, theirs, cpu
        numbers = [float(x) for x in re.findall(r"\d+(?:\.\d+)?", ratio)]
        self.middle = numbers[0]
        self.low, self.high = (numbers + numbers[:1] * 2)[1:3] if len(numbers) >= 3 else (numbers[0], numbers[0])
        self.ratio = ratio

    @property
    def less_is_better(self):
        return bool(LESS_IS_BETTER.search(self.unit))

    @property
    def gain(self):
        """How many times as good as the peer."""
        return 1 / max(self.middle, 1e-9) if self.less_is_better else self.middle


def cells_of(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def read(suite, lines):
    head = None
    for line in lines:
        if not line.startswith("|"):
            head = None
            continue
        cells = cells_of(line)
        if head is None:
            head = [cell.strip("* ") for cell in cells]
        elif not cells[0].startswith("---"):
            entry = entry_of(suite, dict(zip(head, cells)), head)
            if entry is not None:
                yield entry


def entry_of(suite, row, head):
    # Server-sent events come at a given rate: what compares is their delay.
    ratio = row.get("ratio") or (row.get("p99 ratio") if "events/s" in row else None)
    if not ratio or not re.match(r"\d", ratio):
        return None
    name, peer = row[head[0]], SUITES[suite][1]
    unit = row.get("unit", "")
    cpu = next((value for key, value in row.items() if key.startswith("CPU ratio")), "") or "-"
    if "-vs-" in name:
        peer = PEERS[name.rsplit("-vs-", 1)[1]]
    if "against" in row:
        peer = {"stock Tcp()": "Akka.Streams Tcp()"}.get(row["against"], "our " + row["against"])
        ours, theirs = row["stream face"], row["the other"]
        name, _, unit = name.rpartition(", ")
    elif "raw packets/s" in row:
        ours, theirs, unit = row["ours"], row["raw packets/s"], "packets/s"
        cpu = "-"
    elif "ours" in row:
        ours = row["ours"]
        theirs = next(row[key] for key in ("the other", "Kestrel", "HttpClient") if key in row)
    else:
        column = "p99 delay µs" if "events/s" in row else head[1]
        (ours, _, theirs), unit = row[column].partition(" / "), column
    if not unit:
        ours, _, unit = ours.partition(" ")
        theirs = theirs.partition(" ")[0]
    return Entry(suite, name, peer, unit, ours, theirs, ratio, cpu)


def table(entries):
    yield "| suite | row | unit | ours | against | theirs | ratio | CPU ratio |"
    yield "| --- | --- | --- | ---: | --- | ---: | ---: | ---: |"
    for x in entries:
        less = " (less is better)" if x.less_is_better else ""
        yield (f"| {x.suite} | {x.name} | {x.unit}{less} | {x.ours} | {x.peer} | {x.theirs} | {x.ratio} | {x.cpu} |")


STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-size: 15px; font-weight: 600 }
.dim { fill: #57606a } .axis { stroke: #8c959f } .grid { stroke: #d0d7de } .one { stroke: #24292f }
.won { fill: #2da44e } .even { fill: #bf8700 } .lost { fill: #cf222e } .span { stroke: #57606a; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .dim { fill: #9198a1 } .axis { stroke: #656c76 } .grid { stroke: #30363d } .one { stroke: #e6edf3 }
.won { fill: #3fb950 } .even { fill: #d29922 } .lost { fill: #f85149 } .span { stroke: #9198a1 } }
"""

LEFT, WIDTH, RIGHT, STEP, TOP = 330, 420, 110, 22, 66


def chart(title, entries, with_suite):
    """Bars from 1, to the right where ours is better, on a scale of ratios."""
    most = max([2.0] + [max(x.gain, 1 / max(x.gain, 0.01)) for x in entries])
    reach = math.log2(min(most, 8)) * 1.05

    def at(gain):
        return LEFT + WIDTH / 2 * (1 + max(-1, min(1, math.log2(max(gain, 1e-3)) / reach)))

    height = TOP + STEP * len(entries) + 14
    total = LEFT + WIDTH + RIGHT
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {height}" width="{total}" '
           f'height="{height}" role="img" aria-label="{html.escape(title)}">')
    yield f"<title>{html.escape(title)}</title><style>{STYLE}</style>"
    yield f'<text class="title" x="12" y="24">{html.escape(title)}</text>'
    for tick in (0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8):
        if abs(math.log2(tick)) > reach:
            continue
        kind = "one" if tick == 1 else "grid"
        yield (f'<line class="{kind}" x1="{at(tick):.1f}" y1="{TOP - 8}" x2="{at(tick):.1f}" y2="{height - 10}"/>'
               f'<text class="dim" x="{at(tick):.1f}" y="{TOP - 14}" text-anchor="middle">{tick:g}</text>')
    for i, x in enumerate(entries):
        yield from bar(x, TOP + STEP * i, at, SUITES[x.suite][0] + ": " if with_suite else "")
    yield "</svg>"


def bar(entry, y, at, prefix):
    gain = entry.gain
    kind = "won" if gain >= 1.0 else "even" if gain >= 0.9 else "lost"
    x1, x2 = sorted((at(1), at(gain)))
    low, high = (1 / entry.high, 1 / entry.low) if entry.less_is_better else (entry.low, entry.high)
    name = prefix + (entry.name if "-vs-" in entry.name else f"{entry.name} · {entry.peer}")
    yield (f'<text x="{LEFT - 10}" y="{y + 13}" text-anchor="end">{html.escape(name)}</text>'
           f'<rect class="{kind}" x="{x1:.1f}" y="{y + 3}" width="{max(x2 - x1, 1.5):.1f}" height="13" rx="2"/>'
           f'<line class="span" x1="{at(low):.1f}" y1="{y + 9.5}" x2="{at(high):.1f}" y2="{y + 9.5}"/>'
           f'<text class="dim" x="{LEFT + WIDTH + 8}" y="{y + 13}">{gain:.2f} ×</text>')


def main():
    parser = argparse.ArgumentParser(prog="table.py", description=__doc__)
    parser.add_argument("--from", dest="source", required=True, help="the folder of what the suites printed")
    parser.add_argument("--out", help="also write the table to this file")
    parser.add_argument("--charts", help="write a picture of each suite, and all.svg, to this folder")
    options = parser.parse_args()
    entries = []
    for suite in SUITES:
        path = os.path.join(options.source, suite + ".md")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as lines:
                entries += read(suite, lines)
    if not entries:
        sys.exit(f"table.py: no table in {options.source}")
    text = "\n".join(table(entries))
    print(text)
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    if options.charts:
        draw(entries, options.charts)


def draw(entries, folder):
    os.makedirs(folder, exist_ok=True)
    pictures = {suite: (title, [x for x in entries if x.suite == suite]) for suite, (title, _) in SUITES.items()}
    known = {(x.suite, x.name): x for x in entries}
    pictures["all"] = ("Aleph.Actors", [known[key] for key in CHOSEN if key in known])
    for name, (title, rows) in pictures.items():
        if rows:
            with open(os.path.join(folder, name + ".svg"), "w", encoding="utf-8") as file:
                heading = f"{title}: times as good as the peer"
                file.write("\n".join(chart(heading, rows, with_suite=name == "all")) + "\n")


main()
