// A request for each operation of the contract, made of the contract's own examples.
import jsf from "json-schema-faker";

const METHODS = ["get", "put", "post", "patch", "delete"];

jsf.option({
  useExamplesValue: true,
  failOnInvalidFormat: false,
  fillProperties: false,
  random: () => 0.1,
});

/** Every operation once: its id, the status of its success, and a request that fits. */
export function requests(contract) {
  return Object.entries(contract.paths).flatMap(([path, operations]) =>
    METHODS.filter((method) => method in operations).map((method) =>
      request(contract, method, path, operations[method]),
    ),
  );
}

function request(contract, method, path, operation) {
  const parameters = (operation.parameters ?? []).map((told) => resolved(contract, told));
  const headers = { Authorization: "Bearer of-the-mock" };
  let address = path;
  for (const { name, in: place, required, ...told } of parameters) {
    if (place === "path") address = address.replace(`{${name}}`, sample(contract, told));
    if (place === "header" && required) headers[name] = sample(contract, told);
  }
  const [type, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (type) headers["Content-Type"] = type;
  const success = Object.keys(operation.responses).find((status) => status.startsWith("2"));
  return {
    id: operation.operationId,
    success: Number(success),
    address,
    init: {
      method: method.toUpperCase(),
      headers,
      body: body && JSON.stringify(sample(contract, body)),
    },
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

/** The example that stands beside a schema, else a value that the schema takes. */
function sample(contract, { example, examples, schema }) {
  if (example !== undefined) return example;
  const [first] = Object.values(examples ?? {});
  if (first) return resolved(contract, first).value;
  return jsf.generate({ ...schema, components: contract.components });
}
