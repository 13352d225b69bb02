/* Has this device make or use a passkey, and sends what it answers with the form the button stands in. */
const form = document.getElementById("passkey");
const trouble = document.getElementById("passkey-trouble");

form.addEventListener("submit", async (event) => {
  if (form.credential.value) return;
  event.preventDefault();
  trouble.hidden = true;
  try {
    form.credential.value = JSON.stringify(await answered(JSON.parse(form.dataset.options)));
  } catch {
    trouble.hidden = false;
    return;
  }
  form.submit();
});

async function answered(options) {
  options.challenge = bytes(options.challenge);
  for (const known of options.excludeCredentials ?? options.allowCredentials ?? []) known.id = bytes(known.id);
  const making = form.dataset.passkey === "make";
  if (making) options.user.id = bytes(options.user.id);
  const made = await navigator.credentials[making ? "create" : "get"]({ publicKey: options });
  const said = made.response;
  const response = { clientDataJSON: text(said.clientDataJSON) };
  if (making) {
    response.attestationObject = text(said.attestationObject);
  } else {
    response.authenticatorData = text(said.authenticatorData);
    response.signature = text(said.signature);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {}, response };
}

function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
