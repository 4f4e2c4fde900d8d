-- wrk sends the requests of a plan (bench/plan.py) in their order, and prints one line of JSON at the end.
-- Usage: wrk … -s replay.lua URL -- PLAN [statuses]; with "statuses" it counts answers by status, which costs some time.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local distinct, length = file:read("*n", "*n")
  file:read("*l")
  requests, order, place = {}, {}, 0
  for number = 1, distinct do
    local bytes = file:read("*n")
    file:read("*l")
    requests[number] = file:read(bytes)
  end
  for number = 1, length do
    order[number] = file:read("*n")
  end
  file:close()
  status_200, status_429, status_503, status_other, no_retry_after = 0, 0, 0, 0, 0
  if args[2] ~= "statuses" then
    response = nil
  end
end

function request()
  place = place % #order + 1
  return requests[order[place]]
end

function response(status, headers)
  if status == 200 then
    status_200 = status_200 + 1
  elseif status == 429 or status == 503 then
    if status == 429 then status_429 = status_429 + 1 else status_503 = status_503 + 1 end
    if not (headers["retry-after"] or headers["Retry-After"]) then no_retry_after = no_retry_after + 1 end
  else
    status_other = status_other + 1
  end
end

local function total(name)
  local sum = 0
  for _, thread in ipairs(threads) do
    sum = sum + (thread:get(name) or 0)
  end
  return sum
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "bad_status": %d, "broken": %d, "timeouts": %d, '
      .. '"s200": %d, "s429": %d, "s503": %d, "other": %d, "no_retry_after": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write, errors.timeout,
    total("status_200"), total("status_429"), total("status_503"), total("status_other"), total("no_retry_after")))
end
