/* Reading papers: one key is enough (9 and a figure for an invalid one). Without scripts Enter sends the same field. */
(function () {
  "use strict";
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (!form || !form.hasAttribute("data-keying") || event.target.name !== "mark") { return; }
    if (!/^([1-3]|9[1-9])$/.test(event.target.value) || form.dataset.sent) { return; }
    if (form.requestSubmit) { form.requestSubmit(); return; }
    form.dataset.sent = "1";
    form.submit();
  });
})();
