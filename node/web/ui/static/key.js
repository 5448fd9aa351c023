// The candidate's key: made, kept and used in this browser, never extractable (W3C WebCrypto).
//
// Three forms carry data-key. "make" gives a consent its key; "consent" and "accept"
// sign the statement that stands in the form, as PROTOCOL 6 spells it. Every other
// answer, and every page without this script, is sent as it is.
"use strict";

(() => {
  const DATABASE = "tasuki";
  const STORE = "keys";
  const ALGORITHMS = {
    ed25519: { make: { name: "Ed25519" }, sign: { name: "Ed25519" } },
    es256: {
      make: { name: "ECDSA", namedCurve: "P-256" },
      sign: { name: "ECDSA", hash: "SHA-256" },
    },
  };

  class KeyMissing extends Error {}
  class PayloadDiffers extends Error {}

  const text = new TextEncoder();

  function toBase64url(bytes) {
    const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }

  function fromBase64url(encoded) {
    const binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  }

  function joined(...parts) {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
    let at = 0;
    for (const part of parts) {
      all.set(new Uint8Array(part), at);
      at += part.byteLength;
    }
    return all;
  }

  const sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes);

  // ---- the keys of this browser, by their public half ----

  function openStore(mode, work) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction(STORE, mode);
        const request = work(transaction.objectStore(STORE));
        transaction.oncomplete = () => {
          database.close();
          resolve(request.result);
        };
        transaction.onabort = () => {
          database.close();
          reject(transaction.error);
        };
      };
    });
  }

  const findKey = (key) => openStore("readonly", (store) => store.get(key));

  async function makeKey() {
    for (const [alg, { make }] of Object.entries(ALGORITHMS)) {
      let pair;
      try {
        pair = await crypto.subtle.generateKey(make, false, ["sign", "verify"]);
      } catch {
        continue; // a browser without Ed25519 has ES256
      }
      const key = toBase64url(await crypto.subtle.exportKey("raw", pair.publicKey));
      const row = { key, alg, secret: pair.privateKey };
      await openStore("readwrite", (store) => store.put(row));
      return row;
    }
    throw new KeyMissing();
  }

  async function sign(key, label, statement) {
    const row = key ? await findKey(key) : undefined;
    if (!row) {
      throw new KeyMissing();
    }
    const message = joined(text.encode(label), await sha256(statement));
    return toBase64url(await crypto.subtle.sign(ALGORITHMS[row.alg].sign, row.secret, message));
  }

  // ---- the three forms ----

  function put(form, name, value) {
    let field = form.elements.namedItem(name);
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      form.append(field);
    }
    field.value = value;
  }

  const statementOf = (form) => fromBase64url(form.elements.namedItem("statement").value);
  const parsed = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

  const WORK = {
    async make(form) {
      if (!globalThis.crypto?.subtle) {
        return; // not a secure context: the consent stands without a key (level E0)
      }
      const known = form.dataset.public ? await findKey(form.dataset.public) : undefined;
      const row = known ?? (await makeKey());
      put(form, "key_alg", row.alg);
      put(form, "key", row.key);
    },

    async consent(form) {
      const statement = statementOf(form);
      const { key } = parsed(statement);
      if (key) {
        put(form, "signature", await sign(key.key, "tasuki/1 consent\n", statement));
      }
    },

    async accept(form) {
      if (!form.dataset.public) {
        return;
      }
      const statement = statementOf(form);
      const payload = await sha256(
        joined(
          text.encode("tasuki/1 payload\n"),
          fromBase64url(form.dataset.nonce),
          fromBase64url(form.dataset.identity),
        ),
      );
      const hex = Array.from(new Uint8Array(payload), (byte) => byte.toString(16).padStart(2, "0"));
      if (parsed(statement).payload !== hex.join("")) {
        throw new PayloadDiffers();
      }
      put(form, "signature", await sign(form.dataset.public, "tasuki/1 accept\n", statement));
    },
  };
  const YES = { make: "agree", consent: "agree", accept: "accept" };

  function complain(form, error) {
    const kind = error instanceof PayloadDiffers ? "[data-payload-error]" : "[data-key-error]";
    const line = form.querySelector(kind);
    line.hidden = false;
    line.setAttribute("role", "alert");
    line.scrollIntoView({ block: "center" });
  }

  for (const form of document.querySelectorAll("form[data-key]")) {
    let isReady = false;
    form.addEventListener("submit", async (event) => {
      const answer = event.submitter;
      if (isReady || answer?.name !== "answer" || answer.value !== YES[form.dataset.key]) {
        return;
      }
      event.preventDefault();
      try {
        await WORK[form.dataset.key](form);
      } catch (error) {
        complain(form, error);
        return;
      }
      isReady = true;
      form.requestSubmit(answer);
      isReady = false;
    });
  }
})();
