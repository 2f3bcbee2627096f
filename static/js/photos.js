(function () {
  "use strict";

  // Photos are made smaller on the phone: 1600 px on the long side, JPEG. The server does it again, always.
  var LONGEST = 1600;
  function shrink(file) {
    return createImageBitmap(file).then(function (image) {
      var scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
      if (scale === 1 && file.size < 600000) { return file; }
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (resolve) {
        canvas.toBlob(function (blob) {
          resolve(blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", 0.85);
      });
    }).catch(function () { return file; });
  }
  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches("input[type=file][data-shrink]") || !window.createImageBitmap || !window.DataTransfer) { return; }
    Promise.all(Array.prototype.map.call(input.files, shrink)).then(function (files) {
      var kept = new DataTransfer();
      files.forEach(function (file) { kept.items.add(file); });
      input.files = kept.files;
    });
  });
})();
