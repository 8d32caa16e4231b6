-- The load of one measurement, for wrk. Arguments: DEPTH, how many requests are pipelined (1: none).
-- The last line printed begins with "measured" and is read by compare.py.

local depth = 1
local batch

function init(arguments)
  depth = tonumber(arguments[1]) or 1
  if depth > 1 then
    local one = wrk.format()
    local all = {}
    for i = 1, depth do
      all[i] = one
    end
    batch = table.concat(all)
    request = function() return batch end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "measured requests=%d micros=%d p50=%.1f p99=%.1f max=%.1f status=%d connect=%d read=%d write=%d timeout=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
