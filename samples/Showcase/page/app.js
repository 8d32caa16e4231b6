const $ = id => document.getElementById(id);

// --- what the server tells twice a second

const history = { rps: [], p50: [], p90: [], p99: [], open: [], bytes: [] };
const keep = 120;
let chosen = null;

const live = new EventSource("live");
live.addEventListener("open", () => { $("link").textContent = "live"; });
live.addEventListener("error", () => { $("link").textContent = "reconnecting"; });
live.addEventListener("picture", event => show(JSON.parse(event.data)));

const clock = new EventSource("clock");
clock.addEventListener("clock", event => { $("clock").textContent = event.data; });

function show(picture) {
  push(history.rps, picture.requestsPerSecond);
  push(history.open, picture.open);
  push(history.bytes, picture.bytesPerSecond);
  for (const q of ["p50", "p90", "p99"]) push(history[q], picture.latency[q] ?? 0);
  $("rps-now").textContent = Math.round(picture.requestsPerSecond);
  $("open-now").textContent = picture.open;
  $("bytes-now").textContent = size(picture.bytesPerSecond);
  $("latency-now").textContent = picture.latency.p50 === null ? "-"
    : ["p50", "p90", "p99"].map(q => picture.latency[q].toFixed(2)).join(" / ") + " ms";
  $("load-answered").textContent = picture.load.answered;
  $("load-failed").textContent = picture.load.failed;
  $("load-failure").textContent = picture.load.lastFailure ? `(last: ${picture.load.lastFailure})` : "";
  plot($("rps"), [history.rps]);
  plot($("latency"), [history.p50, history.p90, history.p99]);
  plot($("open"), [history.open]);
  plot($("bytes"), [history.bytes]);
  showTree(picture.servers);
}

function push(list, value) {
  list.push(value);
  if (list.length > keep) list.shift();
}

function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) { bytes /= 1024; unit++; }
  return `${bytes.toFixed(unit ? 1 : 0)} ${units[unit]}`;
}

function plot(canvas, lines) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth * scale, height = canvas.clientHeight * scale;
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  const style = getComputedStyle(document.documentElement);
  const colours = ["--accent", "--draining", "--dead"].map(name => style.getPropertyValue(name));
  const top = Math.max(1e-9, ...lines.flat()) * 1.1;
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  pen.lineWidth = 2 * scale;
  lines.forEach((line, index) => {
    pen.strokeStyle = colours[index];
    pen.setLineDash(index === 0 ? [] : [6 * scale / index, 3 * scale]);
    pen.beginPath();
    line.forEach((value, i) => pen.lineTo(width * (i + keep - line.length) / (keep - 1), height - height * value / top));
    pen.stroke();
  });
}

// --- the tree: elements are kept, so that the keyboard's focus stays where it is

function showTree(servers) {
  sync($("tree"), servers, s => s.name, makeServer, updateServer);
  if (chosen) {
    const connection = servers.find(s => s.name === chosen.server)?.connections.find(c => c.id === chosen.id);
    if (!connection || connection.end) {
      $("facts-end").textContent = connection ? `It has ended: ${connection.end}.` : "It has ended.";
      $("crash").disabled = true;
    }
  }
}

function sync(parent, items, key, make, update) {
  const known = new Map([...parent.children].map(child => [child.dataset.key, child]));
  for (const item of items) {
    const name = String(key(item));
    const child = known.get(name) ?? parent.appendChild(Object.assign(make(item), {}));
    child.dataset.key = name;
    known.delete(name);
    update(child, item);
  }
  for (const gone of known.values()) gone.remove();
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function makeServer() {
  const item = element("li", "");
  item.append(element("div", "server"), element("ul", ""));
  const [listeners, connections] = [element("li", "group"), element("li", "group")];
  connections.append(element("span", ""), element("ul", "connections"));
  item.lastChild.append(listeners, connections);
  return item;
}

function updateServer(item, server) {
  const [head, children] = item.children;
  setText(head, `${server.name} `, "name");
  setText(head, `${server.kind} on ${server.address} `, "where", "small");
  const badge = setText(head, server.state, "state");
  badge.className = `badge ${server.state}`;
  const [listeners, connections] = children.children;
  listeners.textContent = `listeners: ${server.listeners}` + (server.listenerRestarts ? `, restarted ${server.listenerRestarts} times` : "");
  connections.firstChild.textContent = server.kind === "UDP" ? `datagrams: ${server.requests}`
    : `connections: ${server.open} open, ${server.accepted} so far` + (server.requests ? `, ${server.requests} requests` : "");
  sync(connections.lastChild, server.connections, c => c.id, c => makeConnection(server.name, c), updateConnection);
}

function setText(parent, text, part, tag = "span") {
  let child = parent.querySelector(`[data-part=${part}]`);
  if (!child) {
    child = parent.appendChild(document.createElement(tag));
    child.dataset.part = part;
  }
  if (child.textContent !== text) child.textContent = text;
  return child;
}

function makeConnection(server, connection) {
  const item = element("li", "");
  const button = element("button", "node", String(connection.id));
  button.type = "button";
  button.addEventListener("click", () => choose(server, connection.id));
  item.append(button);
  return item;
}

function updateConnection(item, connection) {
  const button = item.firstChild;
  const state = connection.end ? `ended: ${connection.end}` : connection.state;
  button.className = `node ${connection.end ? "dead" : connection.state}`;
  button.title = `${connection.protocol} ${connection.peer} ${state}`;
  button.setAttribute("aria-label", `Connection ${connection.id}, ${state}`);
}

async function choose(server, id) {
  chosen = { server, id };
  $("facts").hidden = false;
  $("facts-title").textContent = `Connection ${id} of ${server}`;
  $("facts-end").textContent = "";
  $("crash").disabled = false;
  const answer = await fetch(`connections/${server}/${id}`);
  if (chosen.server !== server || chosen.id !== id) return;
  const list = $("facts-list");
  list.replaceChildren();
  if (!answer.ok) {
    $("facts-end").textContent = await reason(answer);
    $("crash").disabled = true;
    return;
  }
  const facts = await answer.json();
  const rows = {
    "Peer": facts.peer, "Local": facts.local, "Protocol": facts.protocol, "State": facts.state, "TLS": facts.tls ?? "none",
    "Age": `${facts.ageSeconds} s`, "Received": size(facts.bytesReceived), "Sent": size(facts.bytesSent),
    "Buffered": size(facts.bytesBuffered), "Under way": facts.exchanges.join(", ") || "nothing",
  };
  for (const [name, value] of Object.entries(rows)) list.append(element("dt", "", name), element("dd", "", value));
}

async function reason(answer) {
  try { return (await answer.json()).detail ?? answer.statusText; } catch { return `The server said ${answer.status}.`; }
}

$("crash").addEventListener("click", async () => {
  const answer = await fetch(`connections/${chosen.server}/${chosen.id}/crash`, { method: "POST" });
  if (!answer.ok) $("facts-end").textContent = await reason(answer);
});
$("facts-close").addEventListener("click", () => { chosen = null; $("facts").hidden = true; });

// --- the second server

$("restart").addEventListener("click", async () => {
  $("restart").disabled = true;
  $("restart-state").textContent = "draining";
  const answer = await fetch("second/restart", { method: "POST" });
  $("restart-state").textContent = answer.ok ? "It serves again." : await reason(answer);
  $("restart").disabled = false;
});

// --- chat

let socket = null;
let pause = 500;

function join() {
  socket = new WebSocket(new URL("chat", location.href.replace(/^http/, "ws")));
  socket.onopen = () => { pause = 500; };
  socket.onmessage = event => say(event.data);
  socket.onclose = () => {
    say("* the connection is gone; joining again");
    setTimeout(join, pause);
    pause = Math.min(2 * pause, 10000);
  };
}

function say(line) {
  const log = $("chat-log");
  const follow = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.append(element("li", line.startsWith("*") ? "hint" : "", line));
  while (log.children.length > 200) log.firstChild.remove();
  if (follow) log.scrollTop = log.scrollHeight;
}

$("chat-form").addEventListener("submit", event => {
  event.preventDefault();
  const text = $("chat-text").value.trim();
  if (!text || socket.readyState !== WebSocket.OPEN) return;
  socket.send(text);
  if (!text.startsWith("/")) say(`me: ${text}`);
  $("chat-text").value = "";
});
join();

// --- upload

$("upload-form").addEventListener("submit", event => {
  event.preventDefault();
  const file = $("upload-file").files[0];
  if (!file) { $("upload-state").textContent = "Choose a file first."; return; }
  const request = new XMLHttpRequest();
  request.upload.onprogress = progress => { $("upload-progress").value = progress.total ? progress.loaded / progress.total : 0; };
  request.onerror = () => { $("upload-state").textContent = "The upload failed."; };
  request.onload = () => {
    const answer = JSON.parse(request.responseText);
    if (request.status !== 201) { $("upload-state").textContent = answer.detail ?? answer.title; return; }
    $("upload-progress").value = 1;
    const link = element("a", "", answer.name);
    link.href = answer.url;
    $("upload-state").replaceChildren(link, ` ${size(answer.length)}, SHA-256 ${answer.sha256}`);
  };
  request.open("PUT", `files/${encodeURIComponent(file.name)}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.send(file);
});
