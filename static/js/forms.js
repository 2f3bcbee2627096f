/* Forms: where the focus goes, and a second tap that sends nothing. Every page works without scripts. */
(function () {
  "use strict";

  // After a swap, a summary of errors takes the focus, so that nobody misses it.
  document.addEventListener("htmx:afterSettle", function (event) {
    var alert = event.target.querySelector && event.target.querySelector("[role=alert]");
    if (alert) {
      alert.setAttribute("tabindex", "-1");
      alert.focus();
    }
  });

  // A second tap on the same button sends nothing. The form's key counts it once anyway.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // A password can be looked at while it is typed; it goes out as a password.
  document.querySelectorAll(".by-script").forEach(function (part) { part.classList.remove("by-script"); });
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (!box.hasAttribute("data-reveal")) { return; }
    box.form.querySelectorAll("input[autocomplete$=password]").forEach(function (field) { field.type = box.checked ? "text" : "password"; });
  });
  document.addEventListener("submit", function (event) {
    event.target.querySelectorAll("input[autocomplete$=password]").forEach(function (field) { field.type = "password"; });
  }, true);

  // The bar at the thumb steps aside while a form with a main button of its own is in sight: one main button a screen.
  var bar = document.querySelector("[data-yields]"), looking = false;
  function isBeside(form) {
    var box = form.getBoundingClientRect();
    return !!form.querySelector(".main") && box.bottom > 0 && box.top < window.innerHeight - 140;
  }
  function yieldBar() {
    looking = false;
    bar.classList.toggle("away", Array.prototype.some.call(document.querySelectorAll("[data-talk] form"), isBeside));
  }
  if (bar) {
    ["scroll", "resize", "htmx:afterSettle"].forEach(function (name) {
      window.addEventListener(name, function () {
        if (!looking) { looking = true; requestAnimationFrame(yieldBar); }
      }, { passive: true });
    });
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
  });
})();
