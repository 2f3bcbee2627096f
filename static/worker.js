/* The service worker: what was read opens again without a network. SHELL stands above (council/web/shell.py).

   It answers two things: /static/ from what is kept, and the opening of a page from the network, or else from what is
   kept. It never answers a form: nothing is queued, nothing is sent a second time. What is kept belongs to one reader
   (X-Reader: one log-in); another reader, a log-out or a log-in forgets it. */
"use strict";

var PAGES = "pages-", SHELLS = "shell-", WHO = "who";
var MOST = 60;                      // pages; the oldest goes
var PATIENCE = 4000;                // ms for the network, when there is a kept page to show instead
var STALE = 30 * 24 * 3600 * 1000;  // ms; a page older than this is not shown
var doors = new RegExp(SHELL.doors), apart = new RegExp(SHELL.apart);
var departures = 0;                 // an answer that was asked for before somebody left is nobody's any more
var line = Promise.resolve();       // changes of what is kept, one after another

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(SHELLS + SHELL.version).then(function (cache) {
    return cache.addAll(SHELL.files);
  }).then(function () { return self.skipWaiting(); }));
});

// Pages that are open or kept may still wear the last clothes: two older sets stay.
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    var old = names.filter(function (name) { return name.indexOf(SHELLS) === 0 && name !== SHELLS + SHELL.version; });
    return drop(old.slice(0, -2));
  }).then(function () { return self.clients.claim(); }));
});

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

function clothes(request) {
  return caches.match(request, { ignoreVary: true }).catch(nothing).then(function (kept) { return kept || fetch(request); });
}

function visit(event, address) {
  var since = departures;
  var network = fetch(event.request);
  event.waitUntil(network.then(function (answer) { return learn(answer, address, since); }).catch(nothing));
  return Promise.race([network.catch(nothing), wait(PATIENCE)]).then(function (answer) {
    return answer || kept(address).catch(nothing).then(function (page) {
      return page || network.catch(function () { return instead(address); });
    });
  });
}

// Whose page this is, and the page itself if the server says that it may be kept. Called before anybody reads the body.
function learn(answer, address, since) {
  var reader = answer.headers.get("X-Reader"), keeps = reader && answer.headers.get("X-Offline") === "keep";
  var text = keeps ? answer.clone().text() : Promise.resolve();
  return text.then(function (html) {
    return inLine(function () {
      if (since !== departures) { return; }
      if (reader) {
        return meet(reader, answer.headers.get("Content-Language"), address, html).then(function () {
          return keeps ? keep(reader, address, answer, html) : unkeep(address);
        });
      }
      if (answer.status === 403 || answer.status === 404 || answer.status === 410) { return unkeep(address); }
    });
  });
}

// The reader, their language, their courtyard, and how their pages begin (large type, colours).
function who() {
  return caches.open(WHO).then(function (cache) { return cache.match("/"); }).then(function (known) {
    return known ? known.json() : {};
  });
}

function remember(known) {
  return caches.open(WHO).then(function (cache) { return cache.put("/", new Response(JSON.stringify(known))); });
}

function meet(reader, lang, address, html) {
  return who().then(function (known) {
    var home = html && /^\/c\/[^/]+\/?$/.test(address) ? address : known.reader === reader ? known.home : "";
    var root = html ? /<html[^>]*>/.exec(html)[0] : known.lang === lang ? known.root : "";
    return (known.reader === reader ? Promise.resolve() : dropPages(reader)).then(function () {
      if (known.reader === reader && known.lang === lang && known.home === home && known.root === root) { return; }
      return remember({ reader: reader, lang: lang, home: home, root: root });
    });
  });
}

function forget() {
  departures += 1;
  return inLine(function () {
    return who().then(function (known) {
      return remember({ lang: known.lang, root: known.root });
    }).then(function () { return dropPages(""); });
  });
}

function keep(reader, address, answer, html) {
  var headers = new Headers(answer.headers), title = /<title>([^<]*)/.exec(html);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("X-Kept", String(Date.now()));
  headers.set("X-Title", encodeURIComponent(title ? title[1].split(" · ")[0].trim() : address));
  return caches.open(PAGES + reader).then(function (cache) {
    return cache.delete(address, { ignoreVary: true }).then(function () {
      return cache.put(address, new Response(html, { headers: headers }));
    }).then(function () { return cache.keys(); }).then(function (all) {
      return Promise.all(all.slice(0, -MOST).map(function (one) { return cache.delete(one, { ignoreVary: true }); }));
    });
  });
}

function unkeep(address) {
  return mine().then(function (cache) { return cache && cache.delete(address, { ignoreVary: true }); });
}

function mine() {
  return who().then(function (known) { return known.reader ? caches.open(PAGES + known.reader) : null; });
}

// A kept page, with the banner that says so.
function kept(address) {
  return mine().then(function (cache) { return cache && cache.match(address, { ignoreVary: true }); }).then(function (page) {
    if (!page || Date.now() - Number(page.headers.get("X-Kept")) > STALE) { return null; }
    return page.text().then(function (html) {
      return new Response(html.replace('id="net-kept" hidden', 'id="net-kept"'), { headers: page.headers });
    });
  });
}

// A page that was never read: the start leads to one's courtyard; else the page that says what is so.
function instead(address) {
  return who().then(function (known) {
    return (address === "/" && known.home ? kept(known.home) : Promise.resolve()).then(function (page) {
      return page ? Response.redirect(known.home) : sorry(known);
    });
  });
}

function sorry(known) {
  var address = SHELL.offline[known.lang] || SHELL.offline["zh-CN"];
  return Promise.all([caches.match(address, { ignoreVary: true }), list()]).then(function (both) {
    return both[0].text().then(function (html) {
      if (known.root) { html = html.replace(/<html[^>]*>/, function () { return known.root; }); }
      if (both[1]) { html = html.replace('id="kept" hidden', 'id="kept"').replace("<ul></ul>", function () { return both[1]; }); }
      return new Response(html, { headers: both[0].headers });
    });
  });
}

// Links to the ten pages that were read last. Titles come from our own pages, escaped as they stood there.
function list() {
  return mine().then(function (cache) {
    return cache && cache.keys().then(function (all) {
      return Promise.all(all.slice(-10).reverse().map(function (one) {
        return cache.match(one, { ignoreVary: true }).then(function (page) {
          var url = new URL(one.url), address = (url.pathname + url.search).replace(/&/g, "&amp;");
          return '<li><a class="row" href="' + address + '"><span><b>' +
            decodeURIComponent(page.headers.get("X-Title")) + "</b></span></a></li>";
        });
      }));
    });
  }).then(function (rows) { return rows && rows.length ? '<ul class="rows">' + rows.join("") + "</ul>" : ""; });
}

function dropPages(except) {
  return caches.keys().then(function (names) {
    return drop(names.filter(function (name) { return name.indexOf(PAGES) === 0 && name !== PAGES + except; }));
  });
}

function drop(names) { return Promise.all(names.map(function (name) { return caches.delete(name); })); }

function inLine(work) {
  var done = line.then(work);
  line = done.catch(nothing);
  return done;
}

function wait(ms) { return new Promise(function (resolve) { setTimeout(resolve, ms); }); }

function nothing() {}
