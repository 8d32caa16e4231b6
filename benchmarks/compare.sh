#!/usr/bin/env bash
# Side-by-side load: ours against its peers, alternating in one run. docs/benchmarks.md has the method.
# Usage: benchmarks/compare.sh http1|server [--pairs N] [--seconds S] [--rows FILTER] [--out FILE] [--list]
#        benchmarks/compare.sh tcp|tcp-faces|tcp-streams|tls|udp|client|websocket [--pairs N] [--seconds S]
#        benchmarks/compare.sh all [--pairs N] [--seconds S]
#   --pairs    alternating pairs for each row
#   --seconds  length of one measurement
#   --rows     only rows whose name matches this regular expression
#   --out      also write the table to this file
#   --list     print the names of the rows and stop
#   --warmup   (http1, server) seconds of load before the first measurement, default 3
#   --threads  (http1, server) threads of wrk, default 2
#   --mib      (tcp-faces) how much a measurement of bulk moves, default 1024
#   --clients  (server) clients of server-sent events, default 1000
#   --idle     (websocket) how many connections rest, default 10000
#   --upload-mib  (server) size of the multipart upload, default 1024
# all runs every suite, prints one table of all that they found, and writes the table, what each suite printed, and a
# picture of each (SVG) to artifacts/compare.
# tcp is tcp-faces (protocol, function, actor against a plain socket and Akka.IO), then tcp-streams.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() { sed -n '3,19s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

suite="${1:-}"
case "$suite" in
  all) needs=(dotnet wrk python3) ;;
  http1 | server) needs=(dotnet wrk python3) ;;
  tcp | tcp-faces | tcp-streams | tls | udp | client | websocket) needs=(dotnet) ;;
  -h | --help | "") usage; exit 2 ;;
  *) echo "compare.sh: unknown suite '$suite'; known: all, http1, server, tcp, tcp-faces, tcp-streams, tls, udp, client, websocket" >&2; exit 2 ;;
esac
shift

for tool in "${needs[@]}"; do
  command -v "$tool" >/dev/null || { echo "compare.sh: $tool is not installed" >&2; exit 2; }
done

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
build() {
  dotnet build -c Release -v quiet --nologo "$1" </dev/null >&2
}

if [[ "$suite" == all ]]; then
  found=artifacts/compare failed=()
  rm -rf "$found"
  mkdir -p "$found"
  for each in http1 server client websocket tcp-faces tcp-streams tls udp; do
    echo "== $each" >&2
    benchmarks/compare.sh "$each" "$@" | tee "$found/$each.md" >&2 || failed+=("$each")
  done
  python3 benchmarks/table.py --from "$found" --out "$found/all.md" --charts "$found"
  ((${#failed[@]} == 0)) || { echo "compare.sh: failed: ${failed[*]}" >&2; exit 1; }
  exit
fi

# Everything but HTTP is measured by one program that holds both sides.
if [[ "$suite" != http1 && "$suite" != server ]]; then
  case "$suite" in
    tcp) loads=(TcpLoad TcpStreamLoad) ;;
    tcp-faces) loads=(TcpLoad) ;;
    tcp-streams) loads=(TcpStreamLoad) ;;
    tls) loads=(TlsLoad) ;;
    udp) loads=(UdpLoad) ;;
    client) loads=(ClientLoad) ;;
    websocket) loads=(WebSocketLoad) ;;
  esac
  [[ "$suite" != udp ]] || build samples/UdpEcho
  for load in "${loads[@]}"; do
    build "benchmarks/$load"
  done
  ulimit -n "$(ulimit -Hn)"
  for load in "${loads[@]}"; do
    dotnet "benchmarks/$load/bin/Release/net10.0/$load.dll" "$@"
  done
  exit
fi

case "$suite" in
  http1) project=samples/HttpHello script=compare.py ;;
  server) project=benchmarks/FeatureServer script=compare_server.py ;;
esac

# COMPARE_OURS and COMPARE_TWIN name other servers' dlls with the same command line.
if [[ " $* " != *" --list "* && " $* " != *" --help "* ]]; then
  [[ -n "${COMPARE_OURS:-}" ]] || build "$project"
  [[ -n "${COMPARE_TWIN:-}" ]] || build benchmarks/KestrelTwin
fi
ours="${COMPARE_OURS:-$project/bin/Release/net10.0/${project##*/}.dll}"
twin="${COMPARE_TWIN:-benchmarks/KestrelTwin/bin/Release/net10.0/KestrelTwin.dll}"

# 10,000 idle connections need as many descriptors in the server and in their client.
ulimit -n "$(ulimit -Hn)"
exec python3 "benchmarks/$script" --ours "$ours" --twin "$twin" "$@"
