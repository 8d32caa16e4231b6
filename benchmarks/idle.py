"""Opens idle keep-alive connections and holds them. Usage: idle.py PORT COUNT

Each connection asks for / once and reads the answer. Then "ready" is printed, and all stay open until standard input ends.
Source addresses are spread over 127.0.0.0/8, so that ephemeral ports last.
"""
import resource
import select
import socket
import sys

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
BATCH = 200
PER_SOURCE = 5000


def open_one(port, index):
    connection = socket.socket()
    connection.setsockopt(socket.IPPROTO_IP, getattr(socket, "IP_BIND_ADDRESS_NO_PORT", 24), 1)
    connection.bind((f"127.0.0.{2 + index // PER_SOURCE}", 0))
    connection.settimeout(10)
    connection.connect(("127.0.0.1", port))
    connection.sendall(REQUEST)
    return connection


def read_answer(connection):
    answer = b""
    while not answer.endswith(b"Hello, World!"):
        part = connection.recv(4096)
        if not part:
            raise SystemExit(f"closed after {answer!r}")
        answer += part


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held = []
    while len(held) < count:
        batch = [open_one(port, len(held) + i) for i in range(min(BATCH, count - len(held)))]
        for connection in batch:
            read_answer(connection)
        held += batch
    print("ready", flush=True)
    sys.stdin.read()
    poll = select.poll()
    for connection in held:
        poll.register(connection, select.POLLIN)
    print(f"closed by the server: {len(poll.poll(0))}", flush=True)


main()
