"""Measures two HTTP servers side by side and prints Markdown tables. Run by compare.sh, which builds them first.

Within a row both servers run at the same time on ports of their own, and one wrk loads them in turn: first, second; second,
first; and so on. A ratio is taken within each pair: what slows the machine for a while slows both halves of it.
"""
import argparse
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
TICKS = os.sysconf("SC_CLK_TCK")
IDLE_CONNECTIONS = 10_000
READY_SECONDS = 15


@dataclass(frozen=True)
class Row:
    """One load. `inline` concerns our side; `twin_inline` the environment switch of .NET's sockets on the twin's side."""

    name: str
    connections: int
    depth: int = 1
    close: bool = False
    inline: bool = False
    twin_inline: bool = False
    idle: bool = False
    akka_io: bool = False


def all_rows():
    for inline in (False, True):
        suffix = "-inline" if inline else ""
        for connections in (32, 256):
            yield Row(f"plain-{connections}{suffix}", connections, inline=inline)
        for connections in (32, 256):
            yield Row(f"pipelined16-{connections}{suffix}", connections, depth=16, inline=inline)
        for connections in (32, 256):
            yield Row(f"close-{connections}{suffix}", connections, close=True, inline=inline)
    for connections in (32, 256):
        yield Row(f"plain-{connections}-both-inline", connections, inline=True, twin_inline=True)
    for connections in (32, 256):
        yield Row(f"plain-{connections}-akka-io", connections, akka_io=True)
    yield Row("idle-10000", 32, idle=True)
    yield Row("idle-10000-inline", 32, idle=True, inline=True)


class Server:
    """One server process; ended by its id."""

    running = []

    def __init__(self, name, dll, arguments=(), environment=None):
        self.name = name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        # The same collector for both, the one that ASP.NET Core turns on: it alone moves throughput and memory.
        settings = {**os.environ, "DOTNET_gcServer": os.environ.get("DOTNET_gcServer", "1"), **(environment or {})}
        self.process = subprocess.Popen(
            ["dotnet", dll, str(self.port), *arguments],
            env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        Server.running.append(self)
        self.check()

    def check(self):
        """Waits until the server answers, and makes sure that it answers what is measured."""
        end = time.monotonic() + READY_SECONDS
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    answer = b"".join(iter(lambda: connection.recv(4096), b""))
                break
            except ConnectionRefusedError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"{self.name} does not listen on port {self.port}")
                time.sleep(0.05)
        head, _, body = answer.partition(b"\r\n\r\n")
        lower = head.lower()
        if not (head.startswith(b"HTTP/1.1 200") and body == b"Hello, World!"
                and b"\r\ncontent-type: text/plain" in lower and b"\r\ncontent-length: 13" in lower):
            raise SystemExit(f"{self.name} answers {answer!r}")

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024

    def stop(self):
        Server.running.remove(self)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass
class Sample:
    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float
    faults: str


def load(server, row, seconds, threads=2, path="/", kind="plain"):
    """One run of wrk. Times in µs, CPU in µs per request, memory in bytes."""
    command = ["wrk", "-t", str(threads), "-c", str(row.connections), "-d", f"{seconds}s", "-s",
               os.path.join(HERE, "load.lua")]
    if row.close:
        command += ["-H", "Connection: close"]
    before = server.cpu_seconds()
    output = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}{path}", "--", str(row.depth), kind],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=seconds + 60)
    cpu = server.cpu_seconds() - before
    line = next((x for x in output.stdout.splitlines() if x.startswith("measured ")), None)
    if line is None:
        raise SystemExit(f"wrk failed on {server.name}: {output.stdout}{output.stderr}")
    got = {key: float(value) for key, value in (word.split("=") for word in line.split()[1:])}
    requests = max(1.0, got["requests"])
    faults = [f"{server.name}: {int(got[x])} {x}" for x in ("status", "connect", "read", "write", "timeout") if got[x]]
    return Sample(requests / got["micros"] * 1e6, got["p50"], got["p99"], cpu / requests * 1e6,
                  server.resident_bytes(), ", ".join(faults))


def start(row, side, options):
    if side == "ours":
        arguments = [*["--inline-completions"] * row.inline, *["--akka-io"] * row.akka_io]
        return Server("ours", options.ours, [] if options.plain_ours else arguments)
    inline = {"DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS": "1"} if row.twin_inline else {}
    return Server("kestrel", options.twin, environment=inline)


def alternate(pairs):
    """The order of sides within each pair: who goes first changes, so that going first is nobody's advantage."""
    return [("ours", "kestrel") if i % 2 == 0 else ("kestrel", "ours") for i in range(pairs)]


def run_load_row(row, options):
    servers = {side: start(row, side, options) for side in ("ours", "kestrel")}
    samples = {side: [] for side in servers}
    try:
        for server in servers.values():
            load(server, row, options.warmup)
        for order in alternate(options.pairs):
            for side in order:
                samples[side].append(load(servers[side], row, options.seconds, options.threads))
    finally:
        for server in servers.values():
            server.stop()
    return samples


@dataclass
class IdleSample:
    per_connection: float
    alone: float
    beside: float
    faults: str


def run_idle_side(row, side, options):
    server = start(row, side, options)
    client = None
    try:
        load(server, row, options.warmup)
        first = load(server, row, options.seconds, options.threads)
        before = server.resident_bytes()
        client = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "idle.py"), str(server.port), str(IDLE_CONNECTIONS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if client.stdout.readline().strip() != "ready":
            raise SystemExit(f"{server.name} did not take {IDLE_CONNECTIONS} connections")
        held = server.resident_bytes() - before
        beside = load(server, row, options.seconds, options.threads)
        closed = client.communicate(timeout=60)[0].strip()
        # Alone before and after: the runtime still gets faster while it is measured.
        last = load(server, row, options.seconds, options.threads)
        faults = [x.faults for x in (first, beside, last) if x.faults]
        if closed != "closed by the server: 0":
            faults.append(f"{server.name}: idle connections {closed}")
        alone = (first.rate + last.rate) / 2
        return IdleSample(held / IDLE_CONNECTIONS, alone, beside.rate, ", ".join(faults))
    finally:
        if client is not None and client.poll() is None:
            client.kill()
            client.wait()
        server.stop()


def run_idle_row(row, options):
    samples = {"ours": [], "kestrel": []}
    for order in alternate(options.pairs):
        for side in order:
            samples[side].append(run_idle_side(row, side, options))
    return samples


def ratio(samples, field):
    pairs = [(getattr(a, field), getattr(b, field)) for a, b in zip(samples["ours"], samples["kestrel"], strict=True)]
    # wrk answers 0 for a percentile that it could not tell.
    values = [a / b for a, b in pairs if a > 0 and b > 0]
    return spread(values)


def spread(values):
    if not values:
        return "unknown"
    return f"{statistics.median(values):.2f} ({min(values):.2f}..{max(values):.2f})"


def both(samples, field, scale=1.0, form=",.0f"):
    def middle(side):
        values = [value for value in (getattr(x, field) for x in samples[side]) if value > 0]
        return format(statistics.median(values) * scale, form) if values else "unknown"

    return f"{middle('ours')} / {middle('kestrel')}"


def faults(samples):
    distinct = [x.faults for side in ("ours", "kestrel") for x in samples[side] if x.faults]
    return "; ".join(distinct) or "none"


LOAD_HEAD = ["row", "requests/s", "**ratio**", "p50 µs", "p99 µs", "p99 ratio", "CPU µs/request", "CPU ratio",
             "RSS MiB", "faults"]
IDLE_HEAD = ["row", "bytes/connection", "**ratio**", "requests/s of 32 alone", "beside 10,000 idle",
             "ours: beside/alone", "kestrel: beside/alone", "faults"]


def load_cells(row, samples):
    return [row.name, both(samples, "rate"), ratio(samples, "rate"), both(samples, "p50"), both(samples, "p99"),
            ratio(samples, "p99"), both(samples, "cpu", form=".1f"), ratio(samples, "cpu"),
            both(samples, "memory", 1 / 2**20), faults(samples)]


def idle_cells(row, samples):
    def kept(side):
        return spread([x.beside / x.alone for x in samples[side]])

    return [row.name, both(samples, "per_connection"), ratio(samples, "per_connection"), both(samples, "alone"),
            both(samples, "beside"), kept("ours"), kept("kestrel"), faults(samples)]


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
        model = re.search(r"model name\s*:\s*(.*)", cpuinfo.read())
    runtime = subprocess.run(["dotnet", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return (f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} processors, "
            f"Linux {platform.release()}, .NET SDK {runtime}")


class Table:
    """Prints lines as they come, so that a long run shows its progress, and keeps them for the file."""

    def __init__(self):
        self.lines = []
        self.head = None

    def text(self, line):
        self.lines.append(line)
        print(line, flush=True)

    def row(self, head, cells):
        if head is not self.head:
            self.head = head
            self.text("")
            self.text("| " + " | ".join(head) + " |")
            self.text("| --- " + "| ---: " * (len(head) - 1) + "|")
        self.text("| " + " | ".join(cells) + " |")


def parser_of(suite):
    parser = argparse.ArgumentParser(prog=f"compare.sh {suite}")
    parser.add_argument("--ours", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--twin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--pairs", type=int, default=5, help="alternating pairs for each row (default 5)")
    parser.add_argument("--seconds", type=int, default=4, help="length of one measurement (default 4)")
    parser.add_argument("--warmup", type=int, default=3, help="seconds of load before the first measurement (default 3)")
    parser.add_argument("--threads", type=int, default=2, help="threads of wrk (default 2)")
    parser.add_argument("--rows", default="", help="only rows whose name matches this regular expression")
    parser.add_argument("--out", help="also write the table to this file")
    parser.add_argument("--list", action="store_true", help="print the names of the rows and stop")
    return parser


def parse(parser):
    options = parser.parse_args()
    if options.pairs < 1 or options.seconds < 1 or options.warmup < 1:
        parser.error("--pairs, --seconds and --warmup must be at least 1")
    # The twin on both sides shows the noise of the machine; it has none of our switches.
    options.plain_ours = "KestrelTwin" in os.path.basename(options.ours)
    return options


def run(rows, options, measure):
    """Measures each wanted row: `measure` answers a row's head and cells."""
    rows = [row for row in rows if re.search(options.rows, row.name)]
    if options.list:
        print("\n".join(row.name for row in rows))
        return
    if not rows:
        raise SystemExit(f"no row matches '{options.rows}'")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    table = Table()
    table.text(f"{machine()}; {options.pairs} pairs of {options.seconds} s; ours / kestrel; "
               "ratio = ours over kestrel: median (min..max) of the pairs.")
    try:
        for row in rows:
            table.row(*measure(row, options))
    finally:
        for server in list(Server.running):
            server.stop()
    if options.out:
        with open(options.out, "w", encoding="utf-8") as out:
            out.write("\n".join(table.lines) + "\n")


def measure_row(row, options):
    if row.idle:
        return IDLE_HEAD, idle_cells(row, run_idle_row(row, options))
    return LOAD_HEAD, load_cells(row, run_load_row(row, options))


if __name__ == "__main__":
    run(all_rows(), parse(parser_of("http1")), measure_row)
