// The pages work without this script.

// A button with data-copy copies the text of the field that it names. Where the
// browser does not let it, the field is selected, for the keyboard.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  } catch {
    button.textContent = button.dataset.press;
  }
});

// A token that is typed can be seen. Without this script there is no such button.
for (const button of document.querySelectorAll("button[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.textContent = hidden ? button.dataset.hide : button.dataset.show;
  });
}

// A link that signs in brings its code behind the #, which browsers send to nobody. It
// leaves the address at once, and with it the history.
const token = document.getElementById("token");
if (token && location.hash.startsWith("#once.")) {
  token.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  const link = document.getElementById("link");
  link.textContent = link.dataset.text;
  link.hidden = false;
  document.getElementById("name").focus();
}

// A form that is sent is not sent twice by a double click.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
// A page that comes back from the history can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// To tick a box is to choose one's own values.
document.addEventListener("change", (event) => {
  if (event.target.type !== "checkbox") return;
  const own = document.getElementById(event.target.name + "-own");
  if (own) own.checked = true;
});

// What is being fetched says so, and what is newly ticked is announced once.
const tickedNow = () => [...document.querySelectorAll("[data-done=true]")].map((step) => step.id);
let ticked = tickedNow();
document.addEventListener("htmx:beforeRequest", (event) => event.detail.target.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.target.removeAttribute("aria-busy"));
document.addEventListener("htmx:afterSettle", () => {
  const fresh = tickedNow().filter((id) => !ticked.includes(id));
  ticked = tickedNow();
  if (fresh.length) document.getElementById("status").textContent = fresh.map((id) => document.querySelector("#" + id + " h2").textContent + " ✓").join(", ");
});

// Lists of calls: how many are selected is said, and nothing new is looked for while
// some are.
const picked = () => document.querySelectorAll("table.calls input[name=call]:checked").length;
document.addEventListener("change", (event) => {
  const said = document.getElementById("selected");
  if (!said || event.target.name !== "call") return;
  const count = picked();
  said.hidden = count === 0;
  said.textContent = (count === 1 ? said.dataset.single : said.dataset.several).replace("#", count);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const live = event.target;
  if (live.id !== "live") return;
  const note = live.querySelector(".paused");
  note.hidden = !picked();
  note.textContent = live.dataset.paused;
  if (picked()) event.preventDefault();
});

// Keys of the list of calls, unless they were turned off or a field is being typed in.
// None of them changes anything by itself.
let keyBefore = "";
const rowLinks = () => [...document.querySelectorAll("table.calls tbody th a")];
const step = (by) => {
  const links = rowLinks();
  const now = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[Math.min(links.length - 1, Math.max(0, now + by))]?.focus();
};
const keys = {
  "/": () => document.getElementById("search").focus(),
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement.closest("tr")?.querySelector("input[name=call]")?.click(),
  r: () => document.getElementById("retry-selected")?.click(),
  "?": () => {
    const list = document.getElementById("preferences");
    list.open = !list.open;
    if (list.open) list.querySelector("summary").focus();
  },
};
document.addEventListener("keydown", (event) => {
  if (!document.querySelector("[data-keys=on]") || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  if (keyBefore === "g" && event.key === "c") location.assign(document.querySelector("nav a[href$='/calls']").href);
  else if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
  keyBefore = event.key;
});

// A heading that says something new is announced once.
const headings = () => [...document.querySelectorAll("[data-announce]")].map((heading) => heading.textContent).join(" ");
let said = headings();
document.addEventListener("htmx:afterSettle", () => {
  const now = headings();
  if (now && now !== said) document.getElementById("status").textContent = now;
  said = now;
});
