/* The service worker: what was read opens again without a network. SHELL stands above (council/web/shell.py).

   It answers two things: /static/ from what is kept, and the opening of a page from the network, or else from what is
   kept. It never answers a form: nothing is queued, nothing is sent a second time. What is kept belongs to one reader
   (X-Reader: one log-in); another reader, a log-out or a log-in forgets it. */
"use strict";

var PAGES = "pages-", SHELLS = "shell-", WHO = "who", LATE = "late", ANY = { ignoreVary: true };
var MOST = 60;                      // pages; the oldest goes
var PATIENCE = 4000;                // ms for the network, when there is a kept page to show meanwhile
var STALE = 30 * 24 * 3600 * 1000;  // ms; a page older than this is not shown
var doors = new RegExp(SHELL.doors), apart = new RegExp(SHELL.apart);
var departures = 0;                 // an answer that was asked for before somebody left is nobody's any more
var line = Promise.resolve();       // changes of what is kept, one after another

self.addEventListener("install", function (event) { event.waitUntil(dress()); });
self.addEventListener("activate", function (event) { event.waitUntil(undress()); });

async function dress() {
  await (await caches.open(SHELLS + SHELL.version)).addAll(SHELL.files);
  await self.skipWaiting();
}

// Pages that are open or kept may still wear the last clothes: two older sets stay.
async function undress() {
  var old = (await caches.keys()).filter(function (name) { return name.indexOf(SHELLS) === 0 && name !== SHELLS + SHELL.version; });
  await drop(old.slice(0, -2));
  await self.clients.claim();
}

self.addEventListener("fetch", function (event) {
  var request = event.request, url = new URL(request.url);
  if (url.origin !== self.location.origin) { return; }
  if (request.method !== "GET") {
    if (doors.test(url.pathname)) { event.waitUntil(forget()); }
    return;
  }
  if (url.pathname.indexOf("/static/") === 0) {
    event.respondWith(clothes(request));
  } else if (request.mode === "navigate" && !apart.test(url.pathname)) {
    event.respondWith(visit(event, url.pathname + url.search));
  }
});

async function clothes(request) {
  return await caches.match(request, ANY).catch(nothing) || fetch(request);
}

async function visit(event, address) {
  var since = departures, network = fetch(event.request), answer;
  event.waitUntil(network.then(function (answer) { return learn(answer, address, since); }).catch(nothing));
  answer = await Promise.race([network.catch(nothing), wait(PATIENCE)]);
  if (answer && answer !== LATE) { return answer; }
  return await kept(address, answer === LATE).catch(nothing) || network.catch(function () { return instead(address); });
}

// Whose page this is, and the page itself if the server says that it may be kept. Called before anybody reads the body.
async function learn(answer, address, since) {
  var reader = answer.headers.get("X-Reader"), keeps = reader && answer.headers.get("X-Offline") === "keep";
  var html = keeps ? await answer.clone().text() : "";
  await inLine(async function () {
    if (since !== departures) { return; }
    if (reader) { await meet(reader, answer.headers.get("Content-Language"), address, html); }
    if (keeps) { await keep(reader, address, answer, html); }
    else if (reader || [403, 404, 410].indexOf(answer.status) >= 0) { await unkeep(address); }
  });
}

// The reader, their language, their courtyard, and how their pages begin (large type, colours).
async function who() {
  var known = await (await caches.open(WHO)).match("/");
  return known ? known.json() : {};
}

async function remember(known) {
  await (await caches.open(WHO)).put("/", new Response(JSON.stringify(known)));
}

async function meet(reader, lang, address, html) {
  var known = await who(), same = known.reader === reader;
  var home = html && /^\/c\/[^/]+\/?$/.test(address) ? address : same ? known.home : "";
  var root = html ? /<html[^>]*>/.exec(html)[0] : known.lang === lang ? known.root : "";
  if (!same) { await dropPages(reader); }
  if (same && known.lang === lang && known.home === home && known.root === root) { return; }
  await remember({ reader: reader, lang: lang, home: home, root: root });
}

function forget() {
  departures += 1;
  return inLine(async function () {
    var known = await who();
    await remember({ lang: known.lang, root: known.root });
    await dropPages("");
  });
}

async function keep(reader, address, answer, html) {
  var cache = await caches.open(PAGES + reader), headers = new Headers(answer.headers), title = /<title>([^<]*)/.exec(html);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("X-Kept", String(Date.now()));
  headers.set("X-Title", encodeURIComponent(title ? title[1].split(" · ")[0].trim() : address));
  await cache.delete(address, ANY);
  await cache.put(address, new Response(html, { headers: headers }));
  await Promise.all((await cache.keys()).slice(0, -MOST).map(function (one) { return cache.delete(one, ANY); }));
}

async function unkeep(address) {
  var cache = await mine();
  if (cache) { await cache.delete(address, ANY); }
}

async function mine() {
  var known = await who();
  return known.reader ? caches.open(PAGES + known.reader) : null;
}

// A kept page, with the banner that says so: there is no network, or it is slow.
async function kept(address, isLate) {
  var cache = await mine(), page = cache && await cache.match(address, ANY), late = 'id="net-late"', html, note;
  if (!page || Date.now() - Number(page.headers.get("X-Kept")) > STALE) { return null; }
  html = await page.text();
  note = isLate && html.indexOf(late) >= 0 ? late : 'id="net-kept"';  // a page kept long ago may know only that one
  return new Response(html.replace(note + " hidden", note), { headers: page.headers });
}

// A page that was never read: the start leads to one's courtyard; else the page that says what is so.
async function instead(address) {
  var known = await who();
  return address === "/" && known.home && await kept(known.home) ? Response.redirect(known.home) : sorry(known);
}

async function sorry(known) {
  var page = await caches.match(SHELL.offline[known.lang] || SHELL.offline["zh-CN"], ANY), rows = await list(), html = await page.text();
  if (known.root) { html = html.replace(/<html[^>]*>/, function () { return known.root; }); }
  if (rows) { html = html.replace('id="kept" hidden', 'id="kept"').replace("<ul></ul>", function () { return '<ul class="rows">' + rows + "</ul>"; }); }
  return new Response(html, { headers: page.headers });
}

// Links to the ten pages that were read last. Titles come from our own pages, escaped as they stood there.
async function list() {
  var cache = await mine(), last = cache ? (await cache.keys()).slice(-10).reverse() : [];
  var rows = await Promise.all(last.map(async function (one) {
    var page = await cache.match(one, ANY), url = new URL(one.url), address = (url.pathname + url.search).replace(/&/g, "&amp;");
    return '<li><a class="row" href="' + address + '"><span><b>' + decodeURIComponent(page.headers.get("X-Title")) + "</b></span></a></li>";
  }));
  return rows.join("");
}

async function dropPages(except) {
  await drop((await caches.keys()).filter(function (name) { return name.indexOf(PAGES) === 0 && name !== PAGES + except; }));
}

function drop(names) { return Promise.all(names.map(function (name) { return caches.delete(name); })); }

function inLine(work) {
  var done = line.then(work);
  line = done.catch(nothing);
  return done;
}

function wait(ms) { return new Promise(function (resolve) { setTimeout(resolve, ms, LATE); }); }

function nothing() {}
