import { blocks, element, option, text } from "./blocks.js";

const at = (id) => document.getElementById(id);
const state = { user: "", people: [], command: "/litmos", version: "", modal: "", seen: "", values: {}, typed: [] };

async function send(path, body) {
  const answer = await fetch(path, body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {});
  const found = await answer.json();
  if (found.error) trouble(found.error);
  return found;
}

const act = (more) => send("page/act", { user: state.user, ...more }).catch((error) => trouble(String(error)));

function trouble(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

function be(user) {
  Object.assign(state, { user, version: "", modal: "", seen: "" });
  for (const button of at("people").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.user === user));
  at("modal").close();
  trouble("");
  watch(user);
  if (!at("home").hidden) act({ do: "home" });
}

async function watch(user) {
  while (state.user === user) {
    try {
      const screen = await send(`page/screen?user=${user}&since=${state.version}`);
      if (state.user !== user || screen.error) return;
      if (screen.version !== state.version) draw(screen);
      state.version = screen.version;
    } catch {
      trouble("The local Slack does not answer. Is it still running?");
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

const doing = (where) => (what, action, value) => act({ do: what, where, action, value, values: where === "modal" ? state.values : undefined });

function draw(screen) {
  const seen = JSON.stringify([screen.messages, screen.home]);
  if (seen !== state.seen) {
    state.seen = seen;
    for (const place of ["channel", "direct"]) {
      const list = screen.messages.filter((one) => one.where === place);
      at(place).replaceChildren(...list.map(message));
      at(place).scrollTop = at(place).scrollHeight;
      if (!list.length) at(place).append(element("p", "context", place === "channel" ? "Type a command below." : "What the app sends you stays here."));
    }
    at("home").replaceChildren(...(screen.home ? blocks(screen.home.view.blocks, doing("home")) : [element("p", "context", "Opening…")]));
  }
  if (screen.trouble) trouble(screen.trouble);
  modal(screen.modal);
}

function message(one) {
  const who = element("div", "who", "Litmos ", one.only_you ? element("span", "only", "only visible to you") : null);
  const body = one.blocks.length ? blocks(one.blocks, doing(one.ts)) : [element("div", "section", element("div", "", ...text({ type: "mrkdwn", text: one.text })))];
  return element("article", "message", element("div", "face", "L"), element("div", "", who, ...body));
}

function modal(shown) {
  const dialog = at("modal");
  const key = shown ? shown.id + shown.hash + JSON.stringify(shown.errors) : "";
  if (key === state.modal) return;
  state.modal = key;
  if (!shown) return dialog.close();
  const { view } = shown;
  state.values = {};
  at("modal-title").textContent = view.title.text;
  at("modal-close").textContent = view.close?.text ?? "Cancel";
  at("modal-submit").hidden = !view.submit;
  at("modal-submit").textContent = view.submit?.text ?? "";
  at("modal-submit").disabled = false;
  at("modal-body").replaceChildren(...blocks(view.blocks, doing("modal"), (block) => field(block, shown)));
  if (!dialog.open) dialog.showModal();
  (at("modal-body").querySelector("input, select") ?? at("modal-close")).focus();
}

function field(block, shown) {
  const one = block.element;
  const name = one.action_id;
  const given = shown.state[block.block_id]?.[name] ?? {};
  const made = element("div", "field");
  const label = element("label", "", block.label.text, block.optional ? element("span", "hint", " (optional)") : null);
  const input = (FIELDS[one.type] ?? FIELDS.plain_text_input)(one, given, (value) => { state.values[name] = value; });
  const inner = input.matches("input, select") ? input : input.querySelector("input");
  inner.id = `field-${name}`;
  label.htmlFor = inner.id;
  made.append(label, input);
  if (block.hint) made.append(element("div", "hint", block.hint.text));
  if (shown.errors[block.block_id]) {
    const wrong = element("div", "error", shown.errors[block.block_id]);
    wrong.setAttribute("role", "alert");
    made.append(wrong);
  }
  return made;
}

const FIELDS = {
  plain_text_input(one, given, set) {
    const made = element("input");
    made.value = given.value ?? "";
    made.placeholder = one.placeholder?.text ?? "";
    made.maxLength = one.max_length ?? 3000;
    made.addEventListener("input", () => set(made.value));
    return made;
  },
  static_select(one, given, set) {
    const made = element("select", "", option(one.placeholder?.text ?? "Choose", ""), ...one.options.map((each) => option(each.text.text, each.value)));
    made.value = given.selected_option?.value ?? "";
    made.addEventListener("change", () => set(one.options.find((each) => each.value === made.value) ?? null));
    return made;
  },
  checkboxes: (one, given, set) => boxes(one, given.selected_options ?? [], "checkbox", set),
  radio_buttons: (one, given, set) => boxes(one, given.selected_option ? [given.selected_option] : [], "radio", (list) => set(list[0] ?? null)),
  users_select: (one, given, set) => combo(one, given.selected_user ? [person(given.selected_user)] : [], users, 1, (list) => set(list[0]?.value ?? null)),
  multi_users_select: (one, given, set) => combo(one, (given.selected_users ?? []).map(person), users, one.max_selected_items ?? 100, (list) => set(list.map((each) => each.value))),
  external_select: (one, given, set) => combo(one, given.selected_option ? [given.selected_option] : [], offered(one), 1, (list) => set(list[0] ?? null)),
  multi_external_select: (one, given, set) => combo(one, given.selected_options ?? [], offered(one), one.max_selected_items ?? 100, set),
};

function person(id) {
  const known = state.people.find((one) => one.id === id);
  return { text: { text: known ? known.real_name : id }, value: id };
}

const users = async (typed) => state.people.filter((one) => `${one.real_name} ${one.name}`.toLowerCase().includes(typed.toLowerCase())).map((one) => person(one.id));
const offered = (one) => async (typed) => (typed.length < (one.min_query_length ?? 3) ? [] : (await act({ do: "suggest", action: one.action_id, text: typed })).options ?? []);

function boxes(one, given, type, set) {
  const made = element("div");
  const read = () => set(one.options.filter((each, index) => made.querySelectorAll("input")[index].checked));
  for (const each of one.options) {
    const box = element("input");
    Object.assign(box, { type, name: one.action_id, checked: given.some((chosen) => chosen.value === each.value) });
    box.addEventListener("change", read);
    made.append(element("label", "", box, " ", ...text(each.text)));
  }
  return made;
}

// A text field that offers what begins like it; what was chosen stands above it. Arrows, Enter, Escape, Backspace.
function combo(one, given, offers, most, set) {
  let chosen = [...given], shown = [], active = 0;
  const input = element("input");
  input.placeholder = one.placeholder?.text ?? "";
  Object.entries({ role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list" }).forEach(([name, value]) => input.setAttribute(name, value));
  const chips = element("div", "chips");
  const list = element("ul");
  list.setAttribute("role", "listbox");
  list.hidden = true;
  const offer = () => {
    list.replaceChildren(...shown.map((each, index) => {
      const item = element("li", "", each.text.text);
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(index === active));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(each); });
      return item;
    }));
    list.hidden = !shown.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const told = () => {
    chips.replaceChildren(...chosen.map((each) => {
      const chip = element("button", "", `${each.text.text} ×`);
      chip.type = "button";
      chip.addEventListener("click", () => { chosen = chosen.filter((other) => other !== each); told(); set(chosen); });
      return chip;
    }));
  };
  const take = (each) => {
    chosen = most === 1 ? [each] : [...chosen.filter((other) => other.value !== each.value), each].slice(0, most);
    input.value = "";
    shown = [];
    offer(); told(); set(chosen);
  };
  const look = async () => {
    const typed = input.value;
    const found = await offers(typed);
    if (typed !== input.value) return;
    shown = found.filter((each) => !chosen.some((other) => other.value === each.value)).slice(0, 20);
    active = 0;
    offer();
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  input.addEventListener("blur", () => { shown = []; offer(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      active = Math.max(0, Math.min(shown.length - 1, active + (event.key === "ArrowDown" ? 1 : -1)));
      offer();
    } else if (event.key === "Enter" && shown.length) {
      take(shown[active]);
    } else if (event.key === "Escape" && shown.length) {
      shown = [];
      offer();
    } else if (event.key === "Backspace" && !input.value && chosen.length) {
      chosen = chosen.slice(0, -1);
      told(); set(chosen);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  told();
  return element("div", "combo", chips, input, list);
}

function open(place) {
  for (const name of ["channel", "direct", "home"]) {
    at(name).hidden = name !== place;
    at(`tab-${name}`).setAttribute("aria-selected", String(name === place));
    at(`tab-${name}`).tabIndex = name === place ? 0 : -1;
  }
  if (place === "home") act({ do: "home" });
}

async function beside() {
  try {
    const side = await send("page/side");
    for (const name of ["requests", "audit"]) {
      const rows = (side[name] ?? []).map((row) => element("tr", "", ...row.map((value) => element("td", "", value))));
      at(name).tBodies[0].replaceChildren(...rows);
    }
  } finally {
    setTimeout(beside, 1500);
  }
}

const EXAMPLES = ["", "find fire", "results FA-01", 'assign "Fire & Safety" to @noor', "assign", "reset FA-01 for @ada", "audit", "help"];

async function start() {
  Object.assign(state, await send("page/people"));
  at("people").append(...state.people.map((one) => {
    const button = element("button", "", one.real_name, element("small", "", `@${one.name}: ${one.about}`));
    button.dataset.user = one.id;
    button.addEventListener("click", () => be(one.id));
    return element("li", "", button);
  }));
  at("text").placeholder = `${state.command} help`;
  at("examples").append("Try ", ...EXAMPLES.map((words) => {
    const button = element("button", "", `${state.command} ${words}`.trim());
    button.addEventListener("click", () => { at("text").value = button.textContent; at("text").focus(); });
    return button;
  }));
  be(state.people[0].id);
  beside();
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = at("text").value.trim();
  if (!typed) return;
  trouble("");
  if (typed !== state.command && !typed.startsWith(`${state.command} `)) return trouble(`This Slack knows one command: ${state.command}`);
  at("text").value = "";
  open("channel");
  act({ do: "type", text: typed.slice(state.command.length).trim() });
});
at("modal").querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (at("modal-submit").hidden) return;
  at("modal-submit").disabled = true;
  act({ do: "submit", values: state.values }).then(() => { at("modal-submit").disabled = false; });
});
for (const id of ["modal-close", "modal-x"]) at(id).addEventListener("click", () => act({ do: "close" }));
at("modal").addEventListener("cancel", (event) => { event.preventDefault(); act({ do: "close" }); });
for (const name of ["channel", "direct", "home"]) at(`tab-${name}`).addEventListener("click", () => open(name));
document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const places = ["channel", "direct", "home"];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = places[(places.findIndex((name) => !at(name).hidden) + step + 3) % 3];
  open(next);
  at(`tab-${next}`).focus();
});
start();
