// Talks to the sandbox: what people do goes out as JSON, what changes comes in as a stream.

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export function act(personId, verb, body = {}) {
  return post(`/sandbox/people/${personId}/${verb}`, body);
}

export function changeGroup(about) {
  return post("/sandbox/groups", about);
}

export function addPerson(about) {
  return post("/sandbox/people", about);
}

// Calls `onEvent` for every change; the browser itself connects again when the stream breaks.
export function listen(onEvent, onConnection) {
  const stream = new EventSource("/sandbox/events");
  stream.onmessage = (message) => onEvent(JSON.parse(message.data));
  stream.onopen = () => onConnection(true);
  stream.onerror = () => onConnection(false);
}
