"""Measures what a server offers above plain answers, side by side. Run by compare.sh server, which builds both first.

Short answers are loaded by wrk as in compare.py. Long ones, events and uploads are loaded from here by plain sockets.
"""
import os
import re
import select
import socket
import tempfile
import threading
import time
from dataclasses import dataclass

import compare

MIB = 1 << 20
PIECE = MIB
BULK = 100 * MIB
EVENT = re.compile(rb"data: (\d+)\n")
BOUNDARY = "----aleph-benchmark"


@dataclass(frozen=True)
class Row:
    """One load; `kind` says by what."""

    name: str
    kind: str
    path: str
    connections: int = 32
    requests: str = "plain"
    depth: int = 1
    close: bool = False


ROWS = [
    Row("json", "wrk", "/json"),
    Row("bytes-1k", "wrk", "/bytes/1024"),
    Row("bytes-64k", "wrk", "/bytes/65536"),
    Row("file-1m", "wrk", "/file", connections=8),
    Row("form", "wrk", "/form", requests="form"),
    Row("headers-20", "wrk", "/headers", requests="headers"),
    Row("download-100m", "download", f"/stream/{BULK}"),
    Row("upload-100m", "upload", "/upload"),
    Row("events", "events", "/events"),
    Row("multipart", "multipart", "/multipart"),
]


class Failed(Exception):
    """A server did not answer what is measured."""


def connect(server):
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def ask(server, head, *bodies):
    """One request on a connection of its own; the answer's body as text. A body is an iterable of pieces."""
    with connect(server) as connection:
        connection.sendall(f"{head}\r\nHost: localhost\r\nConnection: close\r\n".encode())
        for body in bodies:
            for piece in body:
                connection.sendall(piece)
        if not bodies:
            connection.sendall(b"\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise Failed(f"{server.name} answers {head[:200]!r}")
    return body.decode()


def download(server, row, size=BULK):
    """Bytes received for one streamed answer, framing included."""
    buffer = bytearray(PIECE)
    total = 0
    with connect(server) as connection:
        connection.sendall(f"GET {row.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        tail = b""
        while (count := connection.recv_into(buffer)) > 0:
            total += count
            tail = (tail + bytes(buffer[max(0, count - 8):count]))[-8:]
    if total < size or not tail.endswith(b"0\r\n\r\n"):
        raise Failed(f"{server.name} sent {total} of {size} bytes, at the end {tail!r}")


PIECE_BYTES = memoryview(b"x" * PIECE)


def pieces(size):
    for sent in range(0, size, PIECE):
        yield PIECE_BYTES[:min(PIECE, size - sent)]


def upload(server, row, size=BULK):
    answer = ask(server, f"POST {row.path} HTTP/1.1", [f"Content-Length: {size}\r\n\r\n".encode()], pieces(size))
    if str(size) not in answer:
        raise Failed(f"{server.name} counts {answer!r} instead of {size} bytes")


@dataclass
class BulkSample:
    rate: float
    cpu: float
    memory: float
    faults: str = ""


def bulk_sample(server, row, options):
    """As many transfers as begin within the time of a measurement. Rate in MiB/s, CPU in µs per MiB."""
    transfer = download if row.kind == "download" else upload
    begin, cpu, mib = time.monotonic(), server.cpu_seconds(), 0
    while mib == 0 or time.monotonic() - begin < options.seconds:
        transfer(server, row)
        mib += BULK // MIB
    elapsed = time.monotonic() - begin
    return BulkSample(mib / elapsed, (server.cpu_seconds() - cpu) / mib * 1e6, server.resident_bytes())


@dataclass
class EventSample:
    rate: float
    cpu: float
    p50: float
    p99: float
    memory: float
    faults: str = ""


def event_sample(server, row, options):
    """All clients listen; what comes within the time of a measurement counts. Delays in µs, CPU in µs per event."""
    poll = select.epoll()
    clients = {}
    try:
        for _ in range(options.clients):
            client = connect(server)
            client.sendall(f"GET {row.path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            clients[client.fileno()] = client
            poll.register(client.fileno(), select.EPOLLIN)
        receive(poll, clients, server, until_all=True)
        cpu = server.cpu_seconds()
        begin = time.monotonic()
        delays = receive(poll, clients, server, seconds=options.seconds)
        elapsed = time.monotonic() - begin
        cpu = server.cpu_seconds() - cpu
        memory = server.resident_bytes()
    finally:
        for client in clients.values():
            client.close()
        poll.close()
    delays.sort()
    expected = options.clients * 10 * elapsed
    fault = "" if len(delays) > 0.9 * expected else f"{server.name}: {len(delays)} events instead of {expected:.0f}"
    return EventSample(len(delays) / elapsed, cpu / max(1, len(delays)) * 1e6, delays[len(delays) // 2],
                       delays[len(delays) * 99 // 100], memory, fault)


def receive(poll, clients, server, seconds=60.0, until_all=False):
    """The delays of the events that came, until the time is up or each client had one."""
    end = time.monotonic() + seconds
    waiting = set(clients) if until_all else None
    delays = []
    while (left := end - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left):
            data = clients[descriptor].recv(65536)
            now = time.time_ns() // 1000
            if not data:
                raise Failed(f"{server.name} closed an event stream")
            found = EVENT.findall(data)
            delays.extend(now - int(made) for made in found)
            if waiting is not None and found:
                waiting.discard(descriptor)
        if waiting is not None and not waiting:
            return delays
    if waiting:
        raise Failed(f"{server.name} sent no event to {len(waiting)} of {len(clients)} clients")
    return delays


@dataclass
class UploadSample:
    rate: float
    cpu: float
    heap: float
    rented: float
    warm: float
    after: float
    faults: str = ""


def multipart(server, row, size):
    before = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.bin\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\n").encode()
    after = f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(before) + size + len(after)}\r\n\r\n").encode()
    answer = ask(server, f"POST {row.path} HTTP/1.1", [head, before], pieces(size), [after])
    if str(size) not in answer:
        raise Failed(f"{server.name} counts {answer!r} instead of {size} bytes")


def held(server):
    text = ask(server, "GET /memory HTTP/1.1")
    return {key: int(value) for key, value in re.findall(r"(heap|rented)=(-?\d+)", text)}


def upload_sample(server, row, options):
    """An upload while the live heap, after a collection each time, and the rented buffers are read beside it."""
    size = options.upload_mib * MIB
    held(server)
    idle = held(server)
    multipart(server, row, min(size, 64 * MIB))
    warm = server.resident_bytes()
    over = threading.Event()
    seen = []

    def watch():
        while not over.wait(0.1):
            seen.append(held(server))

    watcher = threading.Thread(target=watch)
    cpu = server.cpu_seconds()
    begin = time.monotonic()
    watcher.start()
    try:
        multipart(server, row, size)
    finally:
        elapsed = time.monotonic() - begin
        over.set()
        watcher.join()
    seen.append(held(server))
    mib = size / MIB
    return UploadSample(mib / elapsed, (server.cpu_seconds() - cpu) / mib * 1e6,
                        max(1, max(x["heap"] for x in seen) - idle["heap"]), max(1, max(x["rented"] for x in seen)),
                        warm, server.resident_bytes())


def start(row, side, options):
    counting = ["--count-rentals"] * (row.kind == "multipart")
    dll = options.ours if side == "ours" else options.twin
    return compare.Server(side, dll, [options.file, *counting])


def sampled(row, options, sample, warm_up):
    """Both servers at once; loaded in turn."""
    servers = {side: start(row, side, options) for side in ("ours", "kestrel")}
    samples = {side: [] for side in servers}
    try:
        for server in servers.values():
            warm_up(server)
        for order in compare.alternate(options.pairs):
            for side in order:
                samples[side].append(sample(servers[side]))
    finally:
        for server in servers.values():
            server.stop()
    return samples


def fresh(row, options):
    """Servers of their own for each upload, so that each begins with the memory of a new one."""
    samples = {"ours": [], "kestrel": []}
    for order in compare.alternate(options.pairs):
        for side in order:
            server = start(row, side, options)
            try:
                samples[side].append(upload_sample(server, row, options))
            finally:
                server.stop()
    return samples


BULK_HEAD = ["row", "MiB/s", "**ratio**", "CPU µs/MiB", "CPU ratio", "RSS MiB", "faults"]
EVENT_HEAD = ["row", "events/s", "CPU µs/event", "**CPU ratio**", "p50 delay µs", "p99 delay µs", "**p99 ratio**",
              "RSS MiB", "faults"]
UPLOAD_HEAD = ["row", "MiB/s", "ratio", "CPU ratio", "**live heap grown by, MiB**", "buffers rented, MiB",
               "RSS after 64 MiB", "RSS after all", "faults"]


def measure(row, options):
    both, ratio, faults = compare.both, compare.ratio, compare.faults
    if row.kind == "wrk":
        def load(server, seconds):
            return compare.load(server, row, seconds, options.threads, row.path, row.requests)

        samples = sampled(row, options, lambda x: load(x, options.seconds), lambda x: load(x, options.warmup))
        return compare.LOAD_HEAD, compare.load_cells(row, samples)
    if row.kind == "events":
        samples = sampled(row, options, lambda x: event_sample(x, row, options),
                          lambda x: event_sample(x, row, options))
        return EVENT_HEAD, [f"{row.name}-{options.clients}", both(samples, "rate"), both(samples, "cpu", form=".1f"),
                            ratio(samples, "cpu"), both(samples, "p50"), both(samples, "p99"), ratio(samples, "p99"),
                            both(samples, "memory", 1 / MIB), faults(samples)]
    if row.kind == "multipart":
        samples = fresh(row, options)
        return UPLOAD_HEAD, [f"{row.name}-{options.upload_mib}m", both(samples, "rate"), ratio(samples, "rate"),
                             ratio(samples, "cpu"), both(samples, "heap", 1 / MIB, ".2f"),
                             both(samples, "rented", 1 / MIB, ".2f"), both(samples, "warm", 1 / MIB),
                             both(samples, "after", 1 / MIB), faults(samples)]
    samples = sampled(row, options, lambda x: bulk_sample(x, row, options), lambda x: bulk_sample(x, row, options))
    return BULK_HEAD, [row.name, both(samples, "rate"), ratio(samples, "rate"), both(samples, "cpu"),
                       ratio(samples, "cpu"), both(samples, "memory", 1 / MIB), faults(samples)]


def main():
    parser = compare.parser_of("server")
    parser.add_argument("--clients", type=int, default=1000, help="clients of server-sent events (default 1000)")
    parser.add_argument("--upload-mib", type=int, default=1024, help="size of the multipart upload (default 1024)")
    options = compare.parse(parser)
    if options.clients < 1 or options.upload_mib < 1:
        parser.error("--clients and --upload-mib must be at least 1")
    with tempfile.TemporaryDirectory() as folder:
        options.file = os.path.join(folder, "file.bin")
        with open(options.file, "wb") as file:
            file.write(os.urandom(MIB))
        compare.run(ROWS, options, measure)


if __name__ == "__main__":
    main()
