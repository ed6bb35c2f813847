// Blocks of Slack as elements of a page. What other people wrote is only ever set as text.

const EMOJI = {
  red_circle: "🔴", large_yellow_circle: "🟡", white_circle: "⚪️", black_circle: "⚫️", large_green_circle: "🟢",
  warning: "⚠️", white_check_mark: "✅", mortar_board: "🎓", hourglass_flowing_sand: "⏳", x: "❌", bust_in_silhouette: "👤",
};
const MARKUP = /<(@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:subteam\^)?[^>|]+|(?:https?|mailto):[^>|]+)(?:\|([^>]*))?>|`([^`\n]+)`|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])|:([a-z0-9_]+):|\n/g;

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const bare = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const emoji = (text) => text.replace(/:([a-z0-9_]+):/g, (all, name) => EMOJI[name] ?? all);

function marked(text) {
  const parts = [];
  let last = 0;
  for (const hit of text.matchAll(MARKUP)) {
    parts.push(bare(text.slice(last, hit.index)));
    last = hit.index + hit[0].length;
    const [all, target, label, code, bold, italic, struck, name] = hit;
    if (target) parts.push(link(target, label));
    else if (code) parts.push(element("code", "", bare(code)));
    else if (bold) parts.push(element("strong", "", ...marked(bold)));
    else if (italic) parts.push(element("em", "", ...marked(italic)));
    else if (struck) parts.push(element("s", "", ...marked(struck)));
    else if (name) parts.push(EMOJI[name] ?? all);
    else parts.push(element("br"));
  }
  parts.push(bare(text.slice(last)));
  return parts;
}

function link(target, label) {
  if (/^(https?|mailto):/.test(target)) {
    const made = element("a", "", bare(label || target));
    made.href = bare(target);
    made.rel = "noreferrer noopener";
    made.target = "_blank";
    return made;
  }
  return element("span", "mention", `@${bare(label || target.replace(/^[@!#]/, "")).replace(/^@/, "")}`);
}

export function text(value) {
  if (!value) return [];
  if (value.type === "mrkdwn") return marked(value.text);
  return value.text.split("\n").flatMap((line, at) => (at ? [element("br"), emoji(line)] : [emoji(line)]));
}

// `act(action, value)` for what is pressed or picked; `field(block)` makes what is filled in.
export function blocks(list, act, field) {
  return list.map((block) => (KINDS[block.type] ?? unknown)(block, act, field));
}

const unknown = (block) => element("p", "context", `(this page does not show ${block.type} blocks)`);

const KINDS = {
  section(block, act) {
    const body = element("div", "", ...text(block.text));
    if (block.fields) body.append(element("div", "fields", ...block.fields.map((one) => element("div", "", ...text(one)))));
    return element("div", "section", body, block.accessory ? control(block.accessory, act) : null);
  },
  header: (block) => element("h3", "header", ...text(block.text)),
  context: (block) => element("div", "context", ...block.elements.map((one) => (one.type === "image" ? picture(one) : element("span", "", ...text(one))))),
  divider: () => element("hr"),
  actions: (block, act) => element("div", "actions", ...block.elements.map((one) => control(one, act))),
  input: (block, act, field) => field(block),
  image: (block) => picture(block),
  alert: (block) => element("div", `alert ${block.level ?? "default"}`, ...text(block.text)),
  card(block, act) {
    const parts = [block.title, block.subtitle, block.body].filter(Boolean).map((one) => element("div", "", ...text(one)));
    return element("div", "card", ...parts, element("div", "actions", ...(block.actions ?? []).map((one) => control(one, act))));
  },
  table: (block) => grid(block.rows, "", block.rows.length),
  data_table: (block) => grid(block.rows, block.caption, block.page_size ?? 5),
  data_visualization: (block) => chart(block),
  rich_text: (block) => element("div", "rich", ...block.elements.map(rich)),
  markdown: (block) => element("div", "section", block.text),
};

function picture(one) {
  const made = element("img");
  made.alt = one.alt_text;
  made.src = one.image_url;
  made.height = 20;
  return made;
}

function control(one, act) {
  if (one.type === "button") {
    const made = element("button", `block ${one.style ?? ""}`, ...text(one.text));
    made.type = "button";
    made.addEventListener("click", () => {
      act("press", one.action_id, one.value ?? "");
      if (one.url) window.open(one.url, "_blank", "noopener");
    });
    return made;
  }
  const made = element("select", "", option(one.placeholder?.text ?? "Choose", ""), ...(one.options ?? []).map((each) => option(each.text.text, each.value)));
  made.setAttribute("aria-label", one.placeholder?.text ?? one.action_id);
  made.addEventListener("change", () => act("pick", one.action_id, one.options.find((each) => each.value === made.value)));
  return made;
}

export function option(label, value) {
  const made = element("option", "", label);
  made.value = value;
  return made;
}

const cell = (one) => (one.type === "raw_number" ? String(one.value) : one.type === "rich_text" ? one.elements.map(rich) : one.text);

function rich(part) {
  if (part.type === "text") return part.style?.bold ? element("strong", "", part.text) : document.createTextNode(part.text);
  if (part.type === "link") return link(part.url, part.text ?? part.url);
  if (part.type === "user") return link(`@${part.user_id}`, part.user_id);
  const children = (part.elements ?? []).map(rich);
  return part.type === "rich_text_list" ? element("ul", "", ...children.map((child) => element("li", "", child))) : element("div", "", ...children);
}

function grid(rows, caption, size) {
  const [head, ...body] = rows;
  let page = 0, by = -1, down = false;
  const made = element("table", "data");
  const whole = element("div", "", made);
  const key = (row) => { const one = row[by]; return one.type === "raw_number" ? one.value : one.text ?? ""; };
  const draw = () => {
    const sorted = by < 0 ? body : [...body].sort((a, b) => (key(a) > key(b) ? 1 : key(a) < key(b) ? -1 : 0) * (down ? -1 : 1));
    const heads = head.map((one, at) => {
      const button = element("button", "", cell(one), by === at ? (down ? " ↓" : " ↑") : "");
      button.type = "button";
      button.addEventListener("click", () => { down = by === at && !down; by = at; draw(); });
      const th = element("th", "", caption ? button : cell(one));
      th.scope = "col";
      return th;
    });
    const lines = sorted.slice(page * size, (page + 1) * size).map((row) => element("tr", "", ...row.map((one) => element("td", "", ...[cell(one)].flat()))));
    made.replaceChildren(caption ? element("caption", "", caption) : "", element("thead", "", element("tr", "", ...heads)), element("tbody", "", ...lines));
    whole.replaceChildren(made, ...(body.length > size ? [pager()] : []));
  };
  const pager = () => {
    const turn = (label, step) => {
      const button = element("button", "block", label);
      button.type = "button";
      button.disabled = page + step < 0 || (page + step) * size >= body.length;
      button.addEventListener("click", () => { page += step; draw(); });
      return button;
    };
    return element("div", "pager", turn("‹", -1), `${page * size + 1}–${Math.min(body.length, (page + 1) * size)} of ${body.length}`, turn("›", 1));
  };
  draw();
  return whole;
}

function chart(block) {
  const points = block.chart.segments ?? block.chart.series.flatMap((one) => one.data.map((each) => ({ ...each, label: block.chart.series.length > 1 ? `${each.label}, ${one.name}` : each.label })));
  const most = Math.max(1, ...points.map((one) => one.value));
  const bars = points.map((one) => {
    const meter = element("meter");
    meter.max = most;
    meter.value = one.value;
    meter.setAttribute("aria-label", `${one.label}: ${one.value}`);
    return element("div", "bar", element("span", "", one.label), meter, String(one.value));
  });
  return element("figure", "chart", element("figcaption", "header", block.title), ...bars);
}
