// Draws one message. People's words only ever become text nodes, never markup.

const INLINE = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
const BLOCKS = new Set(["PRE", "BLOCKQUOTE"]);
const SAFE_LINK = /^(https?|tg|mailto|tel):/i;

export function element(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export function initial(name) {
  return [...name][0]?.toUpperCase() ?? "?";
}

// Entities count in UTF-16 units, which is also how JavaScript counts.
function formatted(text, entities, actions) {
  const root = element("div", "text");
  const open = [{ node: root, end: Infinity }];
  let position = 0;
  const writeTo = (end) => {
    if (end > position) open.at(-1).node.append(text.slice(position, end));
    position = Math.max(position, end);
  };
  const closeUntil = (offset) => {
    while (open.at(-1).end <= offset) {
      writeTo(open.at(-1).end);
      const { node } = open.pop();
      // A block ends its line by itself; the line break after it would show as an empty line.
      if (BLOCKS.has(node.tagName) && text[position] === "\n") position += 1;
    }
  };
  for (const entity of entities) {
    closeUntil(entity.offset);
    writeTo(entity.offset);
    const end = Math.min(entity.offset + entity.length, open.at(-1).end);
    const node = entityNode(entity, text.slice(entity.offset, end), actions);
    open.at(-1).node.append(node);
    open.push({ node, end });
  }
  closeUntil(text.length);
  writeTo(text.length);
  return root;
}

function entityNode(entity, words, actions) {
  if (entity.type === "text_link" || entity.type === "url") return link(entity.url ?? words, actions);
  if (entity.type === "email") return link(`mailto:${words}`, actions);
  if (entity.type === "bot_command") {
    const command = element("span", "command");
    command.onclick = () => actions.send(words);
    return command;
  }
  if (entity.type === "spoiler") {
    const spoiler = element("span", "spoiler");
    spoiler.onclick = () => spoiler.classList.add("open");
    return spoiler;
  }
  if (entity.type.endsWith("blockquote")) return element("blockquote");
  const node = element(INLINE[entity.type] ?? "span");
  if (entity.type === "code") node.onclick = () => actions.copy(words);
  return node;
}

function link(url, actions) {
  const node = element("a");
  if (!SAFE_LINK.test(url)) return node;
  node.href = url;
  node.rel = "noreferrer noopener";
  node.target = "_blank";
  node.onclick = (event) => {
    if (actions.open(url)) event.preventDefault();
  };
  return node;
}

function card(sign, title, detail, href) {
  const node = element(href ? "a" : "div", "card");
  if (href) {
    node.href = href;
    node.download = title;
  }
  const words = element("div");
  words.append(element("span", "", title), element("small", "", detail));
  node.append(element("span", "sign", sign), words);
  return node;
}

function attachment(message) {
  if (message.photo) {
    const photo = element("img", "photo");
    Object.assign(photo, { src: message.photo.url, width: message.photo.width, height: message.photo.height, alt: "Photo" });
    return photo;
  }
  if (message.document) return card("📄", message.document.name, `${message.document.size} bytes`, message.document.url);
  if (message.contact) return card(initial(message.contact.first_name), message.contact.first_name, message.contact.phone_number);
  if (message.users_shared) return card("👤", "Chosen", message.users_shared.users.map((user) => user.user_id).join(", "));
  if (message.location) return card("📍", "Location", `${message.location.latitude}, ${message.location.longitude}`);
  if (message.sticker) return element("div", "sticker", message.sticker);
  if (message.payment) return card("✓", "Paid", message.payment.toFixed(2));
  return null;
}

function keyboard(message, actions) {
  const rows = element("div", "keyboard");
  message.rows.forEach((buttons, row) => {
    const line = element("div");
    buttons.forEach((button, column) => {
      const node = element("button", button.kind, button.text);
      node.type = "button";
      node.onclick = () => actions.tap(message, row, column, node);
      line.append(node);
    });
    rows.append(line);
  });
  return rows;
}

function forwarding(message, actions) {
  const button = element("button", "forward", "↪");
  button.type = "button";
  button.title = button.ariaLabel = "Forward to the bot";
  button.onclick = () => actions.forward(message);
  return button;
}

function meta(message) {
  const time = new Date(message.date * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return element("span", "meta", message.edited ? `edited ${time}` : time);
}

export function drawMessage(message, actions) {
  const node = element("li", message.from_bot ? "message" : "message mine");
  node.dataset.id = message.id;
  node.classList.toggle("sticker", Boolean(message.sticker));
  const bubble = element("div", "bubble");
  if (message.sender && !message.from_bot) bubble.append(element("div", "sender", message.sender));
  if (message.forwarded) bubble.append(element("div", "forwarded", "Forwarded"));
  const shown = attachment(message);
  if (shown) bubble.append(shown);
  if (message.text) bubble.append(formatted(message.text, message.entities, actions));
  bubble.append(forwarding(message, actions), meta(message));
  node.append(bubble);
  if (message.rows.length) node.append(keyboard(message, actions));
  return node;
}
