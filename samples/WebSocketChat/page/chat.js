'use strict';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const MOST_LINES = 500;

const $ = id => document.getElementById(id);
let wanted = null;
let socket = null;
let wait = FIRST_WAIT;
let retry = 0;
let why = null;

function status(text, isWarning = false) {
  $('status').textContent = text;
  $('status').classList.toggle('warn', isWarning);
}

function line(text, who) {
  const log = $('log');
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const item = document.createElement('li');
  if (who === undefined) {
    item.className = 'notice';
  } else {
    const name = document.createElement('b');
    name.textContent = who;
    item.append(name, ': ');
  }

  item.append(text);
  log.append(item);
  while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function members(names) {
  $('members').replaceChildren(...names.map(name => {
    const item = document.createElement('li');
    item.textContent = name;
    return item;
  }));
}

function received(message) {
  switch (message.type) {
    case 'welcome':
      wait = FIRST_WAIT;
      why = null;
      status(`You are ${message.name}`);
      break;
    case 'members':
      members(message.names);
      if (message.joined) line(`${message.joined} joined`);
      if (message.left) line(`${message.left} left`);
      break;
    case 'said':
      line(message.text, message.name);
      break;
  }
}

function connect() {
  clearTimeout(retry);
  const url = new URL('chat?' + new URLSearchParams(wanted), location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const opening = socket = new WebSocket(url);
  opening.onopen = () => sayable(true);
  opening.onmessage = event => received(JSON.parse(event.data));
  opening.onclose = event => {
    if (socket === opening) lost(event.code);
  };
}

function lost(code) {
  socket = null;
  sayable(false);
  members([]);
  if (!wanted) return;

  // Not all at the same moment, when a server comes back to many.
  const after = wait * (0.5 + Math.random() / 2);
  wait = Math.min(wait * 2, LONGEST_WAIT);
  why ??= code === 1001 ? 'The server went away.' : 'Connection lost.';
  status(`${why} Reconnecting…`, true);
  retry = setTimeout(connect, after);
}

function sayable(isOpen) {
  $('say').querySelector('button').disabled = !isOpen;
}

function show(isJoined) {
  $('join').hidden = isJoined;
  $('chat').hidden = !isJoined;
  $('where').textContent = isJoined ? `: ${wanted.room}` : '';
  $(isJoined ? 'text' : 'name').focus();
}

$('join').addEventListener('submit', event => {
  event.preventDefault();
  wanted = { room: $('room').value, name: $('name').value };
  wait = FIRST_WAIT;
  why = null;
  $('log').replaceChildren();
  status('Connecting…');
  show(true);
  sayable(false);
  connect();
});

$('say').addEventListener('submit', event => {
  event.preventDefault();
  if (socket?.readyState !== WebSocket.OPEN) return;
  socket.send($('text').value);
  $('text').value = '';
});

$('leave').addEventListener('click', () => {
  wanted = null;
  clearTimeout(retry);
  socket?.close(1000);
  socket = null;
  status('');
  show(false);
});

window.addEventListener('online', () => {
  if (wanted && !socket) connect();
});
