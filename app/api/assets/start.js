"use strict";

/* Signing in for "Try it out". The tokens live in this closure and in Swagger UI's own state, never
   in a storage of the browser or a cookie: a reload forgets them. */
(() => {
  const SCHEME = "HTTPBearer";
  const KEY = "Idempotency-Key";
  const FACTOR = "urn:asysta:problem:second_factor_";
  const MARGIN = 60_000; /* An access token with less than this left, in ms, is exchanged first. */
  const language = navigator.language.startsWith("pl") ? "pl" : "en";
  const the = (id) => document.getElementById(id);

  let session = null; /* {access, refresh, until} of who is signed in */
  let exchange = null; /* the exchange under way: a refresh token may be used only once */

  class Refused extends Error {
    constructor({ title, type }) {
      super(title);
      this.kind = type;
    }
  }

  async function call(method, path, { body, token } = {}) {
    const headers = { "Accept-Language": language };
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(`/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
    const said = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw new Refused(said);
    return said;
  }

  /* Swagger UI puts this token on every operation that asks for one. */
  function keep(said) {
    session = {
      access: said.access_token,
      refresh: said.refresh_token,
      until: Date.now() + said.expires_in * 1000,
    };
    ui.preauthorizeApiKey(SCHEME, session.access);
  }

  function forget() {
    session = null;
    ui.authActions.logout([SCHEME]);
  }

  function show(failure) {
    the("sign-in").hidden = session !== null;
    the("signed-in").hidden = session === null;
    the("refused").textContent = failure instanceof Refused ? failure.message : "";
    the("no-answer").hidden = !failure || failure instanceof Refused;
  }

  async function signIn(form) {
    const body = Object.fromEntries(new FormData(form));
    if (!(body.code = body.code.trim())) delete body.code; /* an empty code is none */
    try {
      keep(await call("POST", "sessions", { body }));
      const me = await call("GET", "me", { token: session.access });
      the("who").textContent = `${me.full_name} (${me.roles.join(", ")}), ${me.centre.name}`;
      form.reset();
      show();
    } catch (failure) {
      forget();
      show(failure);
      if (failure.kind?.startsWith(FACTOR)) form.elements.code.focus();
    }
  }

  async function signOut() {
    const token = await fresh();
    forget();
    show();
    if (token) await call("DELETE", "sessions/current", { token }).catch(show);
  }

  /* Return a token that holds. Only use exchanges it, so an idle page ends with its session. */
  async function fresh() {
    if (session && session.until - Date.now() < MARGIN) {
      exchange ??= renew().finally(() => { exchange = null; });
      await exchange;
    }
    return session?.access;
  }

  async function renew() {
    try {
      const body = { refresh_token: session.refresh };
      keep(await call("POST", "sessions/refresh", { body }));
    } catch (failure) {
      forget();
      show(failure);
    }
  }

  /* A token that somebody pasted into Swagger UI's own dialog is theirs and stays as it is. */
  async function sendOurToken(request) {
    if (session && request.headers.Authorization === `Bearer ${session.access}`) {
      const token = await fresh();
      if (token) request.headers.Authorization = `Bearer ${token}`;
    }
    return request;
  }

  /* Swagger UI holds back a request whose required header is empty: a key of our own goes in
     before it looks. It stays in its field, so executing once more shows a replay. */
  const fillKey = (look, { specActions, specSelectors }) => (operation) => {
    const named = (parameter) => parameter.get("name") === KEY;
    const asked = specSelectors.specResolvedSubtree(["paths", ...operation, "parameters"])?.find(named);
    const shown = specSelectors.operationWithMeta(...operation).get("parameters").find(named);
    if (asked && !shown.get("value")) {
      specActions.changeParamByIdentity(operation, asked, newKey(), false);
    }
    return look(operation);
  };

  /* Not randomUUID: browsers have it on https and localhost only. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /* Swagger UI reads the whole contract anew for each operation that is opened, for seconds: it is
     given only what the operation refers to. */
  const readPart = ({ fn: { resolveSubtree } }) => ({
    fn: {
      resolveSubtree: (whole, path, ...more) => resolveSubtree(part(whole, path), path, ...more),
    },
  });

  function part(whole, path) {
    const { paths, components, ...kept } = whole;
    const take = (steps) => {
      const inner = steps.slice(0, -1).reduce((node, step) => (node[step] ??= {}), kept);
      const last = steps.at(-1);
      if (last in inner) return;
      inner[last] = steps.reduce((node, step) => node?.[step], whole);
      follow(inner[last]);
    };
    const follow = (node) => {
      if (node === null || typeof node !== "object") return;
      if (typeof node.$ref === "string") take(node.$ref.split("/").slice(1));
      Object.values(node).forEach(follow);
    };
    take(path);
    return kept;
  }

  if (language === "en") {
    document.documentElement.lang = "en";
    for (const word of document.querySelectorAll("[data-en]")) word.textContent = word.dataset.en;
  }
  const ui = SwaggerUIBundle({
    url: "/openapi/v1.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    requestInterceptor: sendOurToken,
    plugins: [readPart, { statePlugins: { spec: { wrapActions: { validateParams: fillKey } } } }],
  });
  the("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    signIn(event.target);
  });
  the("sign-out").addEventListener("click", signOut);
})();
