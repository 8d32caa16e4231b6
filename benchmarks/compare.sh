#!/usr/bin/env bash
# Side-by-side load: our server against its Kestrel twin, alternating in one run. docs/benchmarks.md has the method.
# Usage: benchmarks/compare.sh http1 [--pairs N] [--seconds S] [--rows FILTER] [--out FILE] [--list]
#   --pairs    alternating pairs for each row, default 5
#   --seconds  length of one measurement, default 4
#   --warmup   seconds of load before the first measurement, default 3
#   --threads  threads of wrk, default 2
#   --rows     only rows whose name matches this regular expression
#   --out      also write the table to this file
#   --list     print the names of the rows and stop
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() { sed -n '3,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

suite="${1:-}"
case "$suite" in
  http1) shift ;;
  -h | --help | "") usage; exit 2 ;;
  *) echo "compare.sh: unknown suite '$suite'; known: http1" >&2; exit 2 ;;
esac

for tool in dotnet wrk python3; do
  command -v "$tool" >/dev/null || { echo "compare.sh: $tool is not installed" >&2; exit 2; }
done

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
build() {
  dotnet build -c Release -v quiet --nologo "$1" </dev/null >&2
}

# COMPARE_OURS and COMPARE_TWIN name other servers' dlls with the same command line.
if [[ " $* " != *" --list "* && " $* " != *" --help "* ]]; then
  [[ -n "${COMPARE_OURS:-}" ]] || build samples/HttpHello
  [[ -n "${COMPARE_TWIN:-}" ]] || build benchmarks/KestrelTwin
fi
ours="${COMPARE_OURS:-samples/HttpHello/bin/Release/net10.0/HttpHello.dll}"
twin="${COMPARE_TWIN:-benchmarks/KestrelTwin/bin/Release/net10.0/KestrelTwin.dll}"

# 10,000 idle connections need as many descriptors in the server and in their client.
ulimit -n "$(ulimit -Hn)"
exec python3 benchmarks/compare.py --ours "$ours" --twin "$twin" "$@"
