/**
 * `<a href="….svg" data-png hidden>PNG</a>`: the picture of a result as pixels. The server draws it with lines; here it is
 * drawn once more, twice as large, on white, and handed over as a file. Without script only the link to the SVG is there.
 */

const SCALE = 2;

const shown = (root = document) => {
  for (const link of root.querySelectorAll("a[data-png][hidden]")) link.hidden = false;
};

async function pixels(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * SCALE;
  canvas.height = picture.naturalHeight * SCALE;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => {
    canvas.toBlob(done, "image/png");
  });
}

function hand(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

const nameOf = (address) => decodeURIComponent(new URL(address).pathname.split("/").at(-1)).replace(/svg$/, "png");

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-png]");
  if (!link) return;
  event.preventDefault();
  try {
    hand(await pixels(link.href), nameOf(link.href));
  } catch {
    location.assign(link.href); // a browser that cannot draw it still gets the picture itself
  }
});

shown();
document.addEventListener("toggle", (event) => shown(event.target), true);
