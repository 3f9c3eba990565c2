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
document.addEventListener("htmx:afterSettle", () => {
  const fresh = tickedNow().filter((id) => !ticked.includes(id));
  ticked = tickedNow();
  if (fresh.length) document.getElementById("status").textContent = fresh.map((id) => document.querySelector("#" + id + " h2").textContent + " ✓").join(", ");
});

// A heading that says something new is announced once.
const headings = () => [...document.querySelectorAll("[data-announce]")].map((heading) => heading.textContent).join(" ");
let said = headings();
document.addEventListener("htmx:afterSettle", () => {
  const now = headings();
  if (now && now !== said) document.getElementById("status").textContent = now;
  said = now;
});
