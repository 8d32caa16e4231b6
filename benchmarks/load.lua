-- The load of one measurement, for wrk. Arguments: DEPTH, how many requests are pipelined (1: none); KIND, what the
-- requests are: "plain" (default), "headers" (the 20 of a browser), "form" (a POST of a form).
-- The last line printed begins with "measured" and is read by compare.py.

local depth = 1
local batch

local browser = {
  ["Connection"] = "keep-alive",
  ["Cache-Control"] = "max-age=0",
  ["sec-ch-ua"] = '"Chromium";v="130", "Google Chrome";v="130", "Not?A_Brand";v="99"',
  ["sec-ch-ua-mobile"] = "?0",
  ["sec-ch-ua-platform"] = '"Linux"',
  ["Upgrade-Insecure-Requests"] = "1",
  ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    .. "Chrome/130.0.0.0 Safari/537.36",
  ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
  ["Sec-Fetch-Site"] = "same-origin",
  ["Sec-Fetch-Mode"] = "navigate",
  ["Sec-Fetch-User"] = "?1",
  ["Sec-Fetch-Dest"] = "document",
  ["Referer"] = "https://www.example.com/products/overview?page=2&sort=price",
  ["Accept-Encoding"] = "gzip, deflate, br, zstd",
  ["Accept-Language"] = "en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7",
  ["Cookie"] = "session=6b1f0c2d4e8a4f7c9d3b5a1e0f2c4d6e; theme=dark; consent=analytics%3Dno; "
    .. "_ga=GA1.2.1234567890.1700000000",
  ["DNT"] = "1",
  ["Priority"] = "u=0, i",
  ["If-None-Match"] = '"5e8a4f7c9d3b5a1e"',
}

function init(arguments)
  depth = tonumber(arguments[1]) or 1
  local kind = arguments[2] or "plain"
  if kind == "headers" then
    -- With Host, which wrk adds, they are 20.
    for name, value in pairs(browser) do
      wrk.headers[name] = value
    end
  elseif kind == "form" then
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    wrk.body = "name=Ann+Example&city=Z%C3%BCrich&street=Bahnhofstrasse+1&zip=8001&country=CH&newsletter=on"
      .. "&comment=" .. string.rep("one+two%2C+three.+", 20)
  end
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
