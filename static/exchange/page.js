// Buttons that copy: a file of ours as text, or a field. Without this script they are not shown.
const announce = (text) => {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
};

const textFor = async (button) => {
  const field = button.dataset.copyFrom;
  if (field) return document.getElementById(field).value;
  const answer = await fetch(button.dataset.copy);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
};

const write = async (button) => {
  // Safari copies only what a click promised, before the text has arrived.
  const promised = textFor(button).then((text) => new Blob([text], { type: "text/plain" }));
  if (window.ClipboardItem) await navigator.clipboard.write([new ClipboardItem({ "text/plain": promised })]);
  else await navigator.clipboard.writeText(await (await promised).text());
};

for (const button of document.querySelectorAll("[data-copy], [data-copy-from]")) {
  if (!navigator.clipboard) continue;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await write(button);
    } catch {
      said = "Could not copy";
    }
    button.textContent = said;
    announce(said);
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
