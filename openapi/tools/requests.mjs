// A request for each operation of the contract, and its answer, as the contract's examples tell them.
const METHODS = ["get", "put", "post", "patch", "delete"];
// Ids and versions are the server's: any of the right form will do.
const ID = "0198f5a2-7c4e-7d10-9a35-2f6e8b1c4d70";
const SAID = { "If-Match": '"1"', "Idempotency-Key": ID, Authorization: "Bearer of-the-mock" };

/** The media type of a printed page, and what stands for its bytes. */
export const PAPER = "application/pdf";

/** Every operation once: its id, a request that fits, the status and body of its success. */
export function requests(contract) {
  return Object.entries(contract.paths).flatMap(([path, operations]) =>
    METHODS.filter((method) => method in operations).map((method) =>
      request(contract, method, path, operations[method]),
    ),
  );
}

function request(contract, method, path, operation) {
  const headers = { Authorization: SAID.Authorization };
  for (const told of operation.parameters ?? []) {
    const { name, in: place, required } = resolved(contract, told);
    if (place === "header" && required) headers[name] = SAID[name];
  }
  const [type, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (type) headers["Content-Type"] = type;
  const [success, answer] = Object.entries(operation.responses).find(([status]) => status < "300");
  return {
    id: operation.operationId,
    address: path.replace(/\{[^}]+\}/g, ID),
    init: { method: method.toUpperCase(), headers, body: JSON.stringify(example(body)) },
    success: Number(success),
    answer: paper(answer.content) ? PAPER : example(Object.values(answer.content ?? {})[0]),
  };
}

function resolved(contract, { $ref, ...told }) {
  return $ref
    ? $ref
        .slice(2)
        .split("/")
        .reduce((at, part) => at[part], contract)
    : told;
}

/** Is the answer a printed page? Such bytes have no example. */
function paper(content) {
  return PAPER in (content ?? {});
}

/** The first example that stands beside a schema. */
function example(told) {
  return Object.values(told?.examples ?? {})[0]?.value;
}
