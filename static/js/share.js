/* Passing on: copy the link, or the phone's own sheet of applications. Without scripts the link stands there as text. */
(function () {
  "use strict";

  function say(keys, name) {
    var line = keys.parentNode.querySelector("[data-copied]");
    if (line) { line.textContent = line.getAttribute("data-" + name); }
  }
  function field(keys) { return keys.parentNode.querySelector("input[readonly]"); }

  function copyOld(input) {
    input.focus();
    input.setSelectionRange(0, input.value.length);
    try { return document.execCommand("copy"); } catch (error) { return false; }
  }
  function copy(keys) {
    var input = field(keys);
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(input.value).then(function () { say(keys, "copied"); }, function () {
        say(keys, copyOld(input) ? "copied" : "failed");
      });
    } else {
      say(keys, copyOld(input) ? "copied" : "failed");
    }
  }
  function ready(root) {
    Array.prototype.forEach.call(root.querySelectorAll("[data-share]"), function (keys) {
      keys.hidden = false;
      keys.querySelector("[data-send]").parentNode.hidden = !navigator.share;
    });
  }

  document.addEventListener("click", function (event) {
    var keys = event.target.closest && event.target.closest("[data-share]");
    if (!keys) { return; }
    if (event.target.closest("[data-copy]")) { copy(keys); }
    if (event.target.closest("[data-send]")) {
      navigator.share({ title: keys.dataset.title, text: keys.dataset.text, url: field(keys).value }).catch(function () {});
    }
  });
  document.addEventListener("focusin", function (event) {
    if (event.target.id === "share-link") { event.target.select(); }
  });
  document.addEventListener("htmx:afterSettle", function (event) { ready(event.target); });
  ready(document);
})();
