// The chat page: a column for every person, kept up to date by the stream of changes.

import { Column, GroupColumn } from "./column.js";
import { element } from "./message.js";
import { addPerson, listen } from "./server.js";

const place = document.getElementById("columns");
const chips = document.getElementById("people");
const columns = new Map();

const page = {
  bot: { username: "" },
  closePopups: () => columns.forEach((column) => column.closePopups()),
  people: () => [...columns.values()].filter(({ person }) => person.id > 0).map(({ person }) => person),
  show,
};

function columnOf(person) {
  let column = columns.get(person.id);
  if (!column) {
    column = person.id < 0 ? new GroupColumn(person, page) : new Column(person, page);
    columns.set(person.id, column);
    place.append(column.node);
    chips.append(chip(person));
    watched.observe(column.node);
    for (const group of columns.values()) group.offer?.(page.people());
  }
  return column;
}

function chip(person) {
  const node = element("button", "", person.name);
  node.type = "button";
  node.dataset.person = person.id;
  node.onclick = () => show(person.id);
  return node;
}

function chipOf(personId) {
  return chips.querySelector(`[data-person="${personId}"]`);
}

function show(personId) {
  columns.get(personId).node.scrollIntoView({ behavior: "smooth", inline: "start", block: "nearest" });
}

// On a narrow screen one column is in view; its chip is lit, and the others light up with news.
const watched = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      const own = chipOf(entry.target.dataset.person);
      own.classList.toggle("here", entry.isIntersecting);
      if (entry.isIntersecting) own.classList.remove("news");
    }
  },
  { root: place, threshold: 0.6 },
);

const reactions = {
  state(event) {
    page.bot = event.bot;
    document.title = `${event.bot.name} · Sandbox`;
    document.getElementById("bot-name").textContent = event.bot.name;
    document.getElementById("bot-username").textContent = `@${event.bot.username}`;
    place.replaceChildren();
    chips.replaceChildren();
    columns.clear();
    for (const { messages, ...person } of [...event.people, ...event.groups]) {
      const column = columnOf(person);
      for (const message of messages) column.show(message, false);
      column.scrollToEnd();
    }
  },
  person: (event) => columnOf(event.person).update(event.person),
  group: (event) => columnOf(event.group).update(event.group),
  message(event) {
    columns.get(event.chat)?.show(event.message);
    const own = chipOf(event.chat);
    if (event.message.from_bot && own && !own.classList.contains("here")) own.classList.add("news");
  },
  deleted: (event) => columns.get(event.chat)?.remove(event.id),
  answered: (event) => columns.get(event.chat)?.answered(event.id),
  action: (event) => columns.get(event.chat)?.typing(),
  toast(event) {
    if (event.alert) alertWith(event.text);
    else columns.get(event.chat)?.toast(event.text);
  },
};

function alertWith(text) {
  const dialog = document.getElementById("alert");
  dialog.querySelector("p").textContent = text;
  if (!dialog.open) dialog.showModal();
}

function offerToBeAnyone() {
  const dialog = document.getElementById("new-person");
  const form = dialog.querySelector("form");
  document.getElementById("be-anyone").onclick = () => dialog.showModal();
  dialog.querySelector("[value=cancel]").onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const refusal = dialog.querySelector(".refusal");
    refusal.textContent = "";
    try {
      const person = await addPerson(Object.fromEntries(new FormData(form)));
      dialog.close();
      form.reset();
      columnOf(person);
      show(person.id);
    } catch (error) {
      refusal.textContent = error.message;
    }
  };
}

document.addEventListener("click", page.closePopups);
offerToBeAnyone();
listen(
  (event) => reactions[event.type]?.(event),
  (connected) => (document.getElementById("connection").textContent = connected ? "" : "Reconnecting…"),
);
