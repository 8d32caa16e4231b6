#!/usr/bin/env bash
# Mixed traffic, hostile clients, restarts, crashes and cancellations for so long, then a report. docs/reliability.md
# says what is counted. The exit code is 0 only if nothing was lost or wrong, all curves are flat, and no log line
# was unexpected. The report is printed, and written to artifacts/soak.md.
# Usage: benchmarks/soak.sh [MINUTES] [--seed N] [--only PATTERN] [--out FILE]
#   MINUTES  how long traffic lasts; default 30, fractions allowed
#   --seed   of all that is left to chance; default another one each time
#   --only   only traffic and hostile peers whose name this regular expression finds
#   --out    the file of the report; default artifacts/soak.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in
  -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
command -v dotnet >/dev/null || { echo "soak.sh: the .NET SDK is not installed" >&2; exit 2; }

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build -c Release -v quiet --nologo benchmarks/Soak </dev/null >&2
ulimit -n "$(ulimit -Hn)"
exec dotnet benchmarks/Soak/bin/Release/net10.0/Soak.dll "$@"
