// Every page: light or dark, keys for those who keep their hands on the keyboard, and forms that send once.

const root = document.documentElement;

function theme(): string {
  return localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}
root.setAttribute("data-bs-theme", theme());

function editable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row] a[data-open]")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + by))].focus();
}

const keys: Record<string, () => void> = {
  "/": () => document.querySelector<HTMLElement>("[data-key='/']")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  "?": () => document.querySelector<HTMLDialogElement>("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || editable(event.target)) return;
  const go = document.querySelector<HTMLAnchorElement>(`a[data-key="${CSS.escape(event.key)}"]`);
  const run = keys[event.key] ?? (go && (() => go.click()));
  if (!run) return;
  event.preventDefault();
  run();
});

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  if (target.closest("[data-theme-switch]")) {
    localStorage.setItem("theme", theme() === "dark" ? "light" : "dark");
    root.setAttribute("data-bs-theme", theme());
  }
  if (target.closest("[data-print]")) window.print();
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

// A second press of the same button sends nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
});

// A select with data-go is a filter: choosing is enough.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field.matches("[data-go]")) field.closest("form")?.requestSubmit();
});

// allauth's passkey scripts say here what the device refused.
document.addEventListener("allauth.error", (event) => {
  const note = document.querySelector<HTMLElement>("[data-passkey-problem]");
  if (!note) return;
  event.preventDefault();
  if ((event as CustomEvent).detail?.exception?.name === "SecurityError") note.textContent = note.dataset.byNumber ?? "";
  note.hidden = false;
});
