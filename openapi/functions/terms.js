// Each value of a closed list is said in Polish and in English: in `x-terms`, which programs read,
// and in the description, which people read.
export default (schema) => {
  const values = schema.enum ?? [schema.const];
  const terms = schema["x-terms"] ?? {};
  const silent = values.filter((value) => !terms[value]?.pl || !terms[value]?.en);
  const unknown = Object.keys(terms).filter((value) => !values.includes(value));
  const unlisted = values.filter((value) => !schema.description?.includes(`\`${value}\``));
  return [
    [silent, "said in pl and en"],
    [unknown, "a value of the list"],
    [unlisted, "listed in the description"],
  ]
    .filter(([found]) => found.length)
    .map(([found, what]) => ({ message: `Not ${what}: ${found.join(", ")}` }));
};
