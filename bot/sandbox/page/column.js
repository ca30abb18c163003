// One person's chat with the bot: their messages, what they type with, and what the bot shows them in passing.

import { drawMessage, element, initial } from "./message.js";
import { act, changeGroup } from "./server.js";

const COLORS = ["#d9644a", "#c98a1b", "#5b8f3a", "#2f8fa6", "#3d74c9", "#8a5bc0", "#c2538b"];
const TOAST_SECONDS = 3.5;
const TYPING_SECONDS = 5;
const LARGEST_PHOTO = 10 * 1024 * 1024;

export class Column {
  constructor(person, page) {
    this.page = page;
    this.person = person;
    this.node = document.getElementById("column").content.firstElementChild.cloneNode(true);
    this.node.dataset.person = person.id;
    this.list = this.find(".messages");
    this.field = this.find("textarea");
    this.actions = {
      send: (text) => this.do("send", { text }),
      tap: (message, row, column, button) => this.tap(message, row, column, button),
      forward: (message) => this.do("forward", { message_id: message.id }),
      open: (url) => this.open(url),
      copy: (text) => this.copy(text),
    };
    this.listenToComposer();
    this.listenToPopups();
    this.update(person);
  }

  find(selector) {
    return this.node.querySelector(selector);
  }

  async do(verb, body) {
    try {
      await act(this.person.id, verb, body);
    } catch (refusal) {
      this.toast(refusal.message);
    }
  }

  // What changes

  update(person) {
    this.person = person;
    const avatar = this.find(".avatar");
    avatar.textContent = initial(person.name);
    avatar.style.background = COLORS[Math.abs(person.id) % COLORS.length];
    this.find(".name").textContent = person.name;
    this.find(".about").textContent = `${person.language ?? "no language"} · id ${person.id}`;
    const role = this.find(".role");
    role.textContent = person.role;
    role.className = `role ${person.role}`;
    this.updateBlock(person);
    this.drawCommands(person.commands);
    this.drawReplyKeyboard(person);
  }

  updateBlock(person) {
    const block = this.find(".block");
    block.textContent = person.blocked ? "🔓" : "🚫";
    block.title = block.ariaLabel = person.blocked ? "Unblock the bot" : "Block the bot";
    block.onclick = () => this.do(person.blocked ? "unblock" : "block");
    block.hidden = !person.started;
    const bar = this.find(".bar");
    bar.replaceChildren();
    bar.hidden = person.started && !person.blocked;
    bar.classList.toggle("blocked", person.blocked);
    const button = element("button", "", person.blocked ? "Unblock the bot" : "START");
    button.type = "button";
    button.onclick = () => (person.blocked ? this.do("unblock") : this.do("send", { text: "/start" }));
    bar.append(button);
    this.find(".composer").hidden = person.blocked;
  }

  drawCommands(commands) {
    const items = commands.map((command) => {
      const button = element("button");
      button.type = "button";
      button.append(element("span", "command-name", `/${command.command}`), element("span", "", command.description));
      button.onclick = () => this.do("send", { text: `/${command.command}` });
      const item = element("li");
      item.append(button);
      return item;
    });
    this.find(".commands").replaceChildren(...(items.length ? items : [element("li", "none", "The bot has set no commands")]));
  }

  drawReplyKeyboard(person) {
    const place = this.find(".reply-keyboard");
    const rows = person.reply_keyboard?.keyboard ?? [];
    place.replaceChildren(
      ...rows.map((buttons) => {
        const line = element("div");
        line.append(...buttons.map((button) => this.replyButton(button)));
        return line;
      }),
    );
    place.hidden = !rows.length || person.blocked;
    this.field.placeholder = person.reply_keyboard?.input_field_placeholder ?? "Message";
    this.keepAtEnd();
  }

  replyButton(button) {
    const sign = button.request_contact || button.request_users ? "👤 " : button.request_location ? "📍 " : "";
    const node = element("button", "", sign + button.text);
    node.type = "button";
    node.onclick = () => this.do("tap-reply", { label: button.text });
    return node;
  }

  show(message, isNew = true) {
    const atEnd = this.isAtEnd();
    const node = drawMessage(message, this.actions);
    const old = this.find(`.message[data-id="${message.id}"]`);
    if (old) {
      old.replaceWith(node);
    } else {
      node.classList.toggle("new", isNew);
      this.list.append(node);
    }
    this.find(".about").classList.remove("typing");
    if (atEnd || (!old && !message.from_bot)) this.scrollToEnd();
    for (const image of node.querySelectorAll("img")) image.onload = () => atEnd && this.scrollToEnd();
  }

  remove(messageId) {
    this.find(`.message[data-id="${messageId}"]`)?.remove();
  }

  answered(messageId) {
    for (const button of this.node.querySelectorAll(`.message[data-id="${messageId}"] .waiting`)) {
      button.classList.remove("waiting");
    }
  }

  toast(text) {
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.classList.add("shown");
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => toast.classList.remove("shown"), TOAST_SECONDS * 1000);
  }

  typing() {
    const about = this.find(".about");
    about.classList.add("typing");
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => about.classList.remove("typing"), TYPING_SECONDS * 1000);
  }

  // What the person does

  tap(message, row, column, node) {
    const button = message.rows[row][column];
    if (button.kind === "copy_text") {
      this.copy(button.copy);
    } else if (button.kind === "url") {
      if (!this.open(button.url)) window.open(button.url, "_blank", "noreferrer,noopener");
    } else {
      node.classList.add("waiting");
      this.do("tap", { message_id: message.id, row, column });
    }
  }

  // A deep link to this bot is followed here, as this person; anything else is the browser's business.
  open(url) {
    const { hostname, pathname } = URL.canParse(url) ? new URL(url) : {};
    const ours = ["t.me", "telegram.me"].includes(hostname) && pathname.slice(1) === this.page.bot.username;
    if (ours) this.do("open", { url });
    return ours;
  }

  async copy(text) {
    await navigator.clipboard?.writeText(text);
    this.toast("Copied");
  }

  listenToComposer() {
    const form = this.find(".composer");
    form.onsubmit = (event) => {
      event.preventDefault();
      const text = this.field.value;
      if (!text.trim()) return;
      this.field.value = "";
      this.grow();
      this.do("send", { text });
    };
    this.field.oninput = () => {
      this.grow();
      this.find(".commands").hidden = this.field.value !== "/";
    };
    this.field.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.closePopups();
      form.requestSubmit();
    };
    this.find(".file").onchange = (event) => this.sharePicture(event.target);
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  listenToPopups() {
    const toggle = (selector) => (event) => {
      event.stopPropagation();
      const popup = this.find(selector);
      const wasHidden = popup.hidden;
      this.page.closePopups();
      popup.hidden = !wasHidden;
    };
    this.find(".slash").onclick = toggle(".commands");
    this.find(".attach").onclick = toggle(".attachments");
    for (const button of this.node.querySelectorAll("[data-share]")) {
      button.onclick = () => this.share(button.dataset.share);
    }
  }

  closePopups() {
    for (const popup of this.node.querySelectorAll(".popup")) popup.hidden = true;
  }

  share(what) {
    if (what === "picture") this.find(".file").click();
    else if (what === "sample") this.do("photo");
    else this.do(what);
  }

  async sharePicture(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    if (file.size > LARGEST_PHOTO) {
      this.toast("Telegram takes photos of up to 10 MB.");
      return;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    const caption = this.field.value.trim();
    this.field.value = "";
    this.do("photo", { data: btoa(binary), caption });
  }

  isAtEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
  }

  keepAtEnd() {
    if (this.isAtEnd()) this.scrollToEnd();
  }

  scrollToEnd() {
    requestAnimationFrame(() => (this.list.scrollTop = this.list.scrollHeight));
  }
}

// A group: whoever is chosen beside the text field writes and presses there.
export class GroupColumn extends Column {
  get actor() {
    this.as ??= this.makeChoice();
    return Number(this.as.value);
  }

  makeChoice() {
    const choice = element("select", "as");
    choice.ariaLabel = "As";
    this.field.before(choice);
    return choice;
  }

  update(group) {
    this.person = group;
    const avatar = this.find(".avatar");
    avatar.textContent = initial(group.name);
    avatar.style.background = COLORS[Math.abs(group.id) % COLORS.length];
    this.find(".name").textContent = group.name;
    this.find(".about").textContent = `id ${group.id}`;
    this.find(".role").textContent = group.has_bot ? "group" : "group without the bot";
    const block = this.find(".block");
    block.textContent = group.has_bot ? "🚫" : "➕";
    block.title = block.ariaLabel = group.has_bot ? "Remove the bot" : "Add the bot";
    block.onclick = () => changeGroup({ ...group, has_bot: !group.has_bot });
    for (const selector of [".slash", ".attach"]) this.find(selector).hidden = true;
    this.offer(this.page.people());
  }

  offer(people) {
    const chosen = this.actor;
    const options = people.map((person) => {
      const option = element("option", "", person.name);
      option.value = person.id;
      return option;
    });
    this.as.replaceChildren(...options);
    if (people.some((person) => person.id === chosen)) this.as.value = chosen;
  }

  async do(verb, body) {
    try {
      await act(this.actor, verb, { ...body, chat: this.person.id });
    } catch (refusal) {
      this.toast(refusal.message);
    }
  }

  open(url) {
    const ours = super.open(url);
    if (ours) this.page.show(this.actor);
    return ours;
  }
}
