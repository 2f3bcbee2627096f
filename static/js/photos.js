/* Photos are made smaller on the phone: 1600 px on the long side, JPEG. The server does it again, always; without scripts
   they are sent as they are. */
(function () {
  "use strict";
  if (!window.createImageBitmap || !window.DataTransfer || !window.Blob) { return; }

  var LONGEST = 1600;
  // A picture of 2 x 1 pixels that was taken with the camera turned: 1 x 2 when a browser stands it upright.
  var TURNED = "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z";

  function decode(file, turn) {
    return turn ? createImageBitmap(file, { imageOrientation: "from-image" }) : createImageBitmap(file);
  }
  function stands(turn) {
    var bytes = atob(TURNED), array = new Uint8Array(bytes.length);
    for (var i = 0; i < bytes.length; i++) { array[i] = bytes.charCodeAt(i); }
    return decode(new Blob([array], { type: "image/jpeg" }), turn).then(function (image) {
      if (image.height !== 2) { throw new Error("lies on its side"); }
      return turn;
    });
  }
  // Old browsers do not know the option; those that then forget how the camera was held leave the work to the server.
  var upright = null;
  function way() {
    upright = upright || stands(true).catch(function () { return stands(false); });
    return upright;
  }

  function shrink(file) {
    return way().then(function (turn) { return decode(file, turn); }).then(function (image) {
      var scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
      if (scale === 1 && file.size < 600000) { return file; }
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      if (image.close) { image.close(); }
      return new Promise(function (resolve) {
        canvas.toBlob(function (blob) {
          resolve(blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", 0.85);
      });
    }).catch(function () { return file; });
  }

  // Under the field: what was chosen, and how much of it will be sent.
  function list(input) {
    var shown = input.parentNode.querySelector("ul.chosen");
    if (!shown) {
      shown = document.createElement("ul");
      shown.className = "chosen small";
      shown.setAttribute("aria-live", "polite");
      input.parentNode.appendChild(shown);
    }
    shown.textContent = "";
    Array.prototype.forEach.call(input.files, function (file) {
      var line = document.createElement("li");
      line.textContent = file.name + " · " + Math.max(1, Math.round(file.size / 1024)).toLocaleString() + " KB";
      shown.appendChild(line);
    });
  }

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches("input[type=file][data-shrink]")) { return; }
    var chosen = Array.prototype.slice.call(input.files);
    Promise.all(chosen.map(shrink)).then(function (files) {
      var same = input.files.length === chosen.length && chosen.every(function (file, i) { return file === input.files[i]; });
      if (!same) { return; }  // somebody has chosen again meanwhile
      var kept = new DataTransfer();
      files.forEach(function (file) { kept.items.add(file); });
      input.files = kept.files;
      list(input);
    });
  });
})();
